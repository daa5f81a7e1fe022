//! A thousand people are planted, by name and by number; neither the database file, the write-ahead log, nor
//! what is published of the log may hold one of them readable.

use std::collections::HashSet;

use anyhow::Result;
use loket_app::commands::grant_role::GrantRole;
use loket_app::tables::staff::StaffName;
use loket_domain::Ssin;
use loket_domain::office::{Employment, RoleKind};
use loket_domain::ssin::{Synthetic, check_digits};
use loket_store::Engine;
use loket_store::log::tiles;
use loket_testkit::house::{House, On};
use loket_testkit::owner::{as_owner, as_owner_with};
use loket_tlog::TileAddress;

const PEOPLE: u64 = 1000;
/// Every planted text has this many bytes, so that one pass looks for all of them.
const WIDTH: usize = 11;

/// A name that no other text of the house has.
fn name(person: u64) -> String {
    format!("Zwaluw{person:05}")
}

fn number(person: u64) -> Result<Ssin> {
    // Born on any day of May 1993.
    let nine = 930_500_000 + (1 + person % 30) * 1000 + 1 + person / 30;
    let text = format!("{nine:09}{:02}", check_digits(nine, false));
    Ssin::parse(&text, Synthetic::Accepted).map_err(|fault| anyhow::anyhow!("{text}: {fault}"))
}

/// What of the planted texts stands in some bytes, in capitals or not.
fn found(planted: &HashSet<Vec<u8>>, bytes: &[u8]) -> Option<String> {
    bytes.windows(WIDTH).find_map(|window| {
        let window = window.to_ascii_lowercase();
        planted.contains(&window).then(|| String::from_utf8_lossy(&window).into_owned())
    })
}

#[tokio::test]
async fn nothing_of_a_thousand_people_can_be_read() -> Result<()> {
    let house = House::new(On::Sqlite).await?;
    let organisation = house.organisation("Stad Halle", "0200000142").await?;
    let mut planted = HashSet::new();
    for person in 0..PEOPLE {
        let (ssin, now) = (number(person)?, house.office.now());
        planted.insert(name(person).to_ascii_lowercase().into_bytes());
        planted.insert(ssin.digits().as_bytes().to_vec());
        let command = GrantRole {
            organisation,
            ssin,
            name: StaffName { given_names: name(person), surname: name(person) },
            kind: RoleKind::Officer,
            employment: Employment::Permanent,
            from: now,
            until: now.plus(std::time::Duration::from_secs(24 * 3600)),
            trained_at: Some(now),
        };
        house.office.run(house.operator()?, command).await?;
        if person % 10 == 0 {
            house.sign_in(number(person)?).await?;
        }
    }
    assert_eq!(planted.len(), 2 * usize::try_from(PEOPLE)?);
    assert!(planted.iter().all(|text| text.len() == WIDTH));
    let Engine::Sqlite { path } = house.engine.clone() else { anyhow::bail!("a file") };
    let files = || -> Result<Vec<(String, Vec<u8>)>> {
        let read = |ending: &str| {
            anyhow::Ok((format!("loket.db{ending}"), std::fs::read(format!("{path}{ending}"))?))
        };
        Ok(vec![read("")?, read("-wal")?])
    };
    for (file, bytes) in files()? {
        assert!(bytes.len() > 100_000, "{file} has {} bytes", bytes.len());
        assert_eq!(found(&planted, &bytes), None, "{file}");
    }
    let mut reader = house.store.reader().await?;
    let view = &mut reader.view();
    let size = tiles::head(view).await?.size();
    assert!(size > PEOPLE);
    for address in TileAddress::grown(0, size) {
        let bytes = tiles::tile(view, address).await?;
        assert_eq!(found(&planted, &bytes), None, "{address}");
    }
    // The scan is no yes-sayer: a number and a name that somebody writes readable are found.
    for text in [name(7), number(500)?.digits().clone()] {
        as_owner_with(&house.engine, "UPDATE organisation SET name = $1", &text).await?;
        let seen = files()?.iter().find_map(|(_, bytes)| found(&planted, bytes));
        assert_eq!(seen, Some(text.to_ascii_lowercase()));
        as_owner_with(&house.engine, "UPDATE organisation SET name = $1", "Halle").await?;
        as_owner(&house.engine, "PRAGMA wal_checkpoint(TRUNCATE)").await?;
    }
    Ok(())
}

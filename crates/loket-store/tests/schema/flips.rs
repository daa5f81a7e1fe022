//! Every byte of a small log is changed, one by one, past all guards: each change must be found, and the
//! finding must name the event or the part.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result};
use loket_domain::registration::VisitReason;
use loket_store::log::check::{self, LogReport};
use loket_store::{Engine, Reader, Store, Vault};
use loket_testkit::house::{House, On, found, ssin};

use loket_testkit::on_both;

use crate::log::{Act, many};
use crate::raw::Raw;

/// Events of the small log.
const FEW: usize = 12;

async fn look(store: &Store) -> Result<LogReport> {
    let mut reader = store.reader().await?;
    Ok(check::look(&mut reader.view(), &BTreeMap::new(), &mut |_| {}).await?)
}

/// As another program looks at it, which knows no secret yet.
async fn look_anew(engine: &Engine) -> Result<LogReport> {
    let mut reader = Reader::open(engine, Vault::new(&[42; 32])?).await?;
    Ok(check::look(&mut reader.view(), &BTreeMap::new(), &mut |_| {}).await?)
}

fn said(report: &LogReport) -> Vec<String> {
    report.findings.iter().map(ToString::to_string).collect()
}

/// A column of bytes of the journal, and where its bytes are of an event with this number.
struct Column {
    name: &'static str,
    lengths: Vec<usize>,
}

/// Flips the lowest bit of the byte at a place of a column, in every row that has one there.
async fn flip(raw: &mut Raw, table: &str, column: &str, place: usize) -> Result<()> {
    let statement = match raw {
        // SQLite has no function that sets a byte, but bytes can be put together again.
        Raw::Sqlite(_) => format!(
            "UPDATE {table} SET {column} = CAST(substr({column}, 1, {place}) || byte.flipped || substr({column}, {place} + 2) AS BLOB)
             FROM byte WHERE byte.plain = substr({column}, {place} + 1, 1) AND length({column}) > {place}"
        ),
        Raw::Postgres(_) => format!(
            "UPDATE {table} SET {column} = set_byte({column}, {place}, get_byte({column}, {place}) # 1) WHERE length({column}) > {place}"
        ),
    };
    raw.run(&statement).await.map_err(anyhow::Error::msg)
}

/// The table by which SQLite flips.
async fn prepare(raw: &mut Raw) -> Result<()> {
    raw.remove_guards().await?;
    if let Raw::Sqlite(_) = raw {
        let bytes: Vec<String> =
            (0..=255_u8).map(|byte| format!("(x'{byte:02x}', x'{:02x}')", byte ^ 1)).collect();
        let table = format!(
            "CREATE TEMPORARY TABLE byte (plain BLOB PRIMARY KEY, flipped BLOB); INSERT INTO byte VALUES {};",
            bytes.join(",")
        );
        raw.run(&table).await.map_err(anyhow::Error::msg)?;
    }
    Ok(())
}

/// A log whose events have every column: an officer has looked somebody up.
async fn small(on: On) -> Result<House> {
    let house = House::new(on).await?;
    let organisation = house.organisation("Stad Halle", "0200000142").await?;
    let officer = house.officer(organisation, ssin(1)?).await?;
    let (call, person) = (house.call(officer)?, ssin(10)?);
    house.register.tell(person, found(person)?);
    house.office.open_registration(call, person, VisitReason::FirstKey).await?;
    let written = usize::try_from(look(&house.store).await?.size)?;
    many(&house.store, (written..FEW).map(|_| Act::Done)).await;
    Ok(house)
}

async fn every_byte_of_every_row_counts(on: On) -> Result<()> {
    let house = small(on).await?;
    assert_eq!(said(&look(&house.store).await?), Vec::<String>::new());
    let mut raw = Raw::to(&house.engine).await?;
    prepare(&mut raw).await?;
    let mut flipped = 0;
    for name in [
        "id",
        "leaf",
        "sealed",
        "person_token",
        "officer_token",
        "organisation_token",
        "registration_token",
    ] {
        let column = Column { name, lengths: raw.lengths("journal", name).await? };
        let longest = column.lengths.iter().copied().max().unwrap_or(0);
        for place in 0..longest {
            flip(&mut raw, "journal", column.name, place).await?;
            let report = look(&house.store).await?;
            for (index, _) in
                column.lengths.iter().enumerate().filter(|(_, length)| **length > place)
            {
                let named = report.findings.iter().any(|one| one.index == Some(index as u64));
                assert!(named, "{name} of event {index}, byte {place}: {:#?}", said(&report));
                flipped += 1;
            }
            flip(&mut raw, "journal", column.name, place).await?;
        }
    }
    assert_eq!(said(&look(&house.store).await?), Vec::<String>::new(), "all flipped back");
    assert!(flipped > 4000, "{flipped} bytes");
    Ok(())
}

async fn every_character_and_moment_of_a_row_counts(on: On) -> Result<()> {
    let house = small(on).await?;
    let mut raw = Raw::to(&house.engine).await?;
    prepare(&mut raw).await?;
    raw.run("CREATE TEMPORARY TABLE saved AS SELECT sequence, kind, at FROM journal")
        .await
        .map_err(anyhow::Error::msg)?;
    let longest = raw.lengths("journal", "kind").await?.into_iter().max().unwrap_or(0);
    let kinds = (0..longest).map(|place| {
        format!("UPDATE journal SET kind = substr(kind, 1, {place}) || '~' || substr(kind, {place} + 2) WHERE length(kind) > {place}")
    });
    let moments = (0..56).map(|bit| format!("UPDATE journal SET at = at + {}", 1_u64 << bit));
    for change in kinds.chain(moments) {
        raw.run(&change).await.map_err(anyhow::Error::msg)?;
        let report = look(&house.store).await?;
        for (index, length) in (0..).zip(raw.lengths("journal", "kind").await?) {
            let changed = !change.contains("kind") || change_reaches(&change, length);
            let named = report.findings.iter().any(|one| one.index == Some(index));
            assert_eq!(named, changed, "{change}, event {index}: {:#?}", said(&report));
        }
        raw.run(
            "UPDATE journal SET kind = (SELECT kind FROM saved WHERE saved.sequence = journal.sequence),
               at = (SELECT at FROM saved WHERE saved.sequence = journal.sequence)",
        )
        .await
        .map_err(anyhow::Error::msg)?;
    }
    assert_eq!(said(&look(&house.store).await?), Vec::<String>::new(), "all put back");
    Ok(())
}

/// Whether a change of a kind reaches one of this length.
fn change_reaches(change: &str, length: usize) -> bool {
    let place = change.rsplit("> ").next().and_then(|place| place.parse().ok());
    place.is_some_and(|place: usize| length > place)
}

async fn every_byte_of_edge_and_secrets_counts(on: On) -> Result<()> {
    let house = small(on).await?;
    let mut raw = Raw::to(&house.engine).await?;
    prepare(&mut raw).await?;
    for (table, column, named) in
        [("journal_head", "edge", "edge: "), ("log_secret", "wrapped", "cannot be unwrapped")]
    {
        let lengths = raw.lengths(table, column).await?;
        for place in 0..*lengths.first().context("a row")? {
            flip(&mut raw, table, column, place).await?;
            let found = said(&look_anew(&house.engine).await?);
            assert!(
                found.iter().any(|one| one.contains(named)),
                "{column}, byte {place}: {found:#?}"
            );
            flip(&mut raw, table, column, place).await?;
        }
    }
    assert_eq!(said(&look(&house.store).await?), Vec::<String>::new(), "all flipped back");
    Ok(())
}

async fn a_byte_of_every_hash_of_a_full_tile_counts(on: On) -> Result<()> {
    let house = House::new(on).await?;
    many(&house.store, (0..260).map(|_| Act::Done)).await;
    let mut raw = Raw::to(&house.engine).await?;
    prepare(&mut raw).await?;
    for place in 0..8192 {
        // A look hashes 260 events: every hash is tried at one of its bytes, the first at all.
        if place >= 32 && place % 33 != 0 {
            continue;
        }
        flip(&mut raw, "log_tile", "hashes", place).await?;
        let found = said(&look(&house.store).await?);
        let named = format!("event {}: leaf: tile/0/000 has the hash of another", place / 32);
        assert_eq!(found, [named], "byte {place}");
        flip(&mut raw, "log_tile", "hashes", place).await?;
    }
    Ok(())
}

on_both! {
    every_byte_of_every_row_counts
    every_byte_of_edge_and_secrets_counts
    a_byte_of_every_hash_of_a_full_tile_counts
    every_character_and_moment_of_a_row_counts
}

//! Ten years later: events go by the month, what is held goes nowhere before it was exported, and what
//! remains is proved as before, also by a verifier that others wrote.

use std::collections::BTreeMap;
use std::fs;
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result};
use loket::audit::attesters::AttesterPlan;
use loket::audit::purge::{self, NotAttested, PurgeFault};
use loket::audit::signer::Signer;
use loket_app::Failure;
use loket_app::commands::lift_audit_hold::LiftAuditHold;
use loket_app::commands::place_audit_hold::PlaceAuditHold;
use loket_app::commands::purge_audit_log::PurgeAuditLog;
use loket_app::commands::record_hold_export::RecordHoldExport;
use loket_domain::office::RoleKind;
use loket_domain::{Refusal, Timestamp};
use loket_store::log::check::{self, LogReport};
use loket_store::log::holds::{self, HoldScope};
use loket_store::log::tiles;
use loket_store::{Clock as _, Engine, Store, SystemClock, Vault};
use loket_testkit::house::{House, On, open_store, ssin};
use loket_testkit::on_both;
use loket_testkit::owner::as_owner;
use loket_tlog::{Hash, verify_consistency, verify_inclusion};

use crate::audit_log::{Beside, foreign_checker, open_hold, said};
use crate::signer::{events, plan};

const DAY: u64 = 24 * 3600;

fn days(count: u64) -> Duration {
    Duration::from_secs(count * DAY)
}

fn two() -> [String; 2] {
    ["An Peeters".to_owned(), "Bart Maes".to_owned()]
}

async fn look(store: &Store) -> Result<LogReport> {
    let mut reader = store.reader().await?;
    Ok(check::look(&mut reader.view(), &BTreeMap::new(), &mut |_| {}).await?)
}

/// A log with an organisation, 600 events of one month and 300 of the next but one, signed.
async fn eleven_years(on: On) -> Result<(House, Signer)> {
    let house = House::new(on).await?;
    let organisation = house.organisation("Stad Halle", "0200000142").await?;
    house.staff(organisation, ssin(1)?, RoleKind::Officer).await?;
    let signer = Signer::open(plan(house.folder()), &house.store).await?;
    let written = look(&house.store).await?.size;
    events(&house, &house.store, 600 - u32::try_from(written)?).await?;
    house.clock.advance(days(40));
    events(&house, &house.store, 300).await?;
    signer.sign(&house.store).await?;
    // The job of the server does it every day, whether something was purged or not.
    house.store.drop_purged().await?;
    // To 12 December 2036: November 2026 is over for ten years, January 2027 is not.
    house.clock.advance(days(10 * 365 - 18));
    Ok((house, signer))
}

async fn carried_out(house: &House) -> Result<(), PurgeFault> {
    let plan = purge::due(&house.store).await?.expect("something is due");
    let (office, attesters) = (&house.office, AttesterPlan::default());
    let call = office.operator_call("test")?;
    purge::carry_out(office, &house.store, &attesters, &plan, call, two()).await
}

async fn what_is_older_than_ten_years_goes(on: On) -> Result<()> {
    let (house, signer) = eleven_years(on).await?;
    let store = &house.store;
    let (head, inclusion, consistency) = {
        let mut reader = store.reader().await?;
        let view = &mut reader.view();
        let edge = tiles::head(view).await?;
        let head = (edge.size(), edge.root());
        (head, tiles::inclusion(view, head, 650).await?, tiles::consistency(view, head, 610).await?)
    };
    let due = purge::due(store).await?.context("something is due")?;
    assert_eq!((due.old_minimum, due.new_minimum, due.count()), (0, 600, 600));
    assert_eq!(due.secrets, ["month 2026-11"], "the year has an event that stays");
    assert_eq!(look(store).await?.minimum, 0, "looking changes nothing");
    carried_out(&house).await?;
    let report = look(store).await?;
    assert_eq!((report.findings.as_slice(), report.minimum), (&[][..], 600));
    // 88 leaves of the bundle of the minimum, 300 that stay, and the event of the purge.
    assert_eq!((report.events, report.size), (88 + 300 + 1, 901));
    assert_eq!(purge::due(store).await?, None);
    // Proofs that were given out still hold, and the same are given again.
    signer.sign(store).await?;
    {
        let mut reader = store.reader().await?;
        let view = &mut reader.view();
        assert_eq!(tiles::inclusion(view, head, 650).await?, inclusion);
        assert_eq!(tiles::consistency(view, head, 610).await?, consistency);
        assert_eq!(loket_store::log::purge::minimum(view).await?, 600);
        let edge = tiles::head(view).await?;
        let proof = tiles::consistency(view, (edge.size(), edge.root()), head.0).await?;
        verify_consistency(head.0, &head.1, edge.size(), &edge.root(), &proof)?;
        let leaf = tiles::inclusion(view, head, 650).await?;
        assert!(tiles::inclusion(view, head, 100).await.is_err(), "its tile is gone");
        let hash = leaf_hash_at(view, 650).await?;
        verify_inclusion(&hash, 650, head.0, &leaf, &head.1)?;
    }
    // The next start builds on what is left, and the office goes on with rows whose events went.
    let store = open_store(&house.engine, Arc::clone(&house.clock)).await?;
    events(&house, &store, 300).await?;
    house
        .grant(house.organisation("Stad Aalst", "0400378485").await?, ssin(2)?, RoleKind::Officer)
        .await?;
    signer.sign(&store).await?;
    assert_eq!(look(&store).await?.findings, []);
    // Months later the rest of the old years goes, with the key by which their events were found.
    house.clock.advance(days(60));
    carried_out(&house).await?;
    let due = look(&store).await?;
    assert_eq!((due.findings.as_slice(), due.minimum), (&[][..], 900));
    Ok(())
}

async fn leaf_hash_at(view: &mut loket_store::tables::View<'_>, index: u64) -> Result<Hash> {
    use loket_tlog::{TileAddress, TileKind, decode_entries, leaf_hash};
    let size = tiles::head(view).await?.size();
    let address = TileAddress::of(TileKind::Entries, index / 256, size).context("a bundle")?;
    let bytes = tiles::tile(view, address).await?;
    let entries = decode_entries(&bytes, address.width())?;
    Ok(leaf_hash(entries.get(usize::try_from(index % 256)?).context("the leaf")?))
}

async fn a_purge_needs_two_people_a_signed_head_and_no_hold(on: On) -> Result<()> {
    let (house, _signer) = eleven_years(on).await?;
    let refused = |approved_by: [String; 2], new_minimum| {
        let office = &house.office;
        async move {
            let call = office.operator_call("test")?;
            let failure = office
                .run(call, PurgeAuditLog { new_minimum, spared: Vec::new(), approved_by })
                .await;
            match failure.unwrap_err() {
                Failure::Refused(refusal) => anyhow::Ok(refusal),
                Failure::Broken(fault) => Err(fault.into()),
            }
        }
    };
    let alone = ["An Peeters".to_owned(), "an peeters ".to_owned()];
    assert_eq!(refused(alone, 600).await?, Refusal::InvalidInput);
    assert_eq!(refused(two(), 599).await?, Refusal::WrongStep, "not what was shown");
    let period =
        (Timestamp::parse("2026-11-01T00:00:00Z"), Timestamp::parse("2026-11-30T00:00:00Z"));
    let over = HoldScope { registration: None, period: period.0.zip(period.1) };
    let place = PlaceAuditHold { over, reason: "Order 12/2036 of the court".to_owned() };
    let hold = house.office.run(house.operator()?, place).await?;
    assert_eq!(refused(two(), 600).await?, Refusal::HeldEventsNotExported);
    let export = |size| RecordHoldExport { hold, events: 600, size };
    house.office.run(house.operator()?, export(599)).await?;
    assert_eq!(refused(two(), 600).await?, Refusal::HeldEventsNotExported, "one is missing");
    let page = holds::held(&mut house.store.reader().await?.view(), &over, 0).await?;
    assert_eq!(page.len(), 600);
    let lift = LiftAuditHold { hold, reason: "the court is done".to_owned() };
    house.office.run(house.operator()?, lift).await?;
    let again = house.office.run(house.operator()?, export(900)).await;
    assert!(matches!(again, Err(Failure::Refused(Refusal::NotFound))));
    // Of a log whose head nobody signed nothing goes.
    as_owner(&house.engine, "DELETE FROM log_checkpoint").await?;
    let unsigned = carried_out(&house).await.unwrap_err();
    assert!(matches!(unsigned, PurgeFault::NotAttested(NotAttested("signed"))), "{unsigned}");
    Ok(())
}

/// A purge that was broken off after its event goes on from where it was; and the log is whole at every
/// moment in between.
async fn a_purge_goes_on_after_a_kill(on: On) -> Result<()> {
    let (house, _signer) = eleven_years(on).await?;
    let command = PurgeAuditLog { new_minimum: 600, spared: Vec::new(), approved_by: two() };
    house.office.run(house.operator()?, command).await?;
    let report = look(&house.store).await?;
    assert_eq!((report.findings.as_slice(), report.events), (&[][..], 901));
    let store = open_store(&house.engine, Arc::clone(&house.clock)).await?;
    store.drop_purged().await?;
    let report = look(&store).await?;
    assert_eq!((report.findings.as_slice(), report.events), (&[][..], 389));
    store.drop_purged().await?;
    Ok(())
}

/// Whoever hides events as if they had been purged is found: no event says so.
async fn a_purge_without_its_event_is_found(on: On) -> Result<()> {
    let (house, _signer) = eleven_years(on).await?;
    as_owner(&house.engine, "UPDATE journal_head SET minimum = 300").await?;
    let found: Vec<String> =
        look(&house.store).await?.findings.iter().map(ToString::to_string).collect();
    assert_eq!(found, ["minimum: no purge says that the events before 300 went"]);
    let (house, _signer) = eleven_years(on).await?;
    carried_out(&house).await?;
    as_owner(&house.engine, "DELETE FROM log_root WHERE position = 1").await?;
    let found: Vec<String> =
        look(&house.store).await?.findings.iter().map(ToString::to_string).collect();
    assert!(found[0].starts_with("tile/0: the roots of 1 purged tiles are kept"), "{found:?}");
    Ok(())
}

/// No secret of the month is left in the file, nor in its free pages.
#[tokio::test]
async fn what_was_destroyed_is_not_in_the_file() -> Result<()> {
    let (house, _signer) = eleven_years(On::Sqlite).await?;
    let Engine::Sqlite { path } = house.engine.clone() else { anyhow::bail!("a file") };
    let (wrapped, sealed) = secret_and_sealed(&path).await?;
    let everywhere = |needle: &[u8]| -> Result<bool> {
        let mut found = false;
        for ending in ["", "-wal"] {
            let bytes = fs::read(format!("{path}{ending}")).unwrap_or_default();
            found |= bytes.windows(needle.len()).any(|window| window == needle);
        }
        Ok(found)
    };
    assert!(everywhere(&wrapped)? && everywhere(&sealed)?, "they were there");
    carried_out(&house).await?;
    as_owner(&house.engine, "PRAGMA wal_checkpoint(TRUNCATE)").await?;
    assert!(!everywhere(&wrapped)?, "the secret of the month");
    assert!(!everywhere(&sealed)?, "a sealed part");
    Ok(())
}

async fn secret_and_sealed(path: &str) -> Result<(Vec<u8>, Vec<u8>)> {
    use loket_store::Reader;
    let engine = Engine::Sqlite { path: path.to_owned() };
    let mut reader = Reader::open(&engine, Vault::new(&[42; 32])?).await?;
    let held = holds::held(&mut reader.view(), &HoldScope::default(), 0).await?;
    let sealed = held.get(5).context("an event")?.sealed.clone();
    let wrapped = loket_testkit::owner::bytes(
        &engine,
        "SELECT wrapped FROM log_secret WHERE name = 'month 2026-11'",
    )
    .await?;
    Ok((wrapped, sealed))
}

/// The command line, by the clock of this machine, over a house that began eleven years before.
#[tokio::test]
async fn the_command_line_shows_holds_exports_and_purges() -> Result<()> {
    let now = SystemClock.now();
    let house = House::begun(On::Sqlite, now.minus(days(11 * 366))).await?;
    let signer = Signer::open(plan(house.folder()), &house.store).await?;
    events(&house, &house.store, 700).await?;
    house.clock.advance(days(11 * 366 - 2));
    events(&house, &house.store, 30).await?;
    signer.sign(&house.store).await?;
    let command_line = Beside::new(&house)?;
    let folder = tempfile::tempdir()?;
    let published = folder.path().join("published");
    let place = published.to_string_lossy().into_owned();
    assert!(command_line.audit(&["tiles", &place])?.status.success());
    assert!(published.join("tile/entries/001").exists());

    let shown = command_line.audit(&["purge"])?;
    assert!(said(&shown).contains("Would go: 700 events, 0 to 699"), "{}", said(&shown));
    let wrong = command_line.audit(&["purge", "--confirm", "5", "--by", "A. A", "--by", "B. B"])?;
    assert_eq!(wrong.status.code(), Some(2), "{}", said(&wrong));
    let confirm = ["purge", "--confirm", "700", "--by", "An Peeters", "--by", "Bart Maes"];

    let over = ["hold", "place", "--from", "1990-01-01", "--until", "2100-01-01", "--reason"];
    let placed = command_line.audit(&[&over[..], &["Order 12 of the court"]].concat())?;
    let text = said(&placed);
    let hold = text.split(' ').nth(1).context("its name")?;
    let refused = command_line.audit(&confirm)?;
    assert!(said(&refused).contains("held_events_not_exported"), "{}", said(&refused));
    let (export, key) = (folder.path().join("export"), folder.path().join("hold.key"));
    let (export, key) = (export.to_string_lossy(), key.to_string_lossy());
    let written = command_line.audit(&["hold", "export", hold, &export, "--key", &key])?;
    assert!(said(&written).contains("held events below event"), "{}", said(&written));
    let alone = command_line.audit(&["purge", "--by", "An Peeters", "--by", "Bart Maes"])?;
    assert_eq!(alone.status.code(), Some(2), "nothing is confirmed: {}", said(&alone));
    let listed = command_line.audit(&["hold", "list"])?;
    assert!(said(&listed).contains("exported below event"), "{}", said(&listed));

    let purged = command_line.audit(&confirm)?;
    assert!(said(&purged).contains("Destroyed: 700 events"), "{}", said(&purged));
    let again = command_line.audit(&confirm)?;
    assert_eq!(again.status.code(), Some(2), "nothing is left to confirm: {}", said(&again));
    let whole = command_line.audit(&["check"])?;
    assert!(whole.status.success(), "{}", said(&whole));
    // What was published shrinks, and a verifier of others accepts what is left.
    let wrote = command_line.audit(&["tiles", &place])?;
    assert!(
        said(&wrote).contains("the log begins at event 700, 4 purged files"),
        "{}",
        said(&wrote)
    );
    assert!(!published.join("tile/entries/001").exists());
    let check = foreign_checker(folder.path())?;
    let vkey = signer.key()?.verifier().to_string();
    let checked = Command::new(&check).arg(&published).arg(&vkey).output()?;
    assert!(said(&checked).contains("the entries before 512 are gone"), "{}", said(&checked));
    // The held events stand by themselves: proved to a stranger, and opened with their key.
    let proved = command_line.audit(&["verify", &export, "--key", &vkey])?;
    assert!(proved.status.success(), "{}", said(&proved));
    let theirs = Command::new(&check).arg(&*export).arg(&vkey).output()?;
    assert!(theirs.status.success(), "{}", said(&theirs));
    let opened = open_hold(&export, &key)?;
    let lines: Vec<serde_json::Value> = String::from_utf8(opened.stdout)?
        .lines()
        .map(serde_json::from_str)
        .collect::<Result<_, _>>()?;
    assert!(lines.len() > 700, "{}", lines.len());
    assert_eq!(
        (&lines[0]["kind"], &lines[0]["values"]["actor"]),
        (&"server_stopped".into(), &"job test".into(),)
    );
    Ok(())
}

on_both! {
    what_is_older_than_ten_years_goes
    a_purge_needs_two_people_a_signed_head_and_no_hold
    a_purge_goes_on_after_a_kill
    a_purge_without_its_event_is_found
}

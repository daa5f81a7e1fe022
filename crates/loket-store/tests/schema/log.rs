//! The audit log in the write loop: the tree is that of the leaves whatever is refused, broken off or
//! written by two nodes at once, and a change of any part is found and named.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use futures_util::future::join_all;
use loket_domain::Refusal;
use loket_domain::audit::{About, Event, Search};
use loket_domain::caller::{Caller, Door};
use loket_domain::policy::Action;
use loket_store::log::check::{self, LogReport};
use loket_store::log::search;
use loket_store::{Audited, Call, Command, Engine, Failure, Permit, Scope, Store, StoreError, Tx};
use loket_testkit::house::{House, On, open_store, ssin};
use loket_testkit::on_both;
use loket_tlog::{Hash, leaf_hash, node_hash};
use serde::Serialize;

use crate::raw::Raw;

/// What a command of these tests does.
#[derive(Debug, Clone, Copy, Serialize)]
pub(crate) enum Act {
    Done,
    Several,
    Refused,
    Panics,
    TakesTooLong,
}

#[derive(Debug, Serialize)]
struct Doing(Act);

impl Command for Doing {
    type Output = ();
    const ACTION: Action = Action::RecordServer;

    fn scope(&self) -> Scope {
        Scope::NONE
    }

    async fn apply(&self, _: &mut Tx<'_>, _: Permit<'_, Self>) -> Result<Audited<()>, Failure> {
        let event = || Event::ServerStopped { reason: "Ganzenbloem".to_owned() };
        match self.0 {
            Act::Done => Ok(Audited::new((), event(), [])),
            Act::Several => Ok(Audited::new((), event(), [event(), event()])),
            Act::Refused => Err(Refusal::WrongStep.into()),
            Act::Panics => panic!("a command of the test"),
            Act::TakesTooLong => {
                tokio::time::sleep(Duration::from_secs(60)).await;
                Err(Refusal::WrongStep.into())
            }
        }
    }
}

pub(crate) fn call(store: &Store) -> Result<Call, StoreError> {
    let request = store.new_id()?;
    Ok(Call { caller: Caller::Job("test"), door: Door::Job, request, address: None })
}

pub(crate) async fn act(store: &Store, what: Act) -> Result<(), Failure> {
    store.run(call(store)?, Doing(what)).await
}

/// Many at once, so that they share batches.
pub(crate) async fn many(store: &Store, acts: impl IntoIterator<Item = Act>) {
    drop(join_all(acts.into_iter().map(|what| act(store, what))).await);
}

async fn look(store: &Store) -> Result<LogReport> {
    let mut reader = store.reader().await?;
    Ok(check::look(&mut reader.view(), &BTreeMap::new(), &mut |_| {}).await?)
}

/// The root as RFC 6962 section 2.1 defines it, without anything clever.
fn naive(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => loket_tlog::empty_root(),
        [one] => *one,
        more => {
            let (left, right) = more.split_at(more.len().next_power_of_two() / 2);
            node_hash(&naive(left), &naive(right))
        }
    }
}

pub(crate) async fn assert_whole(store: &Store, engine: &Engine) -> Result<u64> {
    let report = look(store).await?;
    assert_eq!(report.findings, []);
    let leaves = Raw::to(engine).await?.leaves().await?;
    let hashes: Vec<Hash> = leaves.iter().map(|leaf| leaf_hash(leaf)).collect();
    assert_eq!((report.events, report.size), (hashes.len() as u64, hashes.len() as u64));
    assert_eq!(report.root, naive(&hashes).to_string());
    Ok(report.size)
}

async fn the_tree_is_that_of_the_leaves_at_any_size(on: On) -> Result<()> {
    let house = House::new(on).await?;
    let mut size = assert_whole(&house.store, &house.engine).await?;
    // Around the widths of tiles, each time by a writer that was just started.
    for more in [1, 253, 1, 1, 1, 254, 3, 300, 210] {
        let store = open_store(&house.engine, Arc::clone(&house.clock)).await?;
        many(&store, (0..more).map(|_| Act::Done)).await;
        size += more;
        assert_eq!(assert_whole(&store, &house.engine).await?, size);
        store.close().await;
    }
    Ok(())
}

/// A command that says no, panics or takes too long is rolled back; what stands in the batch around it
/// keeps its place, and there is no gap.
async fn what_is_rolled_back_leaves_no_gap(on: On) -> Result<()> {
    let house = House::new(on).await?;
    let acts = [
        Act::Done,
        Act::Refused,
        Act::Several,
        Act::Panics,
        Act::Done,
        Act::TakesTooLong,
        Act::Several,
    ];
    many(&house.store, acts).await;
    many(&house.store, (0..300).map(|n| acts[n % 5])).await;
    // Twice nothing at all, once a refusal: 1 + 1 + 3 + 0 + 1 and so on.
    assert_eq!(assert_whole(&house.store, &house.engine).await?, 9 + 60 * 6);
    Ok(())
}

async fn two_nodes_write_one_log(on: On) -> Result<()> {
    let house = House::new(on).await?;
    let other = open_store(&house.engine, Arc::clone(&house.clock)).await?;
    for _ in 0..6 {
        tokio::join!(
            many(&house.store, (0..50).map(|_| Act::Done)),
            many(&other, (0..50).map(|n| if n % 7 == 0 { Act::Refused } else { Act::Several })),
        );
    }
    let size = assert_whole(&other, &house.engine).await?;
    assert_eq!(size, 6 * (50 + 8 + 42 * 3));
    Ok(())
}

/// Each change, and the beginning of what the check says of it.
const CHANGES: [(&str, &str); 12] = [
    (
        "UPDATE journal SET kind = 'server_started' WHERE sequence = 7",
        "event 7: row: the column kind",
    ),
    ("UPDATE journal SET at = at + 1 WHERE sequence = 7", "event 7: row: the column at"),
    (
        "UPDATE journal SET id = HEX'0199d4e5a1b27c3d8e4f5a6b7c8d9e0f' WHERE sequence = 7",
        "event 7: row: the column id",
    ),
    (
        "UPDATE journal SET registration_token = HEX'00000000000000000000000000000000' WHERE sequence = 7",
        "event 7: row: the column registration_token",
    ),
    (
        "UPDATE journal SET sealed = (SELECT sealed FROM journal WHERE sequence = 8) WHERE sequence = 7",
        "event 7: sealed part: ",
    ),
    (
        "UPDATE journal SET leaf = HEX'00' WHERE sequence = 7",
        "event 7: leaf: tile/0/000 has the hash of another",
    ),
    (
        "UPDATE journal SET leaf = (SELECT leaf FROM journal WHERE sequence = 8) WHERE sequence = 7",
        "event 7: leaf: tile/0/000",
    ),
    (
        "UPDATE journal SET leaf = (SELECT leaf FROM journal WHERE sequence = 298) WHERE sequence = 299",
        "event 299: row: the column id",
    ),
    ("DELETE FROM journal WHERE sequence = 7", "event 7: row: is missing"),
    (
        "DELETE FROM journal WHERE sequence >= 290",
        "event 290: row: is missing, and all after it up to event 299",
    ),
    ("DELETE FROM log_tile", "tile/0/000: is missing"),
    (
        "DELETE FROM log_secret WHERE name LIKE 'month %'",
        "event 0: the secret of month 2026-11 is not there",
    ),
];

async fn a_change_of_any_part_is_found_and_named(on: On) -> Result<()> {
    for (change, named) in CHANGES {
        let house = House::new(on).await?;
        many(&house.store, (0..300).map(|_| Act::Done)).await;
        let mut raw = Raw::to(&house.engine).await?;
        raw.remove_guards().await?;
        raw.run(change).await.map_err(anyhow::Error::msg)?;
        // Another program, which knows no secret yet.
        let vault = loket_store::Vault::new(&[42; 32])?;
        let mut reader = loket_store::Reader::open(&house.engine, vault).await?;
        let report = check::look(&mut reader.view(), &BTreeMap::new(), &mut |_| {}).await?;
        let found: Vec<String> = report.findings.iter().map(ToString::to_string).collect();
        assert!(found.iter().any(|one| one.starts_with(named)), "{change}: {found:#?}");
    }
    Ok(())
}

/// What stands at the end cannot be changed and written on: the next start refuses, with advice.
async fn nothing_is_written_behind_an_end_that_does_not_hold(on: On) -> Result<()> {
    for change in [
        "UPDATE journal SET leaf = (SELECT leaf FROM journal WHERE sequence = 298) WHERE sequence = 299",
        "DELETE FROM journal WHERE sequence = 299",
        "DELETE FROM log_tile",
        "UPDATE journal_head SET size = 299",
    ] {
        let house = House::new(on).await?;
        many(&house.store, (0..300).map(|_| Act::Done)).await;
        let mut raw = Raw::to(&house.engine).await?;
        raw.remove_guards().await?;
        raw.run(change).await.map_err(anyhow::Error::msg)?;
        let fault = open_store(&house.engine, Arc::clone(&house.clock)).await.err();
        let fault = fault.map(|fault| format!("{fault:#}")).unwrap_or_default();
        assert!(fault.contains("the end of the audit log"), "{change}: {fault}");
        assert!(fault.contains("loket doctor --deep"), "{change}: {fault}");
    }
    Ok(())
}

#[tokio::test]
async fn events_from_before_the_log_are_refused_with_what_to_do() -> Result<()> {
    let house = House::new(On::Sqlite).await?;
    let path = house.folder().join("old.db");
    std::fs::write(&path, "")?;
    let engine = Engine::Sqlite { path: path.to_string_lossy().into_owned() };
    let mut raw = Raw::to(&engine).await?;
    raw.run(
        "CREATE TABLE _sqlx_migrations (version BIGINT); INSERT INTO _sqlx_migrations VALUES (9);
         CREATE TABLE journal_head (id BIGINT, size BIGINT); INSERT INTO journal_head VALUES (1, 12);",
    )
    .await
    .map_err(anyhow::Error::msg)?;
    let fault = open_store(&engine, Arc::clone(&house.clock)).await.err();
    let fault = fault.map(|fault| fault.to_string()).unwrap_or_default();
    assert!(fault.contains("make demo-reset"), "{fault}");
    Ok(())
}

/// The journal as it was before migration 16: whole tokens, and one more of them.
fn before_tokens_were_cut(on: On) -> String {
    let longer = |column: &str| match on {
        On::Sqlite => format!("{column} = CAST({column} || x'000000000000' AS BLOB)"),
        On::Postgres => format!("{column} = {column} || '\\x000000000000'"),
    };
    let tokens = ["person", "officer", "organisation", "registration"];
    let columns = tokens.map(|name| longer(&format!("{name}_token"))).join(", ");
    let (bytes, before, after) = match on {
        On::Sqlite => (
            "BLOB",
            "DROP TRIGGER journal_is_append_only_update;",
            "CREATE TRIGGER journal_is_append_only_update BEFORE UPDATE ON journal
             BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;",
        ),
        On::Postgres => (
            "BYTEA",
            "ALTER TABLE journal DISABLE TRIGGER journal_is_append_only;",
            "ALTER TABLE journal ENABLE TRIGGER journal_is_append_only;",
        ),
    };
    format!(
        "{before} ALTER TABLE journal ADD COLUMN session_token {bytes};
         DROP INDEX journal_by_person; CREATE INDEX journal_by_person ON journal (person_token);
         UPDATE journal SET {columns}; {after} DELETE FROM _sqlx_migrations WHERE version = 16;"
    )
}

async fn the_tokens_of_an_older_database_are_cut(on: On) -> Result<()> {
    let house = House::new(on).await?;
    let organisation = house.organisation("Stad Halle", "0200000142").await?;
    house.officer(organisation, ssin(1)?).await?;
    let mut raw = Raw::to(&house.engine).await?;
    let indexes = raw.indexes("journal").await?;
    raw.run(&before_tokens_were_cut(on)).await.map_err(anyhow::Error::msg)?;
    assert!(raw.lengths("journal", "organisation_token").await?.contains(&16));
    let store = open_store(&house.engine, Arc::clone(&house.clock)).await?;
    let mut reader = store.reader().await?;
    let report = check::look(&mut reader.view(), &BTreeMap::new(), &mut |_| {}).await?;
    assert!(report.findings.is_empty(), "{:?}", report.findings);
    assert_eq!(raw.indexes("journal").await?, indexes, "as a new database has them");
    let of_it = Search { about: Some(About::Organisation(organisation)), ..Search::default() };
    let found = search::page(&mut reader.view(), &of_it, None, 50).await?;
    assert!(!found.is_empty(), "found by what is left of its token");
    let changed = raw.run("UPDATE journal SET person_token = NULL").await;
    assert!(changed.is_err_and(|fault| fault.contains("append-only")), "the guard is back");
    Ok(())
}

on_both! {
    the_tokens_of_an_older_database_are_cut
    the_tree_is_that_of_the_leaves_at_any_size
    what_is_rolled_back_leaves_no_gap
    two_nodes_write_one_log
    a_change_of_any_part_is_found_and_named
    nothing_is_written_behind_an_end_that_does_not_hold
}

//! The program is killed at random moments while several of it write at once; what was told stands in the
//! log once and in order, nothing stands there without its row nor the other way round, and what a signer
//! signs along the way is never forked. `LOKET_TEST_KILLS` asks for more kills, such as a thousand.

use std::collections::{BTreeMap, HashMap};
use std::io::Read as _;
use std::process::{Child, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use anyhow::{Context as _, Result};
use loket::audit::signer::Signer;
use loket_store::log::{check, holds};
use loket_store::{Store, journal};
use loket_testkit::house::{House, On};
use tokio::time::Instant;

use crate::audit_log::Beside;
use crate::signer::plan;

/// Programs that write at once.
const WRITERS: usize = 4;
const KILLS: usize = 40;

#[expect(clippy::disallowed_methods, reason = "the test alone is told how long it may take")]
fn kills() -> usize {
    std::env::var("LOKET_TEST_KILLS").ok().and_then(|kills| kills.parse().ok()).unwrap_or(KILLS)
}

/// A number below a bound.
fn random(store: &Store, below: u64) -> Result<u64> {
    Ok(u64::from_le_bytes(store.random()?) % below.max(1))
}

/// What a program said before its end, if that was whole.
fn told(child: &mut Child) -> Option<String> {
    let mut text = String::new();
    child.stdout.take()?.read_to_string(&mut text).ok()?;
    let hold = text.strip_prefix("Hold ")?.split(' ').next()?;
    text.ends_with('\n').then(|| hold.to_owned())
}

/// Writes again and again, killed most of the time, until there were enough kills.
fn writer(command_line: &Beside<'_>, store: &Store, done: &AtomicUsize) -> Result<Vec<String>> {
    let over = ["hold", "place", "--from", "2026-01-01", "--until", "2027-01-01", "--reason"];
    let start = || {
        let mut command = command_line.command(&[&over[..], &["killed while it writes"]].concat());
        command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn()
    };
    // The first is left alone: so long one takes, and the others are killed somewhere in between.
    let begun = Instant::now();
    let mut child = start()?;
    child.wait()?;
    let whole = begun.elapsed().mul_f64(1.3);
    let mut ledger = vec![told(&mut child).context("nobody killed it")?];
    while done.load(Ordering::Relaxed) < kills() {
        let mut child = start()?;
        let patience = Duration::from_micros(random(store, u64::try_from(whole.as_micros())?)?);
        std::thread::sleep(patience);
        if child.try_wait()?.is_none() {
            child.kill()?;
            done.fetch_add(1, Ordering::Relaxed);
        }
        child.wait()?;
        ledger.extend(told(&mut child));
    }
    Ok(ledger)
}

async fn nothing_is_lost_doubled_or_forked(on: On) -> Result<()> {
    let house = House::new(on).await?;
    let signer = Signer::open(plan(house.folder()), &house.store).await?;
    let command_line = Beside::new(&house)?;
    let done = AtomicUsize::new(0);
    let ledgers = std::thread::scope(|scope| -> Result<Vec<Vec<String>>> {
        let threads: Vec<_> = (0..WRITERS)
            .map(|_| scope.spawn(|| writer(&command_line, &house.store, &done)))
            .collect();
        let mut ledgers = Vec::new();
        for thread in threads {
            ledgers.push(thread.join().expect("its panic is printed above")?);
        }
        Ok(ledgers)
    })?;
    signer.sign(&house.store).await?;
    let mut reader = house.store.reader().await?;
    let view = &mut reader.view();
    let report = check::look(view, &BTreeMap::new(), &mut |_| {}).await?;
    assert_eq!(report.findings, []);
    let events = journal::plain_of_kind(view, "audit_hold_placed").await?;
    let mut places = HashMap::new();
    for (place, plain) in events.iter().enumerate() {
        let plain: serde_json::Value = serde_json::from_str(plain)?;
        let hold = plain["hold"].as_str().context("its hold")?.to_owned();
        assert!(places.insert(hold, place).is_none(), "doubled: {plain}");
    }
    let rows: Vec<String> = holds::all(view).await?.iter().map(|row| row.id.to_string()).collect();
    assert_eq!(rows.len(), places.len(), "rows and events");
    assert!(rows.iter().all(|row| places.contains_key(row)), "a row without its event");
    let (mut written, kills) = (0, done.load(Ordering::Relaxed));
    for ledger in &ledgers {
        let found: Vec<usize> = ledger
            .iter()
            .map(|hold| places.get(hold).copied().with_context(|| format!("lost: {hold}")))
            .collect::<Result<_>>()?;
        assert!(found.is_sorted(), "reordered: {found:?}");
        written += found.len();
    }
    println!("{kills} kills, {written} told, {} written", places.len());
    assert!(kills >= self::kills(), "{kills}");
    assert!(places.len() >= WRITERS, "nothing was written between the kills");
    Ok(())
}

mod a_thousand_kills {
    use super::*;
    #[tokio::test]
    async fn sqlite() -> Result<()> {
        nothing_is_lost_doubled_or_forked(On::Sqlite).await
    }
    #[tokio::test]
    async fn postgres() -> Result<()> {
        nothing_is_lost_doubled_or_forked(On::Postgres).await
    }
}

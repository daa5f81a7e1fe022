//! Events wait for their rows until their batch ends: what asks for them within it finds them all the same, and they
//! outlive a command that is rolled back after it had them written.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use anyhow::{Context as _, Result};
use futures_util::FutureExt as _;
use futures_util::future::{BoxFuture, join_all};
use loket_domain::Refusal;
use loket_domain::audit::Event;
use loket_domain::policy::Action;
use loket_store::{
    Audited, Command, Failure, Permit, Scope, Store, Tx, Visit, VisitKind, journal, tables,
};
use loket_testkit::house::{House, On, StandingClock};
use loket_testkit::on_both;
use serde::Serialize;
use tokio::sync::Notify;

use crate::log::{Act, act, assert_whole, call, many};
use crate::raw::Raw;

/// How a look ends.
#[derive(Debug, Clone, Copy, Serialize)]
enum Ends {
    Well,
    Refused,
    InPanic,
    TooLate,
}

/// What a look saw.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Seen {
    /// Events that have a row.
    rows: u64,
    /// Events that are committed.
    committed: u64,
}

/// What a command of these tests does before it leaves its event.
#[derive(Debug, Serialize)]
enum Doing {
    /// Holds the writer up, so that what comes meanwhile shares the next batch.
    HoldingUp {
        #[serde(skip)]
        entered: Arc<Notify>,
        #[serde(skip)]
        go_on: Arc<Notify>,
    },
    /// Ends a visit and looks how many events there are.
    Looking {
        ends: Ends,
        visit: [u8; 32],
        #[serde(skip)]
        seen: Arc<Mutex<Vec<Seen>>>,
    },
    /// Lets the month turn.
    Turning {
        #[serde(skip)]
        clock: Arc<StandingClock>,
    },
    /// Reads a table that may not be there.
    Reading,
}

impl Command for Doing {
    type Output = ();
    const ACTION: Action = Action::RecordServer;

    fn scope(&self) -> Scope {
        Scope::NONE
    }

    async fn apply(&self, tx: &mut Tx<'_>, _: Permit<'_, Self>) -> Result<Audited<()>, Failure> {
        match self {
            Self::HoldingUp { entered, go_on } => {
                entered.notify_one();
                go_on.notified().await;
            }
            Self::Looking { ends, visit, seen } => {
                tables::visitor::end(tx, *visit, VisitKind::SignIn).await?;
                let rows = journal::kinds_since(&mut tx.view(), 0).await?.len() as u64;
                let committed = journal::size(&mut tx.view()).await?;
                seen.lock().expect("nobody panicked").push(Seen { rows, committed });
                match ends {
                    Ends::Well => {}
                    Ends::Refused => return Err(Refusal::WrongStep.into()),
                    Ends::InPanic => panic!("a command of the test"),
                    Ends::TooLate => std::future::pending().await,
                }
            }
            Self::Turning { clock } => clock.advance(Duration::from_secs(32 * 24 * 3600)),
            Self::Reading => {
                tables::setting::replace(tx, &BTreeMap::new()).await?;
            }
        }
        Ok(Audited::new((), Event::ServerStopped { reason: "a test".to_owned() }, []))
    }
}

async fn run(store: &Store, what: Doing) -> Result<(), Failure> {
    store.run(call(store)?, what).await
}

/// Runs all of them in one batch; returns what came of each.
async fn in_one_batch(
    store: &Store,
    acts: Vec<BoxFuture<'_, Result<(), Failure>>>,
) -> Result<Vec<Result<(), Failure>>> {
    let (entered, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let first = Doing::HoldingUp { entered: Arc::clone(&entered), go_on: Arc::clone(&go_on) };
    let first = run(store, first);
    let rest = async {
        entered.notified().await;
        // The last is asked when all before it are in the queue.
        let last = async {
            go_on.notify_one();
            Ok(())
        };
        join_all(acts.into_iter().chain([last.boxed()])).await
    };
    let (first, mut rest) = tokio::join!(first, rest);
    first?;
    rest.pop();
    Ok(rest)
}

async fn what_waits_is_found_and_outlives_what_is_rolled_back(on: On) -> Result<()> {
    let house = House::new(on).await?;
    let store = &house.store;
    let before = assert_whole(store, &house.engine).await?;
    let seen = Arc::new(Mutex::new(Vec::new()));
    let done = |count: usize| (0..count).map(|_| act(store, Act::Done).boxed());
    let looking =
        |visit, ends| run(store, Doing::Looking { ends, visit, seen: Arc::clone(&seen) }).boxed();
    let mut acts: Vec<BoxFuture<'_, _>> = done(10).collect();
    // Who changed nothing has nothing to undo.
    acts.push(act(store, Act::Refused).boxed());
    let looks = [
        (Ends::Refused, 3),
        (Ends::InPanic, 2),
        (Ends::Well, 9),
        (Ends::TooLate, 17),
        (Ends::Refused, 0),
    ];
    for (number, (ends, then)) in (0..).zip(looks) {
        let until = store.now().plus(Duration::from_secs(60));
        let visit = Visit { token_hash: [number; 32], kind: VisitKind::SignIn, until };
        store.put_visit(visit, String::new()).await?;
        acts.push(looking([number; 32], ends));
        acts.extend(done(then));
    }
    let count = acts.len();
    let came = in_one_batch(store, acts).await?;
    let good = came.iter().filter(|came| came.is_ok()).count();
    let broken = came.iter().filter(|came| matches!(came, Err(Failure::Broken(_)))).count();
    // Three were refused.
    assert_eq!((good, broken), (count - 5, 2), "{came:?}");
    for (number, (ends, _)) in (0..).zip(looks) {
        let stands = store.peek_visit([number; 32], VisitKind::SignIn).await?.is_some();
        assert_eq!(stands, !matches!(ends, Ends::Well), "{ends:?} at {number}");
    }
    // The one that held the writer up is committed, the rest is one batch: ten and a refusal; the first refused look
    // and three; two more, since a panic leaves nothing; the look that ended well and nine; seventeen, since who is
    // late leaves nothing.
    let committed = before + 1;
    let rows = [11, 15, 17, 27, 44].map(|more| Seen { rows: committed + more, committed });
    assert_eq!(seen.lock().ok().context("nobody panicked")?.as_slice(), rows);
    assert_eq!(assert_whole(store, &house.engine).await?, committed + 45);
    // Alone in its commit.
    looking([9; 32], Ends::Refused).await.expect_err("it refuses");
    assert_eq!(assert_whole(store, &house.engine).await?, committed + 46);
    Ok(())
}

async fn a_month_turns_within_a_batch(on: On) -> Result<()> {
    let house = House::new(on).await?;
    let store = &house.store;
    let before = assert_whole(store, &house.engine).await?;
    let seen = Arc::new(Mutex::new(Vec::new()));
    let looking =
        |ends| run(store, Doing::Looking { ends, visit: [9; 32], seen: Arc::clone(&seen) }).boxed();
    let turning = || run(store, Doing::Turning { clock: Arc::clone(&house.clock) }).boxed();
    let done = || act(store, Act::Done).boxed();
    let acts = vec![
        done(),
        turning(),
        done(),
        looking(Ends::Refused),
        turning(),
        looking(Ends::Refused),
        done(),
        turning(),
        act(store, Act::Refused).boxed(),
        done(),
    ];
    in_one_batch(store, acts).await?;
    // All of it can be opened with the secrets of its months.
    assert_eq!(assert_whole(store, &house.engine).await?, before + 1 + 10);
    many(store, (0..20).map(|_| Act::Done)).await;
    assert_eq!(assert_whole(store, &house.engine).await?, before + 11 + 20);
    Ok(())
}

/// A disk that fails at a read takes SQLite's whole transaction along.
async fn a_read_that_fails_leaves_nothing_by_halves(on: On) -> Result<()> {
    let house = House::new(on).await?;
    let store = &house.store;
    let before = assert_whole(store, &house.engine).await?;
    let mut raw = Raw::to(&house.engine).await?;
    let rename = |from, to| format!("ALTER TABLE {from} RENAME TO {to}");
    raw.run(&rename("setting", "elsewhere")).await.map_err(anyhow::Error::msg)?;
    let done = |count: usize| (0..count).map(|_| act(store, Act::Done).boxed());
    let mut acts: Vec<BoxFuture<'_, _>> = done(3).collect();
    acts.push(run(store, Doing::Reading).boxed());
    acts.extend(done(3));
    let came = in_one_batch(store, acts).await?;
    let good = came.iter().filter(|came| came.is_ok()).count() as u64;
    // PostgreSQL goes back to the savepoint.
    assert_eq!(good, if matches!(on, On::Postgres) { 6 } else { 0 }, "{came:?}");
    assert_eq!(assert_whole(store, &house.engine).await?, before + 1 + good);
    raw.run(&rename("elsewhere", "setting")).await.map_err(anyhow::Error::msg)?;
    run(store, Doing::Reading).await?;
    assert_eq!(assert_whole(store, &house.engine).await?, before + 1 + good + 1);
    Ok(())
}

on_both! {
    what_waits_is_found_and_outlives_what_is_rolled_back
    a_month_turns_within_a_batch
    a_read_that_fails_leaves_nothing_by_halves
}

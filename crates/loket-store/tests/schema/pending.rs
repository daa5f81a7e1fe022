//! Events wait for their rows until their batch ends: what asks for them within it finds them all the same, and they
//! outlive a command that is rolled back after it had them written.

use std::sync::{Arc, Mutex};

use anyhow::{Context as _, Result};
use futures_util::FutureExt as _;
use futures_util::future::{BoxFuture, join_all};
use loket_domain::Refusal;
use loket_domain::audit::Event;
use loket_domain::policy::Action;
use loket_store::{Audited, Command, Failure, Permit, Scope, Store, Tx, journal};
use loket_testkit::house::{House, On};
use loket_testkit::on_both;
use serde::Serialize;
use tokio::sync::Notify;

use crate::log::{Act, act, assert_whole, call};

/// Holds the writer up, so that what comes meanwhile shares the next batch.
#[derive(Debug, Serialize)]
struct HoldingUp {
    #[serde(skip)]
    entered: Arc<Notify>,
    #[serde(skip)]
    go_on: Arc<Notify>,
}

impl Command for HoldingUp {
    type Output = ();
    const ACTION: Action = Action::RecordServer;

    fn scope(&self) -> Scope {
        Scope::NONE
    }

    async fn apply(&self, _: &mut Tx<'_>, _: Permit<'_, Self>) -> Result<Audited<()>, Failure> {
        self.entered.notify_one();
        self.go_on.notified().await;
        Ok(Audited::new((), Event::ServerStopped { reason: "first".to_owned() }, []))
    }
}

/// Looks how many events there are, and refuses afterwards or not.
#[derive(Debug, Serialize)]
struct Looking {
    refuses: bool,
    #[serde(skip)]
    seen: Arc<Mutex<Vec<usize>>>,
}

impl Command for Looking {
    type Output = ();
    const ACTION: Action = Action::RecordServer;

    fn scope(&self) -> Scope {
        Scope::NONE
    }

    async fn apply(&self, tx: &mut Tx<'_>, _: Permit<'_, Self>) -> Result<Audited<()>, Failure> {
        let seen = journal::kinds_since(&mut tx.view(), 0).await?.len();
        self.seen.lock().expect("nobody panicked").push(seen);
        if self.refuses {
            return Err(Refusal::WrongStep.into());
        }
        Ok(Audited::new((), Event::ServerStopped { reason: "seen".to_owned() }, []))
    }
}

/// Runs all of them in one batch.
async fn in_one_batch(store: &Store, acts: Vec<BoxFuture<'_, Result<(), Failure>>>) -> Result<()> {
    let (entered, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let first = HoldingUp { entered: Arc::clone(&entered), go_on: Arc::clone(&go_on) };
    let first = store.run(call(store)?, first);
    let rest = async {
        entered.notified().await;
        // The last is asked when all before it are in the queue.
        let last = async {
            go_on.notify_one();
            Ok(())
        };
        join_all(acts.into_iter().chain([last.boxed()])).await
    };
    let (first, rest) = tokio::join!(first, rest);
    first?;
    assert!(rest.iter().all(|done| matches!(done, Ok(()) | Err(Failure::Refused(_)))), "{rest:?}");
    Ok(())
}

async fn what_waits_is_found_and_outlives_a_refusal(on: On) -> Result<()> {
    let house = House::new(on).await?;
    let store = &house.store;
    let before = usize::try_from(assert_whole(store, &house.engine).await?)?;
    let seen = Arc::new(Mutex::new(Vec::new()));
    let done = |count: usize| (0..count).map(|_| act(store, Act::Done).boxed());
    let looking = |refuses| {
        let seen = Arc::clone(&seen);
        let call = call(store);
        async move { store.run(call?, Looking { refuses, seen }).await }.boxed()
    };
    let mut acts: Vec<BoxFuture<'_, _>> = done(11).collect();
    acts.push(looking(true));
    acts.extend(done(3));
    acts.push(looking(false));
    acts.extend(done(9));
    acts.push(looking(true));
    in_one_batch(store, acts).await?;
    // The one that held the writer up, eleven; the refusal of the first look, three; the second look, nine.
    let seen = seen.lock().ok().context("nobody panicked")?.clone();
    assert_eq!(seen, [before + 12, before + 16, before + 26]);
    assert_eq!(usize::try_from(assert_whole(store, &house.engine).await?)?, before + 27);
    Ok(())
}

on_both! { what_waits_is_found_and_outlives_a_refusal }

//! How long an event waits for the checkpoint that covers it: 64 writers with some thousand events a second
//! in all, on SQLite, beside the signer as a server runs it. Checks nothing; prints the ages of what was sampled.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::Result;
use loket::audit::Signer;
use loket::audit::signer::{SignerPlan, work};
use loket_app::Call;
use loket_app::commands::record_server::RecordServer;
use loket_domain::caller::{Caller, Door};
use loket_store::log::checkpoints;
use loket_store::{Store, journal};
use loket_testkit::house::{House, On};
use tokio::sync::watch;
use tokio::time::{Instant, sleep};

const WRITERS: usize = 64;
/// What each of them waits after an event.
const PAUSE: Duration = Duration::from_millis(50);
const SPAN: Duration = Duration::from_secs(30);
/// Between two events whose age is taken, no divisor of a second.
const SAMPLED_EVERY: Duration = Duration::from_millis(13);
const LOOKED_EVERY: Duration = Duration::from_millis(1);

async fn event(store: &Store) -> Result<()> {
    let (caller, request) = (Caller::Job("bench"), store.new_id()?);
    let call = Call { caller, door: Door::Job, request, address: None };
    store.run(call, RecordServer::Stopped { reason: "a benchmark".to_owned() }).await?;
    Ok(())
}

/// When the checkpoint was first seen to cover so many events.
type Seen = Arc<Mutex<Vec<(u64, Instant)>>>;

async fn look(store: &Store, seen: &Seen) -> Result<()> {
    loop {
        let mut reader = store.reader().await?;
        let size = checkpoints::newest(&mut reader.view()).await?.map_or(0, |newest| newest.size);
        drop(reader);
        {
            let mut seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
            if seen.last().is_none_or(|(before, _)| *before < size) {
                seen.push((size, Instant::now()));
            }
        }
        sleep(LOOKED_EVERY).await;
    }
}

async fn sample(store: &Store) -> Result<Vec<(u64, Instant)>> {
    let (begun, mut committed) = (Instant::now(), Vec::new());
    while begun.elapsed() < SPAN {
        event(store).await?;
        let at = Instant::now();
        let mut reader = store.reader().await?;
        committed.push((journal::size(&mut reader.view()).await?, at));
        drop(reader);
        sleep(SAMPLED_EVERY).await;
    }
    Ok(committed)
}

#[tokio::main]
async fn main() -> Result<()> {
    let house = House::new(On::Sqlite).await?;
    let file = |name: &str| house.folder().join(name);
    let plan = SignerPlan {
        base: "bench.example.be/audit".to_owned(),
        key: file("loket.audit.key"),
        state: file("loket.audit.state"),
    };
    event(&house.store).await?;
    let signer = Signer::open(plan, &house.store).await?;
    let (_stop, going_on) = watch::channel(false);
    let signing = house.store.clone();
    tokio::spawn(async move { work(&signer, &signing, going_on).await });
    for _ in 0..WRITERS {
        let store = house.store.clone();
        tokio::spawn(async move {
            while event(&store).await.is_ok() {
                sleep(PAUSE).await;
            }
        });
    }
    let seen = Seen::default();
    let looking = (house.store.clone(), Arc::clone(&seen));
    tokio::spawn(async move { look(&looking.0, &looking.1).await });
    let committed = sample(&house.store).await?;
    sleep(Duration::from_secs(3)).await;
    let seen = seen.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let mut ages: Vec<Duration> = Vec::new();
    for (size, at) in &committed {
        let covered = seen.iter().find(|(signed, _)| signed >= size);
        ages.extend(covered.map(|(_, when)| when.duration_since(*at)));
    }
    ages.sort_unstable();
    let at = |share: usize| ages.get((ages.len() * share / 100).min(ages.len() - 1)).copied();
    let (size, not_covered) =
        (committed.last().map_or(0, |last| last.0), committed.len() - ages.len());
    #[expect(clippy::print_stdout, reason = "a benchmark tells what it measured")]
    {
        println!(
            "{} events a second; of {} sampled, {not_covered} not covered",
            size / SPAN.as_secs(),
            committed.len()
        );
        println!(
            "from commit to checkpoint: median {} ms, p99 {} ms, longest {} ms",
            at(50).unwrap_or_default().as_millis(),
            at(99).unwrap_or_default().as_millis(),
            ages.last().copied().unwrap_or_default().as_millis()
        );
    }
    Ok(())
}

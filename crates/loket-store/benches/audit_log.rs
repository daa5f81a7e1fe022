//! What the audit log costs beside a database that only keeps rows, on SQLite: 64 writers, each event a command
//! with its leaf, sealed part and tree, against group commits that do nothing else: the same rows in commits of the
//! same size, in one of three ways: each in a savepoint of its own, as whoever must take one row back alone does;
//! each by a statement of its own; eight in a statement, as the log writes them (decision 0042). They stand in the
//! indexes that these events of the log are in too, 64 in a commit, as many as there are writers. Also bytes and
//! processor time of an event, and how fast the whole log is checked. Ratios of one run, since the disk of a machine
//! decides over everything else.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use loket_domain::audit::Event;
use loket_domain::caller::{Caller, Door};
use loket_domain::policy::Action;
use loket_store::log::check;
use loket_store::{
    Audited, Call, Command, Engine, Failure, Limits, Permit, Scope, Settings, Store, SystemClock,
    SystemEntropy, Tx, Vault,
};
use serde::Serialize;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{ConnectOptions as _, Connection as _, Executor as _, SqliteConnection};

const WRITERS: u32 = 64;
const EVENTS: u32 = 32_000;
/// Rounds, of which the median counts; probe and log take turns.
const ROUNDS: usize = 5;

type Fault = Box<dyn std::error::Error>;

#[derive(Debug, Serialize)]
struct Written;

impl Command for Written {
    type Output = ();
    const ACTION: Action = Action::RecordServer;

    fn scope(&self) -> Scope {
        Scope::NONE
    }

    async fn apply(&self, _: &mut Tx<'_>, _: Permit<'_, Self>) -> Result<Audited<()>, Failure> {
        Ok(Audited::new((), Event::ServerStopped { reason: "a benchmark".to_owned() }, []))
    }
}

/// Seconds by the clock and by the processor.
struct Took {
    wall: f64,
    processor: f64,
}

/// Processor time of this process, in hundredths of a second (proc(5), fields 14 and 15).
fn ticks() -> Result<f64, Fault> {
    let stat = std::fs::read_to_string("/proc/self/stat")?;
    let fields = stat.rsplit(") ").next().unwrap_or_default().split(' ');
    let used: Vec<f64> = fields.skip(11).take(2).map(str::parse).collect::<Result<_, _>>()?;
    Ok(used.iter().sum())
}

#[expect(clippy::disallowed_methods, reason = "a benchmark measures with the clock")]
async fn took(work: impl Future<Output = Result<(), Fault>>) -> Result<Took, Fault> {
    let (before, start) = (ticks()?, std::time::Instant::now());
    work.await?;
    Ok(Took { wall: start.elapsed().as_secs_f64(), processor: (ticks()? - before) / 100.0 })
}

async fn opened(path: &Path) -> Result<Store, Fault> {
    let settings = Settings {
        engine: Engine::Sqlite { path: path.to_string_lossy().into_owned() },
        node: "bench".to_owned(),
        terms_version: "2026-01".to_owned(),
        hands_keys_over: false,
        limits: Limits::default(),
    };
    let (clock, entropy) = (Arc::new(SystemClock), Arc::new(SystemEntropy::default()));
    Ok(Store::open(settings, Vault::new(&[42; 32])?, clock, entropy).await?)
}

/// 64 writers, each waiting for its own answer before it goes on.
async fn write(store: &Store) -> Result<(), Fault> {
    let mut writers = tokio::task::JoinSet::new();
    for _ in 0..WRITERS {
        let store = store.clone();
        writers.spawn(async move {
            for _ in 0..EVENTS / WRITERS {
                let request = store.new_id()?;
                let caller = Caller::Job("bench");
                store
                    .run(Call { caller, door: Door::Job, request, address: None }, Written)
                    .await?;
            }
            Ok::<_, Failure>(())
        });
    }
    while let Some(done) = writers.join_next().await {
        done??;
    }
    Ok(())
}

/// How bare rows are written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    InSavepoints,
    OneByOne,
    EightByEight,
}

const ONE: &str =
    "INSERT INTO journal (sequence, id, at, kind, leaf, sealed) VALUES (?, ?, ?, ?, ?, ?)";
const EIGHT: &str = "INSERT INTO journal (sequence, id, at, kind, leaf, sealed) VALUES (?, ?, ?, ?, ?, ?),
    (?, ?, ?, ?, ?, ?), (?, ?, ?, ?, ?, ?), (?, ?, ?, ?, ?, ?), (?, ?, ?, ?, ?, ?), (?, ?, ?, ?, ?, ?),
    (?, ?, ?, ?, ?, ?), (?, ?, ?, ?, ?, ?)";

/// The same rows, 64 in a commit.
async fn probe(
    connection: &mut SqliteConnection,
    (leaf, sealed): (&[u8], &[u8]),
    from: i64,
    way: Way,
) -> Result<(), Fault> {
    let (sql, rows) = if way == Way::EightByEight { (EIGHT, 8) } else { (ONE, 1) };
    for batch in 0..i64::from(EVENTS / WRITERS) {
        connection.execute("BEGIN IMMEDIATE").await?;
        for first in (0..i64::from(WRITERS)).step_by(rows) {
            if way == Way::InSavepoints {
                sqlx::query("SAVEPOINT one").execute(&mut *connection).await?;
            }
            let mut query = sqlx::query(sql);
            for sequence in (from + batch * i64::from(WRITERS) + first..).take(rows) {
                let id = [&sequence.to_be_bytes()[..], &[7; 8]].concat();
                query = query.bind(sequence).bind(id).bind(sequence).bind("server_stopped");
                query = query.bind(leaf).bind(sealed);
            }
            query.execute(&mut *connection).await?;
            if way == Way::InSavepoints {
                sqlx::query("RELEASE SAVEPOINT one").execute(&mut *connection).await?;
            }
        }
        connection.execute("COMMIT").await?;
    }
    Ok(())
}

async fn bare(path: &Path) -> Result<SqliteConnection, Fault> {
    let mut connection = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .connect()
        .await?;
    connection
        .execute(
            "CREATE TABLE journal (sequence INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, at INTEGER NOT NULL,
               kind TEXT NOT NULL, leaf BLOB NOT NULL, sealed BLOB NOT NULL) STRICT;
             CREATE INDEX by_kind ON journal (kind, at);
             CREATE INDEX by_time ON journal (at);",
        )
        .await?;
    Ok(connection)
}

fn median(mut all: Vec<f64>) -> f64 {
    all.sort_by(f64::total_cmp);
    all.get(all.len() / 2).copied().unwrap_or_default()
}

async fn parts(path: &Path) -> Result<(Vec<u8>, Vec<u8>), Fault> {
    let url = format!("sqlite://{}", path.display());
    let mut connection = SqliteConnection::connect(&url).await?;
    let leaf = sqlx::query_scalar("SELECT leaf FROM journal WHERE sequence = 9");
    let leaf = leaf.fetch_one(&mut connection).await?;
    let sealed = sqlx::query_scalar("SELECT sealed FROM journal WHERE sequence = 9");
    Ok((leaf, sealed.fetch_one(&mut connection).await?))
}

fn main() -> Result<(), Fault> {
    tokio::runtime::Runtime::new()?.block_on(measure())
}

#[expect(clippy::cast_precision_loss, reason = "figures for people")]
async fn measure() -> Result<(), Fault> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("loket.db");
    let store = opened(&path).await?;
    write(&store).await?;
    let (leaf, sealed) = parts(&path).await?;
    let mut beside = bare(&folder.path().join("probe.db")).await?;
    let ways = [Way::InSavepoints, Way::OneByOne, Way::EightByEight];
    let (mut rates, mut costs) = (ways.map(|_| Vec::new()), ways.map(|_| Vec::new()));
    let (mut processor, mut speeds) = (Vec::new(), Vec::new());
    let (events, mut from) = (f64::from(EVENTS), 0);
    for _ in 0..ROUNDS {
        let mut bare = Vec::new();
        for way in ways {
            bare.push(took(probe(&mut beside, (&leaf, &sealed), from, way)).await?);
            from += i64::from(EVENTS);
        }
        let log = took(write(&store)).await?;
        for ((bare, rates), costs) in bare.iter().zip(&mut rates).zip(&mut costs) {
            rates.push(bare.wall / log.wall * 100.0);
            costs.push(bare.processor / events * 1e6);
        }
        speeds.push(events / log.wall);
        processor.push(log.processor / events * 1e6);
    }
    let mut size = 0;
    let checked = took(async {
        let mut reader = store.reader().await?;
        let report = check::look(&mut reader.view(), &BTreeMap::new(), &mut |_| {}).await?;
        size = report.size;
        report.findings.is_empty().then_some(()).ok_or_else(|| "the log is not whole".into())
    })
    .await?;
    store.close().await;
    // The last connection that closes puts the write-ahead log into the file.
    tokio::time::sleep(Duration::from_secs(1)).await;
    let bytes = std::fs::metadata(&path)?.len() as f64 / size as f64;
    let mut out = std::io::stdout().lock();
    writeln!(
        out,
        "64 writers: {:.0} events a second, {:.1} microseconds of processor time each",
        median(speeds),
        median(processor)
    )?;
    let named =
        ["in savepoints of their own", "by statements of their own", "eight in a statement"];
    for ((rates, costs), named) in rates.into_iter().zip(costs).zip(named) {
        writeln!(
            out,
            "that is {:.0} % of a group commit of bare rows {named} ({:.1} microseconds a row)",
            median(rates),
            median(costs)
        )?;
    }
    writeln!(out, "an event takes {bytes:.0} bytes")?;
    writeln!(
        out,
        "check: {:.0} events a second, {:.0} a second and core",
        size as f64 / checked.wall,
        size as f64 / checked.processor
    )?;
    Ok(())
}

//! Opening a database and running commands on it.

use std::str::FromStr as _;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use futures_util::future::BoxFuture;
use loket_domain::Timestamp;
use loket_domain::caller::Caller;
use loket_domain::contact::Channel;
use loket_domain::id::{AnnouncementId, EventId, MessageId, SessionId};
use loket_domain::office::StaffFacts;
use loket_domain::policy::Action;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{PgPool, SqlitePool};
use tokio::sync::{mpsc, oneshot};

use crate::clock::{Clock, Entropy};
use crate::command::{Call, Command};
use crate::connection::{Connection, Link};
use crate::error::{Failure, StoreError};
use crate::grants::{self, Holder, OfSession};
use crate::log::checkpoints::KeptCheckpoint;
use crate::migrate;
use crate::personal::Disclosure;
use crate::reader::Reader;
use crate::settings::{Engine, Settings};
use crate::tx::{Ground, new_id};
use crate::upkeep::{Kept, Upkeep, UpkeepUnit, Visit, VisitKind};
use crate::vault::Vault;
use crate::write_loop::{CommandUnit, Open, Source, Unit, WriteLoop};

#[derive(Debug, Clone)]
pub(crate) enum Pool {
    Sqlite(SqlitePool),
    Postgres(PgPool),
}

impl Source for Pool {
    fn connect(&self) -> BoxFuture<'_, Result<Connection, StoreError>> {
        Box::pin(async move {
            Ok(Connection::new(match self {
                Self::Sqlite(pool) => Link::Sqlite(pool.acquire().await?),
                Self::Postgres(pool) => Link::Postgres(pool.acquire().await?),
            }))
        })
    }
}

/// A database with its one writer. Cheap to clone; the writer stops when the last clone is gone.
#[derive(Debug, Clone)]
pub struct Store {
    queue: mpsc::Sender<Box<dyn Unit>>,
    readers: Pool,
    ground: Arc<Ground>,
    clock: Arc<dyn Clock>,
    healthy: Arc<AtomicBool>,
    writer: Arc<std::sync::Mutex<Option<oneshot::Receiver<()>>>>,
    stopped: Arc<OnceLock<String>>,
    paused: Arc<std::sync::Mutex<Option<String>>>,
}

impl Store {
    /// Opens the database, brings its schema up to date, and starts the writer.
    ///
    /// # Errors
    /// When the database cannot be reached, was made by a newer version, a migration fails, or the
    /// end of the audit log does not agree with its leaves.
    pub async fn open(
        settings: Settings,
        vault: Vault,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
    ) -> Result<Self, StoreError> {
        let (writers, readers) = connect(&settings.engine).await?;
        migrate::check_before_log(&mut writers.connect().await?).await?;
        match &writers {
            Pool::Sqlite(pool) => migrate::migrator(&settings.engine).run(pool).await?,
            Pool::Postgres(pool) => migrate::migrator(&settings.engine).run(pool).await?,
        }
        let (sender, queue) = mpsc::channel(settings.limits.queue);
        let ground = Arc::new(Ground { vault: Arc::new(vault), entropy, settings });
        let healthy = Arc::new(AtomicBool::new(true));
        let source: Box<dyn Source> = Box::new(writers);
        let open = Open::new(&*source).await?;
        let write_loop = WriteLoop {
            source,
            open: Some(open),
            ground: Arc::clone(&ground),
            clock: Arc::clone(&clock),
            healthy: Arc::clone(&healthy),
            queue,
        };
        let writer = write_loop.on_a_thread()?;
        Ok(Self {
            queue: sender,
            readers,
            ground,
            clock,
            healthy,
            writer: Arc::new(std::sync::Mutex::new(Some(writer))),
            stopped: Arc::default(),
            paused: Arc::default(),
        })
    }

    /// Runs a command: loads the caller's grants inside the transaction, decides, applies,
    /// journals, commits, and only then answers.
    pub async fn run<C: Command>(&self, call: Call, command: C) -> Result<C::Output, Failure> {
        self.committed(call, command).await.map(|(output, _)| output)
    }

    /// Runs a command and hands out, with its output, the key to the personal data in it.
    pub async fn disclose<C: Command>(
        &self,
        call: Call,
        command: C,
    ) -> Result<(C::Output, Disclosure), Failure> {
        let (output, event) = self.committed(call, command).await?;
        Ok((output, Disclosure::after_commit(event)))
    }

    async fn committed<C: Command>(
        &self,
        call: Call,
        command: C,
    ) -> Result<(C::Output, EventId), Failure> {
        self.check_writing()?;
        let goes_on = matches!(call.caller, Caller::Job(_))
            || matches!(C::ACTION, Action::SignOut | Action::SignOutHolder);
        if let Some(why) = self.paused()
            && !goes_on
        {
            return Err(StoreError::WritingPaused(why).into());
        }
        let (reply, answer) = oneshot::channel();
        let unit = CommandUnit::new(call, command, reply);
        self.queue.send(Box::new(unit)).await.map_err(|_| StoreError::Stopped)?;
        answer.await.map_err(|_| StoreError::Stopped)?
    }

    /// Stops all writing of this process for good; every command is answered with the reason.
    pub fn stop_writing(&self, reason: String) {
        // The first reason stays.
        drop(self.stopped.set(reason));
    }

    /// Why writing was stopped.
    pub fn stopped(&self) -> Option<&str> {
        self.stopped.get().map(String::as_str)
    }

    /// Takes no command of anybody until [`Store::resume_writing`]; each is answered with the reason. Jobs
    /// go on: what a message came to must be kept or it is sent again, and the log is checked. So does signing
    /// out: nobody must stay signed in at a counter, or at a strange screen, until the pause is over.
    pub fn pause_writing(&self, reason: String) {
        *self.pause() = Some(reason);
    }

    /// Takes commands again.
    pub fn resume_writing(&self) {
        *self.pause() = None;
    }

    /// Why no command is taken for now.
    pub fn paused(&self) -> Option<String> {
        self.pause().clone()
    }

    /// Whether everybody's commands are taken: neither stopped nor paused.
    pub fn is_writing(&self) -> bool {
        self.stopped().is_none() && self.pause().is_none()
    }

    fn pause(&self) -> std::sync::MutexGuard<'_, Option<String>> {
        self.paused.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    fn check_writing(&self) -> Result<(), StoreError> {
        self.stopped().map_or(Ok(()), |why| Err(StoreError::WritingStopped(why.to_owned())))
    }

    pub(crate) async fn upkeep(&self, upkeep: Upkeep) -> Result<Kept, StoreError> {
        self.check_writing()?;
        let (reply, answer) = oneshot::channel();
        let unit = UpkeepUnit::new(upkeep, reply);
        self.queue.send(Box::new(unit)).await.map_err(|_| StoreError::Stopped)?;
        answer.await.map_err(|_| StoreError::Stopped)?
    }

    /// Keeps something sealed for a visitor without a session.
    pub async fn put_visit(&self, visit: Visit, state: String) -> Result<(), StoreError> {
        self.upkeep(Upkeep::PutVisit { visit, state }).await.map(drop)
    }

    /// Takes out what was kept for a visitor; a second take finds nothing.
    pub async fn take_visit(
        &self,
        token_hash: [u8; 32],
        kind: VisitKind,
    ) -> Result<Option<String>, StoreError> {
        match self.upkeep(Upkeep::TakeVisit { token_hash, kind }).await? {
            Kept::State(state) => Ok(state),
            Kept::Nothing
            | Kept::Leases(_)
            | Kept::Announcements(_)
            | Kept::Count(_)
            | Kept::Admitted(_)
            | Kept::Checkpoint(_) => Ok(None),
        }
    }

    /// What is kept for a visitor, left in place.
    pub async fn peek_visit(
        &self,
        token_hash: [u8; 32],
        kind: VisitKind,
    ) -> Result<Option<String>, StoreError> {
        let mut reader = self.reader().await?;
        crate::upkeep::peek(&mut reader.view(), token_hash, kind, self.clock.now()).await
    }

    /// Notes that a session made a request, which moves its idle limit.
    pub async fn touch(&self, session: SessionId) -> Result<(), StoreError> {
        self.upkeep(Upkeep::Touch { session }).await.map(drop)
    }

    /// Notes that the card of a session was found good again.
    pub async fn card_checked(&self, session: SessionId) -> Result<(), StoreError> {
        self.upkeep(Upkeep::CardChecked { session }).await.map(drop)
    }

    /// Takes messages of a channel that are due; nobody else gets them before `span` is over.
    pub async fn lease_messages(
        &self,
        channel: Channel,
        limit: u32,
        span: Duration,
    ) -> Result<Vec<MessageId>, StoreError> {
        match self.upkeep(Upkeep::LeaseMessages { channel, limit, span }).await? {
            Kept::Leases(leases) => Ok(leases),
            Kept::Nothing
            | Kept::State(_)
            | Kept::Announcements(_)
            | Kept::Count(_)
            | Kept::Admitted(_)
            | Kept::Checkpoint(_) => Ok(Vec::new()),
        }
    }

    /// Takes states of keys that are due; nobody else gets them before `span` is over.
    pub async fn lease_announcements(
        &self,
        limit: u32,
        span: Duration,
    ) -> Result<Vec<AnnouncementId>, StoreError> {
        match self.upkeep(Upkeep::LeaseAnnouncements { limit, span }).await? {
            Kept::Announcements(leases) => Ok(leases),
            Kept::Nothing
            | Kept::State(_)
            | Kept::Leases(_)
            | Kept::Count(_)
            | Kept::Admitted(_)
            | Kept::Checkpoint(_) => Ok(Vec::new()),
        }
    }

    /// Gives a message back untried until a moment.
    pub async fn postpone_message(
        &self,
        message: MessageId,
        until: Timestamp,
    ) -> Result<(), StoreError> {
        self.upkeep(Upkeep::PostponeMessage { message, until }).await.map(drop)
    }

    /// Gives back the messages that an earlier run of this node had taken when it was killed; two
    /// nodes with one name would take each other's, so names differ.
    pub async fn release_leases(&self) -> Result<(), StoreError> {
        self.upkeep(Upkeep::ReleaseLeases).await.map(drop)
    }

    /// Counts a try on a subject (hashed by the caller) and tells how many there were in the
    /// window, this one included. Counted over all nodes.
    pub async fn count(&self, subject: [u8; 32], window: Duration) -> Result<u32, StoreError> {
        match self.upkeep(Upkeep::Count { subject, window }).await? {
            Kept::Count(count) => Ok(count),
            Kept::Nothing
            | Kept::State(_)
            | Kept::Leases(_)
            | Kept::Announcements(_)
            | Kept::Admitted(_)
            | Kept::Checkpoint(_) => Ok(u32::MAX),
        }
    }

    /// Counts a try at an account (hashed by the caller) before it is looked at; `false` while
    /// there is a wait after wrong ones. Counted over all nodes.
    pub async fn admit_try(&self, subject: [u8; 32]) -> Result<bool, StoreError> {
        Ok(matches!(self.upkeep(Upkeep::Try { subject }).await?, Kept::Admitted(true)))
    }

    /// The try was right: the wrong ones before it count no longer. Tells how many tries there were,
    /// the right one included.
    pub async fn try_was_right(&self, subject: [u8; 32]) -> Result<u32, StoreError> {
        match self.upkeep(Upkeep::Right { subject }).await? {
            Kept::Count(tries) => Ok(tries),
            Kept::Nothing
            | Kept::State(_)
            | Kept::Leases(_)
            | Kept::Announcements(_)
            | Kept::Admitted(_)
            | Kept::Checkpoint(_) => Ok(0),
        }
    }

    /// Takes back tries that [`Store::count`] counted.
    pub async fn give_back(&self, subject: [u8; 32], tries: u32) -> Result<(), StoreError> {
        self.upkeep(Upkeep::GiveBack { subject, tries }).await.map(drop)
    }

    /// The newest checkpoint if it covers the leaf at an index, kept for good from now on.
    pub async fn hold_checkpoint(
        &self,
        covering: u64,
    ) -> Result<Option<KeptCheckpoint>, StoreError> {
        match self.upkeep(Upkeep::HoldCheckpoint { covering }).await? {
            Kept::Checkpoint(checkpoint) => Ok(checkpoint),
            Kept::Nothing
            | Kept::State(_)
            | Kept::Leases(_)
            | Kept::Announcements(_)
            | Kept::Count(_)
            | Kept::Admitted(_) => Ok(None),
        }
    }

    /// Removes expired visitors, throttles and tries.
    pub async fn sweep(&self) -> Result<(), StoreError> {
        self.upkeep(Upkeep::Sweep).await.map(drop)
    }

    /// A read-only connection.
    pub async fn reader(&self) -> Result<Reader, StoreError> {
        Ok(Reader::new(self.readers.connect().await?, Arc::clone(&self.ground.vault)))
    }

    /// The facts of a session for hiding buttons and for the masthead; the decision itself is
    /// taken again inside each command.
    pub async fn staff_facts(&self, session: SessionId) -> Result<Option<StaffFacts>, StoreError> {
        let mut reader = self.reader().await?;
        grants::staff(&mut reader.view(), &self.ground.settings, session).await
    }

    /// Who holds a session, for the head of each page.
    pub async fn holder(&self, session: OfSession) -> Result<Option<Holder>, StoreError> {
        let mut reader = self.reader().await?;
        grants::holder(&mut reader.view(), &self.ground.settings, session).await
    }

    /// Now, by the store's clock.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// A new identifier, such as a request id for a form.
    pub fn new_id<T: From<uuid::Uuid>>(&self) -> Result<T, StoreError> {
        Ok(new_id(self.clock.now(), &*self.ground.entropy)?)
    }

    /// Random bytes, such as a cookie's token.
    pub fn random<const N: usize>(&self) -> Result<[u8; N], StoreError> {
        let mut bytes = [0; N];
        self.ground.entropy.fill(&mut bytes)?;
        Ok(bytes)
    }

    /// The keys, for sealed cookies and tokens.
    pub fn vault(&self) -> &Vault {
        &self.ground.vault
    }

    /// Seals bytes for a purpose with this store's entropy.
    pub fn seal(&self, purpose: &str, plain: &[u8]) -> Result<Vec<u8>, StoreError> {
        Ok(self.ground.vault.seal(purpose, plain, &*self.ground.entropy)?)
    }

    /// The settings it was opened with.
    pub fn settings(&self) -> &Settings {
        &self.ground.settings
    }

    /// Whether writing was neither stopped nor paused, the last batch was committed, and a reader answers.
    pub async fn is_ready(&self) -> bool {
        self.is_writing()
            && self.healthy.load(Ordering::Relaxed)
            && match self.reader().await {
                Ok(mut reader) => crate::journal::size(&mut reader.view()).await.is_ok(),
                Err(_) => false,
            }
    }

    /// Version of the newest migration that this program knows.
    pub fn schema_version() -> i64 {
        migrate::newest()
    }

    /// Waits until everything queued is answered and the writer has stopped. Call it on the last
    /// clone, after the front doors are closed.
    pub async fn close(self) {
        let writer = self.writer.lock().ok().and_then(|mut w| w.take());
        drop(self.queue);
        if let Some(writer) = writer {
            drop(tokio::time::timeout(Duration::from_secs(10), writer).await);
        }
    }
}

async fn connect(engine: &Engine) -> Result<(Pool, Pool), StoreError> {
    match engine {
        Engine::Sqlite { path } => {
            let writers = SqlitePoolOptions::new()
                .max_connections(1)
                .connect_with(sqlite(path).create_if_missing(true))
                .await?;
            Ok((Pool::Sqlite(writers), readers(engine)?))
        }
        Engine::Postgres { url } => {
            let writers = PgPoolOptions::new()
                .max_connections(2)
                .acquire_timeout(Duration::from_secs(5))
                .connect_with(postgres(url)?)
                .await?;
            Ok((Pool::Postgres(writers), readers(engine)?))
        }
    }
}

fn sqlite(path: &str) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .foreign_keys(true)
        .busy_timeout(Duration::from_secs(5))
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        // What is destroyed after ten years must not be left behind in free pages.
        .pragma("secure_delete", "ON")
}

fn postgres(url: &str) -> Result<PgConnectOptions, StoreError> {
    PgConnectOptions::from_str(url)
        .map_err(|_| StoreError::Settings("the PostgreSQL address cannot be read".into()))
}

/// Connections that the engine itself holds read-only, opened when first used.
pub(crate) fn readers(engine: &Engine) -> Result<Pool, StoreError> {
    Ok(match engine {
        Engine::Sqlite { path } => {
            let options = sqlite(path).read_only(true).pragma("query_only", "1");
            // A file does not hang up: asking each time whether it has costs a page as much as a
            // statement.
            let pool = SqlitePoolOptions::new().max_connections(8).test_before_acquire(false);
            Pool::Sqlite(pool.connect_lazy_with(options))
        }
        Engine::Postgres { url } => {
            let options = postgres(url)?.options([("default_transaction_read_only", "on")]);
            let pool = PgPoolOptions::new().max_connections(8);
            let pool = pool.acquire_timeout(Duration::from_secs(5));
            Pool::Postgres(pool.connect_lazy_with(options))
        }
    })
}

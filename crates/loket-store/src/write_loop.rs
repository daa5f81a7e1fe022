//! The one writer of a database, with group commit (decision 0001).
//!
//! Takes what is queued, opens one write transaction, gives each command that changes something a savepoint where
//! there are several, commits, and only then answers everybody. A command that refuses, panics or takes too long
//! loses what it did and nothing else; a failed COMMIT, or an event that the database will not take, fails the whole
//! batch and turns readiness red. The audit log grows in the same commit.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use loket_domain::Timestamp;
use loket_domain::audit::{Event, Outcome};
use loket_domain::caller::Caller;
use loket_domain::id::{EventId, PersonId};
use loket_domain::office::StaffFacts;
use loket_domain::policy;
use tokio::sync::{mpsc, oneshot};

use crate::answer;
use crate::clock::Clock;
use crate::command::{Call, Command, Permit};
use crate::connection::Connection;
use crate::error::{Failure, StoreError};
use crate::grants;
use crate::journal::{self, About};
use crate::log::end::LogEnd;
use crate::log::keys;
use crate::tx::{Ground, Tx, new_id};

/// Something queued for the writer.
pub(crate) trait Unit: Send {
    /// Does its part of the batch; `Err` rolls back what it did.
    fn run<'a>(&'a mut self, tx: &'a mut Tx<'_>) -> BoxFuture<'a, Result<(), ()>>;
    /// After a rollback: writes the refusal, if there is one to write.
    fn refused<'a>(&'a mut self, tx: &'a mut Tx<'_>) -> BoxFuture<'a, Result<(), StoreError>>;
    /// It was broken off.
    fn broken_off(&mut self, why: &'static str);
    /// The batch is committed (or not): answers the caller.
    fn answer(self: Box<Self>, committed: bool);
}

/// What a command's caller gets: the output with the event that it left.
pub(crate) type Answered<C> = Result<(<C as Command>::Output, EventId), Failure>;

/// A command with its caller and the place for its answer.
pub(crate) struct CommandUnit<C: Command> {
    call: Call,
    command: Arc<C>,
    staff: Option<StaffFacts>,
    /// Who the registration of the command is about, as far as that is known.
    person: Option<PersonId>,
    result: Option<Answered<C>>,
    reply: Option<oneshot::Sender<Answered<C>>>,
}

impl<C: Command> CommandUnit<C> {
    pub(crate) fn new(call: Call, command: C, reply: oneshot::Sender<Answered<C>>) -> Self {
        Self {
            call,
            command: Arc::new(command),
            staff: None,
            person: None,
            result: None,
            reply: Some(reply),
        }
    }

    async fn apply(&mut self, tx: &mut Tx<'_>) -> Answered<C> {
        let content = answer::content(&self.call, &*self.command);
        let now = tx.now();
        if let Caller::Staff(session) = self.call.caller {
            let ground = tx.ground;
            self.staff = grants::staff(&mut tx.view(), &ground.settings, session).await?;
        }
        let caller = grants::facts(&self.call.caller, self.staff.as_ref())?;
        let scope = self.command.scope();
        let (facts, person) = grants::scope(&mut tx.view(), scope, self.staff.as_ref()).await?;
        self.person = person;
        policy::decide(C::ACTION, caller, facts, now)?;
        // A job draws a new identifier for each call: there is no answer to be found.
        if !matches!(self.call.caller, Caller::Job(_))
            && let Some(kept) = answer::recall(tx, &self.call, content).await?
            && let Some(output) = C::recall(kept)
        {
            return Ok((output, tx.event()));
        }
        let permit = Permit::new(&self.call, self.staff.as_ref(), now);
        let audited = self.command.apply(tx, permit).await?;
        if let Some(kept) = C::keep(&audited.output) {
            answer::keep(tx, &self.call, content, &kept).await?;
        }
        let actor = audited.actor.clone();
        let actor = actor.unwrap_or_else(|| journal::actor(&self.call, self.staff.as_ref()));
        let about = About {
            registration: audited.registration.or(scope.registration),
            person: audited.person.or(person),
        };
        let event = tx.event();
        journal::append(tx, event, &self.call, &actor, about, Outcome::Done, &audited.event)
            .await?;
        for more in &audited.more {
            let id = tx.new_id()?;
            journal::append(tx, id, &self.call, &actor, about, Outcome::Done, more).await?;
        }
        Ok((audited.output, event))
    }
}

impl<C: Command> Unit for CommandUnit<C> {
    fn run<'a>(&'a mut self, tx: &'a mut Tx<'_>) -> BoxFuture<'a, Result<(), ()>> {
        Box::pin(async move {
            let result = self.apply(tx).await;
            let done = result.as_ref().map(|_| ()).map_err(|_| ());
            self.result = Some(result);
            done
        })
    }

    fn refused<'a>(&'a mut self, tx: &'a mut Tx<'_>) -> BoxFuture<'a, Result<(), StoreError>> {
        Box::pin(async move {
            let Some(Err(Failure::Refused(refusal))) = &self.result else { return Ok(()) };
            // A session that does not exist is a stranger: counted and logged by the front door,
            // or anybody could fill the journal.
            if matches!(self.call.caller, Caller::Staff(_)) && self.staff.is_none() {
                return Ok(());
            }
            let actor = journal::actor(&self.call, self.staff.as_ref());
            let about =
                About { registration: self.command.scope().registration, person: self.person };
            let event = Event::CommandRefused { action: C::ACTION, refusal: *refusal };
            let id = tx.event();
            journal::append(tx, id, &self.call, &actor, about, Outcome::Refused, &event).await
        })
    }

    fn broken_off(&mut self, why: &'static str) {
        self.result = Some(Err(Failure::Broken(StoreError::BrokenOff(why))));
    }

    fn answer(mut self: Box<Self>, committed: bool) {
        let result = match self.result.take() {
            Some(result) if committed => result,
            _ => Err(Failure::Broken(StoreError::NotCommitted)),
        };
        if let Some(reply) = self.reply.take() {
            // The caller may have gone away; what was committed stays.
            drop(reply.send(result));
        }
    }
}

/// Where the loop gets its connection from, anew after each failure.
pub(crate) trait Source: Send + Sync + 'static {
    /// A connection for writing.
    fn connect(&self) -> BoxFuture<'_, Result<Connection, StoreError>>;
}

/// The loop's own state.
pub(crate) struct WriteLoop {
    pub(crate) source: Box<dyn Source>,
    pub(crate) ground: Arc<Ground>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) healthy: Arc<AtomicBool>,
    pub(crate) queue: mpsc::Receiver<Box<dyn Unit>>,
    pub(crate) open: Option<Open>,
}

/// The writer's connection with the end of the log as it stands behind it.
pub(crate) struct Open {
    pub(crate) connection: Connection,
    pub(crate) end: LogEnd,
}

impl Open {
    /// Connects and rebuilds the end of the log, which must agree with its head.
    pub(crate) async fn new(source: &dyn Source) -> Result<Self, StoreError> {
        let mut connection = source.connect().await?;
        // In a transaction: no other writer may get between the head and the leaves.
        connection.begin().await?;
        let end = LogEnd::rebuilt(&mut connection).await;
        connection.rollback().await?;
        Ok(Self { connection, end: end? })
    }
}

impl WriteLoop {
    /// Runs on a thread of its own until every sender is gone; what is given back closes then. Each statement
    /// waits for the thread of its connection, and on a runtime with several workers each such wait wakes
    /// two of them: half of the time of a look-up went into that.
    pub(crate) fn on_a_thread(self) -> Result<oneshot::Receiver<()>, StoreError> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| StoreError::Settings(error.to_string()))?;
        let (ended, end) = oneshot::channel();
        let run = move || {
            runtime.block_on(self.run());
            drop(ended);
        };
        let thread = std::thread::Builder::new().name("writer".to_owned()).spawn(run);
        thread.map_err(|error| StoreError::Settings(error.to_string()))?;
        Ok(end)
    }

    async fn run(mut self) {
        while let Some(first) = self.queue.recv().await {
            let mut batch = vec![first];
            while batch.len() < self.ground.settings.limits.batch
                && let Ok(unit) = self.queue.try_recv()
            {
                batch.push(unit);
            }
            let committed = match self.batch(&mut batch).await {
                Ok(()) => true,
                Err(error) => {
                    tracing::error!(%error, commands = batch.len(), "a batch was not committed");
                    // What the batch drew and appended in memory never happened.
                    self.open = None;
                    self.ground.vault.log().forget();
                    false
                }
            };
            self.healthy.store(committed, Ordering::Relaxed);
            for unit in batch {
                unit.answer(committed);
            }
        }
    }

    async fn batch(&mut self, batch: &mut [Box<dyn Unit>]) -> Result<(), StoreError> {
        let mut open = match self.open.take() {
            Some(open) => open,
            None => Open::new(&*self.source).await?,
        };
        match self.written(&mut open, batch).await {
            Ok(()) => {
                self.open = Some(open);
                Ok(())
            }
            Err(error) => {
                // The pool may hand the connection out again: nothing may be open on it.
                drop(open.connection.rollback().await);
                Err(error)
            }
        }
    }

    async fn written(
        &self,
        open: &mut Open,
        batch: &mut [Box<dyn Unit>],
    ) -> Result<(), StoreError> {
        let Open { connection, end } = open;
        end.begin(connection).await?;
        if let [unit] = &mut *batch {
            self.alone(connection, end, &mut **unit).await?;
        } else {
            for unit in batch.iter_mut() {
                self.one(connection, &mut **unit).await?;
            }
        }
        end.commit(connection).await
    }

    /// A command with no other in its commit needs no savepoint: the transaction is its own. Most are
    /// so, and each statement is a way to the thread of the connection and back.
    async fn alone(
        &self,
        connection: &mut Connection,
        end: &mut LogEnd,
        unit: &mut dyn Unit,
    ) -> Result<(), StoreError> {
        let now = self.clock.now();
        self.ensure_keys(connection, now).await?;
        if self.done(connection, unit, now).await? {
            return Ok(());
        }
        connection.rollback().await?;
        // What was drawn in it never happened.
        self.ground.vault.log().forget();
        end.begin(connection).await?;
        self.ensure_keys(connection, now).await?;
        unit.refused(&mut self.tx(connection, now)?).await
    }

    /// One of several, each undone by itself. The secrets of its month are drawn outside of it: a refusal would take
    /// them away again, from the database and not from memory.
    async fn one(
        &self,
        connection: &mut Connection,
        unit: &mut dyn Unit,
    ) -> Result<(), StoreError> {
        let now = self.clock.now();
        if !keys::are_known(&self.ground.vault, now) {
            connection.between_commands().await?;
            self.ensure_keys(connection, now).await?;
        }
        connection.begin_command().await?;
        if !self.done(connection, unit, now).await? {
            connection.undo_command().await?;
            unit.refused(&mut self.tx(connection, now)?).await?;
        }
        Ok(())
    }

    async fn ensure_keys(
        &self,
        connection: &mut Connection,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        keys::ensure(connection, &self.ground.vault, &*self.ground.entropy, now).await
    }

    async fn done(
        &self,
        connection: &mut Connection,
        unit: &mut dyn Unit,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let mut tx = self.tx(connection, now)?;
        Ok(guarded(unit, &mut tx, self.ground.settings.limits.command).await)
    }

    fn tx<'t>(
        &'t self,
        connection: &'t mut Connection,
        now: Timestamp,
    ) -> Result<Tx<'t>, StoreError> {
        let event = new_id(now, &*self.ground.entropy)?;
        Ok(Tx { connection, ground: &self.ground, now, event })
    }
}

async fn guarded(unit: &mut dyn Unit, tx: &mut Tx<'_>, limit: Duration) -> bool {
    let attempt = AssertUnwindSafe(unit.run(tx)).catch_unwind();
    match tokio::time::timeout(limit, attempt).await {
        Ok(Ok(result)) => result.is_ok(),
        Ok(Err(_panic)) => {
            tracing::error!("a command panicked");
            unit.broken_off("panic");
            false
        }
        Err(_elapsed) => {
            tracing::error!(?limit, "a command took too long");
            unit.broken_off("time limit");
            false
        }
    }
}

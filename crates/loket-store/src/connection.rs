//! Connections of both engines behind one face. On that of the writer the events of its batch wait for their rows;
//! no statement that names the journal runs before they have them.

use sqlx::pool::PoolConnection;
use sqlx::{Postgres, Sqlite};

use crate::error::StoreError;
use crate::log::pending::Pending;
use crate::statement::{Arg, Row};

/// One connection.
pub(crate) struct Connection {
    link: Link,
    /// Events that are not committed.
    pub(crate) pending: Pending,
    savepoint: Savepoint,
    /// A statement failed while no savepoint was set: SQLite may have rolled the whole transaction back.
    failed: bool,
}

/// The savepoint of the command that runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Savepoint {
    /// There is none: the transaction is the command's own, or no command runs.
    None,
    /// The command has changed nothing so far.
    Due,
    /// Nor has this one, and that of a command before it is still set.
    DueAfterAnother,
    /// It is set.
    Set,
}

/// A connection of one of the engines.
pub(crate) enum Link {
    /// To the embedded database.
    Sqlite(PoolConnection<Sqlite>),
    /// To a PostgreSQL server.
    Postgres(PoolConnection<Postgres>),
}

macro_rules! with_bound {
    ($self:ident, $sql:ident, $args:ident, |$query:ident, $conn:ident| $do:expr, $wrap:ident) => {
        match $self {
            Link::Sqlite(pooled) => {
                let $conn = &mut **pooled;
                let mut $query = sqlx::query::<Sqlite>($sql);
                for arg in $args {
                    $query = match arg {
                        Arg::Int(v) => $query.bind(v),
                        Arg::Text(v) => $query.bind(v),
                        Arg::Bytes(v) => $query.bind(v),
                    };
                }
                $wrap!(Sqlite, $do)
            }
            Link::Postgres(pooled) => {
                let $conn = &mut **pooled;
                let mut $query = sqlx::query::<Postgres>($sql);
                for arg in $args {
                    $query = match arg {
                        Arg::Int(v) => $query.bind(v),
                        Arg::Text(v) => $query.bind(v),
                        Arg::Bytes(v) => $query.bind(v),
                    };
                }
                $wrap!(Postgres, $do)
            }
        }
    };
}

macro_rules! affected {
    ($engine:ident, $do:expr) => {
        $do.await?.rows_affected()
    };
}
macro_rules! many {
    ($engine:ident, $do:expr) => {
        $do.await?.into_iter().map(Row::$engine).collect()
    };
}
macro_rules! maybe {
    ($engine:ident, $do:expr) => {
        $do.await?.map(Row::$engine)
    };
}

impl Link {
    async fn execute(&mut self, sql: &'static str, args: Vec<Arg>) -> Result<u64, StoreError> {
        Ok(with_bound!(self, sql, args, |query, conn| query.execute(conn), affected))
    }

    async fn all(&mut self, sql: &'static str, args: Vec<Arg>) -> Result<Vec<Row>, StoreError> {
        Ok(with_bound!(self, sql, args, |query, conn| query.fetch_all(conn), many))
    }

    async fn optional(
        &mut self,
        sql: &'static str,
        args: Vec<Arg>,
    ) -> Result<Option<Row>, StoreError> {
        Ok(with_bound!(self, sql, args, |query, conn| query.fetch_optional(conn), maybe))
    }
}

impl Connection {
    pub(crate) fn new(link: Link) -> Self {
        Self { link, pending: Pending::default(), savepoint: Savepoint::None, failed: false }
    }

    /// Whether several statements go in one way to the connection's thread and back.
    pub(crate) const fn takes_several(&self) -> bool {
        matches!(self.link, Link::Sqlite(_))
    }

    /// Runs a statement and tells how many rows it changed.
    pub(crate) async fn execute(
        &mut self,
        sql: &'static str,
        args: Vec<Arg>,
    ) -> Result<u64, StoreError> {
        self.settle(sql).await?;
        let done = self.link.execute(sql, args).await;
        self.noted(done)
    }

    /// All rows of a query.
    pub(crate) async fn all(
        &mut self,
        sql: &'static str,
        args: Vec<Arg>,
    ) -> Result<Vec<Row>, StoreError> {
        self.settle(sql).await?;
        let done = self.link.all(sql, args).await;
        self.noted(done)
    }

    /// The one row of a query, or none.
    pub(crate) async fn optional(
        &mut self,
        sql: &'static str,
        args: Vec<Arg>,
    ) -> Result<Option<Row>, StoreError> {
        self.settle(sql).await?;
        let done = self.link.optional(sql, args).await;
        self.noted(done)
    }

    /// Notes a failure that no savepoint stands before. After one of the disk SQLite is in no transaction any more, even
    /// if the statement only read, and what came next would be committed piece by piece.
    fn noted<T>(&mut self, done: Result<T, StoreError>) -> Result<T, StoreError> {
        self.failed |= done.is_err() && self.savepoint != Savepoint::Set;
        done
    }

    /// Refuses to go on in a transaction that may be gone; with a savepoint the way back to it tells.
    fn check(&self) -> Result<(), StoreError> {
        if self.failed {
            return Err(StoreError::BrokenOff("a statement failed in the middle of a batch"));
        }
        Ok(())
    }

    /// Before a statement: the savepoint of the command that changes something for the first time is set, and the
    /// rows that it may be about are there.
    async fn settle(&mut self, sql: &str) -> Result<(), StoreError> {
        let names_the_journal = sql.contains("journal");
        if names_the_journal || !sql.starts_with("SELECT") {
            self.set_savepoint().await?;
        }
        if names_the_journal { self.write_rows().await } else { Ok(()) }
    }

    /// Gives the events that wait their rows.
    async fn write_rows(&mut self) -> Result<(), StoreError> {
        while let Some((sql, values, rows)) = self.pending.unwritten() {
            let (wanted, found) = (rows as u64, self.link.execute(sql, values).await?);
            if wanted != found {
                return Err(StoreError::RowCount { wanted, found });
            }
            self.pending.wrote(rows);
        }
        Ok(())
    }

    /// All commands of the batch are done: their events get their rows.
    pub(crate) async fn end_batch(&mut self) -> Result<(), StoreError> {
        self.check()?;
        self.savepoint = Savepoint::None;
        self.write_rows().await
    }

    /// A command begins that others share the transaction with. Its savepoint is set when it changes something or asks
    /// for the journal: many leave nothing but their event, which waits in memory. PostgreSQL takes nothing more after a
    /// read that failed, so that there it is set at once (decision 0042).
    pub(crate) async fn begin_command(&mut self) -> Result<(), StoreError> {
        self.check()?;
        self.pending.set_savepoint();
        self.savepoint = match self.savepoint {
            Savepoint::None | Savepoint::Due => Savepoint::Due,
            Savepoint::Set | Savepoint::DueAfterAnother => Savepoint::DueAfterAnother,
        };
        if self.takes_several() { Ok(()) } else { self.set_savepoint().await }
    }

    async fn set_savepoint(&mut self) -> Result<(), StoreError> {
        let was = self.savepoint;
        if matches!(was, Savepoint::None | Savepoint::Set) {
            return Ok(());
        }
        // A command that is broken off here may leave none, one or two of that name: the next sets one more, which is
        // the one that it goes back to.
        self.savepoint = Savepoint::Due;
        let set = match was {
            Savepoint::DueAfterAnother if self.takes_several() => {
                self.link.execute("RELEASE SAVEPOINT one; SAVEPOINT one", vec![]).await
            }
            Savepoint::DueAfterAnother => {
                self.link.execute("RELEASE SAVEPOINT one", vec![]).await?;
                self.link.execute("SAVEPOINT one", vec![]).await
            }
            Savepoint::None | Savepoint::Due | Savepoint::Set => {
                self.link.execute("SAVEPOINT one", vec![]).await
            }
        };
        self.noted(set)?;
        self.savepoint = Savepoint::Set;
        Ok(())
    }

    /// What comes next is done whatever becomes of the commands around it.
    pub(crate) async fn between_commands(&mut self) -> Result<(), StoreError> {
        if matches!(self.savepoint, Savepoint::Set | Savepoint::DueAfterAnother) {
            self.link.execute("RELEASE SAVEPOINT one", vec![]).await?;
        }
        self.savepoint = Savepoint::None;
        Ok(())
    }

    /// Undoes what the command did, which still runs: what it leaves now is kept.
    pub(crate) async fn undo_command(&mut self) -> Result<(), StoreError> {
        self.check()?;
        if self.savepoint == Savepoint::Set {
            self.link.execute("ROLLBACK TO SAVEPOINT one", vec![]).await?;
        }
        self.pending.back_to_savepoint();
        Ok(())
    }

    /// Begins a write transaction; from here on no other writer gets between.
    pub(crate) async fn begin(&mut self) -> Result<(), StoreError> {
        match self.link {
            Link::Sqlite(_) => self.execute("BEGIN IMMEDIATE", vec![]).await?,
            Link::Postgres(_) => {
                self.execute("BEGIN", vec![]).await?;
                // Writers are serial on PostgreSQL too: the journal orders them anyway (decision 0001).
                self.execute("LOCK TABLE journal_head IN EXCLUSIVE MODE", vec![]).await?
            }
        };
        Ok(())
    }

    /// Undoes a transaction with all of its events.
    pub(crate) async fn rollback(&mut self) -> Result<(), StoreError> {
        (self.pending, self.savepoint, self.failed) = (Pending::default(), Savepoint::None, false);
        self.link.execute("ROLLBACK", vec![]).await.map(drop)
    }
}

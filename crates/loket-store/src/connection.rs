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
        Self { link, pending: Pending::default() }
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
        self.link.execute(sql, args).await
    }

    /// All rows of a query.
    pub(crate) async fn all(
        &mut self,
        sql: &'static str,
        args: Vec<Arg>,
    ) -> Result<Vec<Row>, StoreError> {
        self.settle(sql).await?;
        self.link.all(sql, args).await
    }

    /// The one row of a query, or none.
    pub(crate) async fn optional(
        &mut self,
        sql: &'static str,
        args: Vec<Arg>,
    ) -> Result<Option<Row>, StoreError> {
        self.settle(sql).await?;
        self.link.optional(sql, args).await
    }

    /// The rows that a statement may be about must be there before it runs.
    async fn settle(&mut self, sql: &str) -> Result<(), StoreError> {
        if sql.contains("journal") { self.write_pending().await } else { Ok(()) }
    }

    /// Gives the events that wait their rows.
    pub(crate) async fn write_pending(&mut self) -> Result<(), StoreError> {
        while let Some((sql, values, rows)) = self.pending.unwritten() {
            let (wanted, found) = (rows as u64, self.link.execute(sql, values).await?);
            if wanted != found {
                return Err(StoreError::RowCount { wanted, found });
            }
            self.pending.wrote(rows);
        }
        Ok(())
    }

    /// Sets the first savepoint of a batch, or that of a command after others.
    pub(crate) async fn set_savepoint(&mut self) -> Result<(), StoreError> {
        self.link.execute("SAVEPOINT one", vec![]).await?;
        self.pending.set_savepoint();
        Ok(())
    }

    /// Keeps what was done since the savepoint.
    pub(crate) async fn release_savepoint(&mut self) -> Result<(), StoreError> {
        self.link.execute("RELEASE SAVEPOINT one", vec![]).await.map(drop)
    }

    /// Keeps what was done since the savepoint and sets it anew; on SQLite in one way to the connection's
    /// thread and back.
    pub(crate) async fn next_savepoint(&mut self) -> Result<(), StoreError> {
        if self.takes_several() {
            self.link.execute("RELEASE SAVEPOINT one; SAVEPOINT one", vec![]).await?;
            self.pending.set_savepoint();
            return Ok(());
        }
        self.release_savepoint().await?;
        self.set_savepoint().await
    }

    /// Undoes what was done since the savepoint, which stays.
    pub(crate) async fn back_to_savepoint(&mut self) -> Result<(), StoreError> {
        self.link.execute("ROLLBACK TO SAVEPOINT one", vec![]).await?;
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
        self.pending = Pending::default();
        self.link.execute("ROLLBACK", vec![]).await.map(drop)
    }
}

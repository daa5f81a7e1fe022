//! Connections of both engines behind one face.

use sqlx::pool::PoolConnection;
use sqlx::{Postgres, Sqlite};

use crate::error::StoreError;
use crate::statement::{Arg, Row};

/// One connection.
pub(crate) enum Connection {
    /// To the embedded database.
    Sqlite(PoolConnection<Sqlite>),
    /// To a PostgreSQL server.
    Postgres(PoolConnection<Postgres>),
}

macro_rules! with_bound {
    ($self:ident, $sql:ident, $args:ident, |$query:ident, $conn:ident| $do:expr, $wrap:ident) => {
        match $self {
            Connection::Sqlite(pooled) => {
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
            Connection::Postgres(pooled) => {
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

impl Connection {
    /// Runs a statement and tells how many rows it changed.
    pub(crate) async fn execute(
        &mut self,
        sql: &'static str,
        args: Vec<Arg>,
    ) -> Result<u64, StoreError> {
        Ok(with_bound!(self, sql, args, |query, conn| query.execute(conn), affected))
    }

    /// All rows of a query.
    pub(crate) async fn all(
        &mut self,
        sql: &'static str,
        args: Vec<Arg>,
    ) -> Result<Vec<Row>, StoreError> {
        Ok(with_bound!(self, sql, args, |query, conn| query.fetch_all(conn), many))
    }

    /// The one row of a query, or none.
    pub(crate) async fn optional(
        &mut self,
        sql: &'static str,
        args: Vec<Arg>,
    ) -> Result<Option<Row>, StoreError> {
        Ok(with_bound!(self, sql, args, |query, conn| query.fetch_optional(conn), maybe))
    }

    /// Keeps what was done since the savepoint and sets it anew; on SQLite in one way to the connection's
    /// thread and back.
    pub(crate) async fn next_savepoint(&mut self) -> Result<(), StoreError> {
        if let Self::Sqlite(_) = self {
            self.execute("RELEASE SAVEPOINT one; SAVEPOINT one", vec![]).await?;
            return Ok(());
        }
        self.execute("RELEASE SAVEPOINT one", vec![]).await?;
        self.execute("SAVEPOINT one", vec![]).await?;
        Ok(())
    }

    /// Begins a write transaction; from here on no other writer gets between.
    pub(crate) async fn begin(&mut self) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(_) => self.execute("BEGIN IMMEDIATE", vec![]).await?,
            Self::Postgres(_) => {
                self.execute("BEGIN", vec![]).await?;
                // Writers are serial on PostgreSQL too: the journal orders them anyway (decision 0001).
                self.execute("LOCK TABLE journal_head IN EXCLUSIVE MODE", vec![]).await?
            }
        };
        Ok(())
    }
}

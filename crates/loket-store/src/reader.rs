//! Reading. A [`View`](crate::tables::View) reads inside a command; a [`Reader`] reads from a pool
//! that the engine holds read-only, and never waits for the writer.

use std::sync::Arc;

use crate::connection::Connection;
use crate::error::StoreError;
use crate::settings::Engine;
use crate::statement::{Arg, Row};
use crate::store::readers;
use crate::vault::Vault;
use crate::write_loop::Source as _;

/// What reads: rows and the keys to open what is sealed in them.
pub struct View<'c> {
    pub(crate) connection: &'c mut Connection,
    pub(crate) vault: &'c Vault,
}

impl View<'_> {
    pub(crate) async fn all(
        &mut self,
        sql: &'static str,
        args: Vec<Arg>,
    ) -> Result<Vec<Row>, StoreError> {
        self.connection.all(sql, args).await
    }
    pub(crate) async fn optional(
        &mut self,
        sql: &'static str,
        args: Vec<Arg>,
    ) -> Result<Option<Row>, StoreError> {
        self.connection.optional(sql, args).await
    }
}

/// A read-only connection.
pub struct Reader {
    connection: Connection,
    vault: Arc<Vault>,
}

impl Reader {
    pub(crate) fn new(connection: Connection, vault: Arc<Vault>) -> Self {
        Self { connection, vault }
    }
    /// Opens a database only to look at it: nothing is made, migrated or locked.
    ///
    /// # Errors
    /// When there is no such database or it does not answer.
    pub async fn open(engine: &Engine, vault: Vault) -> Result<Self, StoreError> {
        let connection = readers(engine)?.connect().await?;
        Ok(Self::new(connection, Arc::new(vault)))
    }
    /// What table functions read from.
    pub fn view(&mut self) -> View<'_> {
        View { connection: &mut self.connection, vault: &self.vault }
    }
}

//! Reading. A [`View`](crate::tables::View) reads inside a command; a [`Reader`] reads from a pool
//! that the engine holds read-only, and never waits for the writer.

use std::sync::Arc;

use crate::connection::Connection;
use crate::error::StoreError;
use crate::statement::{Arg, Row};
use crate::vault::Vault;

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
    /// What table functions read from.
    pub fn view(&mut self) -> View<'_> {
        View { connection: &mut self.connection, vault: &self.vault }
    }
}

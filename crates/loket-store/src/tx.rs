//! The transaction as a command sees it: reading, writing, time, ids, randomness, sealing. It
//! cannot be made, committed or rolled back outside the write loop.

use std::sync::Arc;
use std::time::Duration;

use loket_domain::Timestamp;
use loket_domain::id::EventId;
use serde::Serialize;

use crate::clock::{Entropy, NoEntropy};
use crate::connection::Connection;
use crate::error::StoreError;
use crate::personal::Personal;
use crate::reader::View;
use crate::statement::{Arg, Row};
use crate::vault::{Vault, VaultError};

/// What every command of a store shares.
#[derive(Debug)]
pub(crate) struct Ground {
    pub(crate) vault: Arc<Vault>,
    pub(crate) entropy: Arc<dyn Entropy>,
    pub(crate) settings: crate::settings::Settings,
}

/// One command's part of the write transaction.
pub struct Tx<'t> {
    pub(crate) connection: &'t mut Connection,
    pub(crate) ground: &'t Ground,
    pub(crate) now: Timestamp,
    pub(crate) event: EventId,
}

impl Tx<'_> {
    /// When the command runs.
    pub const fn now(&self) -> Timestamp {
        self.now
    }
    /// The event that this command will leave; stored with every row it changes.
    pub const fn event(&self) -> EventId {
        self.event
    }
    /// For table functions that read.
    pub fn view(&mut self) -> View<'_> {
        View { connection: self.connection, vault: &self.ground.vault }
    }
    /// Version of the terms of use in force.
    pub fn terms_version(&self) -> &str {
        &self.ground.settings.terms_version
    }
    /// Whether this installation hands the states of keys over.
    pub(crate) const fn hands_keys_over(&self) -> bool {
        self.ground.settings.hands_keys_over
    }
    /// After how long without a request a session ends, and after how long at the latest.
    pub fn session_limits(&self) -> (Duration, Duration) {
        let limits = &self.ground.settings.limits;
        (limits.session_idle, limits.session_at_most)
    }
    /// Name of this node.
    pub(crate) fn node(&self) -> &str {
        &self.ground.settings.node
    }
    /// A new identifier (UUID version 7 of this command's time).
    pub fn new_id<T: From<uuid::Uuid>>(&self) -> Result<T, NoEntropy> {
        new_id(self.now, &*self.ground.entropy)
    }
    /// Random bytes.
    pub fn random<const N: usize>(&self) -> Result<[u8; N], NoEntropy> {
        let mut bytes = [0; N];
        self.ground.entropy.fill(&mut bytes)?;
        Ok(bytes)
    }
    /// Seals a value for a purpose.
    pub fn seal<T: Serialize>(&self, purpose: &str, value: &T) -> Result<Vec<u8>, VaultError> {
        self.ground.vault.seal_value(purpose, value, &*self.ground.entropy)
    }
    /// The keys, for tokens and for opening.
    pub fn vault(&self) -> &Vault {
        &self.ground.vault
    }
    /// Opens personal data inside the transaction: it cannot leave without this command's event.
    pub const fn open<'p, T>(&self, personal: &'p Personal<T>) -> &'p T {
        personal.inner()
    }
    /// Changes rows, exactly as many as told.
    pub(crate) async fn change(
        &mut self,
        rows: u64,
        sql: &'static str,
        args: Vec<Arg>,
    ) -> Result<(), StoreError> {
        let found = self.connection.execute(sql, args).await?;
        if found == rows { Ok(()) } else { Err(StoreError::RowCount { wanted: rows, found }) }
    }
    /// Changes one row by a statement that gives back what it has become.
    pub(crate) async fn change_one(
        &mut self,
        sql: &'static str,
        args: Vec<Arg>,
    ) -> Result<Row, StoreError> {
        let row = self.connection.optional(sql, args).await?;
        row.ok_or(StoreError::RowCount { wanted: 1, found: 0 })
    }
    /// Changes rows and tells how many.
    pub(crate) async fn change_any(
        &mut self,
        sql: &'static str,
        args: Vec<Arg>,
    ) -> Result<u64, StoreError> {
        self.connection.execute(sql, args).await
    }
}

/// A UUID version 7 from a moment and randomness (RFC 9562 section 5.7).
pub(crate) fn new_id<T: From<uuid::Uuid>>(
    now: Timestamp,
    entropy: &dyn Entropy,
) -> Result<T, NoEntropy> {
    let mut random = [0; 10];
    entropy.fill(&mut random)?;
    let millis = u64::try_from(now.micros() / 1000).unwrap_or(0);
    Ok(uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid().into())
}

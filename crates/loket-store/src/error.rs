//! The crate's one error type, and what a caller of a command gets.

use loket_domain::Refusal;

use crate::clock::NoEntropy;
use crate::log::LogFault;
use crate::vault::VaultError;

/// Something in or under the store failed. For the log of the operator, never for a page.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database or the connection to it.
    #[error("database: {0}")]
    Database(#[from] sqlx::Error),
    /// A migration.
    #[error("migration: {0}")]
    Migration(#[from] sqlx::migrate::MigrateError),
    /// A stored value is not what its type allows: table and column.
    #[error("stored value of {0} cannot be read")]
    Unreadable(&'static str),
    /// A statement changed another number of rows than it must.
    #[error("a statement changed {found} rows instead of {wanted}")]
    RowCount {
        /// How many rows it had to change.
        wanted: u64,
        /// How many it changed.
        found: u64,
    },
    /// Sealing or opening failed.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// No randomness.
    #[error(transparent)]
    Entropy(#[from] NoEntropy),
    /// The write loop has stopped.
    #[error("the write loop has stopped")]
    Stopped,
    /// A command took longer than its limit or panicked; what it did was rolled back.
    #[error("the command was broken off: {0}")]
    BrokenOff(&'static str),
    /// The batch could not be committed; nothing of it happened.
    #[error("the batch was not committed")]
    NotCommitted,
    /// The audit log does not hold.
    #[error(transparent)]
    Log(#[from] LogFault),
    /// Writing was stopped, because the audit log is not the one that was signed.
    #[error("{0}")]
    WritingStopped(String),
    /// No command but signing out is taken for now, because the audit log is not attested.
    #[error("{0}")]
    WritingPaused(String),
    /// The database has events from before the audit log.
    #[error(
        "the journal of this database was begun before there was an audit log, and a log cannot vouch \
         for what it did not see. No installation was released with one: begin with a new database, \
         and the demonstration with `make demo-reset`"
    )]
    BeforeTheLog,
    /// Something else than expected was asked of the store.
    #[error("settings: {0}")]
    Settings(String),
}

/// What a caller gets when a command did not happen.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The office says no; nothing changed.
    #[error("refused: {0}")]
    Refused(#[from] Refusal),
    /// The store failed; nothing changed. Logged where it is handled.
    #[error(transparent)]
    Broken(#[from] StoreError),
}

impl From<sqlx::Error> for Failure {
    fn from(error: sqlx::Error) -> Self {
        Self::Broken(error.into())
    }
}

impl From<VaultError> for Failure {
    fn from(error: VaultError) -> Self {
        Self::Broken(error.into())
    }
}

impl From<LogFault> for Failure {
    fn from(error: LogFault) -> Self {
        Self::Broken(error.into())
    }
}

impl From<NoEntropy> for Failure {
    fn from(error: NoEntropy) -> Self {
        Self::Broken(error.into())
    }
}

//! What is kept of the log beside its events: checkpoints, what outsiders said of them, and who these
//! are. No events of the record: a checkpoint proves itself by its signatures.

use loket_domain::Timestamp;

use super::attesters::{self, AttesterFault, AttesterKind, Named};
use super::{checkpoints, purge};
use crate::error::StoreError;
use crate::store::Store;
use crate::tx::Tx;
use crate::upkeep::{Kept, Upkeep};

/// The closed list.
#[derive(Debug)]
pub(crate) enum Keeping {
    /// A checkpoint that was just signed.
    Checkpoint { origin: String, size: u64, note: String },
    /// Cosignatures over a checkpoint; whether they are a quorum.
    Cosignatures { signed: Signed, quorum: bool },
    /// A time-stamp over a checkpoint.
    TimeStamp { signed: Signed, token: Vec<u8> },
    /// The attesters that the configuration names.
    Attesters(Named),
    /// A portion of what lies below the minimum goes.
    DropPurged,
    /// What came of asking an attester.
    Asked { kind: AttesterKind, name: String, came: Result<u64, AttesterFault> },
}

/// A checkpoint as it was signed. Its row may have given way to a newer one while an outsider was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signed {
    /// Name of the log.
    pub origin: String,
    /// Number of leaves.
    pub size: u64,
    /// The note with its signatures.
    pub note: String,
    /// When the log signed it.
    pub at: Timestamp,
}

impl Keeping {
    pub(crate) async fn apply(&self, tx: &mut Tx<'_>) -> Result<Kept, StoreError> {
        match self {
            Self::Checkpoint { origin, size, note } => {
                checkpoints::put(tx, origin, *size, note).await
            }
            Self::Cosignatures { signed, quorum } => checkpoints::cosign(tx, signed, *quorum).await,
            Self::TimeStamp { signed, token } => checkpoints::stamp(tx, signed, token).await,
            Self::Attesters(named) => attesters::name(tx, named).await,
            Self::Asked { kind, name, came } => attesters::note(tx, *kind, name, *came).await,
            Self::DropPurged => {
                let dropped = purge::drop_some(tx).await?;
                return Ok(Kept::Count(u32::try_from(dropped).unwrap_or(u32::MAX)));
            }
        }?;
        Ok(Kept::Nothing)
    }
}

impl Store {
    async fn keep(&self, keeping: Keeping) -> Result<(), StoreError> {
        self.upkeep(Upkeep::Log(keeping)).await.map(drop)
    }

    /// Keeps a checkpoint of the audit log that was just signed.
    pub async fn keep_checkpoint(
        &self,
        origin: String,
        size: u64,
        note: String,
    ) -> Result<(), StoreError> {
        self.keep(Keeping::Checkpoint { origin, size, note }).await
    }

    /// Keeps the cosignatures that the note of a checkpoint has, and whether they are a quorum.
    pub async fn keep_cosignatures(&self, signed: Signed, quorum: bool) -> Result<(), StoreError> {
        self.keep(Keeping::Cosignatures { signed, quorum }).await
    }

    /// Keeps a time-stamp over a checkpoint, and the checkpoint with it for good.
    pub async fn keep_time_stamp(&self, signed: Signed, token: Vec<u8>) -> Result<(), StoreError> {
        self.keep(Keeping::TimeStamp { signed, token }).await
    }

    /// Keeps who the configuration names to attest heads of the log.
    pub async fn name_attesters(&self, named: Named) -> Result<(), StoreError> {
        self.keep(Keeping::Attesters(named)).await
    }

    /// Keeps what came of asking an attester: the size that it attested, or why it did not.
    pub async fn note_attester(
        &self,
        kind: AttesterKind,
        name: String,
        came: Result<u64, AttesterFault>,
    ) -> Result<(), StoreError> {
        self.keep(Keeping::Asked { kind, name, came }).await
    }

    /// Drops what lies below the minimum, portion by portion, between the writes of others; what was
    /// broken off goes on from where it was.
    pub async fn drop_purged(&self) -> Result<(), StoreError> {
        while let Kept::Count(1..) = self.upkeep(Upkeep::Log(Keeping::DropPurged)).await? {}
        Ok(())
    }
}

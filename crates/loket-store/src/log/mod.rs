//! The journal as a transparency log (DESIGN section 7, decision 0028): what an event becomes when
//! it is written ([`event`]), the end of the tree that grows with each commit ([`end`]), the secrets
//! of months and years ([`keys`]), the tiles for proofs ([`tiles`]) with the checkpoints that were signed
//! over them ([`checkpoints`]), who outside attests these ([`attesters`]), what of it is kept beside the
//! events ([`keeping`]), finding events ([`search`]), handing them out with their proofs ([`evidence`]), what
//! goes after ten years ([`purge`]), what is held before ([`holds`]), and the check of everything against
//! everything ([`check`]).
//!
//! It refuses to write behind an end that it cannot rebuild from the leaves, and to read an event
//! whose row, sealed part or tokens are not those of its leaf.

pub mod attesters;
pub mod check;
pub mod checkpoints;
pub(crate) mod end;
mod event;
pub mod evidence;
pub mod holds;
pub mod keeping;
pub(crate) mod keys;
pub(crate) mod pending;
pub mod purge;
pub mod search;
pub mod tiles;
mod values;

pub use event::EventFault;
pub(crate) use event::{Stored, open, write};

use crate::error::StoreError;

/// Why the log cannot be written to or read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LogFault {
    /// The leaves, tiles and head in the database do not fit together.
    #[error(
        "the end of the audit log is not what its head says ({0}): the database was changed by other \
         means or restored in part. Nothing is written until this is put right: `loket doctor --deep` \
         names what differs; restore the database as a whole from a backup"
    )]
    End(&'static str),
    /// A tile in the database is not that of the log.
    #[error(
        "the tiles of the audit log do not hold: {0}; `loket doctor --deep` names what differs"
    )]
    Tiles(String),
    /// One event does not hold.
    #[error("event {index} of the audit log does not hold: {fault}")]
    Event {
        /// Its place.
        index: u64,
        /// What is wrong with it.
        fault: EventFault,
    },
    /// The secret that opens the events of a month or finds those of a year is not there.
    #[error(
        "the secret of {0} is not there: it was destroyed, or the database was restored in part"
    )]
    NoSecret(String),
    /// A secret cannot be unwrapped.
    #[error("the secret of {0} cannot be unwrapped: this is not the master secret that wrapped it")]
    Wrapped(String),
    /// A leaf could not be made.
    #[error("an event could not be made into a leaf: {0}")]
    NotMade(&'static str),
}

/// A place in the log as the database has it.
pub(crate) fn place(index: u64) -> i64 {
    i64::try_from(index).unwrap_or(i64::MAX)
}

/// A place in the log as it was read.
pub(crate) fn index(place: i64) -> Result<u64, StoreError> {
    u64::try_from(place).map_err(|_| StoreError::Unreadable("journal.sequence"))
}

//! The ends without a key.

use super::Dossier;
use crate::time::Timestamp;

/// Which end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EndKind {
    /// Not identified.
    Refused,
    /// Out of time.
    Expired,
    /// Stopped by officer or person.
    Withdrawn,
}

/// The states `Refused`, `Expired` and `Withdrawn`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct End {
    /// What every state has.
    pub dossier: Dossier,
    /// Which end.
    pub kind: EndKind,
    /// When.
    pub at: Timestamp,
}

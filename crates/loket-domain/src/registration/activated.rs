//! Activated: the person has the key. An end.
//!
//! It has no contact points: the person may withdraw the consent to them at any time, and the key
//! works all the same (SEED-56).

use super::Identified;
use crate::id::{InvitationId, KeyId};
use crate::time::Timestamp;

/// The state `Activated`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Activated {
    /// Who was identified, and how.
    pub identified: Identified,
    /// The invitation that was used.
    pub invitation: InvitationId,
    /// The key that was made.
    pub key: KeyId,
    /// When.
    pub at: Timestamp,
}

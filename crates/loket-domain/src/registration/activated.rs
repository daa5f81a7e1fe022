//! Activated: the person has the key. An end.

use super::Invited;
use crate::id::KeyId;
use crate::time::Timestamp;

/// The state `Activated`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Activated {
    /// How it came here.
    pub invited: Invited,
    /// The key that was made.
    pub key: KeyId,
    /// When.
    pub at: Timestamp,
}

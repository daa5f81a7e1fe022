//! Handing the state of a key over to the federal authentication service, so that it knows who has a
//! key, of which level, and when one has ended. A state says everything that holds from its moment on: a
//! receiver that keeps the newest of each key is right, whatever came twice or late.

use serde::{Deserialize, Serialize};

use crate::id::{AnnouncementId, KeyId};
use crate::key::{AssuranceLevel, KeyEnd, KeyKind};
use crate::ssin::Ssin;
use crate::time::Timestamp;

/// What holds of a key from a moment on. A change of its level would be another such state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyState {
    /// Which key.
    pub key: KeyId,
    /// Whose; goes into the body and nowhere else.
    pub ssin: Ssin,
    /// Which kind.
    pub kind: KeyKind,
    /// Its level.
    pub level: AssuranceLevel,
    /// Until when it works.
    pub expires_at: Timestamp,
    /// Why it works no longer; `None` while it does.
    pub ended: Option<KeyEnd>,
    /// From when this holds.
    pub since: Timestamp,
}

/// A state with the identifier under which it is handed over, the same each time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyAnnouncement {
    /// Its identifier.
    pub id: AnnouncementId,
    /// The state.
    pub state: KeyState,
}

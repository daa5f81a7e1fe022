//! The states by name, as stored and shown.

use serde::{Deserialize, Serialize};

/// Names of the states.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StateCode {
    /// Opened by an officer.
    Opened,
    /// The person is identified.
    Identified,
    /// Contact points are confirmed.
    Contactable,
    /// Link and code are issued.
    Invited,
    /// The key exists.
    Activated,
    /// Ended: not identified.
    Refused,
    /// Ended: out of time.
    Expired,
    /// Ended: stopped by officer or person.
    Withdrawn,
}

impl StateCode {
    /// All states.
    pub const ALL: [Self; 8] = [
        Self::Opened,
        Self::Identified,
        Self::Contactable,
        Self::Invited,
        Self::Activated,
        Self::Refused,
        Self::Expired,
        Self::Withdrawn,
    ];
    /// Stable code, as stored.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Opened => "opened",
            Self::Identified => "identified",
            Self::Contactable => "contactable",
            Self::Invited => "invited",
            Self::Activated => "activated",
            Self::Refused => "refused",
            Self::Expired => "expired",
            Self::Withdrawn => "withdrawn",
        }
    }
    /// Reads the stable code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.code() == code)
    }
    /// Whether nothing more can happen to the registration.
    pub const fn is_final(self) -> bool {
        match self {
            Self::Opened | Self::Identified | Self::Contactable | Self::Invited => false,
            Self::Activated | Self::Refused | Self::Expired | Self::Withdrawn => true,
        }
    }
}

//! A registration: one visit of one person, from look-up to activation.
//!
//! One file per state. A state owns only the fields that exist then; a move consumes it, so that
//! an illegal move is a missing method. There is no way from [`Opened`] to [`Invited`] but through
//! [`Identified`] and [`Contactable`] (SEED-17, SEED-76).

mod activated;
mod circumstances;
mod contactable;
mod delay;
mod ended;
mod identified;
mod invited;
mod not_identified;
mod opened;
mod reference;
mod state_code;

use serde::{Deserialize, Serialize};

pub use activated::Activated;
pub use circumstances::{Circumstances, Companion, Interpreting, OF_AGE, YOUNGEST};
pub use contactable::Contactable;
pub use delay::{DelayReason, WITHOUT_RESULT};
pub use ended::{End, EndKind};
pub use identified::{Decision, Identified};
pub use invited::Invited;
pub use not_identified::{COLLEAGUES_WARNED, LeftBehind, NotIdentifiedReason, Warning};
pub use opened::Opened;
pub use reference::{NotAReference, Reference};
pub use state_code::StateCode;

use crate::id::{OrganisationId, RegistrationId, StaffId};
use crate::time::Timestamp;

/// Why the person comes (SEED-05): the channel is for persons who cannot make a key with a card.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VisitReason {
    /// A first digital key; no working eID.
    FirstKey,
    /// The key is lost, blocked or forgotten.
    KeyLost,
    /// The eID card is lost, stolen or broken.
    CardUnusable,
    /// Lives abroad or has no Belgian card with certificates.
    NoCertificates,
}

impl VisitReason {
    /// All reasons, in the order in which the page offers them.
    pub const ALL: [Self; 4] =
        [Self::FirstKey, Self::KeyLost, Self::CardUnusable, Self::NoCertificates];
    /// Stable code, as stored.
    pub const fn code(self) -> &'static str {
        match self {
            Self::FirstKey => "first_key",
            Self::KeyLost => "key_lost",
            Self::CardUnusable => "card_unusable",
            Self::NoCertificates => "no_certificates",
        }
    }
    /// Reads the stable code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|r| r.code() == code)
    }
}

/// What every state has: the dossier as the officer opened it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dossier {
    /// Its row.
    pub id: RegistrationId,
    /// The number that people say to each other.
    pub reference: Reference,
    /// Whose counter.
    pub organisation: OrganisationId,
    /// Who opened it.
    pub officer: StaffId,
    /// Why the person comes.
    pub reason: VisitReason,
    /// When it was opened.
    pub opened_at: Timestamp,
}

/// A registration in any state, as rebuilt from its row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Registration {
    /// Opened; the person may have been found.
    Opened(Opened),
    /// The person is identified.
    Identified(Identified),
    /// Consent and confirmed contact points are there.
    Contactable(Contactable),
    /// Link and code are issued.
    Invited(Invited),
    /// The person has made the key.
    Activated(Activated),
    /// Ended without a key: not identified, out of time, or stopped.
    Ended(End),
}

impl Registration {
    /// What every state has.
    pub const fn dossier(&self) -> &Dossier {
        match self {
            Self::Opened(s) => &s.dossier,
            Self::Identified(s) => &s.dossier,
            Self::Contactable(s) => &s.identified.dossier,
            Self::Invited(s) => &s.contactable.identified.dossier,
            Self::Activated(s) => &s.identified.dossier,
            Self::Ended(s) => &s.dossier,
        }
    }
    /// The state's name.
    pub const fn state(&self) -> StateCode {
        match self {
            Self::Opened(_) => StateCode::Opened,
            Self::Identified(_) => StateCode::Identified,
            Self::Contactable(_) => StateCode::Contactable,
            Self::Invited(_) => StateCode::Invited,
            Self::Activated(_) => StateCode::Activated,
            Self::Ended(end) => match end.kind {
                EndKind::Refused => StateCode::Refused,
                EndKind::Expired => StateCode::Expired,
                EndKind::Withdrawn => StateCode::Withdrawn,
            },
        }
    }
}

#[cfg(test)]
mod tests;

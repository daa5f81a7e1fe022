//! Identified: an officer has decided, by a procedure, that this is the person.

use super::{Contactable, Dossier, End, EndKind};
use crate::contact::{ConfirmedContact, EmailAddress, MobileNumber};
use crate::id::{PersonId, StaffId};
use crate::key::AssuranceLevel;
use crate::language::Language;
use crate::time::Timestamp;

/// The personal act of the signed-in officer (SEED-77).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// Procedure by which the person was identified.
    pub procedure: String,
    /// Its version (SEED-16).
    pub version: u32,
    /// The level that the procedure reaches.
    pub level: AssuranceLevel,
    /// Who decided.
    pub officer: StaffId,
    /// SHA-256 of the certificate of the card the officer signed in with.
    pub card_fingerprint: [u8; 32],
    /// When.
    pub at: Timestamp,
}

/// The state `Identified`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identified {
    /// What every state has.
    pub dossier: Dossier,
    /// Who it is.
    pub person: PersonId,
    /// The decision.
    pub decision: Decision,
}

impl Identified {
    /// Consent is recorded and the contact points are confirmed. The types admit only confirmed
    /// ones (SEED-19); without a mobile number the code goes on paper.
    pub fn reachable(
        self,
        language: Language,
        email: ConfirmedContact<EmailAddress>,
        mobile: Option<ConfirmedContact<MobileNumber>>,
    ) -> Contactable {
        Contactable { identified: self, language, email, mobile }
    }

    /// Stopped by officer or person.
    pub fn withdraw(self, at: Timestamp) -> End {
        End { dossier: self.dossier, kind: EndKind::Withdrawn, at }
    }

    /// Left without a result.
    pub fn expire(self, at: Timestamp) -> End {
        End { dossier: self.dossier, kind: EndKind::Expired, at }
    }
}

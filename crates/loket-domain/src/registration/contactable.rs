//! Contactable: identified, with consent and confirmed contact points.

use super::{End, EndKind, Identified, Invited};
use crate::contact::{Channel, ConfirmedContact, EmailAddress, MobileNumber};
use crate::id::InvitationId;
use crate::language::Language;
use crate::time::Timestamp;

/// The state `Contactable`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contactable {
    /// The identified person.
    pub identified: Identified,
    /// The language that the person chose; governs every message.
    pub language: Language,
    /// Where the link goes.
    pub email: ConfirmedContact<EmailAddress>,
    /// Where the code goes; without it, on paper.
    pub mobile: Option<ConfirmedContact<MobileNumber>>,
}

impl Contactable {
    /// The channel of the code: never the link's (SEED-18).
    pub const fn code_channel(&self) -> Channel {
        match self.mobile {
            Some(_) => Channel::Sms,
            None => Channel::Paper,
        }
    }

    /// Link and code are issued.
    pub fn invite(self, invitation: InvitationId) -> Invited {
        Invited { contactable: self, invitation }
    }

    /// An address is wrong or was changed: it must be confirmed anew (SEED-19).
    pub fn change_contact(self) -> Identified {
        self.identified
    }

    /// Stopped by officer or person.
    pub fn withdraw(self, at: Timestamp) -> End {
        End { dossier: self.identified.dossier, kind: EndKind::Withdrawn, at }
    }

    /// Left without a result.
    pub fn expire(self, at: Timestamp) -> End {
        End { dossier: self.identified.dossier, kind: EndKind::Expired, at }
    }
}

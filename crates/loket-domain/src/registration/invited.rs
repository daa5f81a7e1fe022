//! Invited: link and code are on their way or with the person.

use super::{Activated, Contactable, End, EndKind};
use crate::id::{InvitationId, KeyId};
use crate::time::Timestamp;

/// The state `Invited`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invited {
    /// The identified person with contact points.
    pub contactable: Contactable,
    /// The open invitation.
    pub invitation: InvitationId,
}

impl Invited {
    /// A new invitation takes the place of the open one, which is worth nothing from then on.
    pub fn invite_again(self, invitation: InvitationId) -> Self {
        Self { contactable: self.contactable, invitation }
    }

    /// The invitation is worth nothing any more; how the person is reached can be corrected.
    pub fn call_back(self) -> Contactable {
        self.contactable
    }

    /// The person has made the key.
    pub fn activate(self, key: KeyId, at: Timestamp) -> Activated {
        let Self { contactable, invitation } = self;
        Activated { identified: contactable.identified, invitation, key, at }
    }

    /// Stopped by officer or person.
    pub fn withdraw(self, at: Timestamp) -> End {
        End { dossier: self.contactable.identified.dossier, kind: EndKind::Withdrawn, at }
    }

    /// The link ran out unused.
    pub fn expire(self, at: Timestamp) -> End {
        End { dossier: self.contactable.identified.dossier, kind: EndKind::Expired, at }
    }
}

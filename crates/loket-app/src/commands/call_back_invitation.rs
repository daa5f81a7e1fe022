//! Calls an invitation back, so that an address can be corrected without identifying the person
//! anew. Only with the person at the counter: a caller who has "another address now" is how
//! accounts are stolen.

use loket_domain::Refusal;
use loket_domain::audit::Event;
use loket_domain::id::RegistrationId;
use loket_domain::policy::Action;
use loket_domain::registration::Registration;
use loket_store::tables::invitation::InvitationState;
use loket_store::{Audited, Command, Failure, Permit, Scope, Tx, keeps_answer, tables};
use serde::Serialize;

/// Calls it back.
#[derive(Debug, Serialize)]
pub struct CallBackInvitation {
    /// Of which registration.
    pub registration: RegistrationId,
    /// Whether the officer has the person at the counter and looked at the document again.
    pub person_here: bool,
}

impl Command for CallBackInvitation {
    type Output = ();
    const ACTION: Action = Action::CallBackInvitation;
    keeps_answer!();

    fn scope(&self) -> Scope {
        Scope::registration(self.registration)
    }

    async fn apply(
        &self,
        tx: &mut Tx<'_>,
        _permit: Permit<'_, Self>,
    ) -> Result<Audited<()>, Failure> {
        let Registration::Invited(invited) = super::registration(tx, self.registration).await?
        else {
            return Err(Refusal::WrongStep.into());
        };
        if !self.person_here {
            return Err(Refusal::PersonNotHere.into());
        }
        let invitation = invited.invitation;
        tables::invitation::close(tx, invitation, InvitationState::Cancelled).await?;
        tables::outbox::drop_of_invitation(tx, invitation).await?;
        let contactable = invited.call_back();
        tables::registration::set_called_back(tx, &contactable).await?;
        let seen = Event::PersonSeenAgain { invitation };
        let person = contactable.identified.person;
        Ok(Audited::new((), seen, [Event::InvitationCalledBack { invitation }]).of(person))
    }
}

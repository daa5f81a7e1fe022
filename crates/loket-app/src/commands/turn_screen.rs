//! The officer turns the screen to the person, who is led through the last step. The officer's
//! session ends with it: whatever the person types or presses, there is nothing behind the page.
//! Coming back asks for card and PIN.

use loket_domain::Refusal;
use loket_domain::audit::Event;
use loket_domain::contact::Channel;
use loket_domain::id::{InvitationId, RegistrationId};
use loket_domain::policy::Action;
use loket_domain::registration::Registration;
use loket_store::{Audited, Command, Failure, Permit, Scope, Tx, tables};
use serde::Serialize;

/// Turns the screen.
#[derive(Debug, Serialize)]
pub struct TurnScreen {
    /// Whose person sits before it.
    pub registration: RegistrationId,
}

/// What the page for the person needs.
#[derive(Debug, Clone, Copy)]
pub struct Turned {
    /// The invitation that is followed.
    pub invitation: InvitationId,
    /// The language of the person.
    pub language: loket_domain::Language,
    /// How the code travels.
    pub code_channel: Channel,
}

impl Command for TurnScreen {
    type Output = Turned;
    const ACTION: Action = Action::TurnScreen;

    fn scope(&self) -> Scope {
        Scope::registration(self.registration)
    }

    async fn apply(
        &self,
        tx: &mut Tx<'_>,
        permit: Permit<'_, Self>,
    ) -> Result<Audited<Turned>, Failure> {
        let Registration::Invited(invited) = super::registration(tx, self.registration).await?
        else {
            return Err(Refusal::WrongStep.into());
        };
        let session = permit.session()?;
        tables::session::end(tx, session).await?;
        let turned = Turned {
            invitation: invited.invitation,
            language: invited.contactable.language,
            code_channel: invited.contactable.code_channel(),
        };
        Ok(Audited::new(turned, Event::ScreenTurned { session }, []))
    }
}

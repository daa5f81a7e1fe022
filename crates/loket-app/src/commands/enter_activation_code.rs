//! Checks the activation code. Tries are counted in the database, in the order of the write loop,
//! so that a hundred parallel guesses are a hundred tries (fault row F27).

use std::time::Duration;

use loket_domain::Refusal;
use loket_domain::audit::Event;
use loket_domain::id::InvitationId;
use loket_domain::policy::Action;
use loket_store::tables::invitation::{Invitation, InvitationState};
use loket_store::{Audited, Command, Failure, Permit, Scope, Tx, tables};
use serde::Serialize;
use subtle::ConstantTimeEq as _;

use super::confirm_contact_point::CodeVerdict;

/// How long after the code the key may be made in the same browser.
pub const BROWSER_MAY: Duration = Duration::from_secs(60 * 60);

/// Checks a code.
#[derive(Debug, Serialize)]
pub struct EnterActivationCode {
    /// Keyed digest of what was typed, stretched with the salt of the invitation.
    pub digest: [u8; 32],
    /// The salt it was stretched with; another one means that a newer code took its place.
    pub salt: [u8; 16],
    /// Digest of the browser's own secret.
    pub browser: [u8; 32],
}

impl Command for EnterActivationCode {
    type Output = CodeVerdict;
    const ACTION: Action = Action::EnterActivationCode;

    fn scope(&self) -> Scope {
        Scope::NONE
    }

    async fn apply(
        &self,
        tx: &mut Tx<'_>,
        permit: Permit<'_, Self>,
    ) -> Result<Audited<CodeVerdict>, Failure> {
        let id = permit.invitation()?;
        let now = permit.now();
        let invitation = open(tx, id).await?;
        let kept = invitation.code.ok_or(Refusal::ActivationCodeWrong)?;
        if invitation.code_until.is_none_or(|until| until <= now) {
            return Err(Refusal::ActivationCodeExpired.into());
        }
        let registration = invitation.registration;
        let right = kept.salt == self.salt && bool::from(kept.digest.ct_eq(&self.digest));
        if right {
            tables::invitation::set_browser(tx, id, self.browser, now.plus(BROWSER_MAY)).await?;
            let event = Event::ActivationCodeAccepted { invitation: id };
            return Ok(Audited::new(CodeVerdict::Right, event, []).on(registration));
        }
        let tries_left = tables::invitation::use_try(tx, id).await?;
        let event = Event::ActivationCodeRefused { invitation: id, tries_left };
        let more: Vec<Event> = if tries_left == 0 {
            tables::outbox::drop_of_invitation(tx, id).await?;
            vec![Event::InvitationLocked { invitation: id }]
        } else {
            vec![]
        };
        Ok(Audited::new(CodeVerdict::Wrong { tries_left }, event, more).on(registration))
    }
}

/// The invitation while it may be used; each other state has its own reason.
pub(crate) async fn open(tx: &mut Tx<'_>, id: InvitationId) -> Result<Invitation, Failure> {
    let now = tx.now();
    let invitation =
        tables::invitation::load(&mut tx.view(), id).await?.ok_or(Refusal::LinkInvalid)?;
    usable(&invitation, now)?;
    Ok(invitation)
}

/// Whether an invitation may be used at a moment.
pub fn usable(invitation: &Invitation, now: loket_domain::Timestamp) -> Result<(), Refusal> {
    match invitation.state {
        InvitationState::Open if invitation.link_until <= now => Err(Refusal::LinkExpired),
        InvitationState::Open => Ok(()),
        InvitationState::Locked => Err(Refusal::InvitationLocked),
        InvitationState::Cancelled => Err(Refusal::LinkInvalid),
        InvitationState::Used => Err(Refusal::LinkUsed),
        InvitationState::Expired => Err(Refusal::LinkExpired),
    }
}

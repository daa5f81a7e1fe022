//! Sends a new activation code by SMS for the link that the person has already: when the first one
//! did not come, or a day has passed. The earlier code is worth nothing from then on. A locked
//! invitation stays locked: whoever tried five codes is not given five more by telephone.

use std::time::Duration;

use loket_domain::Refusal;
use loket_domain::audit::Event;
use loket_domain::code::{ActivationCode, CodeCost};
use loket_domain::contact::{Channel, Destination};
use loket_domain::id::RegistrationId;
use loket_domain::message::{MessageContent, QueuedMessage};
use loket_domain::policy::Action;
use loket_domain::registration::Registration;
use loket_store::tables::contact::AskedBy;
use loket_store::tables::invitation::{InvitationState, KeptCode};
use loket_store::{Audited, Command, Failure, Permit, Scope, Tx, keeps_answer, tables};
use serde::Serialize;

use super::send_invitation::TRIES;
use crate::contact_codes;

/// A code drawn and stretched before the command.
#[derive(Debug)]
pub struct NewActivationCode {
    /// The code.
    pub code: ActivationCode,
    /// Its salt.
    pub salt: [u8; 16],
    /// Its keyed digest.
    pub digest: [u8; 32],
}

/// Sends a new code.
#[derive(Debug, Serialize)]
pub struct ResendActivationCode {
    /// For which registration.
    pub registration: RegistrationId,
    /// How long it works; never longer than its link.
    pub code_works: Duration,
    /// The code; not part of what tells two wishes apart.
    #[serde(skip)]
    pub new: NewActivationCode,
}

impl Command for ResendActivationCode {
    type Output = ();
    const ACTION: Action = Action::ResendActivationCode;
    keeps_answer!();

    fn scope(&self) -> Scope {
        Scope::registration(self.registration)
    }

    async fn apply(
        &self,
        tx: &mut Tx<'_>,
        permit: Permit<'_, Self>,
    ) -> Result<Audited<()>, Failure> {
        let Registration::Invited(invited) = super::registration(tx, self.registration).await?
        else {
            return Err(Refusal::WrongStep.into());
        };
        let invitation = tables::invitation::load(&mut tx.view(), invited.invitation)
            .await?
            .ok_or(Refusal::NotFound)?;
        match invitation.state {
            InvitationState::Open => {}
            InvitationState::Locked => return Err(Refusal::InvitationLocked.into()),
            InvitationState::Cancelled | InvitationState::Used | InvitationState::Expired => {
                return Err(Refusal::WrongStep.into());
            }
        }
        let contactable = &invited.contactable;
        let mobile =
            contactable.mobile.as_ref().filter(|_| invitation.code_channel == Channel::Sms);
        let to = Destination::Sms(mobile.ok_or(Refusal::WrongStep)?.destination.clone());
        // As many as of confirmation codes: five tries a code, so fifteen an hour and no more.
        contact_codes::count(tx, &to, AskedBy::Officer).await?;
        let until = permit.now().plus(self.code_works).min(invitation.link_until);
        tables::outbox::drop_code_of_invitation(tx, invitation.id).await?;
        let NewActivationCode { code, salt, digest } = &self.new;
        let kept = KeptCode { salt: *salt, digest: *digest, cost: CodeCost::of(Channel::Sms) };
        tables::invitation::set_code(tx, invitation.id, kept, until, TRIES).await?;
        let queued = QueuedMessage {
            to,
            language: contactable.language,
            content: MessageContent::ActivationCode {
                code: code.grouped().expose().to_owned(),
                until,
            },
        };
        let message =
            tables::outbox::insert(tx, self.registration, Some(invitation.id), &queued, until)
                .await?;
        let event =
            Event::ActivationCodeResent { invitation: invitation.id, code_until: until, message };
        Ok(Audited::new((), event, []).of(contactable.identified.person))
    }
}

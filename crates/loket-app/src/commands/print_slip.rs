//! Gives an invitation whose code goes on paper a code, for one slip. Nothing can show that code
//! again: a second slip has a new code and makes the first one worthless (SEED-13).

use std::time::Duration;

use loket_domain::audit::Event;
use loket_domain::code::CodeCost;
use loket_domain::contact::Channel;
use loket_domain::id::RegistrationId;
use loket_domain::policy::Action;
use loket_domain::registration::{Reference, Registration};
use loket_domain::{Language, Refusal, Timestamp};
use loket_store::tables::invitation::{InvitationState, KeptCode};
use loket_store::{Audited, Command, Failure, Permit, Scope, Tx, tables};
use serde::Serialize;

use super::send_invitation::TRIES;

/// Makes the code of a slip.
#[derive(Debug, Serialize)]
pub struct PrintSlip {
    /// For which registration.
    pub registration: RegistrationId,
    /// Salt of the code.
    pub salt: [u8; 16],
    /// Keyed digest of the code.
    pub digest: [u8; 32],
    /// How long a code on paper works; never longer than its link.
    pub code_works: Duration,
}

/// What the slip says beside the code.
#[derive(Debug, Clone)]
pub struct SlipParts {
    /// Dossier number.
    pub reference: Reference,
    /// Whose counter.
    pub organisation: String,
    /// Language of the person.
    pub language: Language,
    /// Until when the code works.
    pub until: Timestamp,
    /// When it was made.
    pub at: Timestamp,
}

impl Command for PrintSlip {
    type Output = SlipParts;
    const ACTION: Action = Action::PrintSlip;

    fn scope(&self) -> Scope {
        Scope::registration(self.registration)
    }

    async fn apply(
        &self,
        tx: &mut Tx<'_>,
        permit: Permit<'_, Self>,
    ) -> Result<Audited<SlipParts>, Failure> {
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
        if invitation.code_channel != Channel::Paper {
            return Err(Refusal::WrongStep.into());
        }
        let until = permit.now().plus(self.code_works).min(invitation.link_until);
        let (salt, digest) = (self.salt, self.digest);
        let code = KeptCode { salt, digest, cost: CodeCost::of(Channel::Paper) };
        tables::invitation::set_code(tx, invitation.id, code, until, TRIES).await?;
        let dossier = &invited.contactable.identified.dossier;
        let organisation = tables::organisation::load(&mut tx.view(), dossier.organisation)
            .await?
            .ok_or(Refusal::NotFound)?;
        let parts = SlipParts {
            reference: dossier.reference,
            organisation: organisation.name,
            language: invited.contactable.language,
            until,
            at: permit.now(),
        };
        let event = Event::SlipPrinted { invitation: invitation.id, code_until: until };
        Ok(Audited::new(parts, event, []))
    }
}

//! Ends a registration that ran out of time: left without a result, or its link unused.

use loket_domain::Refusal;
use loket_domain::audit::Event;
use loket_domain::id::RegistrationId;
use loket_domain::policy::Action;
use loket_domain::registration::Registration;
use loket_store::tables::invitation::InvitationState;
use loket_store::{Audited, Command, Failure, Permit, Scope, Tx, tables};
use serde::Serialize;

use crate::identifying::left_behind;

/// Ends a registration.
#[derive(Debug, Serialize)]
pub struct ExpireRegistration {
    /// Which.
    pub registration: RegistrationId,
}

impl Command for ExpireRegistration {
    type Output = ();
    const ACTION: Action = Action::ExpireRegistration;

    fn scope(&self) -> Scope {
        Scope::registration(self.registration)
    }

    async fn apply(
        &self,
        tx: &mut Tx<'_>,
        permit: Permit<'_, Self>,
    ) -> Result<Audited<()>, Failure> {
        let now = permit.now();
        let registration = super::registration(tx, self.registration).await?;
        let state = registration.state();
        let mut reason = "out_of_time";
        let end = match registration {
            Registration::Opened(state) => {
                // Who leaves such a dossier instead of refusing does not keep it from colleagues.
                if let Some(left) = left_behind(tx, self.registration).await? {
                    reason = left.code();
                }
                state.expire(now)
            }
            Registration::Identified(state) => state.expire(now),
            Registration::Contactable(state) => state.expire(now),
            Registration::Invited(state) => {
                // Looked at again here: a new invitation may have come between list and command.
                let invitation = tables::invitation::load(&mut tx.view(), state.invitation).await?;
                if invitation.is_some_and(|i| i.link_until > now) {
                    return Err(Refusal::WrongStep.into());
                }
                tables::invitation::close(tx, state.invitation, InvitationState::Expired).await?;
                tables::outbox::drop_of_invitation(tx, state.invitation).await?;
                state.expire(now)
            }
            Registration::Activated(_) | Registration::Ended(_) => {
                return Err(Refusal::WrongStep.into());
            }
        };
        tables::second_check::close_of(tx, self.registration).await?;
        tables::registration::set_ended(tx, &end, reason).await?;
        Ok(Audited::new((), Event::RegistrationExpired { state }, []))
    }
}

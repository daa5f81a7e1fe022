//! Stops a registration at the wish of the person or the officer. An open invitation is cancelled.

use loket_domain::Refusal;
use loket_domain::audit::Event;
use loket_domain::id::RegistrationId;
use loket_domain::policy::Action;
use loket_domain::registration::Registration;
use loket_store::tables::invitation::InvitationState;
use loket_store::{Audited, Command, Failure, Permit, Scope, Tx, keeps_answer, tables};
use serde::{Deserialize, Serialize};

use crate::identifying::left_behind;

/// Why a registration is stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StopReason {
    /// The person changed their mind or left.
    PersonLeft,
    /// The wrong number was typed.
    WrongNumber,
    /// The person must bring or do something first.
    ComesBack,
    /// The register says that the person gets no key: dead, struck off, too young.
    NotEntitled,
}

impl StopReason {
    /// All reasons, in the order in which the page offers them.
    pub const ALL: [Self; 4] =
        [Self::PersonLeft, Self::WrongNumber, Self::ComesBack, Self::NotEntitled];
    /// Stable code, as stored.
    pub const fn code(self) -> &'static str {
        match self {
            Self::PersonLeft => "person_left",
            Self::WrongNumber => "wrong_number",
            Self::ComesBack => "comes_back",
            Self::NotEntitled => "not_entitled",
        }
    }
    /// Reads the stable code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|r| r.code() == code)
    }
}

/// Stops a registration.
#[derive(Debug, Serialize)]
pub struct WithdrawRegistration {
    /// Which.
    pub registration: RegistrationId,
    /// Why.
    pub reason: StopReason,
}

impl Command for WithdrawRegistration {
    type Output = ();
    const ACTION: Action = Action::WithdrawRegistration;
    keeps_answer!();

    fn scope(&self) -> Scope {
        Scope::registration(self.registration)
    }

    async fn apply(
        &self,
        tx: &mut Tx<'_>,
        permit: Permit<'_, Self>,
    ) -> Result<Audited<()>, Failure> {
        let now = permit.now();
        let mut more = Vec::new();
        let registration = super::registration(tx, self.registration).await?;
        super::own_before_sending(&registration, permit.staff()?)?;
        // What a hit or a second officer's no ended is told to colleagues, not stopped quietly.
        if matches!(registration, Registration::Opened(_))
            && left_behind(tx, self.registration).await?.is_some()
        {
            return Err(Refusal::IdentificationStopped.into());
        }
        let end = match registration {
            Registration::Opened(state) => state.withdraw(now),
            Registration::Identified(state) => state.withdraw(now),
            Registration::Contactable(state) => state.withdraw(now),
            Registration::Invited(state) => {
                let invitation = state.invitation;
                if tables::invitation::close(tx, invitation, InvitationState::Cancelled).await? {
                    tables::outbox::drop_of_invitation(tx, invitation).await?;
                    more.push(Event::InvitationCancelled { invitation });
                }
                state.withdraw(now)
            }
            Registration::Activated(_) | Registration::Ended(_) => {
                return Err(Refusal::WrongStep.into());
            }
        };
        tables::second_check::close_of(tx, self.registration).await?;
        tables::registration::set_ended(tx, &end, self.reason.code()).await?;
        let event = Event::RegistrationWithdrawn { reason: self.reason.code().to_owned() };
        Ok(Audited::new((), event, more))
    }
}

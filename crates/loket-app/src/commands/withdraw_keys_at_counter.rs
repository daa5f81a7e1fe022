//! The officer withdraws every key of a person who was identified in this very registration: the
//! telephone is lost or somebody else has it.

use loket_domain::Refusal;
use loket_domain::audit::Event;
use loket_domain::id::{PersonId, RegistrationId};
use loket_domain::key::KeyEnd;
use loket_domain::policy::Action;
use loket_domain::registration::Registration;
use loket_store::{Audited, Command, Failure, Permit, Scope, Tx, keeps_answer};
use serde::Serialize;

use super::withdraw_key::end_all;

/// Withdraws the keys.
#[derive(Debug, Serialize)]
pub struct WithdrawKeysAtCounter {
    /// The visit in which the person was identified.
    pub registration: RegistrationId,
}

impl Command for WithdrawKeysAtCounter {
    type Output = u32;
    const ACTION: Action = Action::WithdrawKeysAtCounter;
    keeps_answer!();

    fn scope(&self) -> Scope {
        Scope::registration(self.registration)
    }

    async fn apply(
        &self,
        tx: &mut Tx<'_>,
        _permit: Permit<'_, Self>,
    ) -> Result<Audited<u32>, Failure> {
        let person = identified(super::registration(tx, self.registration).await?)?;
        let events = end_all(tx, person, KeyEnd::Counter).await?;
        let keys = u32::try_from(events.len()).unwrap_or(u32::MAX);
        if keys == 0 {
            return Err(Refusal::NoKeys.into());
        }
        let event =
            Event::DigitalKeysWithdrawn { keys, reason: KeyEnd::Counter, explanation: None };
        Ok(Audited::new(keys, event, events).of(person))
    }
}

/// Only while the visit goes on, which ends with the sending or in the evening: afterwards the dossier
/// is no identification of who stands there today, and another visit begins.
fn identified(registration: Registration) -> Result<PersonId, Refusal> {
    match registration {
        Registration::Identified(state) => Ok(state.person),
        Registration::Contactable(state) => Ok(state.identified.person),
        Registration::Opened(_) => Err(Refusal::NotIdentified),
        Registration::Invited(_) | Registration::Activated(_) | Registration::Ended(_) => {
            Err(Refusal::WrongStep)
        }
    }
}

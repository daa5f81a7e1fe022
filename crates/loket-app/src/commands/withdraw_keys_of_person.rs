//! The operator withdraws every key of a person, at the command line or at the service desk.

use loket_domain::audit::Event;
use loket_domain::id::PersonId;
use loket_domain::key::KeyEnd;
use loket_domain::policy::Action;
use loket_domain::registration::Reference;
use loket_domain::{Refusal, Ssin};
use loket_store::{Audited, Command, Failure, Permit, Scope, Tx, keeps_answer, tables};
use serde::Serialize;

use super::withdraw_key::end_all;

/// Whose keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum WhoseKeys {
    /// Of the person with this number.
    Number(Ssin),
    /// Of the person of this dossier.
    Dossier(Reference),
}

/// Withdraws the keys.
#[derive(Debug, Serialize)]
pub struct WithdrawKeysOfPerson {
    /// Whose.
    pub whose: WhoseKeys,
    /// Why, for the trail; without personal data.
    pub explanation: String,
}

impl Command for WithdrawKeysOfPerson {
    type Output = u32;
    const ACTION: Action = Action::WithdrawKeysOfPerson;
    keeps_answer!();

    fn scope(&self) -> Scope {
        Scope::NONE
    }

    async fn apply(
        &self,
        tx: &mut Tx<'_>,
        permit: Permit<'_, Self>,
    ) -> Result<Audited<u32>, Failure> {
        // The service desk is the operator's: support staff of an organisation have none.
        if permit.staff_if_any().is_some_and(|staff| !staff.at_operator) {
            return Err(Refusal::NotAllowed.into());
        }
        if self.explanation.trim().is_empty() {
            return Err(Refusal::ReasonMissing.into());
        }
        let person = self.person(tx).await?.ok_or(Refusal::NoKeys)?;
        let events = end_all(tx, person, KeyEnd::Operator).await?;
        let keys = u32::try_from(events.len()).unwrap_or(u32::MAX);
        if keys == 0 {
            return Err(Refusal::NoKeys.into());
        }
        let event = Event::DigitalKeysWithdrawn {
            keys,
            reason: KeyEnd::Operator,
            explanation: Some(self.explanation.trim().chars().take(200).collect()),
        };
        Ok(Audited::new(keys, event, events).of(person))
    }
}

impl WithdrawKeysOfPerson {
    async fn person(&self, tx: &mut Tx<'_>) -> Result<Option<PersonId>, Failure> {
        Ok(match &self.whose {
            WhoseKeys::Number(ssin) => tables::person::by_number(&mut tx.view(), ssin).await?,
            WhoseKeys::Dossier(reference) => {
                let id = tables::registration::by_reference(&mut tx.view(), *reference).await?;
                match id {
                    Some(id) => tables::registration::person_id(&mut tx.view(), id).await?,
                    None => None,
                }
            }
        })
    }
}

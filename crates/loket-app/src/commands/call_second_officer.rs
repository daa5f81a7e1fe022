//! Calls a second officer for the check whose turn it is. Whoever of the organisation is free takes
//! it on, at another post.

use std::sync::Arc;

use loket_domain::Refusal;
use loket_domain::audit::Event;
use loket_domain::id::{RegistrationId, SecondCheckId};
use loket_domain::policy::Action;
use loket_domain::procedure::{CheckKind, Procedures, next_check};
use loket_store::{Audited, Command, Failure, Permit, Scope, Tx, keeps_answer, tables};
use serde::Serialize;

use crate::identifying::Identifying;

/// Calls.
#[derive(Debug, Serialize)]
pub struct CallSecondOfficer {
    /// In which registration.
    pub registration: RegistrationId,
    /// The procedures of this installation.
    #[serde(skip)]
    pub procedures: Arc<Procedures>,
}

impl Command for CallSecondOfficer {
    type Output = SecondCheckId;
    const ACTION: Action = Action::CallSecondOfficer;
    keeps_answer!();

    fn scope(&self) -> Scope {
        Scope::registration(self.registration)
    }

    async fn apply(
        &self,
        tx: &mut Tx<'_>,
        permit: Permit<'_, Self>,
    ) -> Result<Audited<SecondCheckId>, Failure> {
        let Identifying { procedure, seen, .. } =
            Identifying::load(tx, self.registration, &self.procedures).await?;
        let check = next_check(procedure, &seen.checks, &seen.verdicts)
            .filter(|check| check.kind == CheckKind::SecondOfficer)
            .ok_or(Refusal::CheckOutOfOrder)?;
        if tables::second_check::open_of(&mut tx.view(), self.registration).await?.is_some() {
            return Err(Refusal::WrongStep.into());
        }
        let (id, staff) = (tx.new_id()?, permit.staff()?);
        let name = check.id.as_str();
        tables::second_check::insert(tx, id, self.registration, name, staff).await?;
        let event = Event::SecondOfficerCalled { second_check: id, check: name.to_owned() };
        Ok(Audited::new(id, event, []))
    }
}

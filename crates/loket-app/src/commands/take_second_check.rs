//! Takes on a call for a second officer: first come, first served.

use std::sync::Arc;

use loket_domain::Refusal;
use loket_domain::audit::Event;
use loket_domain::id::{RegistrationId, SecondCheckId};
use loket_domain::policy::Action;
use loket_domain::procedure::Procedures;
use loket_store::{Audited, Command, Failure, Permit, Scope, Tx, keeps_answer, tables};
use serde::Serialize;

use crate::identifying::Identifying;

/// Takes it on.
#[derive(Debug, Serialize)]
pub struct TakeSecondCheck {
    /// Of which registration.
    pub registration: RegistrationId,
    /// Which call.
    pub second_check: SecondCheckId,
    /// The procedures of this installation.
    #[serde(skip)]
    pub procedures: Arc<Procedures>,
}

impl Command for TakeSecondCheck {
    type Output = ();
    const ACTION: Action = Action::TakeSecondCheck;
    keeps_answer!();

    fn scope(&self) -> Scope {
        Scope::registration(self.registration)
    }

    async fn apply(
        &self,
        tx: &mut Tx<'_>,
        permit: Permit<'_, Self>,
    ) -> Result<Audited<()>, Failure> {
        let facts = permit.staff()?;
        let staff = facts.staff;
        let call = tables::second_check::load(&mut tx.view(), self.second_check)
            .await?
            .filter(|call| call.registration == self.registration)
            .ok_or(Refusal::SecondCheckGone)?;
        let identifying = Identifying::load(tx, self.registration, &self.procedures).await?;
        if call.called_by == staff || identifying.was_made_by(staff) {
            return Err(Refusal::SecondOfficerIsFirst.into());
        }
        call.is_elsewhere(facts)?;
        if !tables::second_check::take(tx, self.second_check, staff).await? {
            return Err(Refusal::SecondCheckGone.into());
        }
        let event =
            Event::SecondCheckTaken { second_check: self.second_check, check: call.check.clone() };
        Ok(Audited::new((), event, []))
    }
}

//! The second officer answers, with the card shown anew: another person, at another post, than the
//! one who made the other checks.

use std::sync::Arc;

use loket_domain::Refusal;
use loket_domain::audit::Event;
use loket_domain::id::{RegistrationId, SecondCheckId};
use loket_domain::policy::Action;
use loket_domain::procedure::{CheckKind, CheckOutcome, Outcome, Procedures};
use loket_store::{Audited, Command, Failure, Permit, Scope, Tx, keeps_answer, tables};
use serde::Serialize;

use crate::identifying::Identifying;

/// Answers.
#[derive(Debug, Serialize)]
pub struct AnswerSecondCheck {
    /// Of which registration.
    pub registration: RegistrationId,
    /// Which call.
    pub second_check: SecondCheckId,
    /// Whether the second officer finds it in order too.
    pub agrees: bool,
    /// The procedures of this installation.
    #[serde(skip)]
    pub procedures: Arc<Procedures>,
}

impl Command for AnswerSecondCheck {
    type Output = ();
    const ACTION: Action = Action::AnswerSecondCheck;
    keeps_answer!();

    fn scope(&self) -> Scope {
        Scope::registration(self.registration)
    }

    async fn apply(
        &self,
        tx: &mut Tx<'_>,
        permit: Permit<'_, Self>,
    ) -> Result<Audited<()>, Failure> {
        let staff = permit.staff()?;
        let call = tables::second_check::load(&mut tx.view(), self.second_check)
            .await?
            .filter(|call| call.registration == self.registration)
            .filter(|call| call.outcome.is_none() && call.taken_by == Some(staff.staff))
            .ok_or(Refusal::SecondCheckGone)?;
        let mut identifying = Identifying::load(tx, self.registration, &self.procedures).await?;
        if identifying.was_made_by(staff.staff) {
            return Err(Refusal::SecondOfficerIsFirst.into());
        }
        call.is_elsewhere(staff)?;
        let check = identifying
            .procedure
            .checks
            .iter()
            .find(|c| c.id.as_str() == call.check && c.kind == CheckKind::SecondOfficer)
            .ok_or(Refusal::SecondCheckGone)?
            .id
            .clone();
        let outcome = if self.agrees { Outcome::Passed } else { Outcome::Negative };
        let code = outcome.code().to_owned();
        if !tables::second_check::close(tx, self.second_check, &code).await? {
            return Err(Refusal::SecondCheckGone.into());
        }
        identifying.record(CheckOutcome::new(check, outcome, staff.staff, permit.now()))?;
        identifying.save(tx).await?;
        let event = Event::SecondCheckAnswered {
            second_check: self.second_check,
            check: call.check,
            outcome: code,
            card: crate::hex(&staff.card_fingerprint),
        };
        Ok(Audited::new((), event, []))
    }
}

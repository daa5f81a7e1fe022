//! Explains a difference between document and register (SEED-09). Another order of names takes the
//! officer's words; another name or sex also takes one of the closed reasons, and a second officer
//! who confirms it as a check of the procedure. What was found after the comparison is to be looked
//! at again: nobody's confirmation is kept for another explanation.

use std::sync::Arc;

use loket_domain::Refusal;
use loket_domain::audit::Event;
use loket_domain::comparison::{DifferenceReason, Explanation, Field};
use loket_domain::id::RegistrationId;
use loket_domain::policy::Action;
use loket_domain::procedure::{CheckKind, Procedures};
use loket_store::{Audited, Command, Failure, Permit, Scope, Tx, keeps_answer, tables};
use serde::Serialize;

use crate::identifying::Identifying;

/// Explains a difference.
#[derive(Debug, Serialize)]
pub struct ExplainDifference {
    /// In which registration.
    pub registration: RegistrationId,
    /// In which field.
    pub field: Field,
    /// Why it is the same person all the same, where words alone will not do.
    pub reason: Option<DifferenceReason>,
    /// The same in the officer's words: which act, of whom, of which day.
    pub explanation: Explanation,
    /// The procedures of this installation.
    #[serde(skip)]
    pub procedures: Arc<Procedures>,
}

impl Command for ExplainDifference {
    type Output = ();
    const ACTION: Action = Action::ExplainDifference;
    keeps_answer!();

    fn scope(&self) -> Scope {
        Scope::registration(self.registration)
    }

    async fn apply(
        &self,
        tx: &mut Tx<'_>,
        permit: Permit<'_, Self>,
    ) -> Result<Audited<()>, Failure> {
        let mut identifying = Identifying::load(tx, self.registration, &self.procedures).await?;
        identifying.goes_on()?;
        let officer = permit.staff()?.staff;
        let person = tables::registration::person(&mut tx.view(), self.registration)
            .await?
            .ok_or(Refusal::PersonNotFound)?;
        let document = identifying.seen.document.clone().ok_or(Refusal::WrongStep)?;
        let verdict = identifying
            .seen
            .verdicts
            .iter_mut()
            .find(|v| v.field == self.field)
            .ok_or(Refusal::WrongStep)?;
        if verdict.blocks() {
            return Err(Refusal::DifferenceBlocks.into());
        }
        if !verdict.needs_explanation() {
            return Err(Refusal::WrongStep.into());
        }
        let open = DifferenceReason::open_to(self.field, tx.open(&person), &document);
        let reason = match self.reason {
            _ if !verdict.needs_second_officer() => None,
            Some(reason) if open.contains(&reason) => Some(reason),
            Some(_) | None => return Err(Refusal::DifferenceUnexplained.into()),
        };
        *verdict = verdict.clone().explained(reason, self.explanation.clone()).by(officer);
        let compared = |kind| kind == CheckKind::Compare;
        let until = identifying.procedure.checks.iter().position(|check| compared(check.kind));
        identifying.seen.checks.truncate(until.unwrap_or(0));
        identifying.save(tx).await?;
        let event = Event::DifferenceExplained {
            field: self.field.code().to_owned(),
            reason,
            explanation: self.explanation.as_str().to_owned(),
        };
        Ok(Audited::new((), event, []))
    }
}

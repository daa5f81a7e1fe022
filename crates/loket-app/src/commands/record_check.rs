//! Records the outcome of a check, in the order of the procedure (SEED-12, SEED-74).
//!
//! The outcome of the comparison is not the officer's to choose: it follows from the verdicts and
//! their explanations. Nor is that of a second officer, who answers alone (`AnswerSecondCheck`).

use std::sync::Arc;

use loket_domain::Refusal;
use loket_domain::audit::Event;
use loket_domain::comparison::Explanation;
use loket_domain::id::RegistrationId;
use loket_domain::policy::Action;
use loket_domain::procedure::{
    Check, CheckKind, CheckOutcome, ExternalAnswer, ExternalResult, Outcome, Procedures,
};
use loket_store::{Audited, Command, Failure, Permit, Scope, Tx, keeps_answer};
use serde::Serialize;

use crate::identifying::Identifying;

/// What the officer says of a check.
#[derive(Debug, Clone, Serialize)]
pub enum CheckAnswer {
    /// Yes.
    Yes,
    /// No.
    No,
    /// What the service outside answered, with an explanation where it gave none.
    Service(ExternalAnswer, Option<Explanation>),
    /// The comparison was read; its outcome follows from the verdicts.
    ComparisonRead,
}

/// Records a check.
#[derive(Debug, Serialize)]
pub struct RecordCheck {
    /// In which registration.
    pub registration: RegistrationId,
    /// Which check of the procedure.
    pub check: String,
    /// What the officer says.
    pub answer: CheckAnswer,
    /// The procedures of this installation.
    #[serde(skip)]
    pub procedures: Arc<Procedures>,
}

impl Command for RecordCheck {
    type Output = ();
    const ACTION: Action = Action::RecordCheck;
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
        let check = identifying
            .procedure
            .checks
            .iter()
            .find(|c| c.id.as_str() == self.check)
            .cloned()
            .ok_or(Refusal::CheckOutOfOrder)?;
        let (outcome, answer) = self.weigh(&check, &identifying)?;
        let code = outcome.code().to_owned();
        identifying.record(CheckOutcome {
            check: check.id,
            outcome,
            at: permit.now(),
            officer: permit.staff()?.staff,
            external: answer.map(|answer| ExternalResult { answer, at: permit.now() }),
        })?;
        identifying.save(tx).await?;
        let event = Event::CheckRecorded { check: self.check.clone(), outcome: code };
        Ok(Audited::new((), event, []))
    }
}

impl RecordCheck {
    fn weigh(
        &self,
        check: &Check,
        identifying: &Identifying<'_>,
    ) -> Result<(Outcome, Option<ExternalAnswer>), Refusal> {
        match (check.kind, &self.answer) {
            (CheckKind::Confirm, CheckAnswer::Yes) => Ok((Outcome::Passed, None)),
            (CheckKind::Confirm, CheckAnswer::No) => Ok((Outcome::Negative, None)),
            (CheckKind::External, CheckAnswer::Service(answer, text)) => {
                let outcome = match (answer, text) {
                    (ExternalAnswer::NoHit, _) => Outcome::Passed,
                    (ExternalAnswer::Hit, _) => Outcome::Negative,
                    (ExternalAnswer::Unavailable, Some(text)) => {
                        Outcome::Explained { text: text.clone() }
                    }
                    (ExternalAnswer::Unavailable, None) => {
                        return Err(Refusal::ExplanationTooShort);
                    }
                };
                Ok((outcome, Some(*answer)))
            }
            (CheckKind::Compare, CheckAnswer::ComparisonRead) => {
                compared(identifying).map(|outcome| (outcome, None))
            }
            _ => Err(Refusal::WrongStep),
        }
    }
}

fn compared(identifying: &Identifying<'_>) -> Result<Outcome, Refusal> {
    let verdicts = &identifying.seen.verdicts;
    if verdicts.is_empty() {
        return Err(Refusal::ChecksIncomplete);
    }
    if verdicts.iter().any(loket_domain::comparison::FieldVerdict::blocks) {
        return Ok(Outcome::Negative);
    }
    if verdicts.iter().any(|v| !v.is_settled()) {
        return Err(Refusal::DifferenceUnexplained);
    }
    let explained = verdicts.iter().find_map(|v| v.explanation.clone());
    Ok(explained.map_or(Outcome::Passed, |text| Outcome::Explained { text }))
}

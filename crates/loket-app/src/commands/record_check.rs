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
    Check, CheckKind, CheckOutcome, Confirms, ExternalAnswer, ExternalResult, Outcome, PointFound,
    Procedures,
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
    /// Yes, and in the officer's words why, for a check that keeps them.
    YesBecause(Explanation),
    /// What was found point by point.
    Points(Vec<PointFound>),
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
        let check_kind = check.kind;
        let made = CheckOutcome {
            external: answer.map(|answer| ExternalResult { answer, at: permit.now() }),
            points: self.answer.points().to_vec(),
            note: self.answer.note(),
            ..CheckOutcome::new(check.id, outcome, permit.staff()?.staff, permit.now())
        };
        let points = made.points.iter().map(told).collect();
        let said = match (&made.outcome, check_kind) {
            // What explains differences stands in the events of the explanations.
            (Outcome::Explained { text }, CheckKind::External) => Some(text),
            _ => made.note.as_ref(),
        };
        let explanation = said.map(|text| text.as_str().to_owned());
        identifying.record(made)?;
        identifying.save(tx).await?;
        let event =
            Event::CheckRecorded { check: self.check.clone(), outcome: code, points, explanation };
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
            (CheckKind::Confirm, answer) => {
                self.confirmed(check, answer).map(|outcome| (outcome, None))
            }
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

    /// What was asked point by point is not answered by one yes, and an exception not without why.
    fn confirmed(&self, check: &Check, answer: &CheckAnswer) -> Result<Outcome, Refusal> {
        match (answer, check.points.as_ref()) {
            (CheckAnswer::Points(found), Some(points)) => {
                points.weigh(self.registration, found).map_err(|_| Refusal::ChecksIncomplete)
            }
            (CheckAnswer::Yes, None) if check.confirms == Some(Confirms::Exception) => {
                Err(Refusal::ExplanationTooShort)
            }
            (CheckAnswer::YesBecause(_), None) if check.confirms == Some(Confirms::Exception) => {
                Ok(Outcome::Passed)
            }
            (CheckAnswer::Yes, None) => Ok(Outcome::Passed),
            (CheckAnswer::No, None) => Ok(Outcome::Negative),
            _ => Err(Refusal::WrongStep),
        }
    }
}

impl CheckAnswer {
    fn points(&self) -> &[PointFound] {
        if let Self::Points(found) = self { found } else { &[] }
    }
    fn note(&self) -> Option<Explanation> {
        if let Self::YesBecause(text) = self { Some(text.clone()) } else { None }
    }
}

/// A point as the journal tells it.
fn told(point: &PointFound) -> String {
    format!("{}: {}", point.point, point.found.code())
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

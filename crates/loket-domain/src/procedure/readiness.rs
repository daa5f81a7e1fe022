//! Whether the outcomes of a visit allow the officer to decide that this is the person. Pure: it
//! sees what was recorded and nothing else. The order is that of recording, not of the clock, which
//! may jump.

use super::{Check, CheckKind, CheckOutcome, ExternalAnswer, Name, OnNegative, Outcome, Procedure};
use crate::comparison::{Field, FieldVerdict};
use crate::document::TypedDocument;
use crate::refusal::Refusal;
use crate::time::Day;

/// What stands in the way of a decision.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Missing {
    /// The procedure is not in effect on that day, or is not offered.
    #[error("the procedure is not in force")]
    NotInForce,
    /// The procedure does not accept this kind of document.
    #[error("the kind of document is not accepted")]
    DocumentNotAccepted,
    /// The document is past its last day.
    #[error("the document has expired")]
    DocumentExpired,
    /// The check has no outcome yet.
    #[error("check `{0}` has no outcome")]
    Open(Name),
    /// An outcome for a check that the procedure does not have.
    #[error("the procedure has no check `{0}`")]
    Unknown(Name),
    /// The outcome was recorded before an earlier check's, or a second time (SEED-74).
    #[error("check `{0}` was made out of order")]
    OutOfOrder(Name),
    /// A negative outcome that nothing mends.
    #[error("check `{0}` was negative")]
    Stopped(Name),
    /// An outcome that stays as it is in this visit: a hit, or the no of a second officer.
    #[error("check `{0}` was answered for good")]
    Final(Name),
    /// A negative outcome that the officer may explain and has not.
    #[error("check `{0}` needs an explanation")]
    Unexplained(Name),
    /// A check that must be made was called not applicable.
    #[error("check `{0}` must be made")]
    Required(Name),
    /// Another officer must confirm, and none has, or it was not another.
    #[error("check `{0}` needs a second officer")]
    SecondOfficer(Name),
    /// The answer of the service outside was not recorded, or is not what the outcome says.
    #[error("check `{0}` lacks the service's answer")]
    ExternalAnswer(Name),
    /// No verdict on this field, or more than one.
    #[error("field `{}` was not compared", .0.code())]
    NotCompared(Field),
    /// A difference that no explanation can mend.
    #[error("field `{}` differs", .0.code())]
    Blocked(Field),
    /// A difference that the officer has not explained.
    #[error("the difference in field `{}` is not explained", .0.code())]
    DifferenceUnexplained(Field),
}

impl Missing {
    /// The refusal that the officer gets when this is what stands in the way.
    pub const fn refusal(&self) -> Refusal {
        match self {
            Self::NotInForce => Refusal::ProcedureNotInForce,
            Self::DocumentNotAccepted => Refusal::DocumentNotAccepted,
            Self::DocumentExpired | Self::Blocked(Field::ValidUntil) => Refusal::DocumentExpired,
            Self::Unknown(_) | Self::OutOfOrder(_) => Refusal::CheckOutOfOrder,
            Self::Stopped(_) | Self::Blocked(_) => Refusal::DifferenceBlocks,
            Self::Final(_) => Refusal::IdentificationStopped,
            Self::Unexplained(_) | Self::DifferenceUnexplained(_) => Refusal::DifferenceUnexplained,
            Self::Open(_)
            | Self::Required(_)
            | Self::SecondOfficer(_)
            | Self::ExternalAnswer(_)
            | Self::NotCompared(_) => Refusal::ChecksIncomplete,
        }
    }
}

/// The check that is to be made next; `None` when all that are called for have an outcome.
pub fn next_check<'a>(
    procedure: &'a Procedure,
    outcomes: &[CheckOutcome],
    verdicts: &[FieldVerdict],
) -> Option<&'a Check> {
    procedure.checks.iter().find(|check| {
        outcomes.iter().all(|o| o.check != check.id)
            && is_called_for(procedure, check, outcomes, verdicts)
    })
}

/// Whether a check has to be made in this visit: all have, but a second officer whom the procedure
/// does not require and nothing calls for.
pub fn is_called_for(
    procedure: &Procedure,
    check: &Check,
    outcomes: &[CheckOutcome],
    verdicts: &[FieldVerdict],
) -> bool {
    let earlier = || procedure.checks.iter().take_while(|other| other.id != check.id);
    check.required
        || check.kind != CheckKind::SecondOfficer
        || earlier().any(|other| calls_second(other, outcomes, verdicts))
}

/// Whether what was found in this check needs a second officer.
fn calls_second(check: &Check, outcomes: &[CheckOutcome], verdicts: &[FieldVerdict]) -> bool {
    let by_difference =
        check.kind == CheckKind::Compare && verdicts.iter().any(FieldVerdict::needs_second_officer);
    let negative = outcomes
        .iter()
        .find(|made| made.check == check.id && made.outcome == Outcome::Negative)
        .is_some_and(|made| reaction(check, made) == Ok(OnNegative::SecondOfficer));
    by_difference || negative
}

/// The outcome that ends this identification whatever is answered after it. A hit says that the
/// document is not to be trusted, and a second officer said no: asking until the answer is another
/// one would make both worth nothing.
pub fn stopped_for_good<'a>(
    procedure: &Procedure,
    outcomes: &'a [CheckOutcome],
) -> Option<&'a CheckOutcome> {
    outcomes.iter().find(|made| {
        let kind = procedure.checks.iter().find(|check| check.id == made.check).map(|c| c.kind);
        let second = kind == Some(CheckKind::SecondOfficer);
        made.is_hit() || (second && made.outcome == Outcome::Negative)
    })
}

/// Records an outcome. The next check in order is added; an earlier one is answered anew, and what
/// came after it has to be made again. Anything else is refused and changes nothing.
pub fn record(
    procedure: &Procedure,
    outcomes: &mut Vec<CheckOutcome>,
    outcome: CheckOutcome,
) -> Result<(), Missing> {
    if let Some(made) = stopped_for_good(procedure, outcomes) {
        return Err(Missing::Final(made.check.clone()));
    }
    let place = procedure.checks.iter().position(|check| check.id == outcome.check);
    let place = place.ok_or_else(|| Missing::Unknown(outcome.check.clone()))?;
    let in_order = procedure.checks.iter().take(place).zip(outcomes.iter());
    let earlier_are_there = in_order.filter(|(check, made)| check.id == made.check).count();
    if earlier_are_there != place {
        return Err(Missing::OutOfOrder(outcome.check));
    }
    outcomes.truncate(place);
    outcomes.push(outcome);
    Ok(())
}

/// Whether every check has an acceptable outcome, in order, and every difference is settled. Names
/// everything that is missing.
pub fn ready_to_decide(
    procedure: &Procedure,
    outcomes: &[CheckOutcome],
    verdicts: &[FieldVerdict],
) -> Result<(), Vec<Missing>> {
    let mut missing = order_faults(procedure, outcomes);
    for check in &procedure.checks {
        let made = outcomes.iter().find(|outcome| outcome.check == check.id);
        let fault = match made {
            Some(made) => weigh(procedure, outcomes, check, made).err(),
            // A second officer who was not called is not missed.
            None if check.kind == CheckKind::SecondOfficer && !check.required => None,
            None => Some(Missing::Open(check.id.clone())),
        };
        missing.extend(fault);
    }
    missing.extend(unconfirmed(procedure, outcomes, verdicts));
    missing.extend(Field::ALL.into_iter().filter_map(|field| unsettled(field, verdicts)));
    if missing.is_empty() { Ok(()) } else { Err(missing) }
}

/// The whole question before a decision: the procedure in force on the day of the visit, the
/// document accepted and valid, and everything of [`ready_to_decide`]. Whether the procedure is
/// offered to the organisation is for the caller to know.
pub fn may_be_identified(
    procedure: &Procedure,
    document: &TypedDocument,
    day: Day,
    outcomes: &[CheckOutcome],
    verdicts: &[FieldVerdict],
) -> Result<(), Vec<Missing>> {
    let mut missing = Vec::new();
    if !procedure.is_in_effect_on(day) {
        missing.push(Missing::NotInForce);
    }
    if !procedure.accepts(document.kind()) {
        missing.push(Missing::DocumentNotAccepted);
    }
    if !document.is_valid_on(day) {
        missing.push(Missing::DocumentExpired);
    }
    missing.extend(ready_to_decide(procedure, outcomes, verdicts).err().unwrap_or_default());
    if missing.is_empty() { Ok(()) } else { Err(missing) }
}

/// Outcomes of checks that the procedure does not have, made twice, or before an earlier check.
fn order_faults(procedure: &Procedure, outcomes: &[CheckOutcome]) -> Vec<Missing> {
    let mut faults = Vec::new();
    let mut last = None;
    for outcome in outcomes {
        let place = procedure.checks.iter().position(|check| check.id == outcome.check);
        match place {
            None => faults.push(Missing::Unknown(outcome.check.clone())),
            Some(place) if last.is_some_and(|last| place <= last) => {
                faults.push(Missing::OutOfOrder(outcome.check.clone()));
            }
            Some(place) => last = Some(place),
        }
    }
    faults
}

fn weigh(
    procedure: &Procedure,
    outcomes: &[CheckOutcome],
    check: &Check,
    made: &CheckOutcome,
) -> Result<(), Missing> {
    let id = || check.id.clone();
    let reaction = reaction(check, made)?;
    match &made.outcome {
        Outcome::Passed if check.kind == CheckKind::SecondOfficer => {
            is_second(outcomes, made).then_some(()).ok_or_else(|| Missing::SecondOfficer(id()))
        }
        Outcome::NotApplicable if check.required => Err(Missing::Required(id())),
        Outcome::Passed | Outcome::NotApplicable => Ok(()),
        Outcome::Negative => match reaction {
            OnNegative::Stop => Err(Missing::Stopped(id())),
            OnNegative::Explain => Err(Missing::Unexplained(id())),
            OnNegative::SecondOfficer if second_confirmed(procedure, outcomes, check) => Ok(()),
            OnNegative::SecondOfficer => Err(Missing::SecondOfficer(id())),
        },
        Outcome::Explained { .. } if reaction == OnNegative::Explain => Ok(()),
        Outcome::Explained { .. } => Err(Missing::Stopped(id())),
    }
}

/// What a negative outcome of this check does here. For a service outside that depends on its
/// answer, which must be there and must be what the outcome says.
fn reaction(check: &Check, made: &CheckOutcome) -> Result<OnNegative, Missing> {
    let lacks = || Missing::ExternalAnswer(check.id.clone());
    if check.kind != CheckKind::External {
        return Ok(check.on_negative);
    }
    if made.outcome == Outcome::NotApplicable {
        return if made.external.is_none() { Ok(check.on_negative) } else { Err(lacks()) };
    }
    let passed = made.outcome == Outcome::Passed;
    match made.external.map(|external| external.answer) {
        Some(ExternalAnswer::NoHit) if passed => Ok(check.on_negative),
        Some(ExternalAnswer::Hit) if !passed => Ok(OnNegative::Stop),
        Some(ExternalAnswer::Unavailable) if !passed => {
            Ok(check.on_unavailable.unwrap_or(OnNegative::Stop))
        }
        _ => Err(lacks()),
    }
}

/// A difference that takes a second officer, and none has confirmed it.
fn unconfirmed(
    procedure: &Procedure,
    outcomes: &[CheckOutcome],
    verdicts: &[FieldVerdict],
) -> Option<Missing> {
    let compare = procedure.checks.iter().find(|check| check.kind == CheckKind::Compare)?;
    let alone = verdicts.iter().any(FieldVerdict::needs_second_officer)
        && !second_confirmed(procedure, outcomes, compare);
    alone.then(|| Missing::SecondOfficer(compare.id.clone()))
}

/// Whether a later check of the kind `second_officer` passed.
fn second_confirmed(procedure: &Procedure, outcomes: &[CheckOutcome], check: &Check) -> bool {
    procedure
        .checks
        .iter()
        .skip_while(|other| other.id != check.id)
        .filter(|later| later.kind == CheckKind::SecondOfficer)
        .filter_map(|later| outcomes.iter().find(|outcome| outcome.check == later.id))
        .any(|made| made.outcome == Outcome::Passed && is_second(outcomes, made))
}

/// Whether none of the other checks was made by the officer who confirms.
fn is_second(outcomes: &[CheckOutcome], made: &CheckOutcome) -> bool {
    outcomes.iter().filter(|other| other.check != made.check).all(|o| o.officer != made.officer)
}

fn unsettled(field: Field, verdicts: &[FieldVerdict]) -> Option<Missing> {
    let mut found = verdicts.iter().filter(|verdict| verdict.field == field);
    match (found.next(), found.next()) {
        (Some(verdict), None) if verdict.is_settled() => None,
        (Some(verdict), None) if verdict.blocks() => Some(Missing::Blocked(field)),
        (Some(_), None) => Some(Missing::DifferenceUnexplained(field)),
        _ => Some(Missing::NotCompared(field)),
    }
}

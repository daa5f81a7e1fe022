//! Whether a procedure makes sense as a whole.

use super::{
    Check, CheckKind, Confirms, OnNegative, Procedure, ProcedureFault, Recorded, What, confirmation,
};
use crate::document::DocumentKind;

/// Most checks of one procedure.
const MOST_CHECKS: usize = 40;

/// Finds the first fault.
pub(super) fn check(procedure: &Procedure) -> Result<(), ProcedureFault> {
    header(procedure)?;
    if !(1..=MOST_CHECKS).contains(&procedure.checks.len()) {
        return fault("check", What::NumberOfChecks);
    }
    for (at, check) in procedure.checks.iter().enumerate() {
        one_check(procedure, at, check)?;
    }
    kinds(procedure)
}

fn fault<T>(path: impl Into<String>, what: What) -> Result<T, ProcedureFault> {
    Err(ProcedureFault { path: path.into(), what })
}

fn header(procedure: &Procedure) -> Result<(), ProcedureFault> {
    if procedure.version == 0 {
        return fault("version", What::VersionZero);
    }
    if procedure.effective_until.is_some_and(|last| last < procedure.effective_from) {
        return fault("effective_until", What::DatesReversed);
    }
    let mut highest = procedure.presence.highest_level();
    for (at, kind) in procedure.documents.iter().enumerate() {
        if procedure.documents.iter().take(at).any(|earlier| earlier == kind) {
            return fault(format!("documents[{at}]"), What::Twice);
        }
        highest = highest.min(kind.highest_level());
    }
    if procedure.documents.is_empty() {
        return fault("documents", What::NoDocuments);
    }
    if procedure.level > highest { fault("level", What::LevelTooHigh) } else { Ok(()) }
}

fn one_check(procedure: &Procedure, at: usize, check: &Check) -> Result<(), ProcedureFault> {
    let path = |key: &str| format!("check[{at}].{key}");
    let earlier = || procedure.checks.iter().take(at);
    let later = || procedure.checks.iter().skip(at + 1);
    if earlier().any(|other| other.id == check.id) {
        return fault(path("id"), What::Twice);
    }
    for (needed, name) in needed_records(check) {
        if !check.records.contains(&needed) {
            return fault(path("records"), What::NotRecorded(name));
        }
    }
    // What came after would be a check that the second officer has not seen.
    if check.kind == CheckKind::SecondOfficer && later().next().is_some() {
        return fault(path("kind"), What::NotLast);
    }
    let is_external = check.kind == CheckKind::External;
    if check.service.is_some() != is_external || check.on_unavailable.is_some() != is_external {
        return fault(path("service"), What::ServiceMisplaced);
    }
    if is_external && !procedure.documents.iter().all(|kind| kind.has_status_service()) {
        return fault(path("service"), What::ServiceUnfit);
    }
    // A hit of the status service always stops (ID-09); a second officer is the last resort.
    let must_stop = matches!(check.kind, CheckKind::External | CheckKind::SecondOfficer);
    if must_stop && check.on_negative != OnNegative::Stop {
        return fault(path("on_negative"), What::ReactionUnfit);
    }
    // Another name that may be explained takes a second officer, whatever the file says.
    let of_names = check.kind == CheckKind::Compare && check.on_negative != OnNegative::Stop;
    let calls_second = of_names
        || check.on_negative == OnNegative::SecondOfficer
        || check.on_unavailable == Some(OnNegative::SecondOfficer);
    if calls_second && !later().any(|other| other.kind == CheckKind::SecondOfficer) {
        return fault(path("on_negative"), What::NoSecondOfficer);
    }
    Ok(())
}

fn needed_records(check: &Check) -> impl Iterator<Item = (Recorded, &'static str)> {
    let by_kind = match check.kind {
        CheckKind::Document => (Recorded::Document, "document"),
        CheckKind::Mrz => (Recorded::Zone, "zone"),
        CheckKind::Compare => (Recorded::Verdicts, "verdicts"),
        CheckKind::External => (Recorded::Answer, "answer"),
        CheckKind::Confirm | CheckKind::SecondOfficer => (Recorded::Outcome, "outcome"),
    };
    // Why an exception is made is kept (ID-28).
    let explains = check.confirms == Some(Confirms::Exception)
        || check.on_negative == OnNegative::Explain
        || check.on_unavailable == Some(OnNegative::Explain);
    std::iter::once(by_kind).chain(explains.then_some((Recorded::Explanation, "explanation")))
}

fn kinds(procedure: &Procedure) -> Result<(), ProcedureFault> {
    let places = |kind: CheckKind| {
        procedure.checks.iter().enumerate().filter(move |(_, check)| check.kind == kind)
    };
    let once = |kind: CheckKind| match places(kind).collect::<Vec<_>>().as_slice() {
        [(at, check)] if check.required => Ok(*at),
        _ => fault("check", What::NotOnce(kind.code())),
    };
    let (document, compare) = (once(CheckKind::Document)?, once(CheckKind::Compare)?);
    let zone_out_of_order = |at: usize| !(document < at && at < compare);
    if let Some((at, _)) = places(CheckKind::Mrz).find(|(at, _)| zone_out_of_order(*at)) {
        return fault(format!("check[{at}].kind"), What::OrderOfKinds);
    }
    if document > compare {
        return fault(format!("check[{compare}].kind"), What::OrderOfKinds);
    }
    let has_zone = |kind: &DocumentKind| kind.may_have_zone();
    if procedure.documents.iter().any(has_zone) && places(CheckKind::Mrz).count() != 1 {
        return fault("check", What::NotOnce(CheckKind::Mrz.code()));
    }
    confirmation::check(procedure)
}

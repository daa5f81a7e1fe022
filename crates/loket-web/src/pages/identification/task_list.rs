//! The checks as a list of tasks, and what the officer is to do now.

use loket_app::tables::identification::Identification;
use loket_app::tables::second_check::SecondCheck;
use loket_domain::comparison::Field;
use loket_domain::document::{DocumentKind, IssuerCode};
use loket_domain::id::RegistrationId;
use loket_domain::procedure::{
    Check, CheckKind, CheckOutcome, Confirms, ExternalAnswer, Found, Missing, Name, Outcome,
    Procedure, is_called_for, next_check, ready_to_decide, stopped_for_good,
};
use loket_domain::time::Day;
use loket_text::Text;

use super::checks::{Typed, field_of};
use super::choice::{Choice, choices};
use super::counter::{named, page_of};
use crate::routes;

/// One check in the list.
pub(super) struct Task {
    pub(super) question: String,
    /// Class of the tag: good, bad, or neither.
    pub(super) class: &'static str,
    pub(super) word: String,
    /// When it was recorded; empty when it was not.
    pub(super) at: String,
    /// Where it is answered anew, once recorded.
    pub(super) change: Option<String>,
}

/// What the officer is to do now.
pub(super) enum Now {
    /// Answer this.
    Question(Question),
    /// Go to the page where the check is made.
    Elsewhere { check: Name, question: String, address: String, label: String },
    /// Call a second officer.
    CallSecond { check: Name, question: String },
    /// Wait for the second officer who was called.
    Waiting { check: Name, question: String, since: String, taken: bool },
    /// Change an answer or refuse, for this reason.
    Stopped(&'static str),
    /// Refuse, for this reason: nothing is answered anew in this dossier.
    Final(&'static str),
    /// Choose the procedure of the document that the person has after all.
    OtherDocument,
    /// Decide.
    Decide,
    /// Mend something, though every check has an outcome.
    NotReady,
}

/// A check as a question.
pub(super) struct Question {
    pub(super) check: Name,
    pub(super) text: String,
    pub(super) answers: Vec<Choice>,
    /// What is asked point by point instead.
    pub(super) points: Vec<PointQuestion>,
    /// The features of the document are looked at.
    pub(super) of_features: bool,
    /// Label and hint of the text that an answer may need.
    pub(super) because: Option<(String, String)>,
    pub(super) explanation: String,
    /// It was answered before.
    pub(super) again: bool,
}

impl Question {
    /// The names of its points, as the form sends them back.
    pub(super) fn asked(&self) -> String {
        self.points.iter().map(|point| point.name.as_str()).collect::<Vec<_>>().join(" ")
    }
}

/// One point with its answers.
pub(super) struct PointQuestion {
    pub(super) name: String,
    pub(super) field: String,
    pub(super) text: String,
    pub(super) answers: Vec<Choice>,
}

impl Now {
    fn is(&self, check: &Check) -> bool {
        match self {
            Self::Question(question) => question.check == check.id,
            Self::Elsewhere { check: id, .. }
            | Self::CallSecond { check: id, .. }
            | Self::Waiting { check: id, .. } => *id == check.id,
            Self::Stopped(_)
            | Self::Final(_)
            | Self::OtherDocument
            | Self::Decide
            | Self::NotReady => false,
        }
    }
}

/// The checks of a procedure with what was recorded of each.
pub(super) fn tasks(
    t: Text,
    today: Day,
    procedure: &Procedure,
    seen: &Identification,
    now: &Now,
    id: RegistrationId,
) -> Vec<Task> {
    let stands = stopped_for_good(procedure, &seen.checks).is_some();
    procedure
        .checks
        .iter()
        .map(|check| {
            let made = made(seen, check);
            let (class, word) = match made {
                Some(made) => (class_of(&made.outcome), named(t, made.outcome.text_key())),
                None if now.is(check) => ("", t.checks_now()),
                None if is_called_for(procedure, check, &seen.checks, &seen.verdicts) => {
                    ("warn", t.checks_to_do())
                }
                None => ("", t.checks_not_needed()),
            };
            Task {
                question: named(t, check.question.as_str()),
                class,
                word,
                at: made.map_or_else(String::new, |made| t.when(made.at, today)),
                change: made
                    .filter(|_| check.kind != CheckKind::SecondOfficer && !stands)
                    .map(|_| address_to_change(check, id)),
            }
        })
        .collect()
}

/// What the officer is to do now: what was asked for by name, if it has its turn; else what stands
/// in the way; else the next check; else the decision.
pub(super) fn now(
    t: Text,
    today: Day,
    procedure: &Procedure,
    seen: &Identification,
    typed: &Typed,
    id: RegistrationId,
    called: Option<&SecondCheck>,
) -> Now {
    if let Some(made) = stopped_for_good(procedure, &seen.checks) {
        return Now::Final(procedure.check(&made.check).map_or("", reason_of));
    }
    let next = next_check(procedure, &seen.checks, &seen.verdicts);
    let asked_for = procedure.checks.iter().find(|check| {
        let has_its_turn = made(seen, check).is_some() || next.is_some_and(|n| n.id == check.id);
        check.id.as_str() == typed.check && has_its_turn && is_question(check)
    });
    if let Some(check) = asked_for {
        let again = made(seen, check).is_some();
        return Now::Question(question(t, check, typed, again, id));
    }
    let missing = ready_to_decide(procedure, &seen.checks, &seen.verdicts).err();
    if let Some(reason) = missing.iter().flatten().find_map(|m| stops(procedure, m)) {
        let of_exception = |check: &&Check| check.confirms == Some(Confirms::Exception);
        let other = procedure.checks.iter().find(of_exception).and_then(|check| made(seen, check));
        if other.is_some_and(|made| made.outcome == Outcome::Negative) {
            return Now::OtherDocument;
        }
        return Now::Stopped(reason);
    }
    match next {
        Some(check) if is_question(check) => Now::Question(question(t, check, typed, false, id)),
        Some(check) if check.kind == CheckKind::SecondOfficer => second(t, today, check, called),
        Some(check) => Now::Elsewhere {
            check: check.id.clone(),
            question: named(t, check.question.as_str()),
            address: page_of(check, id),
            label: if check.kind == CheckKind::Compare {
                t.check_to_comparison()
            } else {
                t.check_to_document()
            },
        },
        None if missing.is_none() => Now::Decide,
        None => Now::NotReady,
    }
}

/// Another officer answers this check: is called, or was called and is waited for.
fn second(t: Text, today: Day, check: &Check, called: Option<&SecondCheck>) -> Now {
    let (id, question) = (check.id.clone(), named(t, check.question.as_str()));
    match called {
        None => Now::CallSecond { check: id, question },
        Some(call) => Now::Waiting {
            check: id,
            question,
            since: t.at(call.called_at, today),
            taken: call.taken_by.is_some(),
        },
    }
}

fn made<'s>(seen: &'s Identification, check: &Check) -> Option<&'s CheckOutcome> {
    seen.checks.iter().find(|outcome| outcome.check == check.id)
}

const fn is_question(check: &Check) -> bool {
    matches!(check.kind, CheckKind::Confirm | CheckKind::External)
}

fn address_to_change(check: &Check, id: RegistrationId) -> String {
    if is_question(check) { routes::check_anew(id, check.id.as_str()) } else { page_of(check, id) }
}

const fn class_of(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Passed => "ok",
        Outcome::Negative => "bad",
        Outcome::Explained { .. } => "warn",
        Outcome::NotApplicable => "",
    }
}

fn question(t: Text, check: &Check, typed: &Typed, again: bool, id: RegistrationId) -> Question {
    let answers = if check.kind == CheckKind::External {
        ExternalAnswer::ALL.map(|a| (a.code(), named(t, a.text_key()))).to_vec()
    } else {
        vec![("yes", t.check_yes()), ("no", t.check_no())]
    };
    let because = if check.kind == CheckKind::External {
        Some((t.check_unavailable_label(), t.check_unavailable_hint()))
    } else if check.confirms == Some(Confirms::Exception) {
        Some((t.check_exception_label(), t.check_exception_hint()))
    } else {
        None
    };
    Question {
        check: check.id.clone(),
        text: named(t, check.question.as_str()),
        answers: choices(answers, &typed.answer),
        points: points(t, check, typed, id),
        of_features: check.confirms == Some(Confirms::Features),
        because,
        explanation: typed.explanation.clone(),
        again,
    }
}

/// The points that this dossier asks for. Nothing is chosen beforehand, nor when it is answered
/// anew: whoever only pressed the button would have looked at nothing.
fn points(t: Text, check: &Check, typed: &Typed, id: RegistrationId) -> Vec<PointQuestion> {
    let asked = check.points.iter().flat_map(|points| points.asked(id));
    let question = |point: &Name| {
        let field = field_of(point.as_str());
        let chosen = typed.points.get(&field).map_or("", String::as_str);
        let answers = Found::ALL.map(|found| (found.code(), named(t, found.text_key())));
        PointQuestion {
            text: named(t, point.as_str()),
            answers: choices(answers, chosen),
            name: point.to_string(),
            field,
        }
    };
    asked.map(question).collect()
}

/// The page of PRADO, the public register of documents of the Council of the European Union, for
/// this kind and issuer (requirement ID-08); its first page where no state issued the document.
pub(super) fn prado(t: Text, (kind, issuer): (DocumentKind, IssuerCode)) -> String {
    let language = t.language().code();
    let category = kind.prado_category();
    let start = format!("https://www.consilium.europa.eu/prado/{language}");
    if issuer.is_state() {
        format!("{start}/prado-documents/{issuer}/{category}/docs-per-category.html")
    } else {
        format!("{start}/prado-start-page.html")
    }
}

/// The reason to propose for a refusal, when this cannot be mended but by another answer.
fn stops(procedure: &Procedure, missing: &Missing) -> Option<&'static str> {
    match missing {
        Missing::Blocked(Field::ValidUntil) | Missing::DocumentExpired => {
            Some("document_not_accepted")
        }
        Missing::Blocked(Field::CheckDigits) => Some("document_suspect"),
        Missing::Blocked(_) => Some("data_differs"),
        Missing::Stopped(id) | Missing::Final(id) => {
            Some(procedure.check(id).map_or("", reason_of))
        }
        Missing::NotInForce
        | Missing::DocumentNotAccepted
        | Missing::Open(_)
        | Missing::Unknown(_)
        | Missing::OutOfOrder(_)
        | Missing::Unexplained(_)
        | Missing::Required(_)
        | Missing::SecondOfficer(_)
        | Missing::ExternalAnswer(_)
        | Missing::NotCompared(_)
        | Missing::DifferenceUnexplained(_) => None,
    }
}

/// The reason that a negative answer to this check suggests; the officer may choose another.
const fn reason_of(check: &Check) -> &'static str {
    match (check.kind, check.confirms) {
        (CheckKind::Compare, _) => "data_differs",
        (CheckKind::Document, _) => "document_not_accepted",
        (CheckKind::Mrz | CheckKind::External, _) | (_, Some(Confirms::Features)) => {
            "document_suspect"
        }
        (_, Some(Confirms::Face)) => "photo_differs",
        (_, Some(Confirms::Presence | Confirms::InHand | Confirms::Exception)) => "nothing_shown",
        (CheckKind::Confirm | CheckKind::SecondOfficer, Some(Confirms::Notice) | None) => "",
    }
}

#[cfg(test)]
mod tests;

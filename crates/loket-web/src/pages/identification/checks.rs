//! The checks of the procedure in their order, the next one as a question, and the decision.

use std::collections::BTreeMap;

use super::choice::read_explanation;
use super::counter::{Counter, Head, named, procedure_of};
use super::hints::Hints;
use super::person::PlainForm;
use super::task_list::{Now, Task, now, prado, tasks};
use crate::fault::sentences;
use crate::form::{Posted, each_once};
use crate::frame::{Errors, Frame, html};
use crate::pages::steps::Stage;
use crate::wish::Wish;
use crate::{WebState, routes, static_files};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use loket_app::Failure;
use loket_app::commands::call_second_officer::CallSecondOfficer;
use loket_app::commands::identify_person::IdentifyPerson;
use loket_app::commands::record_check::{CheckAnswer, RecordCheck};
use loket_app::commands::view_registration::Page;
use loket_domain::Refusal;
use loket_domain::id::RegistrationId;
use loket_domain::procedure::{ExternalAnswer, Found, Name, PointFound, PointsFault, Procedure};
use loket_text::Text;
use serde::Deserialize;

#[derive(Deserialize)]
pub(crate) struct CheckForm {
    wish: Wish,
    #[serde(flatten)]
    typed: Typed,
}

/// What was typed for a check.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    /// Name of the check; empty for the next one.
    pub(super) check: String,
    pub(super) answer: String,
    pub(super) explanation: String,
    /// The names of the points that the form asks for, with spaces between; empty on other forms.
    pub(super) asked: String,
    /// What was found at each point, by the name of its field.
    #[serde(flatten, deserialize_with = "each_once")]
    pub(super) points: BTreeMap<String, String>,
}

/// Name of the field in which a point is answered.
pub(super) fn field_of(point: &str) -> String {
    format!("point-{point}")
}

#[derive(Template)]
#[template(path = "checks.html")]
pub(super) struct ChecksPage {
    pub(super) frame: Frame,
    pub(super) head: Head,
    pub(super) errors: Errors,
    pub(super) tasks: Vec<Task>,
    pub(super) now: Now,
    /// Where such a document is described, while its features are looked at.
    pub(super) described_at: Option<String>,
}

pub(crate) async fn show(
    State(state): State<WebState>,
    counter: Counter,
    hints: Hints,
) -> Response {
    let typed = Typed { check: hints.check.unwrap_or_default(), ..Typed::default() };
    page(&state, &counter, &typed, Errors::default()).await
}

pub(crate) async fn record(
    State(state): State<WebState>,
    counter: Counter,
    Posted(CheckForm { wish, typed }): Posted<CheckForm>,
) -> Response {
    let call = match counter.staff.sending(&state, &wish) {
        Ok(call) => call,
        Err(fault) => return counter.staff.fault(&state, fault),
    };
    let answer = match read_answer(counter.t(), &typed) {
        Ok(answer) => answer,
        Err(errors) => return page(&state, &counter, &typed, errors).await,
    };
    let command = RecordCheck {
        registration: counter.id,
        check: typed.check.clone(),
        answer,
        procedures: state.office.procedures(),
    };
    match state.office.run(call, command).await {
        Ok(()) => Counter::to(&routes::checks(counter.id)),
        // The page weighs the points again, and says what is missing.
        Err(Failure::Refused(Refusal::ChecksIncomplete)) if !typed.asked.is_empty() => {
            page(&state, &counter, &typed, Errors::default()).await
        }
        Err(Failure::Refused(Refusal::ExplanationTooShort)) => {
            let errors = Errors::one("explanation", counter.t().explanation_too_short());
            page(&state, &counter, &typed, errors).await
        }
        Err(failure) => counter.failed(&state, failure),
    }
}

pub(crate) async fn identify(
    State(state): State<WebState>,
    counter: Counter,
    Posted(form): Posted<PlainForm>,
) -> Response {
    let call = match counter.staff.sending(&state, &form.wish) {
        Ok(call) => call,
        Err(fault) => return counter.staff.fault(&state, fault),
    };
    let command =
        IdentifyPerson { registration: counter.id, procedures: state.office.procedures() };
    match state.office.run(call, command).await {
        Ok(_) => Counter::to(&routes::contact(counter.id)),
        // The page says what is missing.
        Err(Failure::Refused(
            Refusal::DifferenceUnexplained | Refusal::DifferenceBlocks | Refusal::ChecksIncomplete,
        )) => Counter::to(&routes::checks(counter.id)),
        Err(Failure::Refused(
            refusal @ (Refusal::ProcedureNotInForce
            | Refusal::DocumentNotAccepted
            | Refusal::DocumentExpired),
        )) => {
            let (_, what, next) = sentences(counter.t(), refusal);
            let errors = Errors::one("decision", format!("{what} {next}"));
            page(&state, &counter, &Typed::default(), errors).await
        }
        Err(Failure::Refused(
            Refusal::PersonDeceased | Refusal::PersonStruckOff | Refusal::PersonTooYoung,
        )) => Counter::to(&routes::person(counter.id)),
        Err(failure) => counter.failed(&state, failure),
    }
}

pub(crate) async fn call_second(
    State(state): State<WebState>,
    counter: Counter,
    Posted(form): Posted<PlainForm>,
) -> Response {
    let call = match counter.staff.sending(&state, &form.wish) {
        Ok(call) => call,
        Err(fault) => return counter.staff.fault(&state, fault),
    };
    let procedures = state.office.procedures();
    let command = CallSecondOfficer { registration: counter.id, procedures };
    match state.office.run(call, command).await {
        Ok(_) => Counter::to(&routes::checks(counter.id)),
        Err(failure) => counter.failed(&state, failure),
    }
}

/// What the officer says: point by point, with why an exception is made, or with how the document was
/// found good without the service's answer. The form says which of these it is, so that a form that
/// is sent twice gets its first answer wherever the dossier stands by then; the command holds it to
/// the check.
fn read_answer(t: Text, typed: &Typed) -> Result<CheckAnswer, Errors> {
    if !typed.asked.is_empty() {
        return read_points(t, typed).map(CheckAnswer::Points);
    }
    let because = || {
        read_explanation(t, &typed.explanation)
            .map_err(|message| Errors::one("explanation", message))
    };
    match (typed.answer.as_str(), ExternalAnswer::from_code(&typed.answer)) {
        ("yes", _) if !typed.explanation.trim().is_empty() => {
            because().map(CheckAnswer::YesBecause)
        }
        ("yes", _) => Ok(CheckAnswer::Yes),
        ("no", _) => Ok(CheckAnswer::No),
        (_, Some(answer @ ExternalAnswer::Unavailable)) => {
            because().map(|text| CheckAnswer::Service(answer, Some(text)))
        }
        (_, Some(answer)) => Ok(CheckAnswer::Service(answer, None)),
        (_, None) => Err(Errors::one("answer", t.check_answer_missing())),
    }
}

fn read_points(t: Text, typed: &Typed) -> Result<Vec<PointFound>, Errors> {
    let mut errors = Errors::default();
    let mut found = Vec::new();
    for point in typed.asked.split(' ').filter_map(|name| Name::new(name).ok()) {
        let field = field_of(point.as_str());
        if let Some(answer) = typed.points.get(&field).and_then(|code| Found::from_code(code)) {
            found.push(PointFound { point, found: answer });
        } else {
            let about = named(t, point.as_str());
            errors.add(field, format!("{}: {about}", t.check_answer_missing()));
        }
    }
    if errors.is_empty() { Ok(found) } else { Err(errors) }
}

/// What the points that were answered lack, at the first of them.
fn lacking(t: Text, procedure: &Procedure, typed: &Typed, id: RegistrationId) -> Option<Errors> {
    if typed.asked.is_empty() {
        return None;
    }
    let check = procedure.checks.iter().find(|check| check.id.as_str() == typed.check)?;
    let points = check.points.as_ref()?;
    let fault = points.weigh(id, &read_points(t, typed).ok()?).err()?;
    let message = match fault {
        PointsFault::OneSense => t.points_one_sense(),
        PointsFault::TooFew | PointsFault::Unanswered => {
            t.points_too_few(i64::try_from(points.at_least).unwrap_or(i64::MAX))
        }
    };
    Some(Errors::one(field_of(points.asked(id).first()?.as_str()), message))
}

async fn page(state: &WebState, counter: &Counter, typed: &Typed, errors: Errors) -> Response {
    let (view, disclosure) = match counter.undecided(state, Page::Checks).await {
        Ok(shown) => shown,
        Err(response) => return response,
    };
    let procedures = state.office.procedures();
    let Some(procedure) = procedure_of(&procedures, &view) else {
        return Counter::to(&routes::procedure(counter.id));
    };
    let t = counter.t();
    let errors = match lacking(t, procedure, typed, counter.id) {
        Some(lacking) if errors.is_empty() => lacking,
        Some(_) | None => errors,
    };
    let seen = disclosure.open(&view.identification);
    let (today, called) = (counter.today, view.second_check.as_ref());
    let now = now(t, today, procedure, seen, typed, counter.id, called);
    let of_features = matches!(&now, Now::Question(question) if question.of_features);
    let mut frame = counter.frame(state, &t.checks_title(), &errors);
    // Another language asks the same question.
    if let Ok(check) = Name::new(&typed.check) {
        frame.back = routes::check_anew(counter.id, check.as_str());
    }
    if matches!(now, Now::Waiting { .. }) {
        frame = frame.with_script(static_files::LIVE);
    }
    html(&ChecksPage {
        frame,
        head: counter.head(&view, Stage::Identification),
        tasks: tasks(t, today, procedure, seen, &now, counter.id),
        errors,
        now,
        described_at: view.document_model.filter(|_| of_features).map(|model| prado(t, model)),
    })
}

#[cfg(test)]
mod tests;

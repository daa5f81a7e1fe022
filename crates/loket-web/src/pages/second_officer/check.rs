//! What the second officer looks at, and the answer, given with the card shown anew.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use loket_app::commands::answer_second_check::AnswerSecondCheck;
use loket_app::commands::take_second_check::TakeSecondCheck;
use loket_app::commands::view_second_check::ViewSecondCheck;
use loket_domain::Refusal;
use loket_domain::comparison::Explanation;
use loket_domain::id::{RegistrationId, SecondCheckId};
use loket_domain::procedure::{CheckOutcome, Outcome};
use serde::Deserialize;

use crate::form::Posted;
use crate::frame::{Errors, Frame, html};
use crate::pages::identification::choice::{Choice, choices};
use crate::pages::identification::counter::{lede, named};
use crate::pages::identification::side_by_side::{Row, rows};
use crate::session::Staff;
use crate::wish::Wish;
use crate::{WebState, routes};

#[derive(Deserialize)]
pub(crate) struct PlainForm {
    wish: Wish,
}

#[derive(Deserialize)]
pub(crate) struct AnswerForm {
    wish: Wish,
    #[serde(default)]
    answer: String,
}

#[derive(Template)]
#[template(path = "second_check.html")]
struct SecondCheckPage {
    frame: Frame,
    wish: String,
    errors: Errors,
    lede: String,
    called_by: String,
    question: String,
    rows: Vec<Row>,
    /// The checks of the colleague, with their outcomes.
    made: Vec<(String, String)>,
    answers: Vec<Choice>,
    address: String,
}

/// The path of a call; what is no id leads to nothing.
type Ids = Path<(String, String)>;

fn ids(Path((registration, second)): &Ids) -> Result<(RegistrationId, SecondCheckId), Refusal> {
    match (registration.parse(), second.parse()) {
        (Ok(registration), Ok(second)) => Ok((registration, second)),
        _ => Err(Refusal::NotFound),
    }
}

pub(crate) async fn take(
    State(state): State<WebState>,
    staff: Staff,
    path: Ids,
    Posted(form): Posted<PlainForm>,
) -> Response {
    let (registration, second_check) = match ids(&path) {
        Ok(ids) => ids,
        Err(refusal) => return staff.fault(&state, refusal),
    };
    let call = match staff.sending(&state, &form.wish) {
        Ok(call) => call,
        Err(fault) => return staff.fault(&state, fault),
    };
    let procedures = state.office.procedures();
    let command = TakeSecondCheck { registration, second_check, procedures };
    match state.office.run(call, command).await {
        Ok(()) => Redirect::to(&routes::second_check(registration, second_check)).into_response(),
        Err(failure) => staff.fault(&state, failure),
    }
}

pub(crate) async fn show(State(state): State<WebState>, staff: Staff, path: Ids) -> Response {
    page(&state, &staff, &path, Errors::default()).await
}

pub(crate) async fn answer(
    State(state): State<WebState>,
    staff: Staff,
    path: Ids,
    Posted(form): Posted<AnswerForm>,
) -> Response {
    let (registration, second_check) = match ids(&path) {
        Ok(ids) => ids,
        Err(refusal) => return staff.fault(&state, refusal),
    };
    let call = match staff.sending(&state, &form.wish) {
        Ok(call) => call,
        Err(fault) => return staff.fault(&state, fault),
    };
    let agrees = match form.answer.as_str() {
        "yes" => true,
        "no" => false,
        _ => {
            let errors = Errors::one("answer", staff.here.t.check_answer_missing());
            return page(&state, &staff, &path, errors).await;
        }
    };
    let procedures = state.office.procedures();
    let command = AnswerSecondCheck { registration, second_check, agrees, procedures };
    match state.office.run(call, command).await {
        Ok(()) => Redirect::to(routes::SECOND_CHECKS).into_response(),
        Err(failure) => staff.fault(&state, failure),
    }
}

async fn page(state: &WebState, staff: &Staff, path: &Ids, errors: Errors) -> Response {
    let (registration, second_check) = match ids(path) {
        Ok(ids) => ids,
        Err(refusal) => return staff.fault(state, refusal),
    };
    let call = match staff.reading(state) {
        Ok(call) => call,
        Err(fault) => return staff.fault(state, fault),
    };
    let procedures = state.office.procedures();
    let command =
        ViewSecondCheck { registration, second_check, procedures: state.office.procedures() };
    let (view, disclosure) = match state.office.disclose(call, command).await {
        Ok(shown) => shown,
        Err(failure) => return staff.fault(state, failure),
    };
    let t = staff.here.t;
    let seen = disclosure.open(&view.identification);
    let person = disclosure.open(&view.person);
    let Some(procedure) = procedures.get(&view.procedure.0, view.procedure.1) else {
        return staff.fault(state, Refusal::ProcedureNotInForce);
    };
    let question = |id: &str| {
        let check = procedure.checks.iter().find(|check| check.id.as_str() == id);
        check.map_or_else(String::new, |check| named(t, check.question.as_str()))
    };
    let colleague = view.called_by.to_colleagues();
    html(&SecondCheckPage {
        frame: Frame::of_staff(state, staff, &t.second_check_title(), routes::SECOND_CHECKS)
            .with_errors(!errors.is_empty()),
        wish: staff.wish.clone(),
        errors,
        lede: lede(t, &view.dossier, state.office.now().belgian_day()),
        called_by: format!("{} {}", colleague.given_names, colleague.surname),
        question: question(&view.check),
        rows: seen
            .document
            .as_ref()
            .map_or_else(Vec::new, |document| rows(t, person, document, &seen.verdicts)),
        made: seen
            .checks
            .iter()
            .map(|made| (question(made.check.as_str()), outcome_words(t, made)))
            .collect(),
        answers: choices([("yes", t.check_yes()), ("no", t.check_no())], ""),
        address: routes::second_check(registration, second_check),
    })
}

/// The outcome, with the colleague's words or what was found point by point.
fn outcome_words(t: loket_text::Text, made: &CheckOutcome) -> String {
    let word = named(t, made.outcome.text_key());
    let said = match &made.outcome {
        Outcome::Explained { text } => Some(text),
        Outcome::Passed | Outcome::Negative | Outcome::NotApplicable => made.note.as_ref(),
    };
    let points = made.points.iter().map(|point| {
        let about = named(t, point.point.as_str());
        let found = named(t, point.found.text_key());
        format!("{} ({found})", about.trim_end_matches('.'))
    });
    let points = points.collect::<Vec<_>>().join("; ");
    match said.map(Explanation::as_str).or((!points.is_empty()).then_some(points.as_str())) {
        Some(more) => t.second_check_said(&word, more),
        None => word,
    }
}

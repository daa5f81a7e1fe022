//! The checks of the procedure in their order, the next one as a question, and the decision.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use loket_app::Failure;
use loket_app::commands::call_second_officer::CallSecondOfficer;
use loket_app::commands::identify_person::IdentifyPerson;
use loket_app::commands::record_check::{CheckAnswer, RecordCheck};
use loket_app::commands::view_registration::Page;
use loket_domain::Refusal;
use loket_domain::procedure::ExternalAnswer;
use loket_text::Text;
use serde::Deserialize;

use super::choice::read_explanation;
use super::counter::{Counter, Head, procedure_of};
use super::hints::Hints;
use super::person::PlainForm;
use super::task_list::{Now, Task, now, tasks};
use crate::fault::sentences;
use crate::form::Posted;
use crate::frame::{Errors, Frame, html};
use crate::pages::steps::Stage;
use crate::wish::Wish;
use crate::{WebState, routes, static_files};

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
}

#[derive(Template)]
#[template(path = "checks.html")]
pub(super) struct ChecksPage {
    pub(super) frame: Frame,
    pub(super) head: Head,
    pub(super) errors: Errors,
    pub(super) tasks: Vec<Task>,
    pub(super) now: Now,
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
        check: typed.check,
        answer,
        procedures: state.office.procedures(),
    };
    match state.office.run(call, command).await {
        Ok(()) => Counter::to(&routes::checks(counter.id)),
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

/// What the officer says; a service that gave no answer needs an explanation.
fn read_answer(t: Text, typed: &Typed) -> Result<CheckAnswer, Errors> {
    match (typed.answer.as_str(), ExternalAnswer::from_code(&typed.answer)) {
        ("yes", _) => Ok(CheckAnswer::Yes),
        ("no", _) => Ok(CheckAnswer::No),
        (_, Some(answer @ ExternalAnswer::Unavailable)) => read_explanation(t, &typed.explanation)
            .map(|text| CheckAnswer::Service(answer, Some(text)))
            .map_err(|message| Errors::one("explanation", message)),
        (_, Some(answer)) => Ok(CheckAnswer::Service(answer, None)),
        (_, None) => Err(Errors::one("answer", t.check_answer_missing())),
    }
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
    let seen = disclosure.open(&view.identification);
    let (today, called) = (counter.today, view.second_check.as_ref());
    let now = now(t, today, procedure, seen, typed, counter.id, called);
    let mut frame = counter.frame(state, &t.checks_title(), &errors);
    if matches!(now, Now::Waiting { .. }) {
        frame = frame.with_script(static_files::LIVE);
    }
    html(&ChecksPage {
        frame,
        head: counter.head(&view, Stage::Identification),
        tasks: tasks(t, today, procedure, seen, &now, counter.id),
        errors,
        now,
    })
}

#[cfg(test)]
mod tests {
    use loket_domain::Language;

    use super::*;

    fn read(answer: &str, explanation: &str) -> Result<CheckAnswer, Errors> {
        let typed = Typed {
            check: "photo".to_owned(),
            answer: answer.to_owned(),
            explanation: explanation.to_owned(),
        };
        read_answer(Text::new(Language::En), &typed)
    }

    #[test]
    fn a_service_without_an_answer_needs_an_explanation_and_nothing_else_does() {
        assert!(matches!(read("yes", ""), Ok(CheckAnswer::Yes)));
        assert!(matches!(read("no", ""), Ok(CheckAnswer::No)));
        assert!(matches!(read("hit", ""), Ok(CheckAnswer::Service(ExternalAnswer::Hit, None))));
        let explained = read("unavailable", "Called the municipality, it is genuine");
        assert!(matches!(explained, Ok(CheckAnswer::Service(_, Some(_)))));
        assert!(read("unavailable", "too short").is_err_and(|errors| errors.has("explanation")));
        assert!(read("", "").is_err_and(|errors| errors.has("answer")));
        assert!(read("perhaps", "").is_err_and(|errors| errors.has("answer")));
    }
}

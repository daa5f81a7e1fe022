//! What the register said of number and document, as long as they did not belong together: nothing
//! of the person, and the way to try again.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use loket_app::commands::view_registration::{Looking, Page};
use loket_domain::Refusal;
use loket_text::Text;
use serde::Deserialize;

use super::shown::TypedShown;
use crate::fault::sentences;
use crate::form::Posted;
use crate::frame::{Errors, Frame, html};
use crate::pages::identification::choice::Choice;
use crate::pages::identification::counter::{Counter, Head};
use crate::pages::steps::Stage;
use crate::wish::Wish;
use crate::{WebState, routes};

#[derive(Deserialize)]
pub(crate) struct AgainForm {
    wish: Wish,
    #[serde(flatten)]
    typed: TypedShown,
}

#[derive(Template)]
#[template(path = "verified.html")]
pub(super) struct VerifiedPage {
    pub(super) frame: Frame,
    pub(super) head: Head,
    pub(super) errors: Errors,
    pub(super) title: String,
    pub(super) what: String,
    /// The form to try again; none while the register is asked or after the last try.
    pub(super) again: Option<(TypedShown, Vec<Choice>)>,
    /// The register is still being asked.
    pub(super) waits: bool,
    /// There were as many tries as there may be.
    pub(super) used_up: bool,
    pub(super) left: i64,
    pub(super) verified_address: String,
}

pub(crate) async fn show(State(state): State<WebState>, counter: Counter) -> Response {
    page(&state, &counter, TypedShown::default(), Errors::default()).await
}

pub(crate) async fn again(
    State(state): State<WebState>,
    counter: Counter,
    Posted(AgainForm { wish, typed }): Posted<AgainForm>,
) -> Response {
    let call = match counter.staff.sending(&state, &wish) {
        Ok(call) => call,
        Err(fault) => return counter.staff.fault(&state, fault),
    };
    let t = counter.t();
    let mut errors = Errors::default();
    let Some((ssin, shown)) = typed.read(t, &state.office, &mut errors) else {
        return page(&state, &counter, typed, errors).await;
    };
    match state.office.verify_again(call, counter.id, ssin, shown).await {
        Ok(()) => Counter::to(&routes::person(counter.id)),
        Err(loket_app::Failure::Refused(
            refusal @ (Refusal::TooManySearches | Refusal::TooManyQuestions | Refusal::OwnNumber),
        )) => {
            let (_, what, next) = sentences(t, refusal);
            let errors = Errors::one("number", format!("{what} {next}"));
            page(&state, &counter, typed, errors).await
        }
        Err(failure) => counter.failed(&state, failure),
    }
}

async fn page(state: &WebState, counter: &Counter, typed: TypedShown, errors: Errors) -> Response {
    let (view, _) = match counter.undecided(state, Page::Person).await {
        Ok(shown) => shown,
        Err(response) => return response,
    };
    let Looking::Document { outcome, left } = &view.looking else {
        return Counter::to(&routes::person(counter.id));
    };
    let t = counter.t();
    let (title, what) = told(t, outcome.as_deref());
    let kinds = typed.kinds(t);
    html(&VerifiedPage {
        frame: counter.frame(state, &title, &errors),
        head: counter.head(&view, Stage::Person),
        errors,
        title,
        what,
        again: (*left > 0 && outcome.as_deref().is_some_and(may_help)).then_some((typed, kinds)),
        waits: matches!(outcome.as_deref(), None | Some("match")),
        used_up: *left == 0,
        left: i64::from(*left),
        verified_address: routes::verified(counter.id),
    })
}

/// Whether another try can help after this outcome.
pub(super) fn may_help(outcome: &str) -> bool {
    !matches!(outcome, "match" | "not_inscribed" | "not_allowed")
}

/// Title and sentence of what came back.
pub(super) fn told(t: Text, outcome: Option<&str>) -> (String, String) {
    match outcome {
        None | Some("match") => (t.answer_asked_title(), t.answer_asked_what()),
        Some("no_match") => (t.verify_no_match_title(), t.verify_no_match_what()),
        Some("unknown") => (t.answer_unknown_title(), t.verify_unknown_what()),
        Some("replaced") => (t.answer_replaced_title(), t.verify_replaced_what()),
        Some("cancelled") => (t.answer_cancelled_title(), t.answer_cancelled_what()),
        Some("not_inscribed") => (t.answer_not_inscribed_title(), t.verify_not_inscribed_what()),
        Some("not_allowed") => (t.answer_not_allowed_title(), t.answer_not_allowed_what()),
        Some("down") => (t.answer_down_title(), t.verify_down_what()),
        Some("lost") => (t.answer_lost_title(), t.verify_down_what()),
        // Whatever else is stored here could not be understood, which is what this says.
        Some(_) => (t.answer_unreadable_title(), t.verify_down_what()),
    }
}

//! Stops a dossier at the wish of the person or the officer, in any state that is not an end.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use loket_app::commands::view_registration::{Page, RegistrationView};
use loket_app::commands::withdraw_registration::{StopReason, WithdrawRegistration};
use loket_domain::registration::StateCode;
use loket_text::Text;
use serde::Deserialize;

use super::choice::{Choice, choices};
use super::counter::{Counter, Head};
use super::hand_over;
use super::hints::Hints;
use crate::form::Posted;
use crate::frame::{Errors, Frame, html};
use crate::pages::steps::Stage;
use crate::wish::Wish;
use crate::{WebState, routes};

#[derive(Deserialize)]
pub(crate) struct StopForm {
    wish: Wish,
    #[serde(default)]
    reason: String,
}

#[derive(Template)]
#[template(path = "stop.html")]
pub(super) struct StopPage {
    pub(super) frame: Frame,
    pub(super) head: Head,
    pub(super) errors: Errors,
    pub(super) reasons: Vec<Choice>,
    /// Link and code are out and will stop working.
    pub(super) is_invited: bool,
}

pub(crate) async fn show(
    State(state): State<WebState>,
    counter: Counter,
    hints: Hints,
) -> Response {
    page(&state, &counter, &hints.reason.unwrap_or_default(), Errors::default()).await
}

pub(crate) async fn decide(
    State(state): State<WebState>,
    counter: Counter,
    Posted(form): Posted<StopForm>,
) -> Response {
    let call = match counter.staff.sending(&state, &form.wish) {
        Ok(call) => call,
        Err(fault) => return counter.staff.fault(&state, fault),
    };
    let Some(reason) = StopReason::from_code(&form.reason) else {
        let errors = Errors::one("reason", counter.t().stop_reason_missing());
        return page(&state, &counter, &form.reason, errors).await;
    };
    let command = WithdrawRegistration { registration: counter.id, reason };
    match state.office.run(call, command).await {
        Ok(()) => Counter::to(&routes::standing(counter.id)),
        Err(failure) => counter.failed(&state, failure),
    }
}

async fn page(state: &WebState, counter: &Counter, reason: &str, errors: Errors) -> Response {
    let view = match counter.view(state, Page::Status).await {
        Ok((view, _)) if view.state.is_final() => return counter.moved(),
        Ok((view, _)) if !view.is_own && hand_over::may_go(&view) => {
            return Counter::to(&routes::registration(counter.id));
        }
        Ok((view, _)) => view,
        Err(response) => return response,
    };
    let t = counter.t();
    let reasons = StopReason::ALL.map(|reason| (reason.code(), reason_name(t, reason)));
    html(&StopPage {
        frame: counter.frame(state, &t.stop_title(), &errors),
        head: counter.head(&view, stage(&view)),
        errors,
        reasons: choices(reasons, reason),
        is_invited: view.state == StateCode::Invited,
    })
}

fn stage(view: &RegistrationView) -> Stage {
    match view.state {
        StateCode::Opened if view.procedure.is_none() => Stage::Person,
        StateCode::Opened => Stage::Identification,
        StateCode::Identified => Stage::Contact,
        StateCode::Contactable
        | StateCode::Invited
        | StateCode::Activated
        | StateCode::Refused
        | StateCode::Expired
        | StateCode::Withdrawn => Stage::Sending,
    }
}

/// The reason of a stop in words.
pub(crate) fn reason_name(t: Text, reason: StopReason) -> String {
    match reason {
        StopReason::PersonLeft => t.stop_person_left(),
        StopReason::WrongNumber => t.stop_wrong_number(),
        StopReason::ComesBack => t.stop_comes_back(),
        StopReason::NotEntitled => t.stop_not_entitled(),
    }
}

//! The officer's start: who stands there, what is still open, how the day goes. Opening a dossier
//! looks the person up.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use loket_app::Failure;
use loket_app::office::DeskView;
use loket_domain::Refusal;
use loket_domain::registration::{StateCode, VisitReason};
use loket_domain::ssin::SsinFault;
use loket_text::Text;
use serde::Deserialize;

use crate::fault::{Fault, sentences};
use crate::form::Posted;
use crate::frame::{Errors, Frame, html};
use crate::session::Staff;
use crate::wish::Wish;
use crate::{WebState, routes};

#[derive(Deserialize)]
pub(crate) struct OpenForm {
    wish: Wish,
    #[serde(default)]
    number: String,
    #[serde(default)]
    reason: String,
}

#[derive(Template)]
#[template(path = "desk.html")]
struct DeskPage {
    frame: Frame,
    wish: String,
    errors: Errors,
    number: String,
    reasons: Vec<(&'static str, String, bool)>,
    sent: String,
    refused: String,
    activated: String,
    open: Vec<OpenRow>,
}

struct OpenRow {
    address: String,
    reference: String,
    state: String,
    since: String,
}

pub(crate) async fn show(State(state): State<WebState>, staff: Staff) -> Response {
    page(&state, &staff, Errors::default(), "", "").await
}

pub(crate) async fn open(
    State(state): State<WebState>,
    staff: Staff,
    Posted(form): Posted<OpenForm>,
) -> Response {
    let t = staff.here.t;
    let call = match staff.sending(&state, &form.wish) {
        Ok(call) => call,
        Err(fault) => return staff.fault(&state, fault),
    };
    let number = state.office.read_ssin(&form.number);
    let reason = VisitReason::from_code(&form.reason);
    let (Ok(ssin), Some(reason)) = (number, reason) else {
        let mut errors = Errors::default();
        if let Err(fault) = number {
            errors.add("number", number_message(t, fault));
        }
        if reason.is_none() {
            errors.add("reason", t.desk_reason_missing());
        }
        return page(&state, &staff, errors, &form.number, &form.reason).await;
    };
    match state.office.open_registration(call, ssin, reason).await {
        Ok(registration) => Redirect::to(&routes::person(registration)).into_response(),
        Err(Failure::Refused(refusal @ (Refusal::OwnNumber | Refusal::TooManyLookUps))) => {
            let (_, what, next) = sentences(t, refusal);
            let errors = Errors::one("number", format!("{what} {next}"));
            page(&state, &staff, errors, &form.number, &form.reason).await
        }
        Err(failure) => staff.fault(&state, failure),
    }
}

/// What is wrong with a typed number, and what to do.
fn number_message(t: Text, fault: SsinFault) -> String {
    match fault {
        SsinFault::Length => t.ssin_length(),
        SsinFault::Characters => t.ssin_characters(),
        SsinFault::Month | SsinFault::Day | SsinFault::Counter => t.ssin_parts(),
        SsinFault::CheckDigits => t.ssin_check_digits(),
    }
}

async fn page(
    state: &WebState,
    staff: &Staff,
    errors: Errors,
    number: &str,
    reason: &str,
) -> Response {
    let t = staff.here.t;
    let desk = match state.office.desk(&staff.masthead).await {
        Ok(desk) => desk,
        Err(failure) => return staff.fault(state, Fault::from(failure)),
    };
    let figure = |states: &[StateCode]| t.number(i64::from(desk.count(states)));
    html(&DeskPage {
        frame: Frame::of_staff(state, staff, &t.desk_title(), routes::DESK)
            .with_errors(!errors.is_empty()),
        wish: staff.wish.clone(),
        number: number.to_owned(),
        reasons: VisitReason::ALL
            .into_iter()
            .map(|r| (r.code(), reason_name(t, r), r.code() == reason))
            .collect(),
        sent: figure(&[StateCode::Invited, StateCode::Activated]),
        refused: figure(&[StateCode::Refused]),
        activated: figure(&[StateCode::Activated]),
        open: rows(t, &desk),
        errors,
    })
}

fn rows(t: Text, desk: &DeskView) -> Vec<OpenRow> {
    desk.open
        .iter()
        .map(|listed| OpenRow {
            address: routes::registration(listed.id),
            reference: listed.reference.to_string(),
            state: state_name(t, listed.state),
            since: t.clock(listed.opened_at),
        })
        .collect()
}

/// The reason of a visit in words.
pub(crate) fn reason_name(t: Text, reason: VisitReason) -> String {
    match reason {
        VisitReason::FirstKey => t.reason_first_key(),
        VisitReason::KeyLost => t.reason_key_lost(),
        VisitReason::CardUnusable => t.reason_card_unusable(),
        VisitReason::NoCertificates => t.reason_no_certificates(),
    }
}

/// A state in words.
pub(crate) fn state_name(t: Text, state: StateCode) -> String {
    match state {
        StateCode::Opened => t.state_opened(),
        StateCode::Identified => t.state_identified(),
        StateCode::Contactable => t.state_contactable(),
        StateCode::Invited => t.state_invited(),
        StateCode::Activated => t.state_activated(),
        StateCode::Refused => t.state_refused(),
        StateCode::Expired => t.state_expired(),
        StateCode::Withdrawn => t.state_withdrawn(),
    }
}

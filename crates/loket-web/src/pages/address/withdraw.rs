//! The consents that stand for an address, each with a button that withdraws it. Organisation, day
//! and dossier number, and no name: who reads a mailbox may not be the person.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use loket_domain::Refusal;
use loket_domain::id::RegistrationId;
use serde::Deserialize;

use super::pass::Reader;
use crate::form::Posted;
use crate::frame::{Frame, html};
use crate::wish::Wish;
use crate::{WebState, routes};

#[derive(Deserialize)]
pub(crate) struct WithdrawForm {
    wish: Wish,
    #[serde(default)]
    consent: String,
}

#[derive(Template)]
#[template(path = "consent_withdraw.html")]
struct WithdrawPage {
    frame: Frame,
    wish: String,
    /// Identifier and words of each.
    consents: Vec<(String, String)>,
}

pub(crate) async fn show(State(state): State<WebState>, reader: Reader) -> Response {
    let lines = match state.office.consents(&reader.pass).await {
        Ok(lines) => lines,
        Err(failure) => return reader.fault(&state, failure),
    };
    let wish = match reader.new_wish(&state) {
        Ok(wish) => wish,
        Err(fault) => return reader.fault(&state, fault),
    };
    let t = reader.here.t;
    let title =
        if lines.is_empty() { t.consent_lines_none_title() } else { t.consent_lines_title() };
    let words = |line: &loket_app::office::ConsentLine| {
        t.consent_line(&t.day(line.given_on), &line.organisation, &line.reference.to_string())
    };
    html(&WithdrawPage {
        frame: Frame::anonymous(&state, &reader.here, &title),
        wish,
        consents: lines.iter().map(|line| (line.registration.to_string(), words(line))).collect(),
    })
}

pub(crate) async fn withdraw(
    State(state): State<WebState>,
    reader: Reader,
    Posted(form): Posted<WithdrawForm>,
) -> Response {
    if let Err(fault) = reader.check(&state, &form.wish) {
        return reader.fault(&state, fault);
    }
    let Ok(registration) = form.consent.parse::<RegistrationId>() else {
        return reader.fault(&state, Refusal::NotFound);
    };
    let address = reader.address.clone();
    match state.office.withdraw_by_link(&reader.pass, registration, address).await {
        Ok(()) => Redirect::to(routes::CONSENT_WITHDRAW).into_response(),
        Err(failure) => reader.fault(&state, failure),
    }
}

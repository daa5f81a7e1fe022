//! Withdrawing consent without a counter: the person types the address, and a link goes there. The
//! page says the same whether the address is known or not.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use loket_domain::consent::{ConsentText, NEWEST};
use loket_domain::contact::EmailAddress;
use serde::Deserialize;

use crate::WebState;
use crate::fault::Fault;
use crate::form::Posted;
use crate::frame::{Errors, Frame, html};
use crate::language::Here;
use crate::session::From;
use crate::wish::Wish;

/// What the form is bound to; the guard on the origin does the rest.
const BOUND_TO: &str = "consent";

#[derive(Deserialize)]
pub(crate) struct AskForm {
    wish: Wish,
    #[serde(default)]
    email: String,
}

#[derive(Template)]
#[template(path = "consent_ask.html")]
struct AskPage {
    frame: Frame,
    wish: String,
    errors: Errors,
    email: String,
    text: &'static str,
    is_asked: bool,
}

pub(crate) async fn show(State(state): State<WebState>, here: Here) -> Response {
    page(&state, &here, "", Errors::default(), false)
}

pub(crate) async fn ask(
    State(state): State<WebState>,
    here: Here,
    From(address): From,
    Posted(form): Posted<AskForm>,
) -> Response {
    if let Err(fault) = form.wish.read(&state.office, BOUND_TO) {
        return fault.on(&state, here).into_response();
    }
    let Ok(email) = form.email.parse::<EmailAddress>() else {
        let errors = Errors::one("email", here.t.contact_email_form());
        return page(&state, &here, &form.email, errors, false);
    };
    match state.office.ask_for_consent_link(email, address.as_deref()).await {
        Ok(()) => page(&state, &here, "", Errors::default(), true),
        Err(failure) => Fault::from(failure).on(&state, here).into_response(),
    }
}

fn page(state: &WebState, here: &Here, email: &str, errors: Errors, is_asked: bool) -> Response {
    let wish = match Wish::issue(&state.office, BOUND_TO) {
        Ok(wish) => wish,
        Err(fault) => return fault.on(state, here.clone()).into_response(),
    };
    let t = here.t;
    let title = if is_asked { t.consent_asked_title() } else { t.consent_ask_title() };
    let text = ConsentText::of(&state.office.settings().consent_version).unwrap_or(NEWEST);
    html(&AskPage {
        frame: Frame::anonymous(state, here, &title).with_errors(!errors.is_empty()),
        wish,
        errors,
        email: email.chars().take(254).collect(),
        text: text.words(t.language()),
        is_asked,
    })
}

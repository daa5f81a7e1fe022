//! The terms of use: accepted once per version, before any act (SEED-34, SEED-69, SEED-82).

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::sign_in::start_of;
use crate::form::Posted;
use crate::frame::{Errors, Frame, html};
use crate::session::Staff;
use crate::wish::Wish;
use crate::{WebState, routes};

#[derive(Deserialize)]
pub(crate) struct TermsForm {
    wish: Wish,
    #[serde(default)]
    version: String,
    #[serde(default)]
    accept: String,
}

#[derive(Template)]
#[template(path = "terms.html")]
struct TermsPage {
    frame: Frame,
    wish: String,
    errors: Errors,
    version: String,
    clauses: Vec<String>,
    accepted: bool,
}

pub(crate) async fn show(State(state): State<WebState>, staff: Staff) -> Response {
    page(&state, &staff, Errors::default())
}

pub(crate) async fn accept(
    State(state): State<WebState>,
    staff: Staff,
    Posted(form): Posted<TermsForm>,
) -> Response {
    let t = staff.here.t;
    let call = match staff.sending(&state, &form.wish) {
        Ok(call) => call,
        Err(fault) => return staff.fault(&state, fault),
    };
    if form.accept.is_empty() {
        return page(&state, &staff, Errors::one("accept", t.terms_accept_missing()));
    }
    match state.office.accept_terms(call, &form.version, t.language()).await {
        Ok(()) => Redirect::to(start_of(staff.masthead.role.map(|(kind, _)| kind))).into_response(),
        Err(failure) => staff.fault(&state, failure),
    }
}

fn page(state: &WebState, staff: &Staff, errors: Errors) -> Response {
    let t = staff.here.t;
    html(&TermsPage {
        frame: Frame::of_staff(state, staff, &t.terms_title(), routes::TERMS)
            .with_errors(!errors.is_empty()),
        wish: staff.wish.clone(),
        errors,
        version: state.settings.terms_version.clone(),
        clauses: vec![
            t.terms_own_card(),
            t.terms_only_the_person(),
            t.terms_procedure(),
            t.terms_confidence(),
            t.terms_no_copies(),
            t.terms_recorded(),
            t.terms_data_protection(),
            t.terms_lock(),
            t.terms_leaving(),
            t.terms_availability(),
        ],
        accepted: staff.masthead.facts.terms_accepted,
    })
}

//! The telephone with the app is lost: a recovery code in its place, beside address and password.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use loket_app::Failure;
use loket_domain::Refusal;

use super::BOUND_TO;
use super::sign_in::opened;
use crate::fault::{Fault, sentences};
use crate::form::Posted;
use crate::frame::{Errors, Frame, html};
use crate::language::Here;
use crate::pages::shown_key::KeyForm;
use crate::session::From;
use crate::wish::Wish;
use crate::{WebState, routes};

#[derive(Template)]
#[template(path = "my_keys_recover.html")]
struct RecoverPage {
    frame: Frame,
    wish: String,
    errors: Errors,
    email: String,
}

pub(crate) async fn show(State(state): State<WebState>, here: Here) -> Response {
    page(&state, &here, Errors::default(), "")
}

pub(crate) async fn recover(
    State(state): State<WebState>,
    here: Here,
    From(address): From,
    Posted(form): Posted<KeyForm>,
) -> Response {
    if let Err(fault) = form.wish.read(&state.office, BOUND_TO) {
        return fault.on(&state, here).into_response();
    }
    match state.office.prove_recovery(form.typed(), address).await {
        Ok(proved) => {
            let response = Redirect::to(routes::MY_KEYS).into_response();
            opened(&state, &here, &proved, true, response).await
        }
        Err(Failure::Refused(Refusal::KeyUnknown)) => {
            let errors = Errors::one("email", here.t.my_keys_recover_wrong());
            page(&state, &here, errors, &form.email)
        }
        Err(Failure::Refused(refusal @ Refusal::TooManyTries)) => {
            let (_, what, next) = sentences(here.t, refusal);
            page(&state, &here, Errors::one("email", format!("{what} {next}")), &form.email)
        }
        Err(failure) => Fault::from(failure).on(&state, here).into_response(),
    }
}

fn page(state: &WebState, here: &Here, errors: Errors, email: &str) -> Response {
    match Wish::issue(&state.office, BOUND_TO) {
        Ok(wish) => html(&RecoverPage {
            frame: Frame::of_person(state, here, &here.t.my_keys_recover_title())
                .with_errors(!errors.is_empty()),
            wish,
            errors,
            email: KeyForm::shown_email(email),
        }),
        Err(fault) => fault.on(state, here.clone()).into_response(),
    }
}

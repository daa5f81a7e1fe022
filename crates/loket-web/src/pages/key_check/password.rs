//! The page itself, and the way with address, password and code.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use loket_app::Failure;
use loket_domain::Refusal;
use loket_domain::key::KeyPurpose;

use super::BOUND_TO;
use crate::cookie::Cookie;
use crate::fault::{Fault, sentences};
use crate::form::Posted;
use crate::frame::{Errors, Frame, html};
use crate::language::Here;
use crate::pages::shown_key::KeyForm;
use crate::session::From;
use crate::wish::Wish;
use crate::{WebState, routes, static_files};

#[derive(Template)]
#[template(path = "key_check.html")]
struct KeyCheckPage {
    frame: Frame,
    wish: String,
    errors: Errors,
    email: String,
}

pub(crate) async fn show(State(state): State<WebState>, here: Here) -> Response {
    page(&state, &here, Errors::default(), "")
}

pub(crate) async fn check(
    State(state): State<WebState>,
    mut here: Here,
    From(address): From,
    Posted(form): Posted<KeyForm>,
) -> Response {
    routes::KEY_CHECK.clone_into(&mut here.path);
    if let Err(fault) = form.wish.read(&state.office, BOUND_TO) {
        return fault.on(&state, here).into_response();
    }
    let kept = match state.office.prove_password(form.typed(), KeyPurpose::Check, address).await {
        Ok(proved) => state.office.keep_key_check(&proved).await.map_err(Failure::from),
        Err(failure) => Err(failure),
    };
    match kept {
        Ok(token) => {
            let mut response = Redirect::to(routes::KEY_CHECK_RESULT).into_response();
            Cookie::KeyCheck.set(token.expose(), response.headers_mut());
            response
        }
        Err(Failure::Refused(refusal @ (Refusal::KeyUnknown | Refusal::TooManyTries))) => {
            let (_, what, next) = sentences(here.t, refusal);
            page(&state, &here, Errors::one("email", format!("{what} {next}")), &form.email)
        }
        Err(failure) => Fault::from(failure).on(&state, here).into_response(),
    }
}

fn page(state: &WebState, here: &Here, errors: Errors, email: &str) -> Response {
    match Wish::issue(&state.office, BOUND_TO) {
        Ok(wish) => html(&KeyCheckPage {
            frame: Frame::of_person(state, here, &here.t.key_check_title())
                .with_errors(!errors.is_empty())
                .with_script(static_files::PASSKEY),
            wish,
            errors,
            email: KeyForm::shown_email(email),
        }),
        Err(fault) => fault.on(state, here.clone()).into_response(),
    }
}

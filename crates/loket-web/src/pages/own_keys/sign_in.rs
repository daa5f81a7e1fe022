//! Showing a key to look after the own keys: a passkey, or address, password and code.

use askama::Template;
use axum::Json;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use loket_app::Failure;
use loket_app::office::ProvedKey;
use loket_domain::Refusal;
use loket_domain::key::KeyPurpose;
use serde_json::json;

use super::BOUND_TO;
use crate::cookie::Cookie;
use crate::fault::{Fault, sentences};
use crate::form::Posted;
use crate::frame::{Errors, Frame, html};
use crate::language::Here;
use crate::pages::shown_key::{KeyAnswer, KeyForm};
use crate::session::From;
use crate::wish::Wish;
use crate::{WebState, routes, static_files};

#[derive(Template)]
#[template(path = "my_keys_sign_in.html")]
struct SignInPage {
    frame: Frame,
    wish: String,
    errors: Errors,
    email: String,
    /// Why the person is here and not among the keys; empty when there is nothing to say.
    notice: String,
}

pub(crate) async fn show(
    State(state): State<WebState>,
    here: Here,
    RawQuery(query): RawQuery,
) -> Response {
    let notice = match query.as_deref() {
        Some("ended=1") => here.t.my_keys_ended(),
        Some("withdrawn=1") => here.t.my_keys_withdrawn(),
        _ => String::new(),
    };
    page(&state, &here, Errors::default(), "", notice)
}

pub(crate) async fn by_password(
    State(state): State<WebState>,
    here: Here,
    From(address): From,
    Posted(form): Posted<KeyForm>,
) -> Response {
    if let Err(fault) = form.wish.read(&state.office, BOUND_TO) {
        return fault.on(&state, here).into_response();
    }
    match state.office.prove_password(form.typed(), KeyPurpose::OwnKeys, address).await {
        Ok(proved) => {
            let response = Redirect::to(routes::MY_KEYS).into_response();
            opened(&state, &here, &proved, false, response).await
        }
        Err(Failure::Refused(refusal @ (Refusal::KeyUnknown | Refusal::TooManyTries))) => {
            let (_, what, next) = sentences(here.t, refusal);
            let errors = Errors::one("email", format!("{what} {next}"));
            page(&state, &here, errors, &form.email, String::new())
        }
        Err(failure) => Fault::from(failure).on(&state, here).into_response(),
    }
}

pub(crate) async fn by_passkey(
    State(state): State<WebState>,
    here: Here,
    From(address): From,
    headers: HeaderMap,
    Json(form): Json<KeyAnswer>,
) -> Response {
    let refused =
        || (StatusCode::UNPROCESSABLE_ENTITY, Json(json!({ "failed": "answer" }))).into_response();
    let Some(visitor) = Cookie::Visitor.read(&headers) else { return refused() };
    let answer = form.answer.to_string();
    match state.office.prove_passkey(&visitor, &answer, KeyPurpose::OwnKeys, address).await {
        Ok(proved) => {
            let mut response = Json(json!({ "next": routes::MY_KEYS })).into_response();
            Cookie::Visitor.clear(response.headers_mut());
            opened(&state, &here, &proved, false, response).await
        }
        Err(Failure::Refused(Refusal::KeyAnswerWrong | Refusal::KeyUnknown)) => refused(),
        Err(failure) => Fault::from(failure).on(&state, here).into_response(),
    }
}

/// The answer with the cookie of a new session.
pub(super) async fn opened(
    state: &WebState,
    here: &Here,
    proved: &ProvedKey,
    recovered: bool,
    mut response: Response,
) -> Response {
    match state.office.begin_key_session(proved, recovered).await {
        Ok(token) => {
            Cookie::OwnKeys.set(token.expose(), response.headers_mut());
            response
        }
        Err(error) => Fault::from(error).on(state, here.clone()).into_response(),
    }
}

fn page(state: &WebState, here: &Here, errors: Errors, email: &str, notice: String) -> Response {
    match Wish::issue(&state.office, BOUND_TO) {
        Ok(wish) => html(&SignInPage {
            frame: Frame::of_person(state, here, &here.t.my_keys_sign_in_title())
                .with_errors(!errors.is_empty())
                .with_script(static_files::PASSKEY),
            wish,
            errors,
            email: KeyForm::shown_email(email),
            notice,
        }),
        Err(fault) => fault.on(state, here.clone()).into_response(),
    }
}

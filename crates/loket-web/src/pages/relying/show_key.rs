//! Showing a key for a relying party: a passkey, or address, password and code.

use askama::Template;
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use loket_app::Failure;
use loket_app::office::{PartySession, PasswordTry, ProvedKey};
use loket_domain::Refusal;
use loket_domain::key::KeyPurpose;
use loket_domain::secret::Secret;
use serde::Deserialize;
use serde_json::{Value, json};

use super::after_form;
use super::asked::PartyRequest;
use crate::cookie::Cookie;
use crate::fault::{Fault, sentences};
use crate::form::Posted;
use crate::frame::{Errors, Frame, html};
use crate::pages::key_check::result::level_name;
use crate::wish::Wish;
use crate::{WebState, routes, static_files};

#[derive(Deserialize)]
pub(crate) struct KeyForm {
    wish: Wish,
    #[serde(default)]
    email: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    code: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct KeyAnswer {
    answer: Value,
}

#[derive(Template)]
#[template(path = "party_key.html")]
struct KeyPage {
    frame: Frame,
    wish: String,
    errors: Errors,
    email: String,
    /// Where the forms go.
    place: String,
    lede: String,
    /// What is wrong with the key that was shown; empty when nothing is.
    notice: String,
}

/// Errors of the form, and the address that was typed.
pub(super) type Typed = (Errors, String);

pub(super) fn page(
    state: &WebState,
    asked: &PartyRequest,
    too_low: bool,
    typed: Option<Typed>,
) -> Response {
    let wish = match Wish::issue(&state.office, &asked.name) {
        Ok(wish) => wish,
        Err(fault) => return fault.on(state, asked.here.clone()).into_response(),
    };
    let t = asked.here.t;
    let name = &asked.party.registered.name;
    let (errors, email) = typed.unwrap_or_default();
    html(&KeyPage {
        frame: Frame::of_person(state, &asked.here, &t.party_key_title(name))
            .with_errors(!errors.is_empty())
            .with_script(static_files::PASSKEY),
        wish,
        errors,
        email: email.chars().take(254).collect(),
        place: routes::party_request(&asked.name),
        lede: t.party_key_lede(&asked.request.address.host()),
        notice: if too_low {
            t.party_key_too_low(&level_name(t, asked.request.level))
        } else {
            String::new()
        },
    })
}

pub(crate) async fn by_password(
    State(state): State<WebState>,
    asked: PartyRequest,
    Posted(form): Posted<KeyForm>,
) -> Response {
    if let Err(fault) = form.wish.read(&state.office, &asked.name) {
        return fault.on(&state, asked.here).into_response();
    }
    let typed = PasswordTry {
        email: form.email.clone(),
        password: Secret::new(form.password),
        code: form.code.trim().to_owned(),
    };
    let address = asked.address.clone();
    match state.office.prove_password(typed, KeyPurpose::RelyingParty, address).await {
        Ok(proved) => match opened(&state, &proved).await {
            Ok((token, session)) => {
                let mut response = after_form(&state, &asked, session.as_ref()).await;
                Cookie::Party.set(token.expose(), response.headers_mut());
                response
            }
            Err(fault) => fault.on(&state, asked.here).into_response(),
        },
        Err(Failure::Refused(refusal @ (Refusal::KeyUnknown | Refusal::TooManyTries))) => {
            let (_, what, next) = sentences(asked.here.t, refusal);
            let errors = Errors::one("email", format!("{what} {next}"));
            page(&state, &asked, false, Some((errors, form.email)))
        }
        Err(failure) => Fault::from(failure).on(&state, asked.here).into_response(),
    }
}

pub(crate) async fn by_passkey(
    State(state): State<WebState>,
    asked: PartyRequest,
    headers: HeaderMap,
    Json(form): Json<KeyAnswer>,
) -> Response {
    let refused =
        || (StatusCode::UNPROCESSABLE_ENTITY, Json(json!({ "failed": "answer" }))).into_response();
    let Some(visitor) = Cookie::Visitor.read(&headers) else { return refused() };
    let (answer, address) = (form.answer.to_string(), asked.address.clone());
    let office = &state.office;
    match office.prove_passkey(&visitor, &answer, KeyPurpose::RelyingParty, address).await {
        Ok(proved) => match opened(&state, &proved).await {
            Ok((token, _)) => {
                let next = routes::party_request(&asked.name);
                let mut response = Json(json!({ "next": next })).into_response();
                Cookie::Visitor.clear(response.headers_mut());
                Cookie::Party.set(token.expose(), response.headers_mut());
                response
            }
            Err(fault) => fault.on(&state, asked.here).into_response(),
        },
        Err(Failure::Refused(Refusal::KeyAnswerWrong | Refusal::KeyUnknown)) => refused(),
        Err(failure) => Fault::from(failure).on(&state, asked.here).into_response(),
    }
}

/// A new session with its cookie.
async fn opened(
    state: &WebState,
    proved: &ProvedKey,
) -> Result<(Secret, Option<PartySession>), Fault> {
    let token = state.office.begin_party_session(proved).await?;
    let session = state.office.party_session(token.clone()).await?;
    Ok((token, session))
}

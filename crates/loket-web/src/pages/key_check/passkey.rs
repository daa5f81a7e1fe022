//! The way with a passkey.

use axum::Json;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use loket_app::Failure;
use loket_domain::Refusal;
use loket_domain::key::KeyPurpose;
use serde_json::json;

use crate::cookie::Cookie;
use crate::fault::Fault;
use crate::language::Here;
use crate::pages::shown_key::KeyAnswer;
use crate::session::From;
use crate::{WebState, routes};

pub(crate) async fn options(State(state): State<WebState>, here: Here) -> Response {
    match state.office.start_passkey_proof().await {
        Ok((visitor, options)) => {
            let mut response = ([(CONTENT_TYPE, "application/json")], options).into_response();
            Cookie::Visitor.set(visitor.expose(), response.headers_mut());
            response
        }
        Err(failure) => Fault::from(failure).on(&state, here).into_response(),
    }
}

pub(crate) async fn check(
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
    let proved = state.office.prove_passkey(&visitor, &answer, KeyPurpose::Check, address).await;
    let kept = match proved {
        Ok(proved) => state.office.keep_key_check(&proved).await.map_err(Failure::from),
        Err(failure) => Err(failure),
    };
    match kept {
        Ok(token) => {
            let mut response = Json(json!({ "next": routes::KEY_CHECK_RESULT })).into_response();
            Cookie::Visitor.clear(response.headers_mut());
            Cookie::KeyCheck.set(token.expose(), response.headers_mut());
            response
        }
        Err(Failure::Refused(Refusal::KeyAnswerWrong | Refusal::KeyUnknown)) => refused(),
        Err(failure) => Fault::from(failure).on(&state, here).into_response(),
    }
}

//! The software cards over HTTP, for the stand-in of the browser extension: which there are, and
//! what a card makes when its PIN is right. The server that verifies the token knows nothing of it.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::http::header::{CONTENT_TYPE, HeaderMap, HeaderValue};
use axum::response::{IntoResponse, Redirect, Response};
use loket_domain::Language;
use loket_testkit::card::CardFault;
use loket_testkit::pki::Status;
use loket_text::Text;
use serde::Deserialize;
use serde_json::{Value, json};

use super::people::PIN;
use super::stage::{HeldCard, Stage};

/// Language of the page that asks.
#[derive(Deserialize)]
pub(super) struct Asked {
    language: Option<String>,
}

/// The cards with what each shows, and the words of the dialog.
pub(super) async fn list(
    State(stage): State<Arc<Stage>>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Json<Value> {
    let language: Option<Language> = asked.language.and_then(|code| code.parse().ok());
    let t = Text::new(language.unwrap_or_else(|| loket_web::language_of(&headers)));
    let cards: Vec<Value> = stage.cards.iter().map(|held| described(held, t)).collect();
    Json(json!({
        "pin": PIN,
        "cards": cards,
        "texts": {
            "title": t.demo_dialog_title(),
            "lede": t.demo_dialog_lede(),
            "choose": t.demo_dialog_choose(),
            "pin": t.demo_dialog_pin(),
            "pinHint": t.demo_dialog_pin_hint(),
            "sign": t.demo_dialog_sign(),
            "cancel": t.demo_dialog_cancel(),
            "broken": t.demo_dialog_broken(),
        },
    }))
}

fn described(held: &HeldCard, t: Text) -> Value {
    json!({
        "key": held.colleague.key(),
        "name": held.colleague.name(),
        "shows": held.colleague.shows(t),
        "triesLeft": held.card.tries_left(),
    })
}

/// What the card is asked to sign.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Wanted {
    challenge: String,
    origin: String,
    pin: String,
}

/// A token, or what is wrong with the PIN.
pub(super) async fn authenticate(
    State(stage): State<Arc<Stage>>,
    Path(key): Path<String>,
    headers: HeaderMap,
    Json(wanted): Json<Wanted>,
) -> Response {
    let Some(held) = stage.cards.iter().find(|held| held.colleague.key() == key) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let t = Text::new(loket_web::language_of(&headers));
    let no = |status: StatusCode, body: Value| (status, Json(body)).into_response();
    match held.card.authenticate(&wanted.origin, &wanted.challenge, &wanted.pin) {
        Ok(token) => {
            let json = HeaderValue::from_static("application/json");
            ([(CONTENT_TYPE, json)], token).into_response()
        }
        Err(CardFault::WrongPin { left }) => {
            let message = t.demo_dialog_wrong_pin(i64::from(left));
            let body = json!({ "error": "wrong_pin", "left": left, "message": message });
            no(StatusCode::FORBIDDEN, body)
        }
        Err(CardFault::Blocked) => {
            let body = json!({ "error": "blocked", "message": t.demo_dialog_blocked() });
            no(StatusCode::LOCKED, body)
        }
        Err(CardFault::Broken) => {
            let body = json!({ "error": "broken", "message": t.demo_dialog_broken() });
            no(StatusCode::INTERNAL_SERVER_ERROR, body)
        }
    }
}

/// Gives a card its tries back, as a municipality does with the PUK.
pub(super) async fn unblock(State(stage): State<Arc<Stage>>, Path(key): Path<String>) -> Response {
    match stage.cards.iter().find(|held| held.colleague.key() == key) {
        Some(held) => {
            held.card.unblock();
            Redirect::to("/demo").into_response()
        }
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// Reports a card as lost, for whoever tries that by hand or in a test: until the next start the
/// responder says that it is revoked. The server only learns so by asking.
pub(super) async fn revoke(State(stage): State<Arc<Stage>>, Path(key): Path<String>) -> Response {
    let Some(held) = stage.cards.iter().find(|held| held.colleague.key() == key) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    match stage.responder.set(held.card.certificate(), Status::Revoked) {
        Ok(()) => Redirect::to("/demo").into_response(),
        Err(error) => {
            tracing::error!(%error, "a card could not be reported as lost");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

//! Making a passkey: the one page of the person that needs JavaScript. Where the browser runs none,
//! or knows no passkeys, the button leads to the same page with what to do instead.

use askama::Template;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use loket_app::Failure;
use loket_domain::Refusal;
use loket_domain::key::KeyKind;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{KeyMaker, Places, open_session};
use crate::fault::Fault;
use crate::frame::{Frame, html};
use crate::wish::Wish;
use crate::{WebState, static_files};

#[derive(Template)]
#[template(path = "key_passkey.html")]
struct PasskeyPage {
    frame: Frame,
    places: Places,
    wish: String,
    /// The browser came here by the form, so that no script of ours runs in it.
    without: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct OptionsWish {
    wish: Wish,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PasskeyAnswer {
    wish: Wish,
    answer: Value,
}

pub(crate) async fn show<M: KeyMaker>(State(state): State<WebState>, maker: M) -> Response {
    page(&state, &maker, false).await
}

pub(crate) async fn without<M: KeyMaker>(State(state): State<WebState>, maker: M) -> Response {
    page(&state, &maker, true).await
}

async fn page<M: KeyMaker>(state: &WebState, maker: &M, without: bool) -> Response {
    if let Err(fault) = maker.may_make(state, KeyKind::Passkey).await {
        return maker.fault(state, fault);
    }
    let here = maker.here();
    match maker.new_wish(state) {
        Ok(wish) => html(&PasskeyPage {
            frame: Frame::of_person(state, here, &here.t.activate_passkey_title())
                .with_errors(without)
                .with_script(static_files::PASSKEY),
            places: M::PLACES,
            wish,
            without,
        }),
        Err(fault) => maker.fault(state, fault),
    }
}

pub(crate) async fn options<M: KeyMaker>(
    State(state): State<WebState>,
    maker: M,
    Json(form): Json<OptionsWish>,
) -> Response {
    if let Err(fault) = maker.check(&state, &form.wish) {
        return maker.fault(&state, fault);
    }
    match state.office.start_passkey(maker.maker()).await {
        Ok(options) => ([(CONTENT_TYPE, "application/json")], options).into_response(),
        Err(failure) => maker.fault(&state, failure),
    }
}

pub(crate) async fn finish<M: KeyMaker>(
    State(state): State<WebState>,
    maker: M,
    Json(form): Json<PasskeyAnswer>,
) -> Response {
    if let Err(fault) = maker.check(&state, &form.wish) {
        return maker.fault(&state, fault);
    }
    match finished(&state, &maker, &form.answer.to_string()).await {
        Ok(response) => response,
        Err(Failure::Refused(Refusal::KeyAnswerWrong)) => {
            (StatusCode::UNPROCESSABLE_ENTITY, Json(json!({ "failed": "answer" }))).into_response()
        }
        Err(failure) => maker.fault(&state, Fault::from(failure)),
    }
}

async fn finished<M: KeyMaker>(
    state: &WebState,
    maker: &M,
    answer: &str,
) -> Result<Response, Failure> {
    let key = state.office.finish_passkey(maker.maker(), answer, maker.network()).await?;
    let mut response = Json(json!({ "next": M::PLACES.done })).into_response();
    open_session::<M>(state, key, response.headers_mut()).await?;
    Ok(response)
}

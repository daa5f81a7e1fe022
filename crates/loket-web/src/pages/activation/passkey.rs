//! Making a passkey: the one page of the person that needs JavaScript.

use askama::Template;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use loket_app::Failure;
use loket_domain::Refusal;
use serde::Deserialize;
use serde_json::{Value, json};

use super::pass::Holder;
use crate::fault::Fault;
use crate::frame::{Frame, html};
use crate::wish::Wish;
use crate::{WebState, routes, static_files};

#[derive(Template)]
#[template(path = "activate_passkey.html")]
struct PasskeyPage {
    frame: Frame,
    wish: String,
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

pub(crate) async fn show(State(state): State<WebState>, holder: Holder) -> Response {
    if let Err(fault) = holder.entered(&state).await {
        return holder.fault(&state, fault);
    }
    match holder.new_wish(&state) {
        Ok(wish) => html(&PasskeyPage {
            frame: Frame::anonymous(&state, &holder.here, &holder.here.t.activate_passkey_title())
                .with_script(static_files::PASSKEY),
            wish,
        }),
        Err(fault) => holder.fault(&state, fault),
    }
}

pub(crate) async fn options(
    State(state): State<WebState>,
    holder: Holder,
    Json(form): Json<OptionsWish>,
) -> Response {
    if let Err(fault) = holder.check(&state, &form.wish) {
        return holder.fault(&state, fault);
    }
    match state.office.start_passkey(&holder.pass).await {
        Ok(options) => ([(CONTENT_TYPE, "application/json")], options).into_response(),
        Err(failure) => holder.fault(&state, failure),
    }
}

pub(crate) async fn finish(
    State(state): State<WebState>,
    holder: Holder,
    Json(form): Json<PasskeyAnswer>,
) -> Response {
    if let Err(fault) = holder.check(&state, &form.wish) {
        return holder.fault(&state, fault);
    }
    let answer = form.answer.to_string();
    match state.office.finish_passkey(&holder.pass, &answer, holder.address.clone()).await {
        Ok(_) => Json(json!({ "next": routes::ACTIVATE_DONE })).into_response(),
        Err(Failure::Refused(Refusal::KeyAnswerWrong)) => {
            (StatusCode::UNPROCESSABLE_ENTITY, Json(json!({ "failed": "answer" }))).into_response()
        }
        Err(failure) => holder.fault(&state, Fault::from(failure)),
    }
}

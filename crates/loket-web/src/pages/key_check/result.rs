//! Which key was tried with success.

use askama::Template;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};
use loket_domain::key::{AssuranceLevel, KeyKind};
use loket_text::Text;

use crate::cookie::Cookie;
use crate::fault::Fault;
use crate::frame::{Frame, html};
use crate::language::Here;
use crate::{WebState, routes};

#[derive(Template)]
#[template(path = "key_check_result.html")]
struct ResultPage {
    frame: Frame,
    kind: String,
    level: String,
    made: String,
    until: String,
    used: String,
}

pub(crate) async fn show(
    State(state): State<WebState>,
    here: Here,
    headers: HeaderMap,
) -> Response {
    let Some(token) = Cookie::KeyCheck.read(&headers) else {
        return Redirect::to(routes::KEY_CHECK).into_response();
    };
    let t = here.t;
    match state.office.key_check_result(&token).await {
        Ok(Some(key)) => html(&ResultPage {
            frame: Frame::of_person(&state, &here, &t.key_check_result_title()),
            kind: match key.kind {
                KeyKind::Passkey => t.key_kind_passkey(),
                KeyKind::PasswordAndApp => t.key_kind_password_and_app(),
            },
            level: level_name(t, key.level),
            made: t.moment(key.created_at),
            until: t.day(key.expires_at.belgian_day()),
            used: t.moment(key.proved_at),
        }),
        Ok(None) => Redirect::to(routes::KEY_CHECK).into_response(),
        Err(error) => Fault::from(error).on(&state, here).into_response(),
    }
}

/// A level in words.
pub(crate) fn level_name(t: Text, level: AssuranceLevel) -> String {
    match level {
        AssuranceLevel::Low => t.level_low(),
        AssuranceLevel::Substantial => t.level_substantial(),
        AssuranceLevel::High => t.level_high(),
    }
}

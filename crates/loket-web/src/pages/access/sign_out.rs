//! Ends the session, and has the browser forget what it kept (requirement H-11).

use axum::extract::State;
use axum::http::header::HeaderName;
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{IntoResponse, Redirect, Response};
use loket_domain::Language;
use serde::Deserialize;

use crate::cookie::Cookie;
use crate::fault::Fault;
use crate::form::Posted;
use crate::language::Here;
use crate::wish::Wish;
use crate::{WebState, routes};

#[derive(Deserialize)]
pub(crate) struct SignOutForm {
    wish: Wish,
}

pub(crate) async fn end(
    State(state): State<WebState>,
    here: Here,
    headers: HeaderMap,
    Posted(form): Posted<SignOutForm>,
) -> Response {
    match ended(&state, &headers, &form).await {
        Ok(()) => {
            let mut response = Redirect::to(&start_in(here.t.language())).into_response();
            Cookie::Session.clear(response.headers_mut());
            response.headers_mut().insert(
                HeaderName::from_static("clear-site-data"),
                HeaderValue::from_static("\"cache\", \"cookies\", \"storage\""),
            );
            response
        }
        Err(fault) => fault.on(&state, here).into_response(),
    }
}

/// The start page by way of the choice of language, since that cookie is forgotten with the others.
fn start_in(language: Language) -> String {
    format!("{}?to={language}&back={}", routes::LANGUAGE, routes::START)
}

/// A session that is over already is no failure: the person wanted to be out.
async fn ended(state: &WebState, headers: &HeaderMap, form: &SignOutForm) -> Result<(), Fault> {
    let Some(token) = Cookie::Session.read(headers) else { return Ok(()) };
    let Some(session) = state.office.session_of(&token).await? else { return Ok(()) };
    let request = form.wish.read(&state.office, token.expose())?;
    Ok(state.office.sign_out(session, request).await?)
}

//! The way to the federal authentication service and back. The answer to the way back is a page and
//! no redirect: the session's cookie is Strict, and on a redirect that began at another site the
//! browser would not send it along.

use askama::Template;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};
use loket_app::Failure;
use loket_app::office::SignInFailure;
use serde::Deserialize;

use super::sign_in::{failed, failed_code, first_page};
use crate::cookie::Cookie;
use crate::fault::Fault;
use crate::frame::{Frame, html};
use crate::language::Here;
use crate::session::From;
use crate::{WebState, post, static_files};

/// What the service sends back (RFC 6749 sections 4.1.2 and 4.1.2.1).
#[derive(Deserialize)]
pub(crate) struct Back {
    #[serde(default)]
    code: String,
    #[serde(default)]
    state: String,
    #[serde(default)]
    error: String,
}

#[derive(Template)]
#[template(path = "federal_return.html")]
struct ReturnPage {
    frame: Frame,
    next: &'static str,
}

pub(crate) async fn begin(State(state): State<WebState>, here: Here) -> Response {
    match state.office.begin_federal().await {
        Ok(visit) => {
            let mut response = Redirect::to(&visit.address).into_response();
            Cookie::Federal.set(visit.visitor.expose(), response.headers_mut());
            response
        }
        Err(SignInFailure::Office(Failure::Refused(refusal))) => {
            Fault::from(refusal).on(&state, here).into_response()
        }
        Err(failure) => Redirect::to(&failed(failed_code(failure).1)).into_response(),
    }
}

pub(crate) async fn back(
    State(state): State<WebState>,
    here: Here,
    From(address): From,
    headers: HeaderMap,
    Query(back): Query<Back>,
) -> Response {
    let mut response = returned(&state, &here, address, &headers, &back).await;
    Cookie::Federal.clear(response.headers_mut());
    response
}

async fn returned(
    state: &WebState,
    here: &Here,
    address: Option<String>,
    headers: &HeaderMap,
    back: &Back,
) -> Response {
    let Some(visitor) = Cookie::Federal.read(headers) else {
        return Redirect::to(&failed("challenge")).into_response();
    };
    if !back.error.is_empty() {
        return given_up(state, &visitor, &back.error).await;
    }
    let Ok(place) = post::place(state, headers, address) else {
        return Redirect::to(&failed("challenge")).into_response();
    };
    let post = place.post.clone();
    match state.office.finish_federal(&visitor, (&back.state, &back.code), place).await {
        Ok(signed_in) => {
            let title = here.t.card_host_return_title();
            let mut response = html(&ReturnPage {
                next: first_page(state, signed_in.session).await,
                frame: Frame::anonymous(state, here, &title).with_script(static_files::GO_ON),
            });
            Cookie::Session.set(signed_in.token.expose(), response.headers_mut());
            post::keep(&post, response.headers_mut());
            response
        }
        Err(failure) => Redirect::to(&failed(failed_code(failure).1)).into_response(),
    }
}

/// The person cancelled there, or the service could not go on.
async fn given_up(
    state: &WebState,
    visitor: &loket_domain::secret::Secret,
    error: &str,
) -> Response {
    if let Err(error) = state.office.give_up_federal(visitor).await {
        tracing::error!(%error, "an attempt could not be taken out");
    }
    let code = if error == "access_denied" { "cancelled" } else { "federal" };
    let plain: String = error.chars().filter(|c| c.is_ascii_lowercase() || *c == '_').collect();
    tracing::warn!(error = plain, "the federal service sent somebody back without a code");
    Redirect::to(&failed(code)).into_response()
}

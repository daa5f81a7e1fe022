//! The way to the host that asks for the card's certificate, and back. The way back is a page of our
//! own that sends a form: the visitor's cookie is Strict, and a browser does not send it along on a
//! redirect from another host.

use askama::Template;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};
use loket_domain::Refusal;
use serde::Deserialize;

use super::sign_in::{failed, failed_code, first_page};
use crate::cookie::Cookie;
use crate::fault::Fault;
use crate::form::Posted;
use crate::frame::{Frame, html};
use crate::language::Here;
use crate::session::From;
use crate::{WebState, card_host, post, static_files};

#[derive(Deserialize)]
pub(crate) struct Code {
    #[serde(default)]
    code: String,
}

#[derive(Template)]
#[template(path = "card_host_return.html")]
struct ReturnPage {
    frame: Frame,
    code: String,
}

pub(crate) async fn begin(State(state): State<WebState>, here: Here) -> Response {
    let Some(origin) = state.settings.card_host.clone() else {
        return Fault::from(Refusal::NotFound).on(&state, here).into_response();
    };
    match state.office.begin_at_card_host().await {
        Ok(visit) => {
            let there = card_host::address(&origin, visit.ticket.expose());
            let mut response = Redirect::to(&there).into_response();
            Cookie::Visitor.set(visit.visitor.expose(), response.headers_mut());
            response
        }
        Err(error) => Fault::from(error).on(&state, here).into_response(),
    }
}

pub(crate) async fn back(
    State(state): State<WebState>,
    here: Here,
    Query(back): Query<Code>,
) -> Response {
    let title = here.t.card_host_return_title();
    html(&ReturnPage {
        frame: Frame::anonymous(&state, &here, &title).with_script(static_files::GO_ON),
        code: back.code.chars().take(64).collect(),
    })
}

pub(crate) async fn finish(
    State(state): State<WebState>,
    From(address): From,
    headers: HeaderMap,
    Posted(form): Posted<Code>,
) -> Response {
    let Some(visitor) = Cookie::Visitor.read(&headers) else {
        return Redirect::to(&failed("challenge")).into_response();
    };
    let Ok(place) = post::place(&state, &headers, address) else {
        return Redirect::to(&failed("challenge")).into_response();
    };
    let post = place.post.clone();
    match state.office.finish_at_card_host(&visitor, &form.code, place).await {
        Ok(signed_in) => {
            let next = first_page(&state, signed_in.session).await;
            let mut response = Redirect::to(next).into_response();
            Cookie::Visitor.clear(response.headers_mut());
            Cookie::Session.set(signed_in.token.expose(), response.headers_mut());
            post::keep(&post, response.headers_mut());
            response
        }
        Err(failure) => Redirect::to(&failed(failed_code(failure).1)).into_response(),
    }
}

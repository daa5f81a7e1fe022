//! The one page of the host: sends back to the main host who proved a card, and explains to
//! everybody else.

use std::time::Duration;

use askama::Template;
use axum::Router;
use axum::extract::{ConnectInfo, Query, State};
use axum::http::HeaderMap;
use axum::middleware;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use serde::Deserialize;
use tower_http::limit::RequestBodyLimitLayer;

use super::Peer;
use crate::deadline::{self, Deadline};
use crate::frame::html;
use crate::language::Here;
use crate::pages::failed_code;
use crate::{WebState, response_headers, routes, static_files};

/// Path of the page.
const CARD: &str = "/card";
/// Longest time for a request: OCSP included.
const LONGEST_REQUEST: Duration = Duration::from_secs(20);

/// Where a visitor with a ticket is sent.
pub fn address(origin: &str, ticket: &str) -> String {
    format!("{origin}{CARD}?ticket={ticket}")
}

/// The host's only page.
pub fn router(state: WebState) -> Router {
    let deadline = Deadline { state: state.clone(), longest: LONGEST_REQUEST };
    Router::new()
        .route(CARD, get(show))
        .merge(static_files::router())
        .fallback(get(elsewhere))
        .layer(RequestBodyLimitLayer::new(1024))
        .layer(middleware::from_fn_with_state(deadline, deadline::keep))
        .layer(middleware::from_fn_with_state(state.clone(), response_headers::add))
        .with_state(state)
}

#[derive(Deserialize)]
struct Arrival {
    #[serde(default)]
    ticket: String,
}

#[derive(Template)]
#[template(path = "card_host_empty.html")]
struct NoCardPage {
    t: loket_text::Text,
    /// Where signing in begins.
    sign_in: String,
    style: &'static str,
}

async fn elsewhere(State(state): State<WebState>) -> Redirect {
    Redirect::to(&format!("{}{}", state.settings.origin, routes::SIGN_IN))
}

async fn show(
    State(state): State<WebState>,
    ConnectInfo(peer): ConnectInfo<Peer>,
    headers: HeaderMap,
    Query(arrival): Query<Arrival>,
) -> Response {
    if peer.chain.is_empty() {
        // The ticket is kept: the person may find the card and load the page again.
        let t = Here::of(&headers, CARD).t;
        return html(&NoCardPage {
            t,
            sign_in: main_host(&state, routes::SIGN_IN),
            style: static_files::STYLE,
        });
    }
    match state.office.prove_at_card_host(&arrival.ticket, &peer.chain).await {
        Ok(code) => {
            let back = format!("{}?code={}", routes::CARD_HOST_RETURN, code.expose());
            Redirect::to(&main_host(&state, &back)).into_response()
        }
        Err(failure) => {
            let (_, code) = failed_code(failure);
            let failed = format!("{}?code={code}", routes::SIGN_IN_FAILED);
            Redirect::to(&main_host(&state, &failed)).into_response()
        }
    }
}

fn main_host(state: &WebState, path: &str) -> String {
    format!("{}{path}", state.settings.origin)
}

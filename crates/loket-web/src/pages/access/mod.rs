//! Signing in and out, one's own sessions, and the terms of use. The card is the only way in (SEED-23).

mod again;
mod card_host;
mod failed;
mod federal;
mod sessions;
mod sign_in;
mod sign_out;
mod terms;

use axum::Router;
use axum::routing::{get, post};
pub(crate) use sign_in::failed_code;

use crate::{WebState, routes};

/// Its pages.
pub(crate) fn router() -> Router<WebState> {
    Router::new()
        .route(routes::SIGN_IN, get(sign_in::show).post(sign_in::prove))
        .route(routes::SIGN_IN_CHALLENGE, post(sign_in::challenge))
        .route(routes::SIGN_IN_FAILED, get(failed::show))
        .route(routes::SIGN_IN_FAILED_BY, get(failed::show_by_path))
        .route(routes::CARD_HOST, get(card_host::begin).post(card_host::finish))
        .route(routes::CARD_HOST_RETURN, get(card_host::back))
        .route(routes::FEDERAL, get(federal::begin))
        .route(routes::FEDERAL_RETURN, get(federal::back))
        .route(routes::SIGN_IN_AGAIN, get(again::show).post(again::prove))
        .route(routes::SESSIONS, get(sessions::show))
        .route(routes::SESSIONS_END, post(sessions::end))
        .route(routes::SIGN_OUT, post(sign_out::end))
        .route(routes::TERMS, get(terms::show).post(terms::accept))
}

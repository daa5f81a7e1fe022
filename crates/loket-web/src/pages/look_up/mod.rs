//! Looking a person up without a number that is sure: by the document in hand, which is verified
//! before anything is shown, or by name and date of birth, with a short list to choose from.

mod by_document;
mod by_name;
mod criteria;
mod hits;
pub(super) mod opening;
#[cfg(test)]
mod outcomes;
mod shown;
mod verified;

use axum::Router;
use axum::routing::{get, post};

use crate::{WebState, routes};

/// Its pages.
pub(crate) fn router() -> Router<WebState> {
    Router::new()
        .route(routes::DESK_DOCUMENT, get(by_document::show).post(by_document::open))
        .route(routes::DESK_NAME, get(by_name::show).post(by_name::open))
        .route(routes::VERIFIED, get(verified::show).post(verified::again))
        .route(routes::HITS, get(hits::show).post(hits::choose))
        .route(routes::SEARCH, post(hits::search))
}

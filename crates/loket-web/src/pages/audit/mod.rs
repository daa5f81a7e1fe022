//! The auditor's pages: a dossier number and a purpose, then everything that happened, in order.

mod details;
mod log_state;
mod reconstruction;
mod search;
mod sentence;

use axum::Router;
use axum::routing::get;

use crate::{WebState, routes};

/// Its pages.
pub(crate) fn router() -> Router<WebState> {
    Router::new()
        .route(routes::AUDIT, get(search::show).post(search::find))
        .route(routes::AUDIT_LOG, get(log_state::show))
        .route(routes::RECONSTRUCTION, get(search::of_registration).post(reconstruction::show))
}

//! The auditor's desk: a question and its reason, then what happened, in order; who was signed in at a
//! moment; what was found as evidence; and whether the log is whole.

mod ask;
mod codes;
mod details;
mod evidence;
mod found;
mod kinds;
mod log_state;
mod reconstruction;
mod sentence;
mod signed_in;
mod told;
mod worded;

use axum::Router;
use axum::routing::get;

pub use worded::worded;

use crate::{WebState, routes};

/// Its pages.
pub(crate) fn router() -> Router<WebState> {
    Router::new()
        .route(routes::AUDIT, get(ask::show).post(found::find))
        .route(routes::AUDIT_SESSIONS, get(signed_in::show).post(signed_in::find))
        .route(routes::AUDIT_EVIDENCE, get(evidence::show).post(evidence::take))
        .route(routes::AUDIT_LOG, get(log_state::show))
        .route(routes::RECONSTRUCTION, get(ask::of_registration).post(reconstruction::show))
}

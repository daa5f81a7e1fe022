//! The second officer: the queue of the organisation, what there is to look at, the answer.

mod check;
mod queue;
mod waiting;

use axum::Router;
use axum::routing::{get, post};

use crate::{WebState, routes};

/// Its pages.
pub(crate) fn router() -> Router<WebState> {
    Router::new()
        .route(routes::SECOND_CHECKS, get(queue::show))
        .route(routes::SECOND_CHECK, get(check::show).post(check::answer))
        .route(routes::SECOND_WAITING, get(waiting::show))
        .route(routes::SECOND_CHECK_TAKE, post(check::take))
}

//! Who it is: the register's answer, the procedure, its checks, the decision.

mod counter;
mod hints;
mod particulars;
mod person;
mod standing_at;

use axum::Router;
use axum::routing::{get, post};

use crate::{WebState, routes};

/// Its pages.
pub(crate) fn router() -> Router<WebState> {
    Router::new()
        .route(routes::REGISTRATION, get(standing_at::show))
        .route(routes::PERSON, get(person::show))
        .route(routes::ASK_AGAIN, post(person::ask_again))
        .route(routes::FOLLOW, post(person::follow))
}

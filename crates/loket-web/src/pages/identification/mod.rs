//! Who it is: the register's answer, the procedure, its checks, the decision.

mod checks;
mod choice;
mod counter;
mod hints;
mod particulars;
mod person;
mod procedure;
mod standing_at;
mod task_list;

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
        .route(routes::PROCEDURE, get(procedure::show).post(procedure::choose))
        .route(routes::CHECKS, get(checks::show).post(checks::record))
        .route(routes::IDENTIFY, post(checks::identify))
}

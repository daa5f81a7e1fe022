//! Who it is: the register's answer, the procedure, its checks, the decision.

mod checks;
mod choice;
mod comparison;
pub(crate) mod counter;
mod document;
mod document_entry;
mod hints;
#[cfg(test)]
mod named_texts;
mod particulars;
mod person;
mod procedure;
pub(crate) mod refuse;
#[cfg(test)]
mod rendered;
mod side_by_side;
mod standing_at;
pub(crate) mod stop;
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
        .route(routes::DOCUMENT, get(document::show).post(document::record))
        .route(routes::COMPARISON, get(comparison::show).post(comparison::confirm))
        .route(routes::EXPLAIN, post(comparison::explain))
        .route(routes::IDENTIFY, post(checks::identify))
        .route(routes::REFUSE, get(refuse::show).post(refuse::decide))
        .route(routes::STOP, get(stop::show).post(stop::decide))
}

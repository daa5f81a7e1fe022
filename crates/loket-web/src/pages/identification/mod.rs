//! Who it is: the register's answer, the procedure, its checks, the decision.

mod both_filled;
mod checks;
pub(super) mod choice;
mod circumstances;
mod comparison;
pub(crate) mod counter;
mod document;
pub(super) mod document_entry;
mod hand_over;
mod hints;
mod marked_zone;
#[cfg(test)]
mod named_texts;
pub(super) mod particulars;
pub(super) mod person;
mod procedure;
pub(crate) mod refuse;
#[cfg(test)]
pub(in crate::pages) mod rendered;
pub(super) mod side_by_side;
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
        .route(routes::INSCRIBE, post(person::inscribe))
        .route(routes::CIRCUMSTANCES, post(circumstances::note))
        .route(routes::HAND_OVER, get(hand_over::show).post(hand_over::give))
        .route(routes::CALL_SECOND, post(checks::call_second))
        .route(routes::PROCEDURE, get(procedure::show).post(procedure::choose))
        .route(routes::CHECKS, get(checks::show).post(checks::record))
        .route(routes::DOCUMENT, get(document::show).post(document::record))
        .route(routes::COMPARISON, get(comparison::show).post(comparison::confirm))
        .route(routes::EXPLAIN, post(comparison::explain))
        .route(routes::IDENTIFY, post(checks::identify))
        .route(routes::REFUSE, get(refuse::show).post(refuse::decide))
        .route(routes::STOP, get(stop::show).post(stop::decide))
}

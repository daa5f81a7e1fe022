//! How to reach the person, and sending link and code.

mod confirm;
mod contact;
mod keys;
mod reach;
mod review;
mod slip;
mod standing;

use axum::Router;
use axum::routing::{get, post};

use crate::{WebState, routes};

/// Its pages.
pub(crate) fn router() -> Router<WebState> {
    Router::new()
        .route(routes::CONTACT, get(contact::show).post(contact::enter))
        .route(routes::CONFIRM, get(confirm::show).post(confirm::confirm))
        .route(routes::RESEND, post(confirm::resend))
        .route(routes::REVIEW, get(review::show).post(review::send))
        .route(routes::STANDING, get(standing::show))
        .route(routes::LETTER, post(standing::letter))
        .route(routes::FRAUD, post(standing::fraud))
        .route(routes::SEND_AGAIN, post(standing::send_again))
        .route(routes::SLIP, post(slip::print))
        .route(routes::WITHDRAW_KEYS, post(keys::withdraw))
        .route(routes::TURN_SCREEN, post(keys::turn))
}

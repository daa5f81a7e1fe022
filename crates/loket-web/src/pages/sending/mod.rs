//! How to reach the person, and sending link and code.

mod again;
mod confirm;
mod consent;
mod contact;
mod contact_form;
mod keys;
mod reach;
mod review;
mod slip;
mod standing;

use axum::Router;
use axum::routing::{get, post};
pub(crate) use contact_form::shared_name;

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
        .route(routes::AGAIN, get(again::show).post(again::act))
        .route(routes::CONSENT, get(consent::show).post(consent::withdraw))
        .route(routes::CONTACT_LINK_SEND, post(confirm::send_link))
        .route(routes::SLIP, post(slip::print))
        .route(routes::WITHDRAW_KEYS, post(keys::withdraw))
        .route(routes::TURN_SCREEN, post(keys::turn))
}

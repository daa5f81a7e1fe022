//! The pages, one module each.

mod about;
mod access;
mod activation;
mod address;
pub(crate) mod audit;
mod delivery;
mod desk;
mod guide;
mod identification;
mod key_check;
pub(crate) mod key_making;
mod language_choice;
mod look_up;
pub(crate) mod own_keys;
mod relying;
mod review;
mod second_officer;
mod sending;
mod shown_key;
mod start;
mod steps;
mod support;

pub(crate) use access::failed_code;
use axum::Router;
use axum::extract::{Request, State};
use axum::response::Response;
use axum::routing::{get, post};
use loket_domain::Refusal;

use crate::WebState;
use crate::fault::Fault;
use crate::{routes, static_files};

/// Every page.
pub(crate) fn router() -> Router<WebState> {
    Router::new()
        .route(routes::START, get(start::show))
        .route(
            routes::LANGUAGE,
            get(language_choice::choose).post(language_choice::choose_and_ask_again),
        )
        .merge(desk::router())
        .merge(about::router())
        .merge(access::router())
        .merge(activation::router())
        .merge(address::router())
        .merge(audit::router())
        .merge(identification::router())
        .merge(key_check::router())
        .merge(look_up::router())
        .merge(own_keys::router())
        .merge(relying::router())
        .route(routes::GUIDE, get(guide::show))
        .route(routes::SUPPORT, get(support::show).post(support::withdraw))
        .route(routes::REVIEW_POINTS, get(review::show))
        .route(routes::DELIVERY, get(delivery::show))
        .route(routes::DELIVERY_AGAIN, post(delivery::again))
        .route(routes::DELIVERY_DROP, post(delivery::drop_one))
        .merge(second_officer::router())
        .merge(sending::router())
        .merge(static_files::router())
        .fallback(not_found)
        .method_not_allowed_fallback(other_method)
}

/// An address that only takes a form was opened as a page: after signing in anew, or by a choice of
/// language on a page that answered a form.
async fn other_method(State(state): State<WebState>, request: Request) -> Response {
    Fault::OtherMethod.of_request(&state, &mut request.into_parts().0).await
}

async fn not_found(State(state): State<WebState>, request: Request) -> Response {
    Fault::Refused(Refusal::NotFound).of_request(&state, &mut request.into_parts().0).await
}

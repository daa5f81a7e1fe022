//! Trying a key: with a passkey, or with address, password and code. What does not fit is not told.

pub(crate) mod passkey;
mod password;
pub(crate) mod result;

use axum::Router;
use axum::routing::{get, post};

use crate::{WebState, routes};

/// What the forms of people without a session are bound to; the guard on the origin does the rest.
const BOUND_TO: &str = "key-check";

/// Its pages.
pub(crate) fn router() -> Router<WebState> {
    Router::new()
        .route(routes::KEY_CHECK, get(password::show))
        .route(routes::KEY_CHECK_PASSWORD, post(password::check))
        .route(routes::KEY_CHECK_OPTIONS, post(passkey::options))
        .route(routes::KEY_CHECK_PASSKEY, post(passkey::check))
        .route(routes::KEY_CHECK_RESULT, get(result::show))
}

//! The person's way from the link to the key: one thing a page, for somebody with little patience
//! and an old phone. Opening the link changes nothing (requirement H-06).

mod app;
mod choose;
mod code;
mod done;
mod link;
mod pass;
mod passkey;
mod password;

use axum::Router;
use axum::routing::{get, post};

use crate::{WebState, routes};

/// Its pages.
pub(crate) fn router() -> Router<WebState> {
    Router::new()
        .route(routes::LINK, get(link::open))
        .route(routes::ACTIVATE, get(code::show).post(code::enter))
        .route(routes::ACTIVATE_CHOOSE, get(choose::show))
        .route(routes::ACTIVATE_PASSKEY, get(passkey::show).post(passkey::finish))
        .route(routes::ACTIVATE_PASSKEY_OPTIONS, post(passkey::options))
        .route(routes::ACTIVATE_PASSWORD, get(password::show).post(password::choose))
        .route(routes::ACTIVATE_APP, get(app::show).post(app::confirm))
        .route(routes::ACTIVATE_DONE, get(done::show))
}

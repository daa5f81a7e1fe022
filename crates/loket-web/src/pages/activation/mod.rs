//! The person's way from the link to the key: one thing a page, for somebody with little patience
//! and an old phone. Opening the link changes nothing (requirement H-06).

mod code;
mod done;
mod link;
mod pass;

use axum::Router;
use axum::routing::{get, post};
use pass::Holder;

use super::key_making::{app, choose, passkey, password};
use crate::{WebState, routes};

/// Its pages.
pub(crate) fn router() -> Router<WebState> {
    Router::new()
        .route(routes::LINK, get(link::open))
        .route(routes::ACTIVATE, get(code::show).post(code::enter))
        .route(routes::ACTIVATE_CHOOSE, get(choose::show::<Holder>))
        .route(
            routes::ACTIVATE_PASSKEY,
            get(passkey::show::<Holder>).post(passkey::finish::<Holder>),
        )
        .route(routes::ACTIVATE_PASSKEY_WITHOUT, get(passkey::without::<Holder>))
        .route(routes::ACTIVATE_PASSKEY_OPTIONS, post(passkey::options::<Holder>))
        .route(
            routes::ACTIVATE_PASSWORD,
            get(password::show::<Holder>).post(password::choose::<Holder>),
        )
        .route(routes::ACTIVATE_APP, get(app::show::<Holder>).post(app::confirm::<Holder>))
        .route(routes::ACTIVATE_DONE, get(done::show))
}

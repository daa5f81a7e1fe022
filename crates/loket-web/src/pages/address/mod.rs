//! For who holds an e-mail address and opened a link that was mailed to it: confirming the address,
//! withdrawing consent. Opening a link changes nothing (requirement H-06); only a button does.

mod ask;
mod confirm;
mod link;
mod pass;
mod withdraw;

use axum::Router;
use axum::routing::get;

use crate::{WebState, routes};

/// Its pages.
pub(crate) fn router() -> Router<WebState> {
    Router::new()
        .route(routes::CONTACT_LINK, get(link::to_confirm))
        .route(routes::CONSENT_LINK, get(link::to_withdraw))
        .route(routes::ADDRESS_CONFIRM, get(confirm::show).post(confirm::confirm))
        .route(routes::CONSENT_ASK, get(ask::show).post(ask::ask))
        .route(routes::CONSENT_WITHDRAW, get(withdraw::show).post(withdraw::withdraw))
}

//! The holder looks after the own keys: names, last use, withdrawal, a further key, recovery codes.
//! Entered by showing a key; the session is its own and has nothing to do with staff.

mod codes;
mod holder;
mod key;
mod list;
mod recover;
mod services;
mod sign_in;

use axum::Router;
use axum::routing::{get, post};
pub(crate) use holder::KeyHolder;

use super::key_making::{app, choose, passkey, password};
use crate::{WebState, routes};

/// What the forms of people without a session are bound to; the guard on the origin does the rest.
const BOUND_TO: &str = "own-keys";

/// Its pages.
pub(crate) fn router() -> Router<WebState> {
    Router::new()
        .route(routes::MY_KEYS, get(list::show))
        .route(routes::MY_KEYS_LEAVE, post(list::leave))
        .route(routes::MY_KEYS_SIGN_IN, get(sign_in::show).post(sign_in::by_password))
        .route(routes::MY_KEYS_OPTIONS, post(super::key_check::passkey::options))
        .route(routes::MY_KEYS_PASSKEY, post(sign_in::by_passkey))
        .route(routes::MY_KEYS_RECOVER, get(recover::show).post(recover::recover))
        .route(routes::MY_KEYS_CODES, get(codes::show).post(codes::make))
        .route(routes::MY_SERVICES, get(services::show).post(services::withdraw))
        .route(routes::MY_KEY, get(key::show).post(key::name))
        .route(routes::MY_KEY_WITHDRAW, post(key::withdraw))
        .merge(adding())
}

/// Making a further key.
fn adding() -> Router<WebState> {
    Router::new()
        .route(routes::MY_KEYS_ADD, get(choose::show::<KeyHolder>))
        .route(
            routes::MY_KEYS_ADD_PASSKEY,
            get(passkey::show::<KeyHolder>).post(passkey::finish::<KeyHolder>),
        )
        .route(routes::MY_KEYS_ADD_PASSKEY_WITHOUT, get(passkey::without::<KeyHolder>))
        .route(routes::MY_KEYS_ADD_PASSKEY_OPTIONS, post(passkey::options::<KeyHolder>))
        .route(
            routes::MY_KEYS_ADD_PASSWORD,
            get(password::show::<KeyHolder>).post(password::choose::<KeyHolder>),
        )
        .route(routes::MY_KEYS_ADD_APP, get(app::show::<KeyHolder>).post(app::confirm::<KeyHolder>))
}

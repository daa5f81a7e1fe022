//! The links from the mails. Each sets a cookie and leads to an address without the token; mail
//! scanners and previews use nothing up.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};

use crate::cookie::Cookie;
use crate::fault::Fault;
use crate::language::Here;
use crate::{WebState, routes};

pub(crate) async fn to_confirm(
    State(state): State<WebState>,
    here: Here,
    Path(token): Path<String>,
) -> Response {
    open(&state, here, &token, routes::ADDRESS_CONFIRM)
}

pub(crate) async fn to_withdraw(
    State(state): State<WebState>,
    here: Here,
    Path(token): Path<String>,
) -> Response {
    open(&state, here, &token, routes::CONSENT_WITHDRAW)
}

fn open(state: &WebState, here: Here, token: &str, to: &str) -> Response {
    match state.office.open_address_link(token) {
        Ok(pass) => {
            let mut response = Redirect::to(to).into_response();
            Cookie::Address.set(pass.expose(), response.headers_mut());
            response
        }
        Err(error) => Fault::from(error).on(state, here).into_response(),
    }
}

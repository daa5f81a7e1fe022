//! The link from the mail. It sets a cookie and leads to an address without the token; mail
//! scanners and previews use nothing up.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};

use crate::cookie::Cookie;
use crate::fault::Fault;
use crate::language::Here;
use crate::{WebState, routes};

pub(crate) async fn open(
    State(state): State<WebState>,
    here: Here,
    Path(token): Path<String>,
) -> Response {
    match state.office.open_link(&token) {
        Ok(pass) => {
            let mut response = Redirect::to(routes::ACTIVATE).into_response();
            Cookie::Activation.set(pass.expose(), response.headers_mut());
            response
        }
        Err(error) => Fault::from(error).on(&state, here).into_response(),
    }
}

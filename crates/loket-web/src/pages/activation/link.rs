//! The link from the mail. It sets a cookie and leads to an address without the token; mail
//! scanners and previews use nothing up. The style of the page to come is asked for at once, so that
//! on a slow line it is there when the page is.

use axum::extract::{Path, State};
use axum::http::HeaderValue;
use axum::http::header::LINK;
use axum::response::{IntoResponse, Redirect, Response};

use crate::cookie::Cookie;
use crate::fault::Fault;
use crate::language::Here;
use crate::{WebState, routes, static_files};

pub(crate) async fn open(
    State(state): State<WebState>,
    here: Here,
    Path(token): Path<String>,
) -> Response {
    match state.office.open_link(&token) {
        Ok(pass) => {
            let mut response = Redirect::to(routes::ACTIVATE).into_response();
            Cookie::Activation.set(pass.expose(), response.headers_mut());
            let style = HeaderValue::from_static(static_files::PERSON_STYLE_AHEAD);
            response.headers_mut().insert(LINK, style);
            response
        }
        Err(error) => Fault::from(error).on(&state, here).into_response(),
    }
}

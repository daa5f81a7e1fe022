//! The link from the mail. It shows the first page at once and sets the cookie for the others, whose
//! addresses have no token; mail scanners and previews use nothing up. A redirect to such an address
//! cost a person on a slow line a third round trip before anything was seen.

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use loket_domain::Refusal;

use super::code;
use super::pass::Holder;
use crate::cookie::Cookie;
use crate::fault::Fault;
use crate::language::Here;
use crate::session::From;
use crate::{WebState, routes};

pub(crate) async fn open(
    State(state): State<WebState>,
    headers: HeaderMap,
    From(address): From,
    Path(token): Path<String>,
) -> Response {
    // A choice of language comes back to the address without the token.
    let here = Here::of(&headers, routes::ACTIVATE);
    let cookie = match state.office.open_link(&token) {
        Ok(cookie) => cookie,
        Err(error) => return Fault::from(error).on(&state, here).into_response(),
    };
    let Some(pass) = state.office.read_pass(&cookie) else {
        return Fault::from(Refusal::LinkInvalid).on(&state, here).into_response();
    };
    let holder = Holder { pass, here, address };
    let mut response = code::first(&state, &headers, holder).await;
    Cookie::Activation.set(cookie.expose(), response.headers_mut());
    response
}

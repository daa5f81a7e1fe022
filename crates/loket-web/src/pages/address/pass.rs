//! Somebody behind the cookie of a mailed link. What the link still opens is looked at by the office
//! each time.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use loket_app::office::AddressPass;
use loket_domain::Refusal;

use crate::WebState;
use crate::cookie::Cookie;
use crate::fault::Fault;
use crate::language::Here;
use crate::session::address;
use crate::wish::Wish;

/// Somebody who opened a mailed link in this browser.
pub(crate) struct Reader {
    pub(super) pass: AddressPass,
    pub(super) here: Here,
    pub(super) address: Option<String>,
    /// Whether the browser has chosen a language; else the person's own goes before.
    pub(super) has_chosen: bool,
}

impl Reader {
    pub(super) fn new_wish(&self, state: &WebState) -> Result<String, Fault> {
        Wish::issue(&state.office, self.pass.binding())
    }

    /// Refuses a form of another browser.
    pub(super) fn check(&self, state: &WebState, wish: &Wish) -> Result<(), Fault> {
        wish.read(&state.office, self.pass.binding()).map(drop)
    }

    pub(super) fn fault(&self, state: &WebState, fault: impl Into<Fault>) -> Response {
        fault.into().on(state, self.here.clone()).into_response()
    }
}

impl FromRequestParts<WebState> for Reader {
    type Rejection = Response;
    async fn from_request_parts(parts: &mut Parts, state: &WebState) -> Result<Self, Response> {
        let here = Here::of(&parts.headers, parts.uri.path());
        let cookie = Cookie::Address.read(&parts.headers);
        let pass = cookie.and_then(|cookie| state.office.read_address_pass(&cookie));
        let has_chosen = Cookie::Language.read(&parts.headers).is_some();
        match pass {
            Some(pass) => Ok(Self { pass, here, address: address(parts), has_chosen }),
            None => {
                Err(Fault::Refused(Refusal::AddressLinkInvalid).on(state, here).into_response())
            }
        }
    }
}

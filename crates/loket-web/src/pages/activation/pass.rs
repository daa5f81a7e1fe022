//! The person behind an activation cookie. A handler that takes [`Holder`] has one; what the link
//! still opens is looked at by the office each time.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use loket_app::office::{ActivationPass, Progress};
use loket_domain::Refusal;

use crate::WebState;
use crate::cookie::Cookie;
use crate::fault::Fault;
use crate::language::Here;
use crate::session::address;
use crate::wish::Wish;

/// Somebody who opened a link in this browser.
pub(crate) struct Holder {
    pub(super) pass: ActivationPass,
    pub(super) here: Here,
    pub(super) address: Option<String>,
}

impl Holder {
    /// A fresh value for the forms of the page.
    pub(super) fn new_wish(&self, state: &WebState) -> Result<String, Fault> {
        Wish::issue(&state.office, self.pass.binding())
    }

    /// Refuses a form of another browser.
    pub(super) fn check(&self, state: &WebState, wish: &Wish) -> Result<(), Fault> {
        wish.read(&state.office, self.pass.binding()).map(drop)
    }

    /// How far the person is.
    pub(super) async fn progress(&self, state: &WebState) -> Result<Progress, Fault> {
        Ok(state.office.progress(&self.pass).await?)
    }

    /// How far the person is; refuses unless this browser has entered the code.
    pub(super) async fn entered(&self, state: &WebState) -> Result<Progress, Fault> {
        let progress = self.progress(state).await?;
        if progress.code_entered { Ok(progress) } else { Err(Refusal::CodeNotEntered.into()) }
    }

    /// A fault of this page, in its language.
    pub(super) fn fault(&self, state: &WebState, fault: impl Into<Fault>) -> Response {
        fault.into().on(state, self.here.clone()).into_response()
    }
}

impl FromRequestParts<WebState> for Holder {
    type Rejection = Response;
    async fn from_request_parts(parts: &mut Parts, state: &WebState) -> Result<Self, Response> {
        let here = Here::of(&parts.headers, parts.uri.path());
        let pass = Cookie::Activation.read(&parts.headers).and_then(|c| state.office.read_pass(&c));
        match pass {
            Some(pass) => Ok(Self { pass, here, address: address(parts) }),
            None => Err(Fault::Refused(Refusal::LinkInvalid).on(state, here).into_response()),
        }
    }
}

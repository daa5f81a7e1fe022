//! The person behind an activation cookie. A handler that takes [`Holder`] has one; what the link
//! still opens is looked at by the office each time.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use loket_app::office::{ActivationPass, Maker, Progress};
use loket_domain::Refusal;

use crate::WebState;
use crate::cookie::Cookie;
use crate::fault::Fault;
use crate::language::Here;
use crate::pages::key_making::{KeyMaker, Places};
use crate::routes;
use crate::session::address;

/// Somebody who opened a link in this browser.
pub(crate) struct Holder {
    pub(super) pass: ActivationPass,
    pub(super) here: Here,
    pub(super) address: Option<String>,
}

impl Holder {
    /// How far the person is.
    pub(super) async fn progress(&self, state: &WebState) -> Result<Progress, Fault> {
        Ok(state.office.progress(&self.pass).await?)
    }
}

impl KeyMaker for Holder {
    const PLACES: Places = Places {
        choose: routes::ACTIVATE_CHOOSE,
        passkey: routes::ACTIVATE_PASSKEY,
        passkey_without: routes::ACTIVATE_PASSKEY_WITHOUT,
        options: routes::ACTIVATE_PASSKEY_OPTIONS,
        password: routes::ACTIVATE_PASSWORD,
        app: routes::ACTIVATE_APP,
        done: routes::ACTIVATE_DONE,
    };
    const OPENS_SESSION: bool = true;

    fn maker(&self) -> Maker<'_> {
        Maker::Applicant(&self.pass)
    }
    fn here(&self) -> &Here {
        &self.here
    }
    fn binding(&self) -> &str {
        self.pass.binding()
    }
    fn network(&self) -> Option<String> {
        self.address.clone()
    }
    /// Refuses unless this browser has entered the code.
    async fn may_go_on(&self, state: &WebState) -> Result<(), Fault> {
        if self.progress(state).await?.code_entered {
            Ok(())
        } else {
            Err(Refusal::CodeNotEntered.into())
        }
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

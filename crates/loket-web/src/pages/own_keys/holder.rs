//! The holder behind a session among the own keys. A handler that takes [`KeyHolder`] has one whose
//! key works at this moment; each command looks again.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use loket_app::Call;
use loket_app::office::{KeySession, Maker};
use loket_domain::Refusal;

use crate::cookie::Cookie;
use crate::fault::Fault;
use crate::language::Here;
use crate::pages::key_making::{KeyMaker, Places};
use crate::session::address;
use crate::wish::Wish;
use crate::{WebState, routes};

/// Somebody who showed a key in this browser.
pub(crate) struct KeyHolder {
    pub(super) session: KeySession,
    pub(super) here: Here,
    address: Option<String>,
}

impl KeyHolder {
    /// A call for a page that only shows something.
    pub(super) fn reading(&self, state: &WebState) -> Result<Call, Fault> {
        let request = state.office.new_request()?;
        Ok(state.office.holder_call(&self.session, request, self.address.clone()))
    }

    /// A call for a form that was sent.
    pub(super) fn sending(&self, state: &WebState, wish: &Wish) -> Result<Call, Fault> {
        let request = wish.read(&state.office, self.session.binding())?;
        Ok(state.office.holder_call(&self.session, request, self.address.clone()))
    }
}

impl KeyMaker for KeyHolder {
    const PLACES: Places = Places {
        choose: routes::MY_KEYS_ADD,
        passkey: routes::MY_KEYS_ADD_PASSKEY,
        passkey_without: routes::MY_KEYS_ADD_PASSKEY_WITHOUT,
        options: routes::MY_KEYS_ADD_PASSKEY_OPTIONS,
        password: routes::MY_KEYS_ADD_PASSWORD,
        app: routes::MY_KEYS_ADD_APP,
        done: routes::MY_KEYS,
    };
    const OPENS_SESSION: bool = false;

    fn maker(&self) -> Maker<'_> {
        Maker::Holder(&self.session)
    }
    fn here(&self) -> &Here {
        &self.here
    }
    fn binding(&self) -> &str {
        self.session.binding()
    }
    fn network(&self) -> Option<String> {
        self.address.clone()
    }
    fn fault(&self, state: &WebState, fault: impl Into<Fault>) -> Response {
        let shown = fault.into().on(state, self.here.clone()).for_person();
        shown.leaving_with(self.new_wish(state).ok()).into_response()
    }
    async fn may_go_on(&self, _state: &WebState) -> Result<(), Fault> {
        Ok(())
    }
}

async fn load(parts: &Parts, state: &WebState) -> Result<KeySession, Fault> {
    let token = Cookie::OwnKeys.read(&parts.headers).ok_or(Refusal::KeySessionEnded)?;
    let session = state.office.key_session(token).await?;
    Ok(session.ok_or(Refusal::KeySessionEnded)?)
}

impl FromRequestParts<WebState> for KeyHolder {
    type Rejection = Response;
    async fn from_request_parts(parts: &mut Parts, state: &WebState) -> Result<Self, Response> {
        let here = Here::of(&parts.headers, parts.uri.path());
        match load(parts, state).await {
            Ok(session) => Ok(Self { session, here, address: address(parts) }),
            Err(fault) => Err(fault.on(state, here).into_response()),
        }
    }
}

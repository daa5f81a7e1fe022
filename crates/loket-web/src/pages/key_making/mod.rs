//! Making a key, page by page: which kind, a passkey, or a password and then an app. The person with
//! a link goes this way, and so does the holder of another key.

pub(crate) mod app;
pub(crate) mod choose;
pub(crate) mod passkey;
pub(crate) mod password;

use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use loket_app::Failure;
use loket_app::office::Maker;
use loket_domain::id::KeyId;
use loket_domain::key::KeyKind;

use crate::WebState;
use crate::cookie::Cookie;
use crate::fault::Fault;
use crate::language::Here;
use crate::wish::Wish;

/// The addresses of one way.
#[derive(Clone, Copy)]
pub(crate) struct Places {
    /// The choice of kind.
    pub(crate) choose: &'static str,
    /// Making a passkey.
    pub(crate) passkey: &'static str,
    /// Where a browser without passkeys leads.
    pub(crate) passkey_without: &'static str,
    /// Options for making a passkey, as JSON.
    pub(crate) options: &'static str,
    /// Choosing a password.
    pub(crate) password: &'static str,
    /// Setting up the app.
    pub(crate) app: &'static str,
    /// Where the way ends.
    pub(crate) done: &'static str,
}

/// Who makes a key, as the pages need it.
pub(crate) trait KeyMaker: Send + Sync {
    /// Its addresses.
    const PLACES: Places;
    /// Whether making the key opens the session in which it is looked after.
    const OPENS_SESSION: bool;
    /// As the office needs it.
    fn maker(&self) -> Maker<'_>;
    /// Language and address of the request.
    fn here(&self) -> &Here;
    /// What the forms are bound to.
    fn binding(&self) -> &str;
    /// Network address, for the trail.
    fn network(&self) -> Option<String>;
    /// Refuses who may not make a key now.
    fn may_go_on(&self, state: &WebState) -> impl Future<Output = Result<(), Fault>> + Send;

    /// Refuses also who can make no key of this kind.
    fn may_make(
        &self,
        state: &WebState,
        kind: KeyKind,
    ) -> impl Future<Output = Result<(), Fault>> + Send {
        async move {
            self.may_go_on(state).await?;
            Ok(state.office.may_make(self.maker(), kind).await?)
        }
    }

    /// A fresh value for the forms of the page.
    fn new_wish(&self, state: &WebState) -> Result<String, Fault> {
        Wish::issue(&state.office, self.binding())
    }
    /// Refuses a form of another browser.
    fn check(&self, state: &WebState, wish: &Wish) -> Result<(), Fault> {
        wish.read(&state.office, self.binding()).map(drop)
    }
    /// A fault of this page, in its language.
    fn fault(&self, state: &WebState, fault: impl Into<Fault>) -> Response {
        fault.into().on(state, self.here().clone()).for_person().into_response()
    }
}

/// After a key was made: whoever made the first one may name it and make recovery codes at once.
async fn open_session<M: KeyMaker>(
    state: &WebState,
    key: KeyId,
    headers: &mut HeaderMap,
) -> Result<(), Failure> {
    if M::OPENS_SESSION
        && let Some(token) = state.office.begin_session_of_new_key(key).await?
    {
        Cookie::OwnKeys.set(token.expose(), headers);
    }
    Ok(())
}

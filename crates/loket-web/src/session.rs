//! Who is signed in. A handler that takes [`Staff`] is only reached with a live session; what that
//! member of staff may do is decided by each command.

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use loket_app::Call;
use loket_app::office::Masthead;
use loket_domain::Refusal;
use loket_domain::id::RequestId;
use loket_domain::secret::Secret;

use crate::WebState;
use crate::cookie::Cookie;
use crate::fault::Fault;
use crate::language::Here;
use crate::wish::Wish;

/// Header of a page that looks again by itself.
const LIVE: &str = "loket-live";

/// A signed-in member of staff.
pub(crate) struct Staff {
    /// Language and address of the request.
    pub(crate) here: Here,
    /// Who it is.
    pub(crate) masthead: Masthead,
    /// A fresh value for the forms of the page.
    pub(crate) wish: String,
    /// What forms are bound to: the session's token.
    bound_to: Secret,
    address: Option<String>,
}

impl Staff {
    /// A call for a page that only shows something.
    pub(crate) fn reading(&self, state: &WebState) -> Result<Call, Fault> {
        let request = state.office.new_request()?;
        Ok(self.call(state, request))
    }

    /// A call for a form that was sent.
    pub(crate) fn sending(&self, state: &WebState, wish: &Wish) -> Result<Call, Fault> {
        let request = wish.read(&state.office, self.bound_to.expose())?;
        Ok(self.call(state, request))
    }

    fn call(&self, state: &WebState, request: RequestId) -> Call {
        state.office.staff_call(self.masthead.session, request, self.address.clone())
    }

    /// A fault of this page, in its language.
    pub(crate) fn fault(&self, state: &WebState, fault: impl Into<Fault>) -> Response {
        fault.into().to(state, self).into_response()
    }
}

/// The network address of a request, for the trail.
pub(crate) fn address(parts: &Parts) -> Option<String> {
    parts
        .extensions
        .get::<ConnectInfo<std::net::SocketAddr>>()
        .map(|ConnectInfo(address)| address.ip().to_string())
}

async fn load(parts: &Parts, state: &WebState) -> Result<Staff, Fault> {
    let token = Cookie::Session.read(&parts.headers).ok_or(Refusal::NotSignedIn)?;
    let masthead = state.office.signed_in(&token, !parts.headers.contains_key(LIVE)).await?;
    Ok(Staff {
        here: Here::of(&parts.headers, parts.uri.path()),
        wish: Wish::issue(&state.office, token.expose())?,
        masthead,
        bound_to: token,
        address: address(parts),
    })
}

impl FromRequestParts<WebState> for Staff {
    type Rejection = Response;
    async fn from_request_parts(parts: &mut Parts, state: &WebState) -> Result<Self, Response> {
        load(parts, state).await.map_err(|fault| {
            let here = Here::of(&parts.headers, parts.uri.path());
            fault.on(state, here).into_response()
        })
    }
}

/// The network address of the caller, for handlers of people without a session.
pub(crate) struct From(pub(crate) Option<String>);

impl<S: Send + Sync> FromRequestParts<S> for From {
    type Rejection = std::convert::Infallible;
    async fn from_request_parts(
        parts: &mut Parts,
        _state: &S,
    ) -> Result<Self, std::convert::Infallible> {
        Ok(Self(address(parts)))
    }
}

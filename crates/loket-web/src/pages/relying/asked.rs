//! What a relying party asked, found by the name in the address, and who showed a key in this browser.

use axum::extract::{FromRequestParts, Path};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use loket_app::office::PartySession;
use loket_app::tables::relying_party::RelyingParty;
use loket_domain::relying_party::AuthorizationRequest;

use askama::Template;

use crate::WebState;
use crate::cookie::Cookie;
use crate::fault::Fault;
use crate::frame::{Frame, html};
use crate::language::Here;
use crate::session::address;

/// A request of a relying party.
pub(super) struct PartyRequest {
    pub(super) name: String,
    pub(super) request: AuthorizationRequest,
    pub(super) party: RelyingParty,
    pub(super) session: Option<PartySession>,
    pub(super) here: Here,
    pub(super) address: Option<String>,
}

impl FromRequestParts<WebState> for PartyRequest {
    type Rejection = Response;
    async fn from_request_parts(parts: &mut Parts, state: &WebState) -> Result<Self, Response> {
        let here = Here::of(&parts.headers, parts.uri.path());
        let broken = |error: loket_app::StoreError| {
            Fault::from(error).on(state, here.clone()).into_response()
        };
        let Ok(Path(name)) = Path::<String>::from_request_parts(parts, state).await else {
            return Err(unknown(state, &here));
        };
        let found = state.office.party_request(&name).await.map_err(broken)?;
        let Some((request, registered)) = found else { return Err(unknown(state, &here)) };
        let session = match Cookie::Party.read(&parts.headers) {
            Some(token) => state.office.party_session(token).await.map_err(broken)?,
            None => None,
        };
        // A form stands at the address of its page.
        let here = Here { path: crate::routes::party_request(&name), ..here };
        Ok(Self { name, request, party: registered, session, here, address: address(parts) })
    }
}

#[derive(Template)]
#[template(path = "party_unknown.html")]
struct UnknownPage {
    frame: Frame,
}

/// Nothing that can be answered: the person is told, and sent nowhere.
pub(super) fn unknown(state: &WebState, here: &Here) -> Response {
    let page = UnknownPage { frame: Frame::of_person(state, here, &here.t.party_unknown_title()) };
    (StatusCode::BAD_REQUEST, html(&page)).into_response()
}

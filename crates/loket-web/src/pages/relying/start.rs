//! Where a relying party sends people. Whom to answer is found first: to an address that is not
//! registered nothing is sent, whatever is wrong.

use axum::extract::{RawQuery, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};
use loket_app::office::PartySession;
use loket_domain::relying_party::{Asked, NextStep, RequestFault};

use super::asked::{PartyRequest, unknown};
use super::{answered, consent, show_key};
use crate::cookie::Cookie;
use crate::fault::Fault;
use crate::language::Here;
use crate::{WebState, routes};

/// By GET, as nearly all do.
pub(crate) async fn by_address(
    State(state): State<WebState>,
    here: Here,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Response {
    begin(&state, here, &headers, query.unwrap_or_default().as_bytes()).await
}

/// By POST, as a relying party may (OpenID Connect Core 1.0, section 3.1.2.1). It comes from another site
/// and changes no more than a GET does.
pub(crate) async fn by_form(
    State(state): State<WebState>,
    here: Here,
    headers: HeaderMap,
    body: axum::body::Bytes,
) -> Response {
    begin(&state, here, &headers, &body).await
}

async fn begin(state: &WebState, here: Here, headers: &HeaderMap, pairs: &[u8]) -> Response {
    let asked = Asked::of(url::form_urlencoded::parse(pairs).into_owned());
    match begun(state, &here, &asked).await {
        Ok(Begun::Kept(address, language)) => {
            let mut response = Redirect::to(&address).into_response();
            // What the person chose stands above what the relying party wishes.
            if let (Some(language), None) = (language, Cookie::Language.read(headers)) {
                Cookie::Language.set(language.code(), response.headers_mut());
            }
            response
        }
        Ok(Begun::Refused(address)) => Redirect::to(&address).into_response(),
        Ok(Begun::Unknown) => unknown(state, &here),
        Err(fault) => fault.on(state, here).into_response(),
    }
}

enum Begun {
    Kept(String, Option<loket_domain::Language>),
    Refused(String),
    Unknown,
}

async fn begun(state: &WebState, here: &Here, asked: &Asked) -> Result<Begun, Fault> {
    let office = &state.office;
    let Some(client) = asked.client() else { return Ok(Begun::Unknown) };
    let Some(party) = office.relying_party(&client).await? else { return Ok(Begun::Unknown) };
    let Some(address) = asked.address(&party.registered) else {
        tracing::warn!(client = client.as_str(), path = here.path, "an address is not registered");
        return Ok(Begun::Unknown);
    };
    match asked.request(party.id, &party.registered, office.now()) {
        Ok(request) => {
            let name = office.keep_party_request(&request).await?;
            Ok(Begun::Kept(routes::party_request(&name), request.language))
        }
        Err(fault) => Ok(Begun::Refused(address.with(&refused(office.issuer(), asked, &fault)))),
    }
}

fn refused<'a>(issuer: &'a str, asked: &'a Asked, fault: &RequestFault) -> Vec<(&'a str, &'a str)> {
    let code = match fault {
        RequestFault::Invalid(_) => "invalid_request",
        RequestFault::ResponseType => "unsupported_response_type",
        RequestFault::Scope => "invalid_scope",
        RequestFault::RequestObject => "request_not_supported",
        RequestFault::RequestAddress => "request_uri_not_supported",
    };
    let mut all = vec![("error", code), ("error_description", fault.description())];
    all.extend(asked.state().map(|state| ("state", state)));
    all.push(("iss", issuer));
    all
}

/// The page of what is missing, or the way back.
pub(crate) async fn go_on(State(state): State<WebState>, asked: PartyRequest) -> Response {
    let session: Option<&PartySession> = asked.session.as_ref();
    match answered(&state, &asked, session).await {
        Ok(Some(next)) => return Redirect::to(&next).into_response(),
        Ok(None) => {}
        Err(fault) => return fault.on(&state, asked.here).into_response(),
    }
    match (state.office.party_step(&asked.request, session).await, session) {
        (Ok(NextStep::AskConsent), Some(session)) => consent::page(&state, &asked, session),
        // Consent went in the meantime, and nothing may be asked.
        (Ok(NextStep::Fail(error)), _) => {
            Redirect::to(&state.office.fail_party(&asked.request, error)).into_response()
        }
        (Ok(step), _) => show_key::page(&state, &asked, step == NextStep::ShowBetterKey, None),
        (Err(error), _) => Fault::from(error).on(&state, asked.here).into_response(),
    }
}

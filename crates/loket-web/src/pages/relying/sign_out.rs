//! Signing out at the wish of a relying party (OpenID Connect RP-Initiated Logout 1.0). Who brings an ID
//! token of the very person is believed; everybody else only gets the question put to the person. It leads
//! to no address but a registered one.

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};
use loket_app::Failure;
use loket_app::office::PartySession;
use loket_domain::relying_party::ClientId;
use serde::Deserialize;

use super::leave;
use crate::cookie::Cookie;
use crate::fault::Fault;
use crate::form::Posted;
use crate::frame::{Frame, html};
use crate::language::Here;
use crate::session::From;
use crate::wish::Wish;
use crate::{WebState, routes};

/// What the relying party sends, as far as it is looked at.
#[derive(Default)]
struct Wanted {
    hint: Option<String>,
    client: Option<String>,
    address: Option<String>,
    state: Option<String>,
}

impl Wanted {
    fn read(pairs: &[u8]) -> Self {
        let mut wanted = Self::default();
        for (name, value) in url::form_urlencoded::parse(pairs).into_owned() {
            match name.as_str() {
                "id_token_hint" => wanted.hint = Some(value),
                "client_id" => wanted.client = Some(value),
                "post_logout_redirect_uri" => wanted.address = Some(value),
                "state" => wanted.state = Some(value),
                _ => {}
            }
        }
        wanted
    }
}

#[derive(Template)]
#[template(path = "party_sign_out.html")]
struct SignOutPage {
    frame: Frame,
    /// The question is put with a form; without one it is done.
    wish: Option<String>,
}

#[derive(Deserialize)]
pub(crate) struct SureForm {
    wish: Wish,
}

pub(crate) async fn by_address(
    State(state): State<WebState>,
    here: Here,
    headers: HeaderMap,
    From(address): From,
    RawQuery(query): RawQuery,
) -> Response {
    let wanted = Wanted::read(query.unwrap_or_default().as_bytes());
    wished(&state, here, &headers, address, wanted).await
}

/// A browser keeps our cookie back from a form of another site, so that nobody would be found signed in here: the same
/// is asked again by an address, with which the cookie comes.
pub(crate) async fn by_form(body: axum::body::Bytes) -> Response {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(url::form_urlencoded::parse(&body));
    Redirect::to(&format!("{}?{}", routes::END_SESSION, query.finish())).into_response()
}

async fn wished(
    state: &WebState,
    here: Here,
    headers: &HeaderMap,
    address: Option<String>,
    wanted: Wanted,
) -> Response {
    match decided(state, headers, address, &wanted).await {
        Ok(Decided::Ask(session)) => match Wish::issue(&state.office, session.binding()) {
            Ok(wish) => page(state, &here, Some(wish)),
            Err(fault) => fault.on(state, here).into_response(),
        },
        Ok(Decided::Done(next)) => {
            let mut response = match next {
                Some(next) => leave(state, &here, next),
                None => page(state, &here, None),
            };
            Cookie::Party.clear(response.headers_mut());
            response
        }
        Err(error) => Fault::from(error).on(state, here).into_response(),
    }
}

enum Decided {
    Ask(PartySession),
    Done(Option<String>),
}

async fn decided(
    state: &WebState,
    headers: &HeaderMap,
    address: Option<String>,
    wanted: &Wanted,
) -> Result<Decided, Failure> {
    let office = &state.office;
    let session = match Cookie::Party.read(headers) {
        Some(token) => office.party_session(token).await?,
        None => None,
    };
    let hinted = match &wanted.hint {
        Some(hint) => office.read_hint(hint, session.as_ref()).await?,
        None => None,
    };
    let sure = hinted.as_ref().is_some_and(|(_, same)| *same);
    if let Some(session) = session {
        if !sure {
            return Ok(Decided::Ask(session));
        }
        office.end_party_session(&session, address).await?;
    }
    // A client that is named beside the token must be the one of the token.
    let named = wanted.client.as_deref().map(ClientId::new);
    let party = match (hinted, named) {
        (Some((party, _)), None) => Some(party),
        (Some((party, _)), Some(Ok(client))) => (party.client == client).then_some(party),
        (None, Some(Ok(client))) => office.relying_party(&client).await?,
        (_, Some(Err(_))) | (None, None) => None,
    };
    let address = party.and_then(|party| {
        let all = party.registered.after_sign_out;
        all.into_iter().find(|one| wanted.address.as_deref() == Some(one.as_str()))
    });
    let given_back: Vec<_> = wanted.state.iter().map(|state| ("state", state.as_str())).collect();
    Ok(Decided::Done(address.map(|address| address.with(&given_back))))
}

/// The person is sure.
pub(crate) async fn sure(
    State(state): State<WebState>,
    here: Here,
    headers: HeaderMap,
    From(address): From,
    Posted(form): Posted<SureForm>,
) -> Response {
    let done = || {
        let mut response = Redirect::to(routes::END_SESSION).into_response();
        Cookie::Party.clear(response.headers_mut());
        response
    };
    let Some(token) = Cookie::Party.read(&headers) else { return done() };
    let ended = match state.office.party_session(token).await {
        Ok(None) => return done(),
        Ok(Some(session)) => match form.wish.read(&state.office, session.binding()) {
            Ok(_) => state.office.end_party_session(&session, address).await,
            Err(fault) => return fault.on(&state, here).into_response(),
        },
        Err(error) => Err(error.into()),
    };
    match ended {
        Ok(()) => done(),
        Err(error) => Fault::from(error).on(&state, here).into_response(),
    }
}

fn page(state: &WebState, here: &Here, wish: Option<String>) -> Response {
    let t = here.t;
    let title = if wish.is_some() { t.party_sign_out_title() } else { t.party_signed_out_title() };
    html(&SignOutPage { frame: Frame::of_person(state, here, &title), wish })
}

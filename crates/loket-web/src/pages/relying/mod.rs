//! Signing in at a relying party: show a key, agree to what is told, go back. One thing a page. What a
//! relying party asks stands under a name of its own in the address, so that two tabs do not meet and a
//! choice of language comes back.
//!
//! No form leads to another site: the policy of the pages forbids it. Whoever sent a form gets a page that
//! leads on by itself.

mod asked;
mod consent;
mod show_key;
mod sign_out;
mod start;

use askama::Template;
use axum::Router;
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::{get, post};
use loket_app::Failure;
use loket_app::office::PartySession;
use loket_domain::Refusal;
use loket_domain::relying_party::{AnswerError, NextStep};

use asked::PartyRequest;
pub(crate) use consent::words;

use crate::fault::Fault;
use crate::frame::{Frame, html};
use crate::language::Here;
use crate::{WebState, routes};

/// Its pages.
pub(crate) fn router() -> Router<WebState> {
    Router::new()
        .route(routes::AUTHORIZE, get(start::by_address).post(start::by_form))
        .route(routes::PARTY_REQUEST, get(start::go_on))
        .route(routes::PARTY_PASSWORD, post(show_key::by_password))
        .route(routes::PARTY_OPTIONS, post(super::key_check::passkey::options))
        .route(routes::PARTY_PASSKEY, post(show_key::by_passkey))
        .route(routes::PARTY_CONSENT, post(consent::agree))
        .route(routes::PARTY_REFUSE, post(consent::refuse))
        .route(routes::END_SESSION, get(sign_out::by_address).post(sign_out::by_form))
        .route(routes::END_SESSION_SURE, post(sign_out::sure))
}

#[derive(Template)]
#[template(path = "party_leave.html")]
struct LeavePage {
    frame: Frame,
    next: String,
}

/// A page that leads to another site by itself.
fn leave(state: &WebState, here: &Here, next: String) -> Response {
    let frame = Frame::of_person(state, here, &here.t.party_leave_title());
    html(&LeavePage { frame, next })
}

/// Where a request stands after a form: it is answered by a page, or goes on at its own address.
async fn after_form(
    state: &WebState,
    asked: &PartyRequest,
    session: Option<&PartySession>,
) -> Response {
    match answered(state, asked, session).await {
        Ok(Some(next)) => leave(state, &asked.here, next),
        Ok(None) => Redirect::to(&routes::party_request(&asked.name)).into_response(),
        Err(fault) => fault.on(state, asked.here.clone()).into_response(),
    }
}

/// The address with the answer, once nothing is missing.
async fn answered(
    state: &WebState,
    asked: &PartyRequest,
    session: Option<&PartySession>,
) -> Result<Option<String>, Fault> {
    let office = &state.office;
    let step = office.party_step(&asked.request, session).await?;
    let session = match (step, session) {
        (NextStep::Answer, Some(session)) => session,
        (NextStep::Fail(error), _) => return Ok(Some(office.fail_party(&asked.request, error))),
        (
            NextStep::Answer | NextStep::ShowKey | NextStep::ShowBetterKey | NextStep::AskConsent,
            _,
        ) => {
            return Ok(None);
        }
    };
    match office.answer_party(session, &asked.request, asked.address.clone()).await {
        Ok(next) => Ok(Some(next)),
        // Who has signed out is asked for a key, or fails where nothing may be asked.
        Err(Failure::Refused(Refusal::KeySessionEnded)) => {
            let step = office.party_step(&asked.request, None).await?;
            Ok(match step {
                NextStep::Fail(error) => Some(office.fail_party(&asked.request, error)),
                NextStep::Answer
                | NextStep::ShowKey
                | NextStep::ShowBetterKey
                | NextStep::AskConsent => None,
            })
        }
        // Consent went in the meantime: what is missing is asked for.
        Err(Failure::Refused(Refusal::WrongStep)) => Ok(None),
        Err(Failure::Refused(refusal)) => Err(refusal.into()),
        Err(failure) => {
            tracing::error!(%failure, "a relying party could not be answered");
            Ok(Some(office.fail_party(&asked.request, AnswerError::Broken)))
        }
    }
}

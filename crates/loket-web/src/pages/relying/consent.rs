//! Which data go to whom, and the person's yes or no. A yes is remembered; the holder's own pages list it
//! and take it back.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use loket_app::office::PartySession;
use loket_domain::Refusal;
use loket_domain::relying_party::{AnswerError, Claim, NextStep};
use loket_text::Text;
use serde::Deserialize;

use super::asked::PartyRequest;
use super::{after_form, leave};
use crate::fault::Fault;
use crate::form::Posted;
use crate::frame::{Frame, html};
use crate::wish::Wish;
use crate::{WebState, routes};

#[derive(Deserialize)]
pub(crate) struct ConsentForm {
    wish: Wish,
}

#[derive(Template)]
#[template(path = "party_consent.html")]
struct ConsentPage {
    frame: Frame,
    wish: String,
    /// Value of the form that says no.
    no: String,
    place: String,
    lede: String,
    claims: Vec<String>,
}

pub(super) fn page(state: &WebState, asked: &PartyRequest, session: &PartySession) -> Response {
    let office = &state.office;
    let wishes = Wish::issue(office, session.binding())
        .and_then(|yes| Ok((yes, Wish::issue(office, &asked.name)?)));
    let (wish, no) = match wishes {
        Ok(wishes) => wishes,
        Err(fault) => return fault.on(state, asked.here.clone()).into_response(),
    };
    let t = asked.here.t;
    let name = &asked.party.registered.name;
    html(&ConsentPage {
        frame: Frame::of_person(state, &asked.here, &t.party_consent_title(name)),
        wish,
        no,
        place: routes::party_request(&asked.name),
        lede: t.party_consent_lede(name, &asked.request.address.host()),
        claims: asked.request.claims.iter().map(|claim| words(t, *claim)).collect(),
    })
}

/// What a claim is, for people.
pub(crate) fn words(t: Text, claim: Claim) -> String {
    match claim {
        Claim::Names => t.claim_names(),
        Claim::BirthDate => t.claim_birth_date(),
        Claim::Email => t.claim_email(),
        Claim::Number => t.claim_number(),
    }
}

pub(crate) async fn agree(
    State(state): State<WebState>,
    asked: PartyRequest,
    Posted(form): Posted<ConsentForm>,
) -> Response {
    // Without a session the page asks for a key again.
    let Some(session) = &asked.session else { return after_form(&state, &asked, None).await };
    let request = match form.wish.read(&state.office, session.binding()) {
        Ok(request) => request,
        Err(fault) => return fault.on(&state, asked.here).into_response(),
    };
    let address = asked.address.clone();
    match state.office.agree(session, &asked.request, request, address).await {
        Ok(()) => after_form(&state, &asked, Some(session)).await,
        Err(loket_app::Failure::Refused(Refusal::KeySessionEnded)) => {
            after_form(&state, &asked, None).await
        }
        Err(failure) => Fault::from(failure).on(&state, asked.here).into_response(),
    }
}

/// The person says no, to consent or to showing a key at all.
pub(crate) async fn refuse(
    State(state): State<WebState>,
    asked: PartyRequest,
    Posted(form): Posted<ConsentForm>,
) -> Response {
    if let Err(fault) = form.wish.read(&state.office, &asked.name) {
        return fault.on(&state, asked.here).into_response();
    }
    let error = match state.office.party_step(&asked.request, asked.session.as_ref()).await {
        Ok(NextStep::ShowBetterKey) => AnswerError::LevelNotReached,
        Ok(_) => AnswerError::AccessDenied,
        Err(error) => return Fault::from(error).on(&state, asked.here).into_response(),
    };
    leave(&state, &asked.here, state.office.fail_party(&asked.request, error))
}

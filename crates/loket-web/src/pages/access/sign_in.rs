//! Signing in with the card. The challenge stays on the server under an anonymous cookie and is
//! taken out at its first use; every card that is refused gets one generic page, and the log the
//! precise code.

use askama::Template;
use axum::Json;
use axum::extract::{Query, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use loket_app::Failure;
use loket_app::office::SignInFailure;
use loket_domain::caller::CardRefusal;
use loket_domain::id::SessionId;
use loket_domain::office::RoleKind;
use serde::Deserialize;
use serde_json::json;

use crate::cookie::Cookie;
use crate::fault::Fault;
use crate::frame::{Frame, html};
use crate::language::Here;
use crate::session::From;
use crate::{WebState, post, routes, static_files};

/// Longest token that is read, as long as a body may be; the validator has limits for each format.
pub(super) const LONGEST_TOKEN: usize = 64 * 1024;

#[derive(Deserialize)]
pub(crate) struct Arrival {
    #[serde(default)]
    ended: Option<String>,
}

#[derive(Template)]
#[template(path = "sign_in.html")]
struct SignInPage {
    frame: Frame,
    ended: bool,
    /// There is a host that asks for the card's certificate.
    card_host: bool,
    /// The federal authentication service is used.
    federal: bool,
}

pub(crate) async fn show(
    State(state): State<WebState>,
    here: Here,
    Query(arrival): Query<Arrival>,
) -> Response {
    html(&SignInPage {
        frame: Frame::anonymous(&state, &here, &here.t.sign_in_title())
            .with_script(static_files::CARD),
        ended: arrival.ended.is_some(),
        card_host: state.settings.card_host.is_some(),
        federal: state.office.has_federal(),
    })
}

pub(crate) async fn challenge(State(state): State<WebState>, here: Here) -> Response {
    match state.office.begin_sign_in().await {
        Ok(given) => {
            let mut response = Json(json!({ "nonce": given.nonce })).into_response();
            Cookie::Visitor.set(given.visitor.expose(), response.headers_mut());
            response
        }
        Err(error) => Fault::from(error).on(&state, here).into_response(),
    }
}

pub(crate) async fn prove(
    State(state): State<WebState>,
    From(address): From,
    headers: HeaderMap,
    token: String,
) -> Response {
    let Some(visitor) = Cookie::Visitor.read(&headers) else {
        return leading_to(StatusCode::FORBIDDEN, &failed("challenge"));
    };
    if token.len() > LONGEST_TOKEN || !is_json(&headers) {
        return leading_to(StatusCode::BAD_REQUEST, &failed("card"));
    }
    let place = match post::place(&state, &headers, address) {
        Ok(place) => place,
        Err(error) => return refused(error),
    };
    let post = place.post.clone();
    match state.office.finish_sign_in(&visitor, &token, place).await {
        Ok(signed_in) => {
            let next = first_page(&state, signed_in.session).await;
            let mut response = leading_to(StatusCode::OK, next);
            Cookie::Visitor.clear(response.headers_mut());
            Cookie::Session.set(signed_in.token.expose(), response.headers_mut());
            post::keep(&post, response.headers_mut());
            response
        }
        Err(failure) => refused(failure),
    }
}

/// No form of another page can send this type, whatever the browser thinks of its origin.
pub(super) fn is_json(headers: &HeaderMap) -> bool {
    headers.get(CONTENT_TYPE).is_some_and(|kind| kind.as_bytes() == b"application/json")
}

pub(super) fn refused(failure: SignInFailure) -> Response {
    let (status, code) = failed_code(failure);
    leading_to(status, &failed(code))
}

/// Status and code of the page for a failure, which is logged here.
pub(crate) fn failed_code(failure: SignInFailure) -> (StatusCode, &'static str) {
    let code = match failure {
        SignInFailure::Card(refusal) => {
            tracing::warn!(code = refusal.code(), "a card was refused");
            match refusal {
                CardRefusal::RevocationUnavailable => "revocation",
                CardRefusal::ChallengeMissing => "challenge",
                CardRefusal::TokenUnreadable
                | CardRefusal::CertificateUnreadable
                | CardRefusal::CertificatePurpose
                | CardRefusal::CertificatePolicy
                | CardRefusal::CertificateDates
                | CardRefusal::CertificateUntrusted
                | CardRefusal::CertificateSubject
                | CardRefusal::CertificateRevoked
                | CardRefusal::SignatureWrong => "card",
                CardRefusal::FederalUnavailable | CardRefusal::FederalRefused => "federal",
            }
        }
        SignInFailure::Office(Failure::Refused(refusal)) => refusal.code(),
        SignInFailure::Office(Failure::Broken(error)) => {
            tracing::error!(%error, "signing in failed");
            return (StatusCode::SERVICE_UNAVAILABLE, "broken");
        }
    };
    (StatusCode::FORBIDDEN, code)
}

pub(super) fn failed(code: &str) -> String {
    format!("{}?code={code}", routes::SIGN_IN_FAILED)
}

pub(super) fn leading_to(status: StatusCode, next: &str) -> Response {
    (status, Json(json!({ "next": next }))).into_response()
}

/// Where a member of staff begins; the terms come first while they are not accepted.
pub(super) async fn first_page(state: &WebState, session: SessionId) -> &'static str {
    match state.office.masthead(session).await {
        Ok(Some(head)) if !head.facts.terms_accepted => routes::TERMS,
        Ok(Some(head)) => start_of(head.role.map(|(kind, _)| kind)),
        Ok(None) | Err(_) => routes::SIGN_IN,
    }
}

/// The start page of a role.
pub(super) const fn start_of(role: Option<RoleKind>) -> &'static str {
    match role {
        Some(RoleKind::Officer) => routes::DESK,
        Some(RoleKind::Auditor) => routes::AUDIT,
        Some(RoleKind::Reviewer) => routes::REVIEW_POINTS,
        Some(RoleKind::Support) => routes::DELIVERY,
        Some(RoleKind::AccessManager | RoleKind::DataProtectionOfficer) | None => routes::HELP,
    }
}

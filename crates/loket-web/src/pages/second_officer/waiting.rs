//! How far the call for a second officer is, for the page of the officer who waits: read without
//! opening the dossier, so that looking every few seconds leaves no trail of its own.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use loket_domain::Refusal;
use loket_domain::id::RegistrationId;
use loket_text::Text;

use crate::frame::html;
use crate::session::Staff;
use crate::{WebState, routes};

#[derive(Template)]
#[template(path = "second_waiting.html")]
struct WaitingPart {
    t: Text,
    /// Somebody has taken it on.
    taken: bool,
    since: String,
}

pub(crate) async fn show(
    State(state): State<WebState>,
    staff: Staff,
    Path(registration): Path<String>,
) -> Response {
    let Ok(registration) = registration.parse::<RegistrationId>() else {
        return staff.fault(&state, Refusal::NotFound);
    };
    let checks = match state.office.second_checks(&staff.masthead).await {
        Ok(checks) => checks,
        Err(failure) => return staff.fault(&state, failure),
    };
    let t = staff.here.t;
    let waiting = checks.iter().map(|c| &c.waiting).find(|w| w.registration == registration);
    match waiting {
        Some(waiting) => html(&WaitingPart {
            t,
            taken: waiting.taken_by.is_some(),
            since: t.at(waiting.called_at, state.office.now().belgian_day()),
        }),
        None => Redirect::to(&routes::checks(registration)).into_response(),
    }
}

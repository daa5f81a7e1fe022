//! One's own sessions: where one is signed in, and ending what one does not know.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use loket_domain::Refusal;
use loket_domain::caller::SignInMethod;
use loket_domain::id::SessionId;
use serde::Deserialize;

use crate::form::Posted;
use crate::frame::{Frame, html};
use crate::session::Staff;
use crate::wish::Wish;
use crate::{WebState, routes};

#[derive(Deserialize)]
pub(crate) struct EndForm {
    wish: Wish,
    #[serde(default)]
    session: String,
}

#[derive(Template)]
#[template(path = "sessions.html")]
struct SessionsPage {
    frame: Frame,
    wish: String,
    sessions: Vec<Shown>,
}

/// A session as the page shows it.
struct Shown {
    id: String,
    door: String,
    since: String,
    seen: String,
    /// The one that shows the page.
    this: bool,
}

pub(crate) async fn show(State(state): State<WebState>, staff: Staff) -> Response {
    let t = staff.here.t;
    let sessions = match state.office.own_sessions(&staff.masthead).await {
        Ok(sessions) => sessions,
        Err(error) => return staff.fault(&state, error),
    };
    let sessions = sessions
        .iter()
        .map(|one| Shown {
            id: one.id.to_string(),
            door: match one.method {
                SignInMethod::WebEid => t.sessions_web_eid(),
                SignInMethod::MutualTls => t.sessions_mutual_tls(),
                SignInMethod::Federal => t.sessions_federal(),
            },
            since: t.moment(one.started_at),
            seen: t.moment(one.last_seen_at),
            this: one.id == staff.masthead.session,
        })
        .collect();
    html(&SessionsPage {
        frame: Frame::of_staff(&state, &staff, &t.sessions_title(), routes::SESSIONS),
        wish: staff.wish.clone(),
        sessions,
    })
}

pub(crate) async fn end(
    State(state): State<WebState>,
    staff: Staff,
    Posted(form): Posted<EndForm>,
) -> Response {
    let call = match staff.sending(&state, &form.wish) {
        Ok(call) => call,
        Err(fault) => return staff.fault(&state, fault),
    };
    let Ok(session) = form.session.parse::<SessionId>() else {
        return staff.fault(&state, Refusal::NotFound);
    };
    match state.office.end_own_session(call, session).await {
        Ok(()) => Redirect::to(routes::SESSIONS).into_response(),
        Err(failure) => staff.fault(&state, failure),
    }
}

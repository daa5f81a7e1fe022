//! Who was signed in at a moment, with begin, end and the reason of the end.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use loket_app::Disclosure;
use loket_app::commands::find_sessions::{FindSessions, FoundSessions, SessionEnd, SessionThen};
use loket_app::commands::reconstruct_registration::{PURPOSE_MOST, purpose_of};
use loket_domain::Timestamp;
use loket_domain::caller::{SessionEndReason, SignInMethod};
use loket_domain::id::SessionId;
use loket_domain::policy::Action;
use loket_text::Text;
use serde::Deserialize;

use super::told::whole;
use crate::form::Posted;
use crate::frame::{Errors, Frame, html};
use crate::session::Staff;
use crate::wish::Wish;
use crate::{WebState, routes};

#[derive(Deserialize)]
pub(crate) struct MomentForm {
    wish: Wish,
    #[serde(default)]
    at: String,
    #[serde(default)]
    purpose: String,
    #[serde(default)]
    after: String,
}

#[derive(Template)]
#[template(path = "audit_sessions.html")]
struct SessionsPage {
    frame: Frame,
    wish: String,
    errors: Errors,
    at: String,
    purpose: String,
    /// The answer; `None` before anything was asked.
    found: Option<Answer>,
}

struct Answer {
    title: String,
    sessions: Vec<Row>,
    /// Where the page before ended, as it was sent.
    after: String,
    next: Option<String>,
}

struct Row {
    who: String,
    organisation: String,
    how: String,
    from: String,
    until: String,
    why: String,
}

pub(crate) async fn show(State(state): State<WebState>, staff: Staff) -> Response {
    page(&state, &staff, Errors::default(), ("", ""), None)
}

pub(crate) async fn find(
    State(state): State<WebState>,
    staff: Staff,
    Posted(form): Posted<MomentForm>,
) -> Response {
    let t = staff.here.t;
    let typed = (form.at.as_str(), form.purpose.as_str());
    let mut errors = Errors::default();
    let at = Timestamp::parse_in_belgium(&form.at);
    match at {
        None => errors.add("at", t.audit_at_wrong()),
        Some(at) if at > state.office.now() => errors.add("at", t.audit_at_future()),
        Some(_) => {}
    }
    if purpose_of(&form.purpose).is_err() {
        errors.add("purpose", t.audit_purpose_missing());
    }
    let Some(at) = at.filter(|_| errors.is_empty()) else {
        return page(&state, &staff, errors, typed, None);
    };
    let call = match staff.sending(&state, &form.wish) {
        Ok(call) => call,
        Err(fault) => return staff.fault(&state, fault),
    };
    let after = read_after(&form.after);
    let command = FindSessions { at, purpose: form.purpose.clone(), after };
    let after = after.map_or("", |_| &form.after);
    match state.office.disclose(call, command).await {
        Ok((found, opens)) => {
            let answer = answer(t, at, &found, &opens, after);
            page(&state, &staff, errors, typed, Some(answer))
        }
        Err(failure) => staff.fault(&state, failure),
    }
}

fn read_after(text: &str) -> Option<(Timestamp, SessionId)> {
    let (at, id) = text.split_once(' ')?;
    Some((Timestamp::from_micros(at.parse().ok()?), id.parse().ok()?))
}

fn answer(
    t: Text,
    at: Timestamp,
    found: &FoundSessions,
    opens: &Disclosure,
    after: &str,
) -> Answer {
    Answer {
        title: t.audit_sessions_found(&t.moment_with_seconds(at)),
        sessions: found.sessions.iter().map(|session| row(t, session, found, opens)).collect(),
        after: after.to_owned(),
        next: found.next.map(|(at, id)| format!("{} {id}", at.micros())),
    }
}

fn row(t: Text, session: &SessionThen, found: &FoundSessions, opens: &Disclosure) -> Row {
    let name = found.names.staff.get(&session.staff).map(|name| whole(opens.open(name)));
    let organisation = found.names.organisations.get(&session.organisation);
    Row {
        who: name.unwrap_or_else(|| session.staff.to_string()),
        organisation: organisation.cloned().unwrap_or_default(),
        how: match session.method {
            SignInMethod::WebEid => t.sessions_web_eid(),
            SignInMethod::MutualTls => t.sessions_mutual_tls(),
            SignInMethod::Federal => t.sessions_federal(),
        },
        from: t.moment_with_seconds(session.from),
        until: session.until.map(|until| t.moment_with_seconds(until)).unwrap_or_default(),
        why: match session.end {
            SessionEnd::Open => t.session_end_open(),
            SessionEnd::SignedOut => t.session_end_signed_out(),
            SessionEnd::Idle => t.session_end_idle(),
            SessionEnd::Longest => t.session_end_longest(),
            SessionEnd::Because(SessionEndReason::EndedElsewhere) => {
                t.session_end_ended_elsewhere()
            }
            SessionEnd::Because(SessionEndReason::RoleLost) => t.session_end_role_lost(),
            SessionEnd::Because(SessionEndReason::CardRevoked) => t.session_end_card_revoked(),
            SessionEnd::Because(SessionEndReason::CardUnchecked) => t.session_end_card_unchecked(),
        },
    }
}

/// The form, with what was found below it; only for those who may ask.
fn page(
    state: &WebState,
    staff: &Staff,
    errors: Errors,
    (at, purpose): (&str, &str),
    found: Option<Answer>,
) -> Response {
    if let Err(refusal) = staff.masthead.may(Action::FindSessions, state.office.now()) {
        return staff.fault(state, refusal);
    }
    let title = staff.here.t.audit_sessions_title();
    let frame = Frame::of_staff(state, staff, &title, routes::AUDIT_SESSIONS)
        .with_errors(!errors.is_empty());
    let again = |found: &Answer| {
        vec![
            ("wish", staff.wish.clone()),
            ("at", at.to_owned()),
            ("purpose", purpose.to_owned()),
            ("after", found.after.clone()),
        ]
    };
    html(&SessionsPage {
        frame: match &found {
            Some(found) => frame.answering(routes::AUDIT_SESSIONS.to_owned(), again(found)),
            None => frame,
        },
        wish: staff.wish.clone(),
        errors,
        at: at.chars().take(40).collect(),
        purpose: purpose.chars().take(PURPOSE_MOST).collect(),
        found,
    })
}

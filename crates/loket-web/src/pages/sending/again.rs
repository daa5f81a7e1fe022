//! Nothing received, or something to correct: where link and code stand, and what can be done about
//! it. Correcting an address and replacing a locked invitation need the person at the counter.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use loket_app::Failure;
use loket_app::commands::call_back_invitation::CallBackInvitation;
use loket_app::commands::view_registration::{InvitationView, Page, RegistrationView};
use loket_app::tables::invitation::InvitationState;
use loket_domain::contact::Channel;
use loket_domain::registration::StateCode;
use loket_domain::{Refusal, Timestamp};
use loket_text::Text;
use serde::Deserialize;

use super::standing::{Sent, sent};
use crate::form::Posted;
use crate::frame::{Errors, Frame, html};
use crate::pages::identification::choice::{Choice, choices};
use crate::pages::identification::counter::{Counter, Head};
use crate::pages::steps::Stage;
use crate::wish::Wish;
use crate::{WebState, routes};

/// What can be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wanted {
    Both,
    Code,
    Address,
    Cancel,
}

impl Wanted {
    const ALL: [Self; 4] = [Self::Both, Self::Code, Self::Address, Self::Cancel];
    const fn code(self) -> &'static str {
        match self {
            Self::Both => "both",
            Self::Code => "code",
            Self::Address => "address",
            Self::Cancel => "cancel",
        }
    }
    fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|wanted| wanted.code() == code)
    }
    fn label(self, t: Text) -> String {
        match self {
            Self::Both => t.again_both(),
            Self::Code => t.again_only_code(),
            Self::Address => t.again_address(),
            Self::Cancel => t.again_cancel(),
        }
    }
    /// Whether it can be done with this invitation.
    fn is_possible(self, invitation: &InvitationView) -> bool {
        let is_open = invitation.state == InvitationState::Open;
        match self {
            Self::Code => is_open && invitation.code_channel == Channel::Sms,
            Self::Both | Self::Address | Self::Cancel => true,
        }
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Typed {
    what: String,
    here: String,
}

#[derive(Deserialize)]
pub(crate) struct AgainForm {
    wish: Wish,
    #[serde(flatten)]
    typed: Typed,
}

#[derive(Template)]
#[template(path = "again.html")]
struct AgainPage {
    frame: Frame,
    head: Head,
    errors: Errors,
    link: String,
    code: String,
    messages: Vec<Sent>,
    wanted: Vec<Choice>,
    is_here: bool,
    again_address: String,
    standing_address: String,
}

pub(crate) async fn show(State(state): State<WebState>, counter: Counter) -> Response {
    page(&state, &counter, &Typed::default(), Errors::default()).await
}

pub(crate) async fn act(
    State(state): State<WebState>,
    counter: Counter,
    Posted(form): Posted<AgainForm>,
) -> Response {
    let call = match counter.staff.sending(&state, &form.wish) {
        Ok(call) => call,
        Err(fault) => return counter.staff.fault(&state, fault),
    };
    let (t, office) = (counter.t(), &state.office);
    let is_here = !form.typed.here.is_empty();
    let (done, next) = match Wanted::from_code(&form.typed.what) {
        None => {
            let errors = Errors::one("what", t.again_missing());
            return page(&state, &counter, &form.typed, errors).await;
        }
        Some(Wanted::Cancel) => return Counter::to(&routes::stop(counter.id)),
        Some(Wanted::Both) if is_here => (
            office.send_invitation_to_person_here(call, counter.id).await.map(drop),
            routes::standing(counter.id),
        ),
        Some(Wanted::Both) => {
            (office.send_invitation(call, counter.id).await.map(drop), routes::standing(counter.id))
        }
        Some(Wanted::Code) => {
            (office.resend_activation_code(call, counter.id).await, routes::standing(counter.id))
        }
        Some(Wanted::Address) => {
            let command = CallBackInvitation { registration: counter.id, person_here: is_here };
            (office.run(call, command).await, routes::contact(counter.id))
        }
    };
    let errors = match done {
        Ok(()) => return Counter::to(&next),
        Err(Failure::Refused(Refusal::PersonNotHere)) => {
            Errors::one("here", t.again_here_missing())
        }
        Err(Failure::Refused(Refusal::TooManySends)) => Errors::one("what", t.again_too_many()),
        Err(failure) => return counter.failed(&state, failure),
    };
    page(&state, &counter, &form.typed, errors).await
}

async fn page(state: &WebState, counter: &Counter, typed: &Typed, errors: Errors) -> Response {
    let view = match counter.view(state, Page::Status).await {
        Ok((view, _)) => view,
        Err(response) => return response,
    };
    let Some(invitation) = invitation_of(&view) else { return counter.moved() };
    let t = counter.t();
    let now = state.office.now();
    let possible = Wanted::ALL.into_iter().filter(|wanted| wanted.is_possible(invitation));
    html(&AgainPage {
        frame: counter.frame(state, &t.again_title(), &errors),
        head: counter.head(&view, Stage::Sending),
        errors,
        link: until(t, Some(invitation.link_until), now),
        code: code(t, invitation, now),
        messages: view.messages.iter().map(|m| sent(t, m)).collect(),
        wanted: choices(possible.map(|wanted| (wanted.code(), wanted.label(t))), &typed.what),
        is_here: !typed.here.is_empty(),
        again_address: routes::again(counter.id),
        standing_address: routes::standing(counter.id),
    })
}

fn invitation_of(view: &RegistrationView) -> Option<&InvitationView> {
    view.invitation.as_ref().filter(|_| view.state == StateCode::Invited)
}

fn until(t: Text, end: Option<Timestamp>, now: Timestamp) -> String {
    match end {
        None => t.again_not_printed(),
        Some(end) if end <= now => t.again_over(),
        Some(end) => t.again_until(&t.moment(end)),
    }
}

fn code(t: Text, invitation: &InvitationView, now: Timestamp) -> String {
    if invitation.state == InvitationState::Locked {
        return t.again_locked();
    }
    let until = until(t, invitation.code_until, now);
    match invitation.code_until {
        Some(end) if end > now => {
            format!("{until}, {}", t.again_tries(i64::from(invitation.tries_left)))
        }
        _ => until,
    }
}

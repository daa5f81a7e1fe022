//! How far it is: what was sent by which channel, the slip, a new invitation; or how the dossier
//! ended.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use loket_app::commands::view_registration::{InvitationView, MessageView, Page, RegistrationView};
use loket_app::commands::withdraw_registration::StopReason;
use loket_app::tables::invitation::InvitationState;
use loket_app::tables::outbox::MessageState;
use loket_domain::contact::Channel;
use loket_domain::registration::{NotIdentifiedReason, StateCode};
use loket_text::Text;
use serde::Deserialize;

use crate::form::Posted;
use crate::frame::{Errors, Frame, html};
use crate::pages::desk::state_name;
use crate::pages::identification::counter::{Counter, Head};
use crate::pages::identification::{refuse, stop};
use crate::pages::steps::Stage;
use crate::wish::Wish;
use crate::{WebState, routes};

#[derive(Deserialize)]
pub(crate) struct AgainForm {
    wish: Wish,
}

#[derive(Template)]
#[template(path = "standing.html")]
struct StandingPage {
    frame: Frame,
    head: Head,
    title: String,
    what: String,
    class: &'static str,
    messages: Vec<Sent>,
    /// The slip can be printed.
    paper: bool,
    /// Link and code can be sent anew.
    open: bool,
    standing_address: String,
    slip_address: String,
    again_address: String,
}

/// A message as the page shows it.
struct Sent {
    what: String,
    how: String,
    state: String,
    class: &'static str,
}

pub(crate) async fn show(State(state): State<WebState>, counter: Counter) -> Response {
    let view = match counter.view(&state, Page::Status).await {
        Ok((view, _)) => view,
        Err(response) => return response,
    };
    let invited = view.state == StateCode::Invited;
    if !invited && !view.state.is_final() {
        return Counter::to(&routes::registration(counter.id));
    }
    let t = counter.t();
    let (title, what, class) = told(t, &view);
    let paper = invited
        && view
            .invitation
            .as_ref()
            .is_some_and(|i| i.code_channel == Channel::Paper && i.state == InvitationState::Open);
    html(&StandingPage {
        frame: counter.frame(&state, &title, &Errors::default()),
        head: counter.head(&view, Stage::Sending),
        title,
        what,
        class,
        messages: view.messages.iter().map(|m| sent(t, m)).collect(),
        paper,
        open: invited,
        standing_address: routes::standing(counter.id),
        slip_address: routes::slip(counter.id),
        again_address: routes::send_again(counter.id),
    })
}

pub(crate) async fn send_again(
    State(state): State<WebState>,
    counter: Counter,
    Posted(form): Posted<AgainForm>,
) -> Response {
    let call = match counter.staff.sending(&state, &form.wish) {
        Ok(call) => call,
        Err(fault) => return counter.staff.fault(&state, fault),
    };
    match state.office.send_invitation(call, counter.id).await {
        Ok(_) => Counter::to(&routes::standing(counter.id)),
        Err(failure) => counter.failed(&state, failure),
    }
}

/// Title, sentence and colour of where the dossier stands.
fn told(t: Text, view: &RegistrationView) -> (String, String, &'static str) {
    match view.state {
        StateCode::Invited if undelivered(&view.messages) => {
            (t.standing_undelivered(), t.standing_undelivered_what(), "bad")
        }
        StateCode::Invited => invited(t, view.invitation.as_ref()),
        StateCode::Activated => (t.standing_activated(), t.standing_activated_what(), "ok"),
        StateCode::Refused
        | StateCode::Expired
        | StateCode::Withdrawn
        | StateCode::Opened
        | StateCode::Identified
        | StateCode::Contactable => {
            (t.standing_ended(&state_name(t, view.state)), ended(t, view), "warn")
        }
    }
}

/// Whether the newest link or code was given up: an older one that failed was sent again since.
fn undelivered(messages: &[MessageView]) -> bool {
    ["activation_link", "activation_code"].iter().any(|kind| {
        let newest = messages.iter().rfind(|message| message.kind == *kind);
        newest.is_some_and(|message| message.state == MessageState::Failed)
    })
}

fn invited(t: Text, invitation: Option<&InvitationView>) -> (String, String, &'static str) {
    let Some(invitation) = invitation else {
        return (t.standing_invited(), String::new(), "ok");
    };
    let until = t.moment(invitation.link_until);
    match invitation.state {
        InvitationState::Locked => (t.standing_locked(), t.standing_locked_what(), "bad"),
        InvitationState::Open if invitation.code_channel == Channel::Paper => {
            (t.standing_invited(), t.standing_paper_what(&until), "ok")
        }
        InvitationState::Open
        | InvitationState::Cancelled
        | InvitationState::Used
        | InvitationState::Expired => (t.standing_invited(), t.standing_invited_what(&until), "ok"),
    }
}

/// Why it ended, in words.
fn ended(t: Text, view: &RegistrationView) -> String {
    let code = view.end_reason.as_deref().unwrap_or_default();
    let reason = NotIdentifiedReason::from_code(code)
        .map(|reason| refuse::reason_name(t, reason))
        .or_else(|| StopReason::from_code(code).map(|reason| stop::reason_name(t, reason)))
        .unwrap_or_else(|| t.standing_out_of_time());
    t.standing_ended_what(&reason)
}

fn sent(t: Text, message: &MessageView) -> Sent {
    let (state, class) = match message.state {
        MessageState::Waiting if message.attempts > 0 => (t.message_delayed(), "warn"),
        MessageState::Waiting => (t.message_waiting(), "warn"),
        MessageState::HandedOver => (t.message_handed_over(), "ok"),
        MessageState::Delivered => (t.message_delivered(), "ok"),
        MessageState::Failed => (t.message_failed(), "bad"),
        MessageState::Dropped => (t.message_dropped(), "warn"),
    };
    Sent {
        what: match message.kind.as_str() {
            "contact_code" => t.message_contact_code(),
            "activation_link" => t.message_activation_link(),
            "activation_code" => t.message_activation_code(),
            _ => t.message_key_created(),
        },
        how: match message.channel {
            Channel::Email => t.channel_email(),
            Channel::Sms => t.channel_sms(),
            Channel::Paper => t.channel_paper(),
        },
        state,
        class,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(kind: &str, state: MessageState) -> MessageView {
        MessageView { kind: kind.to_owned(), channel: Channel::Sms, state, attempts: 1 }
    }

    #[test]
    fn only_the_newest_link_or_code_counts() {
        let failed = message("activation_code", MessageState::Failed);
        let sent = message("activation_code", MessageState::HandedOver);
        let early = message("contact_code", MessageState::Failed);
        assert!(undelivered(&[sent.clone(), failed.clone()]));
        assert!(!undelivered(&[failed, sent]));
        assert!(!undelivered(&[early]));
    }
}

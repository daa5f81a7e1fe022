//! How far it is: what was sent by which channel, the slip, a new invitation; or how the dossier
//! ended.

use askama::Template;
use axum::extract::State;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Response};
use loket_app::Failure;
use loket_app::commands::report_fraud::ReportFraud;
use loket_app::commands::view_registration::{InvitationView, MessageView, Page, RegistrationView};
use loket_app::commands::withdraw_consent;
use loket_app::commands::withdraw_registration::StopReason;
use loket_app::tables::invitation::InvitationState;
use loket_app::tables::outbox::MessageState;
use loket_domain::contact::Channel;
use loket_domain::registration::{LeftBehind, NotIdentifiedReason, StateCode};
use loket_domain::{Language, Refusal, Timestamp};
use loket_text::Text;
use serde::Deserialize;

use crate::form::Posted;
use crate::frame::{Errors, Frame, html};
use crate::message_words::{cause_name, channel_name, kind_name};
use crate::pages::desk::state_name;
use crate::pages::identification::choice::read_explanation;
use crate::pages::identification::counter::{Counter, Head};
use crate::pages::identification::person::left_name;
use crate::pages::identification::{refuse, stop};
use crate::pages::steps::Stage;
use crate::wish::Wish;
use crate::{WebState, routes, static_files};

#[derive(Deserialize)]
pub(crate) struct LetterForm {
    wish: Wish,
    #[serde(default)]
    language: String,
}

#[derive(Deserialize)]
pub(crate) struct FraudForm {
    wish: Wish,
    #[serde(default)]
    explanation: String,
}

#[derive(Template)]
#[template(path = "standing.html")]
struct StandingPage {
    frame: Frame,
    head: Head,
    errors: Errors,
    title: String,
    what: String,
    class: &'static str,
    messages: Vec<Sent>,
    /// The slip can be printed.
    paper: bool,
    /// Something can be done when nothing was received.
    open: bool,
    /// Where the proof of consent is; none where none was given.
    consent_address: Option<String>,
    standing_address: String,
    slip_address: String,
    again_address: String,
    turn_address: String,
    /// The letter to a person who was not identified, by the languages to choose from.
    letter: Option<Letter>,
}

/// What follows when a person was not identified.
struct Letter {
    address: String,
    languages: Vec<(&'static str, &'static str)>,
    /// Where to report a possible fraud; none where nothing seemed false.
    fraud_address: Option<String>,
    /// It was reported already.
    reported: bool,
    text: String,
}

/// A message as the page shows it.
pub(super) struct Sent {
    pub(super) what: String,
    pub(super) how: String,
    pub(super) state: String,
    pub(super) class: &'static str,
    /// What went wrong and what to do.
    pub(super) why: Option<String>,
}

pub(crate) async fn show(State(state): State<WebState>, counter: Counter) -> Response {
    page(&state, &counter, "", Errors::default()).await
}

/// The letter to a person who was not identified, in the person's language.
pub(crate) async fn letter(
    State(state): State<WebState>,
    counter: Counter,
    Posted(form): Posted<LetterForm>,
) -> Response {
    let call = match counter.staff.sending(&state, &form.wish) {
        Ok(call) => call,
        Err(fault) => return counter.staff.fault(&state, fault),
    };
    let Ok(language) = form.language.parse::<Language>() else {
        let errors = Errors::one("language", counter.t().contact_language_missing());
        return page(&state, &counter, "", errors).await;
    };
    match state.office.print_letter(call, counter.id, language).await {
        Ok(pdf) => (
            [
                (CONTENT_TYPE, "application/pdf"),
                (CONTENT_DISPOSITION, "inline; filename=\"letter.pdf\""),
            ],
            pdf,
        )
            .into_response(),
        Err(failure) => counter.failed(&state, failure),
    }
}

/// Tells the operator that something seemed false.
pub(crate) async fn fraud(
    State(state): State<WebState>,
    counter: Counter,
    Posted(form): Posted<FraudForm>,
) -> Response {
    let call = match counter.staff.sending(&state, &form.wish) {
        Ok(call) => call,
        Err(fault) => return counter.staff.fault(&state, fault),
    };
    let explanation = match read_explanation(counter.t(), &form.explanation) {
        Ok(explanation) => explanation,
        Err(message) => {
            let errors = Errors::one("explanation", message);
            return page(&state, &counter, &form.explanation, errors).await;
        }
    };
    let command = ReportFraud { registration: counter.id, explanation };
    match state.office.run(call, command).await {
        // Said in another tab already.
        Ok(_) | Err(Failure::Refused(Refusal::AlreadyExists)) => {
            Counter::to(&routes::standing(counter.id))
        }
        Err(failure) => counter.failed(&state, failure),
    }
}

async fn page(state: &WebState, counter: &Counter, text: &str, errors: Errors) -> Response {
    let view = match counter.view(state, Page::Status).await {
        Ok((view, _)) => view,
        Err(response) => return response,
    };
    let invited = view.state == StateCode::Invited;
    if !invited && !view.state.is_final() {
        return Counter::to(&routes::registration(counter.id));
    }
    let t = counter.t();
    let (title, what, class) = told(t, &view, state.office.now());
    let paper = invited
        && view
            .invitation
            .as_ref()
            .is_some_and(|i| i.code_channel == Channel::Paper && i.state == InvitationState::Open);
    html(&StandingPage {
        frame: counter.frame(state, &title, &errors).with_script(static_files::LIVE),
        head: counter.head(&view, Stage::Sending),
        letter: letter_of(counter, &view, text),
        errors,
        title,
        what,
        class,
        messages: view.messages.iter().map(|m| sent(t, m)).collect(),
        paper,
        open: invited,
        standing_address: routes::standing(counter.id),
        slip_address: routes::slip(counter.id),
        again_address: routes::again(counter.id),
        consent_address: view.consent.is_some().then(|| routes::consent(counter.id)),
        turn_address: routes::turn_screen(counter.id),
    })
}

/// What can be done for and about a person who was not identified.
fn letter_of(counter: &Counter, view: &RegistrationView, text: &str) -> Option<Letter> {
    if view.state != StateCode::Refused {
        return None;
    }
    let reason = view.end_reason.as_deref().and_then(NotIdentifiedReason::from_code)?;
    Some(Letter {
        address: routes::letter(counter.id),
        languages: Language::ALL.map(|l| (l.code(), l.own_name())).to_vec(),
        fraud_address: reason.may_be_fraud().then(|| routes::fraud(counter.id)),
        reported: view.reported,
        text: text.to_owned(),
    })
}

/// Title, sentence and colour of where the dossier stands.
fn told(t: Text, view: &RegistrationView, now: Timestamp) -> (String, String, &'static str) {
    match view.state {
        StateCode::Invited if undelivered(&view.messages) => {
            (t.standing_undelivered(), t.standing_undelivered_what(), "bad")
        }
        StateCode::Invited => invited(t, view.invitation.as_ref(), now),
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

/// Whether the newest link or code was given up, dropped or set apart: an older one that failed was
/// sent again since.
fn undelivered(messages: &[MessageView]) -> bool {
    ["activation_link", "activation_code"].iter().any(|kind| {
        let newest = messages.iter().rfind(|message| message.kind == *kind);
        newest.is_some_and(|message| {
            let over = matches!(message.state, MessageState::Failed | MessageState::Dropped);
            over || message.set_apart
        })
    })
}

fn invited(
    t: Text,
    invitation: Option<&InvitationView>,
    now: Timestamp,
) -> (String, String, &'static str) {
    let Some(invitation) = invitation else {
        return (t.standing_invited(), String::new(), "ok");
    };
    let until = t.moment(invitation.link_until);
    match invitation.state {
        InvitationState::Locked => (t.standing_locked(), t.standing_locked_what(), "bad"),
        InvitationState::Open if invitation.code_until.is_some_and(|end| end <= now) => {
            (t.standing_code_expired(), t.standing_code_expired_what(&until), "warn")
        }
        InvitationState::Open if invitation.code_channel == Channel::Paper => {
            let what = match invitation.code_until {
                Some(code) => t.standing_paper_printed(&t.moment(code), &until),
                None => t.standing_paper_what(&until),
            };
            (t.standing_invited(), what, "ok")
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
    if code == withdraw_consent::END_REASON {
        return t.standing_ended_what(&t.standing_consent_withdrawn());
    }
    let reason = NotIdentifiedReason::from_code(code)
        .map(|reason| refuse::reason_name(t, reason))
        .or_else(|| StopReason::from_code(code).map(|reason| stop::reason_name(t, reason)))
        .or_else(|| {
            let left = LeftBehind::from_code(code)?;
            Some(format!("{}: {}", t.standing_out_of_time(), left_name(t, left)))
        })
        .unwrap_or_else(|| t.standing_out_of_time());
    t.standing_ended_what(&reason)
}

pub(super) fn sent(t: Text, message: &MessageView) -> Sent {
    let (state, class) = match message.state {
        MessageState::Waiting if message.set_apart => (t.message_set_apart(), "bad"),
        MessageState::Waiting if message.attempts > 0 => (t.message_delayed(), "warn"),
        MessageState::Waiting => (t.message_waiting(), "warn"),
        MessageState::HandedOver => (t.message_handed_over(), "ok"),
        MessageState::Delivered => (t.message_delivered(), "ok"),
        MessageState::Failed => (t.message_failed(), "bad"),
        MessageState::Dropped => (t.message_dropped(), "warn"),
    };
    Sent {
        what: kind_name(t, &message.kind),
        how: channel_name(t, message.channel),
        state,
        class,
        why: message
            .cause
            .as_deref()
            .map(|cause| cause_name(t, cause, message.state, message.set_apart)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(kind: &str, state: MessageState) -> MessageView {
        MessageView {
            kind: kind.to_owned(),
            channel: Channel::Sms,
            state,
            attempts: 1,
            cause: None,
            set_apart: false,
        }
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

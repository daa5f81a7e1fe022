//! The messages that were set apart, for the service desk: why, and sending them again or not. How
//! the channels are doing stands beside them. Nothing of the person is shown.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use loket_app::Lane;
use loket_app::commands::drop_message::DropMessage;
use loket_app::commands::read_set_apart::ReadSetApart;
use loket_app::commands::send_message_again::SendMessageAgain;
use loket_app::tables::announcement::Standing;
use loket_app::tables::outbox::SetApart;
use loket_domain::Refusal;
use loket_domain::id::MessageId;
use loket_text::Text;
use serde::Deserialize;

use crate::fault::Fault;
use crate::form::Posted;
use crate::frame::{Errors, Frame, html};
use crate::message_words::{cause_name, channel_name, kind_name};
use crate::session::Staff;
use crate::wish::Wish;
use crate::{WebState, routes};

#[derive(Deserialize)]
pub(crate) struct AgainForm {
    wish: Wish,
}

#[derive(Deserialize)]
pub(crate) struct DropForm {
    wish: Wish,
    #[serde(default)]
    reason: String,
}

#[derive(Template)]
#[template(path = "delivery.html")]
struct DeliveryPage {
    frame: Frame,
    errors: Errors,
    wish: String,
    lanes: Vec<LaneRow>,
    stopped: Vec<Row>,
    /// What was typed as the reason of the message with the error.
    typed: String,
}

/// How one channel is doing.
struct LaneRow {
    name: String,
    waiting: String,
    state: String,
    class: &'static str,
}

/// One message.
struct Row {
    /// Field of its reason, named in the error summary.
    field: String,
    what: String,
    reference: String,
    tried: String,
    since: String,
    until: String,
    cause: String,
    code: String,
    again: String,
    drop: String,
    /// The error stands at this one.
    wrong: bool,
}

pub(crate) async fn show(State(state): State<WebState>, staff: Staff) -> Response {
    page(&state, &staff, None).await
}

pub(crate) async fn again(
    State(state): State<WebState>,
    staff: Staff,
    Path(message): Path<String>,
    Posted(form): Posted<AgainForm>,
) -> Response {
    let sent = async {
        let call = staff.sending(&state, &form.wish)?;
        let message = named(&message)?;
        Ok::<_, Fault>(state.office.run(call, SendMessageAgain { message }).await?)
    };
    after(&state, &staff, sent.await)
}

pub(crate) async fn drop_one(
    State(state): State<WebState>,
    staff: Staff,
    Path(message): Path<String>,
    Posted(form): Posted<DropForm>,
) -> Response {
    let reason = form.reason.trim().to_owned();
    if reason.is_empty() || reason.chars().count() > 200 {
        return match named(&message) {
            Ok(message) => page(&state, &staff, Some((message, reason))).await,
            Err(refusal) => staff.fault(&state, refusal),
        };
    }
    let dropped = async {
        let call = staff.sending(&state, &form.wish)?;
        let message = named(&message)?;
        Ok::<_, Fault>(state.office.run(call, DropMessage { message, reason }).await?)
    };
    after(&state, &staff, dropped.await)
}

fn named(text: &str) -> Result<MessageId, Refusal> {
    text.parse().map_err(|_| Refusal::NotFound)
}

/// Back to the list; a colleague who was faster has done the same.
fn after(state: &WebState, staff: &Staff, result: Result<(), Fault>) -> Response {
    match result {
        Ok(()) | Err(Fault::Refused(Refusal::WrongStep)) => {
            Redirect::to(routes::DELIVERY).into_response()
        }
        Err(fault) => staff.fault(state, fault),
    }
}

async fn page(state: &WebState, staff: &Staff, wrong: Option<(MessageId, String)>) -> Response {
    let read = async {
        let call = staff.reading(state)?;
        let apart = state.office.run(call, ReadSetApart).await?;
        Ok::<_, Fault>((apart, state.office.lanes().await?))
    };
    let (apart, lanes) = match read.await {
        Ok(read) => read,
        Err(fault) => return staff.fault(state, fault),
    };
    let t = staff.here.t;
    let mut errors = Errors::default();
    if wrong.is_some() {
        errors.add("reason", t.delivery_reason_missing());
    }
    let (at, typed) = wrong.map_or((None, String::new()), |(id, typed)| (Some(id), typed));
    html(&DeliveryPage {
        frame: Frame::of_staff(state, staff, &t.delivery_title(), routes::DELIVERY)
            .with_errors(!errors.is_empty()),
        errors,
        wish: staff.wish.clone(),
        lanes: lanes
            .iter()
            .map(|lane| lane_row(t, lane))
            .chain(apart.key_states.map(|standing| keys_row(t, standing)))
            .collect(),
        stopped: apart.messages.iter().map(|one| row(t, one, at)).collect(),
        typed,
    })
}

fn lane_row(t: Text, lane: &Lane) -> LaneRow {
    let count = i64::from(lane.waiting);
    let (state, class) = match lane.left_alone_since {
        Some(since) => (t.delivery_left_alone(&t.moment(since)), "bad"),
        None => (t.delivery_works(), "ok"),
    };
    LaneRow {
        name: channel_name(t, lane.channel),
        waiting: match lane.oldest {
            Some(oldest) => t.delivery_waiting_since(count, &t.moment(oldest)),
            None => t.delivery_waiting(count),
        },
        state,
        class,
    }
}

/// States of keys on their way to the federal authentication service.
fn keys_row(t: Text, standing: Standing) -> LaneRow {
    let (state, class) = match standing.set_apart {
        0 => (t.delivery_works(), "ok"),
        stopped => (t.delivery_keys_set_apart(i64::from(stopped)), "bad"),
    };
    let oldest = t.moment(standing.oldest);
    LaneRow {
        name: t.delivery_keys(),
        waiting: t.delivery_waiting_since(i64::from(standing.waiting), &oldest),
        state,
        class,
    }
}

fn row(t: Text, one: &SetApart, wrong: Option<MessageId>) -> Row {
    let message = &one.message;
    let cause = message.cause.as_deref().unwrap_or_default();
    let is_wrong = wrong == Some(message.id);
    let kind = kind_name(t, &message.kind);
    Row {
        field: if is_wrong { "reason".to_owned() } else { format!("reason-{}", message.id) },
        what: format!("{kind}, {}", channel_name(t, message.channel)),
        reference: one.reference.to_string(),
        tried: t.delivery_tried(i64::from(message.attempts)),
        since: message.set_apart_at.map_or_else(String::new, |at| t.delivery_since(&t.moment(at))),
        until: t.delivery_until(&t.moment(message.not_after)),
        cause: cause_name(t, cause, message.state, true),
        code: t.delivery_code(cause),
        again: routes::delivery_again(message.id),
        drop: routes::delivery_drop(message.id),
        wrong: is_wrong,
    }
}

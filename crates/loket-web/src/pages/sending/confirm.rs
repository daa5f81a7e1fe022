//! The codes that the person reads out to the officer, one form per address.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use loket_app::Disclosure;
use loket_app::Failure;
use loket_app::commands::confirm_contact_point::{CodeVerdict, ConfirmContactPoint};
use loket_app::commands::resend_contact_code::ResendContactCode;
use loket_app::commands::view_registration::{ContactView, Page};
use loket_app::tables::contact::ContactState;
use loket_domain::Refusal;
use loket_domain::code::typed_contact_code;
use loket_domain::contact::Channel;
use loket_domain::id::ContactPointId;
use loket_domain::registration::StateCode;
use loket_text::Text;
use serde::Deserialize;

use super::reach::destination;
use crate::fault::sentences;
use crate::form::Posted;
use crate::frame::{Errors, Frame, html};
use crate::pages::identification::counter::{Counter, Head};
use crate::pages::steps::Stage;
use crate::wish::Wish;
use crate::{WebState, routes, static_files};

#[derive(Deserialize)]
pub(crate) struct ConfirmForm {
    wish: Wish,
    #[serde(default)]
    contact: String,
    #[serde(default)]
    code: String,
}

#[derive(Deserialize)]
pub(crate) struct ResendForm {
    wish: Wish,
}

#[derive(Template)]
#[template(path = "confirm.html")]
struct ConfirmPage {
    frame: Frame,
    head: Head,
    errors: Errors,
    points: Vec<Point>,
    contact_address: String,
    confirm_address: String,
}

/// One address with its code.
struct Point {
    id: String,
    /// Id of its field on the page.
    field: &'static str,
    title: String,
    destination: String,
    confirmed: bool,
    until: String,
    resend: String,
    /// Where a link is sent instead; none for a number.
    send_link: Option<String>,
    /// A link was sent: until when it works.
    linked: Option<String>,
}

pub(crate) async fn show(State(state): State<WebState>, counter: Counter) -> Response {
    page(&state, &counter, Errors::default()).await
}

pub(crate) async fn confirm(
    State(state): State<WebState>,
    counter: Counter,
    Posted(form): Posted<ConfirmForm>,
) -> Response {
    let call = match counter.staff.sending(&state, &form.wish) {
        Ok(call) => call,
        Err(fault) => return counter.staff.fault(&state, fault),
    };
    let Ok(contact_point) = form.contact.parse::<ContactPointId>() else {
        return counter.staff.fault(&state, Refusal::NotFound);
    };
    let t = counter.t();
    let wrong = |message| async { told(&state, &counter, contact_point, message).await };
    let Some(code) = typed_contact_code(&form.code) else {
        return wrong(t.confirm_code_form()).await;
    };
    let command = ConfirmContactPoint { registration: counter.id, contact_point, code };
    match state.office.run(call, command).await {
        Ok(CodeVerdict::Right) => Counter::to(&routes::confirm(counter.id)),
        Ok(CodeVerdict::Wrong { tries_left: 0 })
        | Err(Failure::Refused(Refusal::ContactCodeSpent)) => {
            let (_, what, next) = sentences(t, Refusal::ContactCodeSpent);
            wrong(format!("{what} {next}")).await
        }
        Ok(CodeVerdict::Wrong { tries_left }) => {
            wrong(t.confirm_code_wrong(i64::from(tries_left))).await
        }
        Err(failure) => counter.failed(&state, failure),
    }
}

pub(crate) async fn resend(
    State(state): State<WebState>,
    counter: Counter,
    Path((_, contact)): Path<(String, String)>,
    Posted(form): Posted<ResendForm>,
) -> Response {
    let call = match counter.staff.sending(&state, &form.wish) {
        Ok(call) => call,
        Err(fault) => return counter.staff.fault(&state, fault),
    };
    let Ok(contact_point) = contact.parse::<ContactPointId>() else {
        return counter.staff.fault(&state, Refusal::NotFound);
    };
    let command = ResendContactCode { registration: counter.id, contact_point };
    match state.office.run(call, command).await {
        Ok(()) => Counter::to(&routes::confirm(counter.id)),
        Err(Failure::Refused(refusal @ Refusal::TooManySends)) => {
            let (_, what, next) = sentences(counter.t(), refusal);
            told(&state, &counter, contact_point, format!("{what} {next}")).await
        }
        Err(failure) => counter.failed(&state, failure),
    }
}

/// Sends a link instead of a code.
pub(crate) async fn send_link(
    State(state): State<WebState>,
    counter: Counter,
    Path((_, contact)): Path<(String, String)>,
    Posted(form): Posted<ResendForm>,
) -> Response {
    let call = match counter.staff.sending(&state, &form.wish) {
        Ok(call) => call,
        Err(fault) => return counter.staff.fault(&state, fault),
    };
    let Ok(contact_point) = contact.parse::<ContactPointId>() else {
        return counter.staff.fault(&state, Refusal::NotFound);
    };
    match state.office.send_contact_link(call, counter.id, contact_point).await {
        Ok(()) => Counter::to(&routes::confirm(counter.id)),
        Err(Failure::Refused(refusal @ Refusal::TooManySends)) => {
            let (_, what, next) = sentences(counter.t(), refusal);
            told(&state, &counter, contact_point, format!("{what} {next}")).await
        }
        Err(failure) => counter.failed(&state, failure),
    }
}

/// The page again with a message at the field of one address.
async fn told(
    state: &WebState,
    counter: &Counter,
    contact: ContactPointId,
    message: String,
) -> Response {
    let field = match counter.view(state, Page::Contact).await {
        Ok((view, _)) => view
            .contacts
            .iter()
            .find(|p| p.id == contact)
            .map_or("code-email", |p| field_of(p.channel)),
        Err(response) => return response,
    };
    page(state, counter, Errors::one(field, message)).await
}

const fn field_of(channel: Channel) -> &'static str {
    match channel {
        Channel::Email => "code-email",
        Channel::Sms | Channel::Paper => "code-mobile",
    }
}

async fn page(state: &WebState, counter: &Counter, errors: Errors) -> Response {
    let (view, disclosure) = match counter.view(state, Page::Contact).await {
        Ok(found) => found,
        Err(response) => return response,
    };
    match view.state {
        StateCode::Identified if !view.contacts.is_empty() => {}
        StateCode::Identified => return Counter::to(&routes::contact(counter.id)),
        StateCode::Contactable => return Counter::to(&routes::review(counter.id)),
        StateCode::Opened
        | StateCode::Invited
        | StateCode::Activated
        | StateCode::Refused
        | StateCode::Expired
        | StateCode::Withdrawn => return counter.moved(),
    }
    let t = counter.t();
    html(&ConfirmPage {
        frame: counter.frame(state, &t.confirm_title(), &errors).with_script(static_files::LIVE),
        head: counter.head(&view, Stage::Contact),
        errors,
        points: view.contacts.iter().map(|p| point(t, counter, p, &disclosure)).collect(),
        contact_address: routes::contact(counter.id),
        confirm_address: routes::confirm(counter.id),
    })
}

fn point(t: Text, counter: &Counter, point: &ContactView, disclosure: &Disclosure) -> Point {
    Point {
        id: point.id.to_string(),
        field: field_of(point.channel),
        title: match point.channel {
            Channel::Email => t.contact_email_label(),
            Channel::Sms | Channel::Paper => t.contact_mobile_label(),
        },
        destination: destination(point, disclosure),
        confirmed: point.state == ContactState::Confirmed,
        until: t.confirm_until(&t.clock(point.code_until)),
        resend: routes::resend(counter.id, point.id),
        send_link: (point.channel == Channel::Email)
            .then(|| routes::contact_link_send(counter.id, point.id)),
        linked: point.link_until.map(|until| t.confirm_link_sent(&t.moment(until))),
    }
}

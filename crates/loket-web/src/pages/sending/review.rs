//! Check your answers, then send (requirement UX-04). The button names the act.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use loket_app::commands::view_registration::Page;
use loket_domain::contact::Channel;
use loket_domain::registration::StateCode;
use serde::Deserialize;

use super::reach::{destination, of_channel, whole_name};
use crate::form::Posted;
use crate::frame::{Errors, Frame, html};
use crate::pages::identification::counter::{Counter, Head, named, procedure_of};
use crate::pages::key_check::result::level_name;
use crate::pages::steps::Stage;
use crate::wish::Wish;
use crate::{WebState, routes};

#[derive(Deserialize)]
pub(crate) struct SendForm {
    wish: Wish,
}

#[derive(Template)]
#[template(path = "check_answers.html")]
struct ReviewPage {
    frame: Frame,
    head: Head,
    name: String,
    procedure: String,
    email: String,
    /// The number, or `None` when the code goes on paper.
    mobile: Option<String>,
    language: &'static str,
    until: String,
    contact_address: String,
    review_address: String,
}

pub(crate) async fn show(State(state): State<WebState>, counter: Counter) -> Response {
    let (view, disclosure) = match counter.view(&state, Page::Review).await {
        Ok(found) => found,
        Err(response) => return response,
    };
    match view.state {
        StateCode::Contactable => {}
        StateCode::Identified => return Counter::to(&routes::confirm(counter.id)),
        StateCode::Opened
        | StateCode::Invited
        | StateCode::Activated
        | StateCode::Refused
        | StateCode::Expired
        | StateCode::Withdrawn => return counter.moved(),
    }
    let t = counter.t();
    let procedures = state.office.procedures();
    let title = procedure_of(&procedures, &view).map(|p| named(t, p.title.as_str()));
    let level = view.decision.as_ref().map(|d| level_name(t, d.level));
    let until = state.office.now().plus(state.office.settings().link_works);
    let of = |channel| of_channel(&view, channel).map(|point| destination(point, &disclosure));
    html(&ReviewPage {
        frame: counter.frame(&state, &t.review_title(), &Errors::default()),
        head: counter.head(&view, Stage::Sending),
        name: view.person.as_ref().map(|p| whole_name(disclosure.open(p))).unwrap_or_default(),
        procedure: t.review_procedure_level(&level.unwrap_or_default(), &title.unwrap_or_default()),
        email: of(Channel::Email).unwrap_or_default(),
        mobile: of(Channel::Sms),
        language: view.consent_language.map_or("", loket_domain::Language::own_name),
        until: t.moment(until),
        contact_address: routes::contact(counter.id),
        review_address: routes::review(counter.id),
    })
}

pub(crate) async fn send(
    State(state): State<WebState>,
    counter: Counter,
    Posted(form): Posted<SendForm>,
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

//! Hands a dossier to a colleague, or takes one over. Both are named in the audit trail.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use loket_app::Failure;
use loket_app::commands::hand_over_registration::HandOverRegistration;
use loket_app::commands::view_registration::{Page, RegistrationView};
use loket_app::tables::staff::StaffName;
use loket_domain::Refusal;
use loket_domain::id::StaffId;
use loket_domain::registration::StateCode;
use serde::Deserialize;

use super::counter::{Counter, lede};
use crate::fault::sentences;
use crate::form::Posted;
use crate::frame::{Errors, Frame, html};
use crate::pages::desk::state_name;
use crate::wish::Wish;
use crate::{WebState, routes};

#[derive(Deserialize)]
pub(crate) struct HandOverForm {
    wish: Wish,
    #[serde(default)]
    to: String,
}

#[derive(Template)]
#[template(path = "hand_over.html")]
struct HandOverPage {
    frame: Frame,
    wish: String,
    errors: Errors,
    lede: String,
    state: String,
    /// Who has it, when that is a colleague; else the page asks to whom it goes.
    other: Option<String>,
    own_id: String,
    colleagues: Vec<(String, String)>,
    address: String,
    back: String,
}

pub(crate) async fn show(State(state): State<WebState>, counter: Counter) -> Response {
    page(&state, &counter, Errors::default()).await
}

pub(crate) async fn give(
    State(state): State<WebState>,
    counter: Counter,
    Posted(form): Posted<HandOverForm>,
) -> Response {
    let call = match counter.staff.sending(&state, &form.wish) {
        Ok(call) => call,
        Err(fault) => return counter.staff.fault(&state, fault),
    };
    let t = counter.t();
    let Ok(to) = form.to.parse::<StaffId>() else {
        return page(&state, &counter, Errors::one("to", t.hand_over_missing())).await;
    };
    let taken_over = to == counter.staff.masthead.facts.staff;
    match state.office.run(call, HandOverRegistration { registration: counter.id, to }).await {
        Ok(()) if taken_over => Counter::to(&routes::registration(counter.id)),
        Ok(()) => Counter::to(routes::DESK),
        Err(Failure::Refused(refusal @ Refusal::ColleagueUnknown)) => {
            let (_, what, next) = sentences(t, refusal);
            page(&state, &counter, Errors::one("to", format!("{what} {next}"))).await
        }
        Err(failure) => counter.failed(&state, failure),
    }
}

async fn page(state: &WebState, counter: &Counter, errors: Errors) -> Response {
    let view = match counter.view(state, Page::Status).await {
        Ok((view, _)) => view,
        Err(response) => return response,
    };
    if !may_go(&view) {
        return counter.moved();
    }
    of(state, counter, &view, errors).await
}

/// Whether the dossier can still go from one officer to another.
pub(super) const fn may_go(view: &RegistrationView) -> bool {
    matches!(view.state, StateCode::Opened | StateCode::Identified | StateCode::Contactable)
}

/// The page of a dossier that can go from one officer to another.
pub(super) async fn of(
    state: &WebState,
    counter: &Counter,
    view: &RegistrationView,
    errors: Errors,
) -> Response {
    let colleagues = match state.office.colleagues(&counter.staff.masthead).await {
        Ok(colleagues) => colleagues,
        Err(failure) => return counter.staff.fault(state, failure),
    };
    let t = counter.t();
    let other = (!view.is_own).then(|| whole(view.officer.to_colleagues()));
    let title = if other.is_some() { t.take_over_title() } else { t.hand_over_title() };
    html(&HandOverPage {
        frame: counter.frame(state, &title, &errors),
        wish: counter.staff.wish.clone(),
        errors,
        lede: lede(t, &view.dossier, counter.today),
        state: state_name(t, view.state),
        other,
        own_id: counter.staff.masthead.facts.staff.to_string(),
        colleagues: colleagues
            .iter()
            .map(|colleague| (colleague.staff.to_string(), whole(&colleague.name)))
            .collect(),
        address: routes::hand_over(counter.id),
        back: if view.is_own { routes::registration(counter.id) } else { routes::DESK.to_owned() },
    })
}

fn whole(name: &StaffName) -> String {
    format!("{} {}", name.given_names, name.surname).trim().to_owned()
}

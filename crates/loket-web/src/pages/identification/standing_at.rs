//! The address of a dossier as such: leads to the step where it stands. Who came here from a page
//! that no longer fits is told so first.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use loket_app::commands::view_registration::{Page, RegistrationView};
use loket_domain::registration::StateCode;

use super::counter::{Counter, procedure_of};
use super::hand_over;
use super::hints::Hints;
use crate::frame::{Errors, Frame, html};
use crate::pages::desk::state_name;
use crate::{WebState, routes};

#[derive(Template)]
#[template(path = "moved.html")]
pub(super) struct MovedPage {
    pub(super) frame: Frame,
    pub(super) state: String,
    /// The step where the dossier stands.
    pub(super) step: String,
}

pub(crate) async fn show(
    State(state): State<WebState>,
    counter: Counter,
    hints: Hints,
) -> Response {
    let view = match counter.view(&state, Page::Status).await {
        Ok((view, _)) => view,
        Err(response) => return response,
    };
    if !view.is_own && hand_over::may_go(&view) {
        return hand_over::of(&state, &counter, &view, Errors::default()).await;
    }
    let step = step_of(&state, &counter, &view);
    if hints.moved.is_none() {
        return Counter::to(&step);
    }
    let t = counter.t();
    html(&MovedPage {
        frame: counter.frame(&state, &t.moved_title(), &Errors::default()),
        state: t.moved_state(&view.dossier.reference.to_string(), &state_name(t, view.state)),
        step,
    })
}

/// The page of the step where a dossier stands.
fn step_of(state: &WebState, counter: &Counter, view: &RegistrationView) -> String {
    let id = counter.id;
    match view.state {
        StateCode::Opened => {
            let procedures = state.office.procedures();
            match procedure_of(&procedures, view) {
                Some(_) if view.person_found => routes::checks(id),
                _ => routes::person(id),
            }
        }
        StateCode::Identified => routes::contact(id),
        StateCode::Contactable => routes::review(id),
        StateCode::Invited
        | StateCode::Activated
        | StateCode::Refused
        | StateCode::Expired
        | StateCode::Withdrawn => routes::standing(id),
    }
}

//! Opens a dossier for somebody who knows no number: by name and date of birth.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use loket_app::commands::open_registration::Wanted;
use loket_domain::policy::Action;
use serde::Deserialize;

use super::criteria::TypedCriteria;
use super::opening::{Opening, not_opened};
use crate::form::Posted;
use crate::frame::{Errors, Frame, html};
use crate::pages::identification::choice::Choice;
use crate::session::Staff;
use crate::wish::Wish;
use crate::{WebState, routes};

#[derive(Deserialize)]
pub(crate) struct NameForm {
    wish: Wish,
    #[serde(flatten)]
    opening: Opening,
    #[serde(flatten)]
    typed: TypedCriteria,
}

#[derive(Template)]
#[template(path = "desk_name.html")]
pub(super) struct ByNamePage {
    pub(super) frame: Frame,
    pub(super) wish: String,
    pub(super) errors: Errors,
    pub(super) typed: TypedCriteria,
    pub(super) sexes: Vec<Choice>,
    pub(super) reasons: Vec<Choice>,
    pub(super) many: Option<String>,
}

pub(crate) async fn show(State(state): State<WebState>, staff: Staff) -> Response {
    page(&state, &staff, TypedCriteria::default(), &Opening::default(), Errors::default())
}

pub(crate) async fn open(
    State(state): State<WebState>,
    staff: Staff,
    Posted(NameForm { wish, opening, typed }): Posted<NameForm>,
) -> Response {
    let call = match staff.sending(&state, &wish) {
        Ok(call) => call,
        Err(fault) => return staff.fault(&state, fault),
    };
    let t = staff.here.t;
    let mut errors = Errors::default();
    let criteria = typed.read(t, &mut errors);
    let read = opening.read(t, &mut errors);
    let (Some(criteria), Some((reason, many))) = (criteria.filter(|_| errors.is_empty()), read)
    else {
        return page(&state, &staff, typed, &opening, errors);
    };
    match state.office.open_with(call, Wanted::Name(criteria), reason, many).await {
        Ok(registration) => Redirect::to(&routes::hits(registration)).into_response(),
        Err(failure) => match not_opened(t, &failure) {
            Some(errors) if errors.has("delays") => Redirect::to(routes::DESK).into_response(),
            Some(errors) => page(&state, &staff, typed, &opening, errors),
            None => staff.fault(&state, failure),
        },
    }
}

fn page(
    state: &WebState,
    staff: &Staff,
    typed: TypedCriteria,
    opening: &Opening,
    errors: Errors,
) -> Response {
    if let Err(refusal) = staff.masthead.may(Action::OpenRegistration, state.office.now()) {
        return staff.fault(state, refusal);
    }
    let t = staff.here.t;
    html(&ByNamePage {
        frame: Frame::of_staff(state, staff, &t.search_title(), routes::DESK)
            .with_errors(!errors.is_empty()),
        wish: staff.wish.clone(),
        sexes: typed.sexes(t),
        reasons: opening.reasons(t),
        many: opening.asks_why_many(&errors).then(|| opening.many.clone()),
        typed,
        errors,
    })
}

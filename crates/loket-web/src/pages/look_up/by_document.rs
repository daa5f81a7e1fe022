//! Opens a dossier with the document in hand: number and document must belong together before
//! anything of the person is shown.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use loket_app::commands::open_registration::Wanted;
use loket_domain::policy::Action;
use serde::Deserialize;

use super::opening::{Opening, not_opened};
use super::shown::TypedShown;
use crate::form::Posted;
use crate::frame::{Errors, Frame, html};
use crate::pages::identification::choice::Choice;
use crate::session::Staff;
use crate::wish::Wish;
use crate::{WebState, routes};

#[derive(Deserialize)]
pub(crate) struct DocumentForm {
    wish: Wish,
    #[serde(flatten)]
    opening: Opening,
    #[serde(flatten)]
    typed: TypedShown,
}

#[derive(Template)]
#[template(path = "desk_document.html")]
pub(super) struct ByDocumentPage {
    pub(super) frame: Frame,
    pub(super) wish: String,
    pub(super) errors: Errors,
    pub(super) typed: TypedShown,
    pub(super) kinds: Vec<Choice>,
    pub(super) reasons: Vec<Choice>,
    pub(super) many: Option<String>,
}

pub(crate) async fn show(State(state): State<WebState>, staff: Staff) -> Response {
    page(&state, &staff, TypedShown::default(), &Opening::default(), Errors::default())
}

pub(crate) async fn open(
    State(state): State<WebState>,
    staff: Staff,
    Posted(DocumentForm { wish, opening, typed }): Posted<DocumentForm>,
) -> Response {
    let call = match staff.sending(&state, &wish) {
        Ok(call) => call,
        Err(fault) => return staff.fault(&state, fault),
    };
    let t = staff.here.t;
    let mut errors = Errors::default();
    let shown = typed.read(t, &state.office, &mut errors);
    let read = opening.read(t, &mut errors);
    let (Some((ssin, shown)), Some((reason, many))) = (shown, read) else {
        return page(&state, &staff, typed, &opening, errors);
    };
    match state.office.open_with(call, Wanted::Document(ssin, shown), reason, many).await {
        Ok(registration) => Redirect::to(&routes::person(registration)).into_response(),
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
    typed: TypedShown,
    opening: &Opening,
    errors: Errors,
) -> Response {
    if let Err(refusal) = staff.masthead.may(Action::OpenRegistration, state.office.now()) {
        return staff.fault(state, refusal);
    }
    let t = staff.here.t;
    html(&ByDocumentPage {
        frame: Frame::of_staff(state, staff, &t.verify_title(), routes::DESK)
            .with_errors(!errors.is_empty()),
        wish: staff.wish.clone(),
        kinds: typed.kinds(t),
        reasons: opening.reasons(t),
        many: opening.asks_why_many(&errors).then(|| opening.many.clone()),
        typed,
        errors,
    })
}

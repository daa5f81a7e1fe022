//! Everything that happened to a dossier, in order: who was signed in with which card, what was
//! looked up and shown, each step, each message, the activation (SEED-42, SEED-61).

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use loket_app::Disclosure;
use loket_app::commands::reconstruct_registration::{ReconstructRegistration, Reconstruction};
use loket_domain::Refusal;
use loket_domain::audit::{About, Kinds};
use loket_domain::id::RegistrationId;
use serde::Deserialize;

use super::ask::{Carried, Question};
use super::told::{Entry, told};
use crate::form::Posted;
use crate::frame::{Errors, Frame, html};
use crate::pages::desk::state_name;
use crate::pages::look_up::opening::reason_name;
use crate::session::Staff;
use crate::wish::Wish;
use crate::{WebState, routes};

#[derive(Deserialize)]
pub(crate) struct PurposeForm {
    wish: Wish,
    #[serde(default)]
    purpose: String,
}

#[derive(Template)]
#[template(path = "reconstruction.html")]
struct ReconstructionPage {
    frame: Frame,
    wish: String,
    errors: Errors,
    lede: String,
    reason: String,
    state: String,
    count: String,
    entries: Vec<Entry>,
    carried: Carried,
}

pub(crate) async fn show(
    State(state): State<WebState>,
    staff: Staff,
    Path(registration): Path<String>,
    Posted(form): Posted<PurposeForm>,
) -> Response {
    match registration.parse() {
        Ok(id) => of(&state, &staff, &form.wish, id, &form.purpose).await,
        Err(_) => staff.fault(&state, Refusal::NotFound),
    }
}

/// Reconstructs and shows; the query itself is an event with its purpose.
pub(super) async fn of(
    state: &WebState,
    staff: &Staff,
    wish: &Wish,
    registration: RegistrationId,
    purpose: &str,
) -> Response {
    let call = match staff.sending(state, wish) {
        Ok(call) => call,
        Err(fault) => return staff.fault(state, fault),
    };
    let command = ReconstructRegistration { registration, purpose: purpose.to_owned() };
    match state.office.disclose(call, command).await {
        Ok((found, disclosure)) => html(&filled(state, staff, &found, &disclosure, purpose)),
        Err(failure) => staff.fault(state, failure),
    }
}

fn filled(
    state: &WebState,
    staff: &Staff,
    found: &Reconstruction,
    disclosure: &Disclosure,
    purpose: &str,
) -> ReconstructionPage {
    let t = staff.here.t;
    let reference = found.dossier.reference.to_string();
    let again = vec![("wish", staff.wish.clone()), ("purpose", purpose.to_owned())];
    ReconstructionPage {
        frame: Frame::of_staff(state, staff, &t.audit_found_title(&reference), routes::AUDIT)
            .answering(routes::reconstruction(found.dossier.id), again),
        wish: staff.wish.clone(),
        errors: Errors::default(),
        lede: t.audit_found_lede(&t.moment(found.dossier.opened_at), &reference),
        reason: reason_name(t, found.dossier.reason),
        state: state_name(t, found.state),
        count: t.audit_found_count(i64::try_from(found.timeline.len()).unwrap_or(i64::MAX)),
        entries: found
            .timeline
            .iter()
            .map(|entry| told(t, disclosure.open(entry), &found.names, disclosure))
            .collect(),
        carried: Question::of_registration(found.dossier.id, purpose)
            .carried(Some(About::Registration(found.dossier.id)), Kinds::All),
    }
}

//! The auditor names a dossier and states why (SEED-61). The purpose is kept with the query.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use loket_app::Failure;
use loket_app::commands::reconstruct_registration::PURPOSE_FEWEST;
use loket_domain::Refusal;
use loket_domain::registration::Reference;
use serde::Deserialize;

use super::reconstruction;
use crate::fault::Fault;
use crate::form::Posted;
use crate::frame::{Errors, Frame, html};
use crate::session::Staff;
use crate::wish::Wish;
use crate::{WebState, routes};

#[derive(Deserialize)]
pub(crate) struct SearchForm {
    wish: Wish,
    #[serde(default)]
    reference: String,
    #[serde(default)]
    purpose: String,
}

#[derive(Template)]
#[template(path = "audit.html")]
struct AuditPage {
    frame: Frame,
    wish: String,
    errors: Errors,
    reference: String,
    purpose: String,
}

pub(crate) async fn show(State(state): State<WebState>, staff: Staff) -> Response {
    page(&state, &staff, Errors::default(), "", "")
}

/// The address of one reconstruction, opened again: the purpose is asked again.
pub(crate) async fn of_registration(
    State(state): State<WebState>,
    staff: Staff,
    Path(_registration): Path<String>,
) -> Response {
    page(&state, &staff, Errors::default(), "", "")
}

pub(crate) async fn find(
    State(state): State<WebState>,
    staff: Staff,
    Posted(form): Posted<SearchForm>,
) -> Response {
    let t = staff.here.t;
    let mut errors = Errors::default();
    let reference = form.reference.parse::<Reference>().ok();
    if reference.is_none() {
        errors.add("reference", t.audit_reference_form());
    }
    if form.purpose.trim().chars().count() < PURPOSE_FEWEST {
        errors.add("purpose", t.audit_purpose_missing());
    }
    let Some(reference) = reference.filter(|_| errors.is_empty()) else {
        return page(&state, &staff, errors, &form.reference, &form.purpose);
    };
    match state.office.registration_by_reference(&staff.masthead, reference).await {
        Ok(registration) => {
            reconstruction::of(&state, &staff, &form.wish, registration, &form.purpose).await
        }
        Err(Failure::Refused(Refusal::NotFound)) => {
            let errors = Errors::one("reference", t.audit_reference_unknown());
            page(&state, &staff, errors, &form.reference, &form.purpose)
        }
        Err(failure) => staff.fault(&state, Fault::from(failure)),
    }
}

/// The form; only for those who may reconstruct, so that its being there tells nobody else anything.
fn page(
    state: &WebState,
    staff: &Staff,
    errors: Errors,
    reference: &str,
    purpose: &str,
) -> Response {
    let action = loket_domain::policy::Action::ReconstructRegistration;
    if let Err(refusal) = staff.masthead.may(action, state.office.now()) {
        return staff.fault(state, refusal);
    }
    let t = staff.here.t;
    html(&AuditPage {
        frame: Frame::of_staff(state, staff, &t.audit_title(), routes::AUDIT)
            .with_errors(!errors.is_empty()),
        wish: staff.wish.clone(),
        errors,
        reference: reference.chars().take(20).collect(),
        purpose: purpose.chars().take(500).collect(),
    })
}

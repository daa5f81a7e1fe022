//! What stands on the document: the zone, or the printed fields.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use loket_app::Failure;
use loket_app::commands::record_document::RecordDocument;
use loket_app::commands::view_registration::{Page, RegistrationView};
use loket_domain::Refusal;
use loket_domain::document::{DocumentKind, IssuerCode, TypedDocument};
use loket_domain::procedure::{CheckKind, Procedure, next_check};
use loket_text::Text;
use serde::Deserialize;

use super::both_filled::{Conflict, conflicts};
use super::choice::{Choice, choices};
use super::counter::{Counter, Head, named, page_of, procedure_of};
use super::document_entry::{Typed, read};
use super::marked_zone::MarkedZone;
use crate::form::Posted;
use crate::frame::{Errors, Frame, html};
use crate::pages::steps::Stage;
use crate::wish::Wish;
use crate::{WebState, routes};

#[derive(Deserialize)]
pub(crate) struct DocumentForm {
    wish: Wish,
    #[serde(flatten)]
    typed: Typed,
}

#[derive(Template)]
#[template(path = "document.html")]
pub(super) struct DocumentPage {
    pub(super) frame: Frame,
    pub(super) head: Head,
    pub(super) errors: Errors,
    pub(super) typed: Typed,
    pub(super) kinds: Vec<Choice>,
    pub(super) sexes: Vec<Choice>,
    /// Codes to choose from; none when the issuer is known from the kind.
    pub(super) issuers: Vec<String>,
    /// A kind that is accepted may have a zone.
    pub(super) has_zone: bool,
    /// The typed zone with what fails in it.
    pub(super) marked: Option<MarkedZone>,
    /// What zone and printed details say otherwise, where both are filled in.
    pub(super) conflicts: Vec<Conflict>,
    /// Which of both to use.
    pub(super) takes: Vec<Choice>,
}

pub(crate) async fn show(State(state): State<WebState>, counter: Counter) -> Response {
    let (view, procedure) = match open(&state, &counter).await {
        Ok(opened) => opened,
        Err(response) => return response,
    };
    page(&state, &counter, &view, &procedure, Typed::default(), Errors::default())
}

pub(crate) async fn record(
    State(state): State<WebState>,
    counter: Counter,
    Posted(DocumentForm { wish, typed }): Posted<DocumentForm>,
) -> Response {
    let call = match counter.staff.sending(&state, &wish) {
        Ok(call) => call,
        Err(fault) => return counter.staff.fault(&state, fault),
    };
    let (view, procedure) = match open(&state, &counter).await {
        Ok(opened) => opened,
        Err(response) => return response,
    };
    let today = state.office.now().belgian_day();
    let document = match read(counter.t(), &typed, &procedure, today) {
        Ok(document) => document,
        Err(errors) => return page(&state, &counter, &view, &procedure, typed, errors),
    };
    let command = RecordDocument {
        registration: counter.id,
        document: document.clone(),
        procedures: state.office.procedures(),
    };
    match state.office.run(call, command).await {
        Ok(()) => next(&state, &counter).await,
        Err(failure) => match not_taken(counter.t(), &failure, &document, &typed) {
            Some(errors) => page(&state, &counter, &view, &procedure, typed, errors),
            None => counter.failed(&state, failure),
        },
    }
}

/// The dossier and its procedure, when it is the document's turn or it was recorded before.
async fn open(
    state: &WebState,
    counter: &Counter,
) -> Result<(RegistrationView, Procedure), Response> {
    let (view, disclosure) = counter.undecided(state, Page::Checks).await?;
    let procedures = state.office.procedures();
    let Some(procedure) = procedure_of(&procedures, &view) else {
        return Err(Counter::to(&routes::procedure(counter.id)));
    };
    let of_document = |kind| matches!(kind, CheckKind::Document | CheckKind::Mrz);
    let seen = disclosure.open(&view.identification);
    let has_its_turn = procedure
        .checks
        .iter()
        .take_while(|check| !of_document(check.kind))
        .all(|check| seen.checks.iter().any(|made| made.check == check.id));
    if has_its_turn {
        Ok((view, procedure.clone()))
    } else {
        Err(Counter::to(&routes::checks(counter.id)))
    }
}

/// The page of the check that follows.
async fn next(state: &WebState, counter: &Counter) -> Response {
    let (view, disclosure) = match counter.undecided(state, Page::Checks).await {
        Ok(shown) => shown,
        Err(response) => return response,
    };
    let procedures = state.office.procedures();
    let seen = disclosure.open(&view.identification);
    let next =
        procedure_of(&procedures, &view).and_then(|p| next_check(p, &seen.checks, &seen.verdicts));
    Counter::to(
        &next.map_or_else(|| routes::checks(counter.id), |check| page_of(check, counter.id)),
    )
}

/// The error at the field, when the rules do not take this document.
fn not_taken(
    t: Text,
    failure: &Failure,
    document: &TypedDocument,
    typed: &Typed,
) -> Option<Errors> {
    match failure {
        Failure::Refused(Refusal::DocumentExpired) => {
            let field = if typed.uses_zone() { "zone" } else { "valid_until" };
            Some(Errors::one(field, t.document_expired(&t.day(document.valid_until()))))
        }
        Failure::Refused(Refusal::DocumentNotAccepted) => {
            Some(Errors::one("kind", t.document_other_kind()))
        }
        Failure::Refused(_) | Failure::Broken(_) => None,
    }
}

fn page(
    state: &WebState,
    counter: &Counter,
    view: &RegistrationView,
    procedure: &Procedure,
    typed: Typed,
    errors: Errors,
) -> Response {
    let t = counter.t();
    let (today, errors_of_zone) = (state.office.now().belgian_day(), errors.has("zone"));
    let kinds = procedure.documents.iter().map(|kind| (kind.code(), named(t, kind.text_key())));
    let asks_issuer = procedure.documents.iter().any(|kind| kind.sole_issuer().is_none());
    html(&DocumentPage {
        frame: counter.frame(state, &t.document_title(), &errors),
        head: counter.head(view, Stage::Identification),
        errors,
        kinds: choices(kinds, &typed.kind),
        sexes: choices(
            [("female", t.sex_female()), ("male", t.sex_male()), ("unknown", t.sex_unknown())],
            &typed.sex,
        ),
        issuers: IssuerCode::states()
            .filter(|_| asks_issuer)
            .map(|code| code.to_string())
            .collect(),
        marked: if errors_of_zone { MarkedZone::of(t, &typed.zone, today) } else { None },
        conflicts: if typed.has_zone() { conflicts(t, &typed, today) } else { Vec::new() },
        takes: choices(
            [("zone", t.document_take_zone()), ("print", t.document_take_print())],
            &typed.taken,
        ),
        has_zone: procedure.documents.iter().copied().any(DocumentKind::may_have_zone),
        typed,
    })
}

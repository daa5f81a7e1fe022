//! Register and document side by side, with a verdict per field and the officer's explanation of
//! each difference that needs one.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use loket_app::Failure;
use loket_app::commands::explain_difference::ExplainDifference;
use loket_app::commands::record_check::{CheckAnswer, RecordCheck};
use loket_app::commands::view_registration::Page;
use loket_domain::Refusal;
use loket_domain::comparison::{DifferenceReason, Field, FieldVerdict};
use loket_domain::procedure::{CheckKind, Procedure};
use serde::Deserialize;

use super::choice::read_explanation;
use super::counter::{Counter, Head, procedure_of};
use super::side_by_side::{Difference, Row, differences, error_field, reason_field, rows};
use crate::form::Posted;
use crate::frame::{Errors, Frame, html};
use crate::pages::identification::person::register_name;
use crate::pages::steps::Stage;
use crate::wish::Wish;
use crate::{WebState, routes};

#[derive(Deserialize)]
pub(crate) struct ReadForm {
    wish: Wish,
    #[serde(default)]
    check: String,
}

#[derive(Deserialize)]
pub(crate) struct ExplainForm {
    wish: Wish,
    #[serde(flatten)]
    typed: Typed,
}

/// What was typed for a difference.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    pub(super) field: String,
    pub(super) reason: String,
    pub(super) explanation: String,
}

#[derive(Template)]
#[template(path = "comparison.html")]
pub(super) struct ComparisonPage {
    pub(super) frame: Frame,
    pub(super) head: Head,
    pub(super) errors: Errors,
    pub(super) register: String,
    /// The document's data was read from its zone.
    pub(super) of_zone: bool,
    pub(super) rows: Vec<Row>,
    pub(super) differences: Vec<Difference>,
    /// Differences that still need an explanation.
    pub(super) open: i64,
    /// Reason to propose for a refusal, when a difference cannot be explained.
    pub(super) blocked: Option<&'static str>,
    /// A difference takes a second officer later on.
    pub(super) second: bool,
    /// Name of the check that is made by reading this page.
    pub(super) check: String,
    /// The check has its outcome.
    pub(super) is_read: bool,
}

pub(crate) async fn show(State(state): State<WebState>, counter: Counter) -> Response {
    page(&state, &counter, None, Errors::default()).await
}

pub(crate) async fn confirm(
    State(state): State<WebState>,
    counter: Counter,
    Posted(form): Posted<ReadForm>,
) -> Response {
    let call = match counter.staff.sending(&state, &form.wish) {
        Ok(call) => call,
        Err(fault) => return counter.staff.fault(&state, fault),
    };
    let command = RecordCheck {
        registration: counter.id,
        check: form.check,
        answer: CheckAnswer::ComparisonRead,
        procedures: state.office.procedures(),
    };
    match state.office.run(call, command).await {
        Ok(()) => Counter::to(&routes::checks(counter.id)),
        // The page says what is still open.
        Err(Failure::Refused(Refusal::DifferenceUnexplained | Refusal::ChecksIncomplete)) => {
            Counter::to(&routes::comparison(counter.id))
        }
        Err(failure) => counter.failed(&state, failure),
    }
}

pub(crate) async fn explain(
    State(state): State<WebState>,
    counter: Counter,
    Posted(ExplainForm { wish, typed }): Posted<ExplainForm>,
) -> Response {
    let call = match counter.staff.sending(&state, &wish) {
        Ok(call) => call,
        Err(fault) => return counter.staff.fault(&state, fault),
    };
    let Some(field) = Field::from_code(&typed.field) else { return counter.moved() };
    let explanation = match read_explanation(counter.t(), &typed.explanation) {
        Ok(explanation) => explanation,
        Err(message) => {
            let errors = Errors::one(error_field(field), message);
            return page(&state, &counter, Some(&typed), errors).await;
        }
    };
    let command = ExplainDifference {
        registration: counter.id,
        field,
        reason: DifferenceReason::from_code(&typed.reason),
        explanation,
        procedures: state.office.procedures(),
    };
    match state.office.run(call, command).await {
        Err(Failure::Refused(Refusal::DifferenceUnexplained)) => {
            let errors = Errors::one(reason_field(field), counter.t().difference_reason_missing());
            page(&state, &counter, Some(&typed), errors).await
        }
        // The page says which differences no explanation can mend.
        Ok(()) | Err(Failure::Refused(Refusal::DifferenceBlocks)) => {
            Counter::to(&routes::comparison(counter.id))
        }
        Err(failure) => counter.failed(&state, failure),
    }
}

async fn page(
    state: &WebState,
    counter: &Counter,
    typed: Option<&Typed>,
    errors: Errors,
) -> Response {
    let (view, disclosure) = match counter.undecided(state, Page::Comparison).await {
        Ok(shown) => shown,
        Err(response) => return response,
    };
    let procedures = state.office.procedures();
    let Some(check) = procedure_of(&procedures, &view).and_then(compare_check) else {
        return Counter::to(&routes::procedure(counter.id));
    };
    let seen = disclosure.open(&view.identification);
    let (Some(person), Some(document)) = (&view.person, &seen.document) else {
        return Counter::to(&routes::document(counter.id));
    };
    let person = disclosure.open(person);
    let t = counter.t();
    let open = seen.verdicts.iter().filter(|v| !v.blocks() && !v.is_settled()).count();
    html(&ComparisonPage {
        frame: counter.frame(state, &t.comparison_title(), &errors),
        head: counter.head(&view, Stage::Identification),
        errors,
        register: register_name(t, person.register),
        of_zone: document.source().code() == "zone",
        rows: rows(t, person, document, &seen.verdicts),
        differences: differences(t, person, document, &seen.verdicts, typed),
        open: i64::try_from(open).unwrap_or(i64::MAX),
        blocked: seen.verdicts.iter().find(|v| v.blocks()).map(|v| match v.field {
            Field::ValidUntil => "document_not_accepted",
            Field::CheckDigits => "document_suspect",
            Field::Surname
            | Field::GivenNames
            | Field::BirthDate
            | Field::Sex
            | Field::NationalNumber => "data_differs",
        }),
        is_read: seen.checks.iter().any(|made| made.check.as_str() == check),
        second: seen.verdicts.iter().any(FieldVerdict::needs_second_officer),
        check: check.to_owned(),
    })
}

fn compare_check(procedure: &Procedure) -> Option<&str> {
    let check = procedure.checks.iter().find(|check| check.kind == CheckKind::Compare)?;
    Some(check.id.as_str())
}

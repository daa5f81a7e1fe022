//! The officer decides that the person is not identified: the dossier ends without a code.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use loket_app::commands::refuse_identification::RefuseIdentification;
use loket_app::commands::view_registration::Page;
use loket_domain::registration::NotIdentifiedReason;
use loket_text::Text;
use serde::Deserialize;

use super::choice::{Choice, choices, read_explanation};
use super::counter::{Counter, Head};
use super::hints::Hints;
use crate::form::Posted;
use crate::frame::{Errors, Frame, html};
use crate::pages::steps::Stage;
use crate::wish::Wish;
use crate::{WebState, routes};

#[derive(Deserialize)]
pub(crate) struct RefuseForm {
    wish: Wish,
    #[serde(default)]
    reason: String,
    #[serde(default)]
    explanation: String,
}

#[derive(Template)]
#[template(path = "refuse.html")]
pub(super) struct RefusePage {
    pub(super) frame: Frame,
    pub(super) head: Head,
    pub(super) errors: Errors,
    pub(super) reasons: Vec<Choice>,
    pub(super) explanation: String,
}

pub(crate) async fn show(
    State(state): State<WebState>,
    counter: Counter,
    hints: Hints,
) -> Response {
    let reason = hints.reason.unwrap_or_default();
    page(&state, &counter, &reason, "", Errors::default()).await
}

pub(crate) async fn decide(
    State(state): State<WebState>,
    counter: Counter,
    Posted(form): Posted<RefuseForm>,
) -> Response {
    let call = match counter.staff.sending(&state, &form.wish) {
        Ok(call) => call,
        Err(fault) => return counter.staff.fault(&state, fault),
    };
    let t = counter.t();
    let reason = NotIdentifiedReason::from_code(&form.reason);
    let explanation = read_explanation(t, &form.explanation);
    let (reason, explanation) = match (reason, explanation) {
        (Some(reason), Ok(explanation)) => (reason, explanation),
        (reason, explanation) => {
            let mut errors = Errors::default();
            if reason.is_none() {
                errors.add("reason", t.refuse_reason_missing());
            }
            if let Err(message) = explanation {
                errors.add("explanation", message);
            }
            return page(&state, &counter, &form.reason, &form.explanation, errors).await;
        }
    };
    let command = RefuseIdentification { registration: counter.id, reason, explanation };
    match state.office.run(call, command).await {
        Ok(()) => Counter::to(&routes::standing(counter.id)),
        Err(failure) => counter.failed(&state, failure),
    }
}

async fn page(
    state: &WebState,
    counter: &Counter,
    reason: &str,
    explanation: &str,
    errors: Errors,
) -> Response {
    let view = match counter.undecided(state, Page::Status).await {
        Ok((view, _)) => view,
        Err(response) => return response,
    };
    let t = counter.t();
    let reasons = NotIdentifiedReason::ALL.map(|reason| (reason.code(), reason_name(t, reason)));
    html(&RefusePage {
        frame: counter.frame(state, &t.refuse_title(), &errors),
        head: counter.head(&view, Stage::Identification),
        errors,
        reasons: choices(reasons, reason),
        explanation: explanation.to_owned(),
    })
}

/// The reason of a refusal in words.
pub(crate) fn reason_name(t: Text, reason: NotIdentifiedReason) -> String {
    match reason {
        NotIdentifiedReason::PhotoDiffers => t.refuse_photo_differs(),
        NotIdentifiedReason::DataDiffers => t.refuse_data_differs(),
        NotIdentifiedReason::DocumentNotAccepted => t.refuse_document_not_accepted(),
        NotIdentifiedReason::DocumentSuspect => t.refuse_document_suspect(),
        NotIdentifiedReason::NothingShown => t.refuse_nothing_shown(),
    }
}

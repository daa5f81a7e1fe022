//! Taking what was found along as evidence: a zip that proves itself, after the export is noted.

use askama::Template;
use axum::extract::State;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Redirect, Response};
use loket_app::office::{EvidenceWish, Limits, zipped};
use loket_app::{Call, Failure};
use loket_domain::Refusal;
use loket_domain::policy::Action;
use serde::Deserialize;

use super::ask::{Asked, Carried, Question};
use super::worded::worded;
use crate::form::Posted;
use crate::frame::{Errors, Frame, html};
use crate::session::Staff;
use crate::wish::Wish;
use crate::{WebState, routes, static_files};

/// What a request may take: some seconds and some 50 MB. The command line makes larger ones.
const LIMITS: Limits = Limits { events: 2000, leaves: 1 << 17 };
/// Most characters of a legal basis.
const LEGAL_BASIS_MOST: usize = 200;

#[derive(Deserialize)]
pub(crate) struct EvidenceForm {
    wish: Wish,
    #[serde(flatten)]
    question: Question,
    #[serde(default)]
    legal_basis: String,
    #[serde(default)]
    complete: String,
    /// The page is shown again, in another language: nothing is taken along by that.
    #[serde(default)]
    only_shown: String,
}

#[derive(Template)]
#[template(path = "audit_evidence.html")]
struct EvidencePage {
    frame: Frame,
    wish: String,
    errors: Errors,
    carried: Carried,
    legal_basis: String,
    complete: bool,
    /// Where the token of the card goes, when the card has to be shown first: the form goes out after it.
    card: Option<String>,
}

/// The address has no page of its own.
pub(crate) async fn show() -> Redirect {
    Redirect::to(routes::AUDIT)
}

pub(crate) async fn take(
    State(state): State<WebState>,
    staff: Staff,
    Posted(form): Posted<EvidenceForm>,
) -> Response {
    let t = staff.here.t;
    let may = staff.masthead.may(Action::ExportEvidence, state.office.now());
    if let Err(refusal) = may
        && refusal != Refusal::CardAgain
    {
        return staff.fault(&state, refusal);
    }
    let mut errors = Errors::default();
    let asked = form.question.read(&state, t, &mut errors);
    let legal_basis = form.legal_basis.trim();
    if legal_basis.is_empty() || legal_basis.chars().count() > LEGAL_BASIS_MOST {
        errors.add("legal_basis", t.evidence_legal_missing());
    }
    let Some(asked) = asked else { return once_more(&state, &staff, errors, &form) };
    // Not a page of its own, which would lead back to an empty question.
    if !errors.is_empty() || may.is_err() || form.only_shown == "yes" {
        return once_more(&state, &staff, errors, &form);
    }
    let call = match staff.sending(&state, &form.wish) {
        Ok(call) => call,
        Err(fault) => return staff.fault(&state, fault),
    };
    match made(&state, &staff, call, &form, asked).await {
        Ok(zip) => {
            let day = state.office.now().belgian_day();
            let name = format!("attachment; filename=\"loket-evidence-{day}.zip\"");
            let kind = "application/zip".to_owned();
            ([(CONTENT_TYPE, kind), (CONTENT_DISPOSITION, name)], zip).into_response()
        }
        // The five minutes ended in between.
        Err(Failure::Refused(Refusal::CardAgain)) => once_more(&state, &staff, errors, &form),
        Err(failure) => staff.fault(&state, failure),
    }
}

async fn made(
    state: &WebState,
    staff: &Staff,
    call: Call,
    form: &EvidenceForm,
    asked: Asked,
) -> Result<Vec<u8>, Failure> {
    let (t, name) = (staff.here.t, &staff.masthead.name);
    let asked_by = format!(
        "{} {}, {} ({})",
        name.given_names, name.surname, staff.masthead.organisation, staff.masthead.facts.staff
    );
    let wish = EvidenceWish {
        named: asked.named,
        kinds: asked.kinds,
        from: asked.from,
        until: asked.until,
        purpose: asked.purpose,
        legal_basis: form.legal_basis.trim().to_owned(),
        asked_by,
        complete: form.complete == "yes",
        limits: LIMITS,
    };
    let noted = state.office.note_export(call, wish).await?;
    let files = state.office.evidence(noted, |exported| worded(t, exported)).await?;
    zipped(&files)
}

/// The form again, with what is missing, or with the card that is to be shown first. A question that
/// cannot be read was not made by our page.
fn once_more(state: &WebState, staff: &Staff, errors: Errors, form: &EvidenceForm) -> Response {
    let t = staff.here.t;
    let Some((about, kinds)) = form.question.known() else {
        return staff.fault(state, Refusal::InvalidInput);
    };
    let carried = form.question.carried(about, kinds);
    let legal_basis: String = form.legal_basis.chars().take(LEGAL_BASIS_MOST).collect();
    let mut again = carried.fields(&staff.wish);
    again.push(("legal_basis", legal_basis.clone()));
    again.push(("complete", form.complete.clone()));
    again.push(("only_shown", "yes".to_owned()));
    let frame = Frame::of_staff(state, staff, &t.evidence_title(), routes::AUDIT)
        .with_errors(!errors.is_empty())
        .answering(routes::AUDIT_EVIDENCE.to_owned(), again);
    let shown = staff.masthead.may(Action::ExportEvidence, state.office.now());
    let card = matches!(shown, Err(Refusal::CardAgain)) && errors.is_empty();
    html(&EvidencePage {
        frame: if card { frame.with_script(static_files::CARD) } else { frame },
        wish: staff.wish.clone(),
        errors,
        carried,
        legal_basis,
        complete: form.complete == "yes",
        card: card.then(|| format!("{}?back={}", routes::SIGN_IN_AGAIN, routes::AUDIT)),
    })
}

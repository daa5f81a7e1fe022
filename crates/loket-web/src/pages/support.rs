//! The operator's service desk withdraws every key of a person who calls: telephone lost, or somebody
//! else has it. It takes a dossier or a number, and tells nothing of the person.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use loket_app::Failure;
use loket_app::commands::withdraw_keys_of_person::{WhoseKeys, WithdrawKeysOfPerson};
use loket_domain::office::RoleKind;
use loket_domain::{Refusal, Ssin};
use serde::Deserialize;

use crate::fault::Fault;
use crate::form::Posted;
use crate::frame::{Errors, Frame, html};
use crate::session::Staff;
use crate::wish::Wish;
use crate::{WebState, routes};

#[derive(Deserialize)]
pub(crate) struct SupportForm {
    wish: Wish,
    #[serde(default)]
    whose: String,
    #[serde(default)]
    explanation: String,
}

#[derive(Template)]
#[template(path = "support.html")]
struct SupportPage {
    frame: Frame,
    wish: String,
    errors: Errors,
    whose: String,
    explanation: String,
    /// What was done, in words.
    done: String,
}

pub(crate) async fn show(State(state): State<WebState>, staff: Staff) -> Response {
    if staff.masthead.role.map(|(kind, _)| kind) != Some(RoleKind::Support) {
        return staff.fault(&state, Refusal::NotAllowed);
    }
    page(&state, &staff, Errors::default(), ("", ""), String::new())
}

pub(crate) async fn withdraw(
    State(state): State<WebState>,
    staff: Staff,
    Posted(form): Posted<SupportForm>,
) -> Response {
    let t = staff.here.t;
    let mut errors = Errors::default();
    let whose = whose(&state, &form.whose);
    if whose.is_none() {
        errors.add("whose", t.support_whose_wrong());
    }
    if form.explanation.trim().is_empty() {
        errors.add("explanation", t.support_explanation_missing());
    }
    let typed = (form.whose.as_str(), form.explanation.as_str());
    let Some(whose) = whose.filter(|_| errors.is_empty()) else {
        return page(&state, &staff, errors, typed, String::new());
    };
    let call = match staff.sending(&state, &form.wish) {
        Ok(call) => call,
        Err(fault) => return staff.fault(&state, fault),
    };
    let command = WithdrawKeysOfPerson { whose, explanation: form.explanation.clone() };
    match state.office.run(call, command).await {
        Ok(keys) => {
            let done = t.support_done(i64::from(keys));
            page(&state, &staff, Errors::default(), ("", ""), done)
        }
        Err(Failure::Refused(Refusal::NoKeys)) => {
            page(&state, &staff, Errors::one("whose", t.support_none()), typed, String::new())
        }
        Err(failure) => Fault::from(failure).on(&state, staff.here.clone()).into_response(),
    }
}

/// A dossier number or a person's number, whichever it reads as.
fn whose(state: &WebState, typed: &str) -> Option<WhoseKeys> {
    let typed = typed.trim();
    if let Ok(reference) = typed.parse() {
        return Some(WhoseKeys::Dossier(reference));
    }
    Ssin::parse(typed, state.office.settings().synthetic).ok().map(WhoseKeys::Number)
}

fn page(
    state: &WebState,
    staff: &Staff,
    errors: Errors,
    (whose, explanation): (&str, &str),
    done: String,
) -> Response {
    html(&SupportPage {
        frame: Frame::of_staff(state, staff, &staff.here.t.support_title(), routes::SUPPORT)
            .with_errors(!errors.is_empty()),
        wish: staff.wish.clone(),
        errors,
        whose: whose.chars().take(40).collect(),
        explanation: explanation.chars().take(200).collect(),
        done,
    })
}

//! Notes an interpreter and a companion, on the page of the person.

use axum::extract::State;
use axum::response::Response;
use loket_app::commands::note_circumstances::NoteCircumstances;
use loket_domain::registration::{Circumstances, Companion, Interpreting};
use loket_text::Text;
use serde::Deserialize;

use super::choice::{Choice, choices};
use super::counter::Counter;
use crate::form::Posted;
use crate::wish::Wish;
use crate::{WebState, routes};

#[derive(Deserialize)]
pub(crate) struct CircumstancesForm {
    wish: Wish,
    #[serde(default)]
    interpreting: String,
    #[serde(default)]
    companion: String,
}

/// What can be noted, with what was noted before.
pub(super) struct Notes {
    pub(super) interpreting: Vec<Choice>,
    pub(super) companion: Vec<Choice>,
    /// Something was noted.
    pub(super) noted: bool,
}

impl Notes {
    pub(super) fn of(t: Text, noted: Option<Circumstances>) -> Self {
        let now = noted.unwrap_or_default();
        Self {
            interpreting: choices(
                Interpreting::ALL.map(|kind| (kind.code(), interpreting_name(t, kind))),
                now.interpreting.code(),
            ),
            companion: choices(
                Companion::ALL.map(|kind| (kind.code(), companion_name(t, kind))),
                now.companion.code(),
            ),
            noted: noted.is_some(),
        }
    }
}

/// How they understood each other, in words.
fn interpreting_name(t: Text, kind: Interpreting) -> String {
    match kind {
        Interpreting::None => t.interpreting_none(),
        Interpreting::SignLanguage => t.interpreting_sign_language(),
        Interpreting::SpokenLanguage => t.interpreting_spoken_language(),
        Interpreting::Writing => t.interpreting_writing(),
    }
}

/// Who stood beside the person, in words.
fn companion_name(t: Text, kind: Companion) -> String {
    match kind {
        Companion::None => t.companion_none(),
        Companion::ParentOrGuardian => t.companion_parent_or_guardian(),
        Companion::Administrator => t.companion_administrator(),
        Companion::Helper => t.companion_helper(),
    }
}

pub(crate) async fn note(
    State(state): State<WebState>,
    counter: Counter,
    Posted(form): Posted<CircumstancesForm>,
) -> Response {
    let call = match counter.staff.sending(&state, &form.wish) {
        Ok(call) => call,
        Err(fault) => return counter.staff.fault(&state, fault),
    };
    let circumstances = Circumstances {
        interpreting: Interpreting::from_code(&form.interpreting).unwrap_or_default(),
        companion: Companion::from_code(&form.companion).unwrap_or_default(),
    };
    let command = NoteCircumstances { registration: counter.id, circumstances };
    match state.office.run(call, command).await {
        Ok(()) => Counter::to(&format!("{}#circumstances", routes::person(counter.id))),
        Err(failure) => counter.failed(&state, failure),
    }
}

//! The state of the service in words: what answers now, and what cannot be done while a part does
//! not (SEED-93). No figures are promised (SEED-100).

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use loket_app::office::Health;
use loket_text::Text;

use super::{Reader, frame};
use crate::frame::{Frame, html};
use crate::language::Here;
use crate::{WebState, routes};

/// One part of the service.
pub(super) struct Part {
    pub(super) name: String,
    /// What cannot be done, where the part does not answer.
    pub(super) trouble: Option<String>,
}

#[derive(Template)]
#[template(path = "status.html")]
pub(super) struct StatusPage {
    pub(super) frame: Frame,
    pub(super) at: String,
    pub(super) all_well: bool,
    pub(super) parts: Vec<Part>,
}

pub(crate) async fn show(State(state): State<WebState>, here: Here, reader: Reader) -> Response {
    let title = here.t.status_title();
    let health = state.office.health().await;
    let at = here.t.moment(state.office.now());
    html(&page(frame(&state, &here, &reader, &title, routes::STATUS), health, at))
}

pub(super) fn page(frame: Frame, health: Health, at: String) -> StatusPage {
    let parts = parts(frame.t, health);
    let all_well = parts.iter().all(|part| part.trouble.is_none());
    StatusPage { frame, at, all_well, parts }
}

fn parts(t: Text, health: Health) -> Vec<Part> {
    vec![
        Part { name: t.status_store(), trouble: (!health.database).then(|| t.status_store_down()) },
        Part {
            name: t.status_registers(),
            trouble: (!health.registers).then(|| t.status_registers_down()),
        },
    ]
}

//! Accessibility statement by the model of the European Union, decision 2018/1523 (requirement
//! UX-09). What does not conform is said.

use axum::extract::State;
use axum::response::Response;
use loket_text::Text;

use super::article::{Article, Section};
use super::{Reader, frame, revised};
use crate::language::Here;
use crate::{WebState, routes};

pub(crate) async fn show(State(state): State<WebState>, here: Here, reader: Reader) -> Response {
    let t = here.t;
    let frame = frame(&state, &here, &reader, &t.accessibility_title(), routes::ACCESSIBILITY);
    Article {
        lede: t.accessibility_lede(),
        remark: None,
        sections: sections(t, &frame.desk_phone),
        foot: revised(t),
        frame,
    }
    .show()
}

pub(super) fn sections(t: Text, phone: &str) -> Vec<Section> {
    let not =
        vec![t.accessibility_not_card(), t.accessibility_not_passkey(), t.accessibility_not_slip()];
    vec![
        Section::text("compliance", t.accessibility_status_title(), t.accessibility_status_text()),
        Section::list("not-accessible", t.accessibility_not_title(), not),
        Section::text("prepared", t.accessibility_how_title(), t.accessibility_how_text()),
        Section::text(
            "feedback",
            t.accessibility_feedback_title(),
            t.accessibility_feedback_text(phone),
        ),
        Section::text(
            "enforcement",
            t.accessibility_enforcement_title(),
            t.accessibility_enforcement_text(),
        ),
    ]
}

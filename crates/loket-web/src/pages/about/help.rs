//! Help: the work step by step, what the person brings, and the one place to call (SEED-36,
//! SEED-101).

use axum::extract::State;
use axum::response::Response;
use loket_domain::office::RoleKind;
use loket_text::Text;

use super::article::{Article, Section};
use super::{Reader, frame};
use crate::language::Here;
use crate::{WebState, routes};

/// Version of the manual; it changes with its text.
pub(super) const VERSION: &str = "2026-11";

pub(crate) async fn show(State(state): State<WebState>, here: Here, reader: Reader) -> Response {
    let t = here.t;
    let frame = frame(&state, &here, &reader, &t.help_title(), routes::HELP);
    let role = reader.as_ref().map(|staff| staff.masthead.role.map(|(kind, _)| kind));
    let signed_in = role.is_ok();
    Article {
        lede: t.help_lede(),
        remark: role.ok().filter(|role| !has_desk(*role)).map(|_| t.help_no_desk()),
        sections: sections(t, &frame.desk_phone, signed_in),
        foot: t.help_version(VERSION),
        frame,
    }
    .show()
}

const fn has_desk(role: Option<RoleKind>) -> bool {
    matches!(role, Some(RoleKind::Officer | RoleKind::Auditor))
}

/// The text; the terms of use are linked for those who have accepted them.
pub(super) fn sections(t: Text, phone: &str, signed_in: bool) -> Vec<Section> {
    let signing_in = Section::text("sign-in", t.help_sign_in_title(), t.help_sign_in_text());
    let bring = vec![
        t.help_bring_self(),
        t.help_bring_document(),
        t.help_bring_number(),
        t.help_bring_phone(),
    ];
    vec![
        Section::list("bring", t.help_bring_title(), bring),
        if signed_in { signing_in.leading_to(routes::TERMS, t.help_terms()) } else { signing_in },
        Section::text("look-up", t.help_look_up_title(), t.help_look_up_text()),
        Section::text("identify", t.help_identify_title(), t.help_identify_text()),
        Section::text("contact", t.help_contact_title(), t.help_contact_text()),
        Section::text("send", t.help_send_title(), t.help_send_text()),
        Section::text("key", t.help_key_title(), t.help_key_text()),
        Section::text("person", t.help_person_title(), t.help_person_text()),
        Section::text("trouble", t.help_trouble_title(), t.help_trouble_text())
            .leading_to(routes::STATUS, t.help_status()),
        Section::text("desk", t.help_desk_title(), t.help_desk_text(phone)),
    ]
}

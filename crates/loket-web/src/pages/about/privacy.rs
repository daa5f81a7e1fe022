//! Privacy notice: who is responsible, which data, on which ground, for how long, which rights
//! (SEED-52, SEED-56, SEED-57, SEED-62).

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use loket_text::Text;

use super::article::Section;
use super::{Reader, frame, revised};
use crate::frame::{Frame, html};
use crate::language::Here;
use crate::{WebState, routes};

/// One processing with its ground and its one controller.
pub(super) struct Processing {
    pub(super) what: String,
    pub(super) data: String,
    pub(super) ground: String,
    pub(super) controller: String,
}

#[derive(Template)]
#[template(path = "privacy.html")]
pub(super) struct PrivacyPage {
    pub(super) frame: Frame,
    pub(super) responsible: Section,
    pub(super) processing: Vec<Processing>,
    pub(super) sections: Vec<Section>,
    pub(super) foot: String,
}

pub(crate) async fn show(State(state): State<WebState>, here: Here, reader: Reader) -> Response {
    let title = here.t.privacy_title();
    html(&page(frame(&state, &here, &reader, &title, routes::PRIVACY)))
}

pub(super) fn page(frame: Frame) -> PrivacyPage {
    let t = frame.t;
    PrivacyPage {
        responsible: Section::list(
            "who",
            t.privacy_who_title(),
            vec![t.privacy_who_organisation(), t.privacy_who_operator()],
        ),
        processing: processing(t),
        sections: sections(t, &frame.desk_phone),
        foot: revised(t),
        frame,
    }
}

fn processing(t: Text) -> Vec<Processing> {
    let of = |what, data, ground, controller| Processing { what, data, ground, controller };
    let (law, organisation) = (t.privacy_law(), t.privacy_organisation());
    vec![
        of(t.privacy_look_up(), t.privacy_look_up_data(), law.clone(), organisation.clone()),
        of(t.privacy_identify(), t.privacy_identify_data(), law.clone(), organisation.clone()),
        of(t.privacy_issue(), t.privacy_issue_data(), law.clone(), organisation.clone()),
        of(t.privacy_contact(), t.privacy_contact_data(), t.privacy_consent(), organisation),
        of(t.privacy_key(), t.privacy_key_data(), law, t.privacy_operator()),
        of(
            t.privacy_trail(),
            t.privacy_trail_data(),
            t.privacy_law_register(),
            t.privacy_operator(),
        ),
    ]
}

fn sections(t: Text, phone: &str) -> Vec<Section> {
    let ask = vec![
        t.privacy_ask_organisation(),
        t.privacy_ask_operator(phone),
        t.privacy_ask_authority(),
    ];
    vec![
        Section::text("kept", t.privacy_kept_title(), t.privacy_kept_text()),
        Section::text("never", t.privacy_never_title(), t.privacy_never_text()),
        Section::text("cookies", t.privacy_cookies_title(), t.privacy_cookies_text()),
        Section::text("rights", t.privacy_rights_title(), t.privacy_rights_text())
            .leading_to(routes::CONSENT_ASK, t.privacy_withdraw_link()),
        Section::list("ask", t.privacy_ask_title(), ask),
    ]
}

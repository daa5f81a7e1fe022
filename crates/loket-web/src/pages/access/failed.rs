//! Why nobody was signed in, and what to do: one page for each cause that its reader can mend, one
//! generic page for every card that was refused.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use loket_domain::Refusal;
use loket_text::Text;
use serde::Deserialize;

use crate::fault::sentences;
use crate::frame::{Frame, html};
use crate::language::Here;
use crate::{WebState, routes};

#[derive(Deserialize)]
pub(crate) struct Why {
    #[serde(default)]
    code: String,
}

#[derive(Template)]
#[template(path = "sign_in_failed.html")]
struct FailedPage {
    frame: Frame,
    title: String,
    what: String,
    next: String,
}

pub(crate) async fn show(
    State(state): State<WebState>,
    here: Here,
    Query(why): Query<Why>,
) -> Response {
    page(&state, &here, &why.code)
}

/// The page again after a choice of language, which keeps paths and no queries.
pub(crate) async fn show_by_path(
    State(state): State<WebState>,
    here: Here,
    Path(code): Path<String>,
) -> Response {
    page(&state, &here, &code)
}

fn page(state: &WebState, here: &Here, code: &str) -> Response {
    let (title, what, next) = words(here.t, code);
    let mut frame = Frame::anonymous(state, here, &title);
    if code.chars().all(|c| c.is_ascii_lowercase() || c == '_') && !code.is_empty() {
        frame.back = format!("{}/{code}", routes::SIGN_IN_FAILED);
    }
    html(&FailedPage { frame, title, what, next })
}

/// The refusals of the office that a card's holder may be told at sign-in.
const TOLD: [Refusal; 9] = [
    Refusal::OtherCard,
    Refusal::StaffUnknown,
    Refusal::RoleMissing,
    Refusal::RoleExpired,
    Refusal::RoleWithdrawn,
    Refusal::AgreementMissing,
    Refusal::AgreementEnded,
    Refusal::AuthorisationMissing,
    Refusal::TrainingExpired,
];

fn words(t: Text, code: &str) -> (String, String, String) {
    if let Some(refusal) = TOLD.into_iter().find(|refusal| refusal.code() == code) {
        return sentences(t, refusal);
    }
    let title = t.sign_in_failed_title();
    match code {
        "no_extension" => (title, t.sign_in_no_extension(), t.sign_in_no_extension_next()),
        "no_app" => (title, t.sign_in_no_app(), t.sign_in_no_app_next()),
        "cancelled" => (title, t.sign_in_cancelled(), t.sign_in_cancelled_next()),
        "timeout" => (title, t.sign_in_timeout(), t.sign_in_timeout_next()),
        "card_removed" => (title, t.sign_in_card_removed(), t.sign_in_card_removed_next()),
        "insecure" => (title, t.sign_in_insecure(), t.sign_in_insecure_next()),
        "revocation" => (title, t.sign_in_revocation(), t.sign_in_revocation_next()),
        "challenge" => (title, t.sign_in_challenge(), t.sign_in_challenge_next()),
        "card" => (title, t.sign_in_card(), t.sign_in_card_next()),
        "federal" => (title, t.sign_in_federal_failed(), t.sign_in_federal_failed_next()),
        _ => (title, t.sign_in_broken(), t.sign_in_broken_next()),
    }
}

#[cfg(test)]
mod tests {
    use loket_domain::Language;

    use super::*;

    #[test]
    fn an_unknown_code_says_nothing_of_itself() {
        let t = Text::new(Language::En);
        let (_, what, _) = words(t, "<script>");
        assert_eq!(what, t.sign_in_broken());
        assert_ne!(words(t, "role_expired").1, words(t, "card").1);
    }

    #[test]
    fn every_code_of_the_script_has_a_page_of_its_own() {
        let script = include_str!("../../../static/card.js");
        let codes: Vec<&str> = script
            .lines()
            .filter_map(|line| line.trim().strip_prefix("['ERR_WEBEID_"))
            .filter_map(|rest| rest.split('\'').nth(2))
            .collect();
        assert!(codes.len() >= 8, "{codes:?}");
        for language in Language::ALL {
            let t = Text::new(language);
            for code in &codes {
                assert_ne!(words(t, code).1, t.sign_in_broken(), "{code} in {language}");
            }
        }
    }
}

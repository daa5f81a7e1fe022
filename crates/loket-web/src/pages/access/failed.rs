//! Why nobody was signed in, and what to do: one page for each cause that its reader can mend, one
//! generic page for every card that was refused.

use askama::Template;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use loket_domain::Refusal;
use loket_text::Text;
use serde::Deserialize;

use crate::WebState;
use crate::fault::sentences;
use crate::frame::{Frame, html};
use crate::language::Here;

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
    let (title, what, next) = words(here.t, &why.code);
    let page = FailedPage { frame: Frame::anonymous(&state, &here, &title), title, what, next };
    (StatusCode::OK, html(&page)).into_response()
}

/// The refusals of the office that a card's holder may be told at sign-in.
const TOLD: [Refusal; 8] = [
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
        _ => (title, t.fault_broken_what(), t.fault_broken_next()),
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
        assert_eq!(what, t.fault_broken_what());
        assert_ne!(words(t, "role_expired").1, words(t, "card").1);
    }
}

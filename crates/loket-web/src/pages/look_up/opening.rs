//! What the three ways of opening a dossier have in common: the reason of the visit, and what is
//! asked when there are unusually many look-ups.

use loket_app::Failure;
use loket_domain::Refusal;
use loket_domain::comparison::Explanation;
use loket_domain::registration::VisitReason;
use loket_domain::ssin::SsinFault;
use loket_text::Text;
use serde::Deserialize;

use crate::fault::sentences;
use crate::frame::Errors;
use crate::pages::identification::choice::{Choice, choices, read_explanation};

/// What every form that opens a dossier has.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Opening {
    /// Code of the reason of the visit.
    pub(crate) reason: String,
    /// Why there are so many look-ups; only asked when there are.
    pub(crate) many: String,
}

impl Opening {
    /// The reasons to choose from.
    pub(crate) fn reasons(&self, t: Text) -> Vec<Choice> {
        let named = VisitReason::ALL.map(|reason| (reason.code(), reason_name(t, reason)));
        choices(named, &self.reason)
    }

    /// Whether the page asks why there are so many look-ups.
    pub(crate) fn asks_why_many(&self, errors: &Errors) -> bool {
        errors.has("many") || !self.many.trim().is_empty()
    }

    /// The reason and the explanation, or what is wrong with them.
    pub(crate) fn read(
        &self,
        t: Text,
        errors: &mut Errors,
    ) -> Option<(VisitReason, Option<Explanation>)> {
        let reason = VisitReason::from_code(&self.reason);
        if reason.is_none() {
            errors.add("reason", t.desk_reason_missing());
        }
        let many = if self.many.trim().is_empty() {
            None
        } else {
            match read_explanation(t, &self.many) {
                Ok(words) => Some(words),
                Err(message) => {
                    errors.add("many", message);
                    return None;
                }
            }
        };
        reason.map(|reason| (reason, many))
    }
}

/// The error at the field, when a dossier may not be opened like this.
pub(crate) fn not_opened(t: Text, failure: &Failure) -> Option<Errors> {
    let at = |field, refusal| {
        let (_, what, next) = sentences(t, refusal);
        Some(Errors::one(field, format!("{what} {next}")))
    };
    match failure {
        Failure::Refused(refusal @ Refusal::OwnNumber) => at("number", *refusal),
        Failure::Refused(refusal @ Refusal::TooManyLookUps) => at("many", *refusal),
        Failure::Refused(refusal @ Refusal::DelayUnexplained) => at("delays", *refusal),
        Failure::Refused(_) | Failure::Broken(_) => None,
    }
}

/// What is wrong with a typed number, and what to do.
pub(crate) fn number_message(t: Text, fault: SsinFault) -> String {
    match fault {
        SsinFault::Length => t.ssin_length(),
        SsinFault::Characters => t.ssin_characters(),
        SsinFault::Month | SsinFault::Day | SsinFault::Counter => t.ssin_parts(),
        SsinFault::CheckDigits => t.ssin_check_digits(),
        SsinFault::Future => t.ssin_future(),
    }
}

/// The reason of a visit in words.
pub(crate) fn reason_name(t: Text, reason: VisitReason) -> String {
    match reason {
        VisitReason::FirstKey => t.reason_first_key(),
        VisitReason::KeyLost => t.reason_key_lost(),
        VisitReason::CardUnusable => t.reason_card_unusable(),
        VisitReason::NoCertificates => t.reason_no_certificates(),
    }
}

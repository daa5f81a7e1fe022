//! Codes of events in words, where a page has words for them already. The code stays beside them, since
//! it is what can be searched for. Kind and field decide together: in one kind a reason is a code, in
//! another what somebody typed, and nobody's words are taken for a code.

use loket_app::commands::withdraw_consent;
use loket_domain::audit::Kinds;
use loket_domain::comparison::{Field, Verdict};
use loket_domain::register::RegisterName;
use loket_domain::{Language, Refusal};
use loket_text::Text;

use super::kinds;
use crate::message_words;
use crate::pages::identification::person::register_name;
use crate::pages::identification::side_by_side;
use crate::refusal_words::sentences;

/// A text of an event: a known code in words with the code behind them, anything else as it stands.
pub(super) fn worded(t: Text, kind: &str, field: &str, code: &str) -> String {
    match words(t, kind, field, code) {
        None => code.to_owned(),
        Some(words) if words == code || code.is_empty() => words,
        Some(words) => format!("{words} ({code})"),
    }
}

fn words(t: Text, kind: &str, field: &str, code: &str) -> Option<String> {
    // Most texts of codes are named after them: `channel-email`, `session-end-role-lost`.
    let of = |family: &str| t.by_id(&format!("{family}-{}", code.replace('_', "-")));
    match (kind, field) {
        (_, "document_kind") => of("document-kind"),
        ("document_recorded", compared) => verdict(t, compared, code),
        (_, "channel" | "code_channel") => of("channel"),
        (_, "claims") => of("claim"),
        (_, "companion") => of("companion"),
        (_, "interpreting") => of("interpreting"),
        (_, "key_kind") => of("key-kind"),
        (_, "level") => of("level"),
        (_, "method") => of("sessions"),
        (_, "role_kind") => of("role"),
        (_, "sex") => of("sex"),
        (_, "state") => of("state"),
        (_, "kinds") => Kinds::read(code).map(|which| kinds::name(t, which)),
        (_, "language") => code.parse::<Language>().ok().map(|it| it.own_name().to_owned()),
        (_, "message_kind") => message_words::known_kind(t, code),
        (_, "procedure") => t.by_id(&format!("procedure-{code}-title")),
        (_, "register" | "registers") => {
            RegisterName::from_code(code).map(|register| register_name(t, register))
        }
        ("registration_opened", "reason")
        | ("register_asked" | "register_searched" | "verification_asked", "purpose") => {
            of("reason")
        }
        ("digital_key_used" | "holder_signed_out", "purpose") => match code {
            "check" => Some(t.audit_purpose_check()),
            "own_keys" => Some(t.audit_purpose_own_keys()),
            "relying_party" => Some(t.audit_purpose_relying_party()),
            _ => None,
        },
        ("session_ended", "reason") => of("session-end"),
        ("delay_explained", "reason") => of("delay"),
        ("letter_printed" | "fraud_reported" | "identification_refused", "reason") => of("refuse"),
        ("registration_withdrawn", "reason") if code == withdraw_consent::END_REASON => {
            Some(t.standing_consent_withdrawn())
        }
        ("registration_withdrawn", "reason") => of("stop"),
        ("command_refused", "refusal") => {
            Refusal::from_code(code).map(|refusal| sentences(t, refusal).0)
        }
        ("difference_explained", "reason") => of("difference"),
        ("difference_explained", "field") => of("audit-field"),
        ("shared_contact_explained", "reason") => of("contact-shared"),
        ("check_recorded" | "second_check_answered", "outcome") => of("outcome"),
        ("person_shown", "fields") => of("shown"),
        ("verification_asked", "shown") => of("verify-kind"),
        ("journal_searched" | "evidence_exported", "by") => of("audit-by"),
        _ => None,
    }
}

/// What came of comparing a field.
fn verdict(t: Text, field: &str, code: &str) -> Option<String> {
    let (field, verdict) = (Field::from_code(field)?, Verdict::from_code(code)?);
    Some(side_by_side::words(t, field, verdict).0)
}

#[cfg(test)]
mod tests {
    use loket_app::commands::view_registration::Page;
    use loket_app::commands::withdraw_registration::StopReason;
    use loket_domain::audit::{Event, EventGroup};
    use loket_domain::caller::{SessionEndReason, SignInMethod};
    use loket_domain::comparison::DifferenceReason;
    use loket_domain::contact::{Channel, SharedReason};
    use loket_domain::document::DocumentKind;
    use loket_domain::key::{AssuranceLevel, KeyKind, KeyPurpose};
    use loket_domain::message::MessageContent;
    use loket_domain::office::RoleKind;
    use loket_domain::person::Sex;
    use loket_domain::procedure::Procedures;
    use loket_domain::registration::{
        Companion, DelayReason, Interpreting, NotIdentifiedReason, StateCode, VisitReason,
    };
    use loket_domain::relying_party::Claim;
    use serde::Serialize;

    use super::*;

    /// Codes as an event has them.
    fn codes<T: Serialize>(all: impl IntoIterator<Item = T>) -> Vec<String> {
        let code = |one: T| serde_json::to_value(one).unwrap().as_str().unwrap().to_owned();
        all.into_iter().map(code).collect()
    }

    fn lists() -> Vec<(&'static str, &'static str, Vec<String>)> {
        let ended = [
            SessionEndReason::EndedElsewhere,
            SessionEndReason::RoleLost,
            SessionEndReason::CardRevoked,
            SessionEndReason::CardUnchecked,
        ];
        let shown = Page::ALL.iter().flat_map(|page| page.fields());
        let outcomes = ["passed", "negative", "explained", "not_applicable"];
        let by = ["person", "officer", "organisation", "registration", "everything"];
        let purposes = [KeyPurpose::Check, KeyPurpose::OwnKeys, KeyPurpose::RelyingParty];
        let channels = [Channel::Email, Channel::Sms, Channel::Paper];
        let methods = [SignInMethod::WebEid, SignInMethod::MutualTls, SignInMethod::Federal];
        let procedures = Procedures::shipped().unwrap();
        let refusals = Refusal::ALL.iter().map(|refusal| refusal.code());
        let procedures = procedures.all().iter().map(|procedure| procedure.id.to_string());
        vec![
            ("contact_code_sent", "channel", codes(channels)),
            ("invitation_issued", "code_channel", codes(channels)),
            ("claims_agreed", "claims", codes(Claim::ALL)),
            ("circumstances_noted", "companion", codes(Companion::ALL)),
            ("circumstances_noted", "interpreting", codes(Interpreting::ALL)),
            ("digital_key_used", "key_kind", codes([KeyKind::Passkey, KeyKind::PasswordAndApp])),
            ("digital_key_used", "level", codes(AssuranceLevel::ALL)),
            ("digital_key_used", "purpose", codes(purposes)),
            ("holder_signed_out", "purpose", codes(purposes)),
            ("signed_in", "method", codes(methods)),
            ("role_granted", "role_kind", codes(RoleKind::ALL)),
            ("registration_expired", "state", codes(StateCode::ALL)),
            ("journal_searched", "kinds", codes(EventGroup::ALL)),
            ("journal_searched", "by", codes(by)),
            ("evidence_exported", "by", codes(by)),
            ("letter_printed", "language", codes(Language::ALL)),
            ("message_delayed", "message_kind", codes(MessageContent::KINDS)),
            ("procedure_chosen", "procedure", procedures.collect()),
            ("command_refused", "refusal", codes(refusals)),
            ("authorisation_ended", "register", codes(RegisterName::ALL)),
            ("register_asked", "registers", codes(RegisterName::ALL)),
            ("register_asked", "purpose", codes(VisitReason::ALL)),
            ("register_searched", "purpose", codes(VisitReason::ALL)),
            ("verification_asked", "purpose", codes(VisitReason::ALL)),
            ("verification_asked", "shown", codes(["card", "holder"])),
            ("registration_opened", "reason", codes(VisitReason::ALL)),
            ("session_ended", "reason", codes(ended)),
            ("delay_explained", "reason", codes(DelayReason::ALL)),
            ("letter_printed", "reason", codes(NotIdentifiedReason::ALL)),
            ("fraud_reported", "reason", codes(NotIdentifiedReason::ALL)),
            ("identification_refused", "reason", codes(NotIdentifiedReason::ALL)),
            ("registration_withdrawn", "reason", codes(StopReason::ALL)),
            ("registration_withdrawn", "reason", codes([withdraw_consent::END_REASON])),
            ("difference_explained", "reason", codes(DifferenceReason::ALL)),
            ("difference_explained", "field", codes(Field::ALL)),
            ("shared_contact_explained", "reason", codes(SharedReason::ALL)),
            ("check_recorded", "outcome", codes(outcomes)),
            ("second_check_answered", "outcome", codes(outcomes)),
            ("person_shown", "fields", codes(shown)),
            ("document_recorded", "document_kind", codes(DocumentKind::ALL)),
        ]
    }

    #[test]
    fn every_code_of_a_closed_list_has_words_in_every_language() {
        for (kind, field, codes) in lists() {
            let mut kinds = Event::KINDS.iter();
            let known = kinds.any(|(name, _, fields)| {
                *name == kind && fields.iter().any(|(name, ..)| *name == field)
            });
            assert!(known, "{kind} has no {field}");
            for language in Language::ALL {
                for code in &codes {
                    let said = words(Text::new(language), kind, field, code);
                    assert!(said.is_some(), "{language}: {field} {code} of {kind}");
                }
            }
        }
    }

    #[test]
    fn what_stands_within_a_field_has_words_too() {
        for language in Language::ALL {
            let t = Text::new(language);
            for code in codes([Sex::Female, Sex::Male, Sex::Unknown]) {
                assert!(words(t, "register_searched", "sex", &code).is_some(), "{code}");
            }
            for field in Field::ALL {
                for verdict in Verdict::ALL {
                    let said = words(t, "document_recorded", field.code(), verdict.code());
                    assert!(said.is_some_and(|said| !said.is_empty()), "{field:?} {verdict:?}");
                }
            }
        }
    }

    #[test]
    fn the_code_stands_behind_its_words() {
        let said = |kind, field, code| worded(Text::new(Language::En), kind, field, code);
        assert_eq!(said("contact_code_sent", "channel", "email"), "e-mail (email)");
        assert_eq!(said("terms_accepted", "language", "nl"), "Nederlands (nl)");
        assert_eq!(said("document_recorded", "valid_until", "different"), "expired (different)");
        // Not twice the same, and nothing in brackets where all kinds were asked for.
        assert_eq!(said("person_shown", "fields", "sex"), "sex");
        assert_eq!(said("journal_searched", "kinds", ""), "Every kind");
    }

    #[test]
    fn what_somebody_typed_is_never_taken_for_a_code() {
        let said = |kind, field, code| worded(Text::new(Language::En), kind, field, code);
        assert_eq!(said("agreement_ended", "reason", "forgotten"), "forgotten");
        assert_eq!(said("journal_searched", "purpose", "first_key"), "first_key");
        assert_eq!(said("digital_key_named", "name", "sms"), "sms");
        // A code of another version of the program.
        assert_eq!(said("contact_code_sent", "channel", "pigeon"), "pigeon");
        assert_eq!(said("message_delayed", "message_kind", "pigeon"), "pigeon");
    }
}

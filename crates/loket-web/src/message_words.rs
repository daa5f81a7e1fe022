//! Messages in words: what they are, how they travel, why one did not arrive. Nothing of the person
//! and nothing that a relay said: its code is what is kept.

use loket_app::tables::outbox::MessageState;
use loket_domain::contact::Channel;
use loket_text::Text;

/// What a message is, by the stable code of its kind; one of another version of the program is its code.
pub(crate) fn kind_name(t: Text, kind: &str) -> String {
    known_kind(t, kind).unwrap_or_else(|| kind.to_owned())
}

/// The same for a kind that is known.
pub(crate) fn known_kind(t: Text, kind: &str) -> Option<String> {
    Some(match kind {
        "contact_code" => t.message_contact_code(),
        "contact_link" => t.message_contact_link(),
        "consent_link" => t.message_consent_link(),
        "consent_withdrawn" => t.message_consent_withdrawn(),
        "activation_link" => t.message_activation_link(),
        "activation_code" => t.message_activation_code(),
        "key_created" => t.message_key_created(),
        "key_added" | "key_withdrawn" | "key_ends" | "key_codes_refused" | "key_closed"
        | "key_recovered" => t.message_key_news(),
        _ => return None,
    })
}

/// How it travels.
pub(crate) fn channel_name(t: Text, channel: Channel) -> String {
    match channel {
        Channel::Email => t.channel_email(),
        Channel::Sms => t.channel_sms(),
        Channel::Paper => t.channel_paper(),
    }
}

/// Why it did not arrive and what to do, by the code of the cause and what became of the message.
pub(crate) fn cause_name(t: Text, cause: &str, state: MessageState, set_apart: bool) -> String {
    match cause {
        _ if set_apart => t.cause_set_apart(),
        "out_of_time" => t.cause_out_of_time(),
        "invitation_over" => t.cause_invitation_over(),
        "registration_over" => t.cause_registration_over(),
        "contact_changed" => t.cause_contact_changed(),
        "agreement_ended" => t.cause_agreement_ended(),
        "role_ended" => t.cause_role_ended(),
        "operator" => t.cause_operator(),
        // Whatever else gave it up came from the other side: an address or number that is wrong.
        _ if state == MessageState::Failed => t.cause_address(),
        later if later.starts_with("smtp_4") && later != "smtp_421" => t.cause_later(),
        "gateway_later" => t.cause_later(),
        later if later.starts_with("smpp_") && later != "smpp_throttled" => t.cause_later(),
        _ => t.cause_service(),
    }
}

#[cfg(test)]
mod tests {
    use loket_domain::Language;

    use super::*;

    #[test]
    fn each_cause_says_what_to_do_and_none_blames_the_person_for_the_service() {
        let t = Text::new(Language::En);
        let waits = |cause| cause_name(t, cause, MessageState::Waiting, false);
        let failed = |cause| cause_name(t, cause, MessageState::Failed, false);
        assert_eq!(failed("smtp_550"), t.cause_address());
        assert_eq!(failed("bounced_5.1.1"), t.cause_address());
        assert_eq!(failed("operator"), t.cause_operator());
        assert_eq!(waits("smtp_451"), t.cause_later());
        assert_eq!(waits("smtp_421"), t.cause_service());
        assert_eq!(waits("http_503"), t.cause_service());
        let dropped = cause_name(t, "role_ended", MessageState::Dropped, false);
        assert_eq!(dropped, t.cause_role_ended());
        // It is not tried by itself any more, whatever went wrong last.
        let stopped = cause_name(t, "smtp_451", MessageState::Waiting, true);
        assert_eq!(stopped, t.cause_set_apart());
    }
}

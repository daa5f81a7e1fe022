//! What an auditor asks of the journal: about whom or what, which kinds of events, in which period.

use serde::{Deserialize, Serialize};

use super::Event;
use crate::id::{OrganisationId, PersonId, RegistrationId, StaffId};
use crate::time::Timestamp;

/// What an event is found by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum About {
    /// The person at the counter.
    Person(PersonId),
    /// The member of staff who acted.
    Officer(StaffId),
    /// The organisation for which somebody acted.
    Organisation(OrganisationId),
    /// The registration.
    Registration(RegistrationId),
}

impl About {
    /// Stable code of the way of asking, as stored with the query.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Person(_) => "person",
            Self::Officer(_) => "officer",
            Self::Organisation(_) => "organisation",
            Self::Registration(_) => "registration",
        }
    }

    /// Our own identifier, as it stands in the events.
    pub fn id(self) -> String {
        match self {
            Self::Person(id) => id.to_string(),
            Self::Officer(id) => id.to_string(),
            Self::Organisation(id) => id.to_string(),
            Self::Registration(id) => id.to_string(),
        }
    }

    /// Reads code and identifier.
    pub fn read(code: &str, id: &str) -> Option<Self> {
        match code {
            "person" => id.parse().ok().map(Self::Person),
            "officer" => id.parse().ok().map(Self::Officer),
            "organisation" => id.parse().ok().map(Self::Organisation),
            "registration" => id.parse().ok().map(Self::Registration),
            _ => None,
        }
    }
}

/// Kinds of events that are asked for together. Each kind belongs to one group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EventGroup {
    /// Who asked the registers, and what was shown to whom.
    LookUps,
    /// The visit, its identification and its end.
    Identification,
    /// Consent, addresses and numbers.
    Contact,
    /// Link and code.
    Invitation,
    /// Digital keys.
    Keys,
    /// Signing in at relying parties.
    Services,
    /// Messages on their way.
    Messages,
    /// Sessions of staff, and what was refused to them.
    Sessions,
    /// Organisations, agreements, authorisations and roles.
    Office,
    /// Who looked at the journal, its checks, and the servers.
    Oversight,
}

impl EventGroup {
    /// Every group, in the order of a visit.
    pub const ALL: [Self; 10] = [
        Self::LookUps,
        Self::Identification,
        Self::Contact,
        Self::Invitation,
        Self::Keys,
        Self::Services,
        Self::Messages,
        Self::Sessions,
        Self::Office,
        Self::Oversight,
    ];

    /// Stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::LookUps => "look_ups",
            Self::Identification => "identification",
            Self::Contact => "contact",
            Self::Invitation => "invitation",
            Self::Keys => "keys",
            Self::Services => "services",
            Self::Messages => "messages",
            Self::Sessions => "sessions",
            Self::Office => "office",
            Self::Oversight => "oversight",
        }
    }

    /// The kinds of events in it.
    #[rustfmt::skip]
    pub const fn kinds(self) -> &'static [&'static str] {
        match self {
            Self::LookUps => &[
                "register_asked", "register_answered", "register_searched", "search_answered",
                "hit_chosen", "verification_asked", "verification_answered", "inscription_asked",
                "inscription_answered", "release_asked", "release_answered", "own_entry_left_out",
                "many_look_ups_explained", "replacement_followed", "person_shown",
                "registration_viewed", "claims_released",
            ],
            Self::Identification => &[
                "registration_opened", "delay_explained", "registration_handed_over",
                "circumstances_noted", "second_officer_called", "second_check_taken",
                "second_check_answered", "letter_printed", "fraud_reported", "procedure_chosen",
                "document_recorded", "difference_explained", "check_recorded", "person_identified",
                "identification_refused", "registration_withdrawn", "registration_expired",
                "person_seen_again", "screen_turned",
            ],
            Self::Contact => &[
                "consent_given", "consent_withdrawn", "consent_link_sent",
                "shared_contact_explained", "contact_point_entered", "contact_code_sent",
                "contact_link_sent", "contact_code_refused", "contact_point_confirmed",
            ],
            Self::Invitation => &[
                "invitation_issued", "activation_code_resent", "slip_printed",
                "invitation_cancelled", "invitation_called_back", "activation_code_accepted",
                "activation_code_refused", "invitation_locked",
            ],
            Self::Keys => &[
                "digital_key_created", "digital_key_used", "digital_key_added",
                "digital_key_named", "digital_key_withdrawn", "digital_keys_withdrawn",
                "digital_key_code_refused", "digital_key_closed", "digital_key_end_told",
                "keys_viewed", "holder_signed_out", "password_chosen", "recovery_codes_made", "recovery_code_used",
                "key_handed_over", "key_hand_over_delayed", "key_hand_over_set_apart",
                "key_hand_over_settled", "signing_key_made",
            ],
            Self::Services => &[
                "relying_party_registered", "relying_party_ended", "claims_agreed",
                "claims_withdrawn", "services_viewed", "sign_in_granted", "sign_in_exchanged",
                "sign_in_revoked",
            ],
            Self::Messages => &[
                "message_handed_over", "message_delayed", "message_failed", "message_set_apart",
                "message_taken_up_again", "message_dropped", "message_delivered", "set_apart_read",
            ],
            Self::Sessions => &[
                "signed_in", "signed_out", "session_ended", "card_shown_again", "cards_refused",
                "terms_accepted", "command_refused",
            ],
            Self::Office => &[
                "organisation_created", "agreement_recorded", "agreement_ended",
                "authorisation_recorded", "authorisation_ended", "role_granted", "role_withdrawn",
                "procedure_allowed",
            ],
            Self::Oversight => &[
                "fraud_reports_read", "review_read", "registration_reconstructed",
                "journal_searched", "sessions_searched", "evidence_exported", "audit_origin_begun",
                "audit_log_checked", "audit_log_purged", "audit_hold_placed", "audit_hold_lifted",
                "audit_hold_exported", "audit_log_state_read", "server_started", "configuration_changed", "server_stopped",
            ],
        }
    }
}

/// Which kinds are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kinds {
    /// Every one.
    #[default]
    All,
    /// Those of a group.
    Group(EventGroup),
    /// One.
    One(&'static str),
}

impl Kinds {
    /// Reads the code of a group or of a kind; nothing stands for all.
    pub fn read(code: &str) -> Option<Self> {
        if code.is_empty() {
            return Some(Self::All);
        }
        let group = EventGroup::ALL.into_iter().find(|group| group.code() == code);
        let kind = Event::KINDS.iter().map(|(kind, ..)| *kind).find(|kind| *kind == code);
        group.map(Self::Group).or(kind.map(Self::One))
    }

    /// The code that [`Kinds::read`] reads.
    pub const fn code(self) -> &'static str {
        match self {
            Self::All => "",
            Self::Group(group) => group.code(),
            Self::One(kind) => kind,
        }
    }

    /// The kinds; none stands for all.
    pub fn list(self) -> Vec<&'static str> {
        match self {
            Self::All => Vec::new(),
            Self::Group(group) => group.kinds().to_vec(),
            Self::One(kind) => vec![kind],
        }
    }
}

/// A question to the journal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Search {
    /// About whom or what; `None` for everything.
    pub about: Option<About>,
    /// Which kinds.
    pub kinds: Kinds,
    /// From this moment on.
    pub from: Option<Timestamp>,
    /// Before this moment.
    pub until: Option<Timestamp>,
}

/// Where a page of events ended: the next one begins behind it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Place {
    /// Time of the last event.
    pub at: Timestamp,
    /// Its place in the journal, for events of one moment.
    pub sequence: u64,
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn every_kind_belongs_to_one_group_and_no_group_has_another() {
        let mut grouped: Vec<&str> =
            EventGroup::ALL.iter().flat_map(|group| group.kinds()).copied().collect();
        let mut kinds: Vec<&str> = Event::KINDS.iter().map(|(kind, ..)| *kind).collect();
        grouped.sort_unstable();
        kinds.sort_unstable();
        assert_eq!(grouped, kinds, "put a new kind into one group of search.rs");
    }

    #[test]
    fn what_is_chosen_reads_back_and_codes_are_told_apart() {
        for group in EventGroup::ALL {
            assert_eq!(Kinds::read(group.code()), Some(Kinds::Group(group)));
            assert!(Event::KINDS.iter().all(|(kind, ..)| *kind != group.code()));
        }
        for (kind, ..) in Event::KINDS {
            assert_eq!(Kinds::read(kind).map(Kinds::code), Some(*kind));
        }
        assert_eq!(Kinds::read(""), Some(Kinds::All));
        assert_eq!(Kinds::read("looked_at"), None);
    }

    #[test]
    fn about_reads_back() {
        let id = Uuid::from_u128(7);
        for about in [
            About::Person(id.into()),
            About::Officer(id.into()),
            About::Organisation(id.into()),
            About::Registration(id.into()),
        ] {
            assert_eq!(About::read(about.code(), &about.id()), Some(about));
        }
        assert_eq!(About::read("session", &id.to_string()), None);
        assert_eq!(About::read("person", "85073003328"), None);
    }
}

//! The audit trail's words: the closed list of event kinds, each with its fields, each field plain
//! (ids, codes, times) or personal. Personal fields are stored sealed (DESIGN section 7).

mod event;
mod search;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

pub use event::Event;
pub use search::{About, EventGroup, Kinds, Place, Search};

use crate::caller::Door;
use crate::id::{
    ContactPointId, EventId, InvitationId, KeyId, OrganisationId, PersonId, RegistrationId,
    RelyingPartyId, RequestId, SessionId, StaffId,
};
use crate::time::Timestamp;

/// The fields of an event, apart by class.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Fields {
    /// Ids, codes, times.
    pub plain: Map<String, Value>,
    /// Personal data: only ever stored sealed.
    pub personal: Map<String, Value>,
}

/// The stored event cannot be read as one of the known kinds.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("an event of kind {0} cannot be read")]
pub struct UnreadableEvent(pub String);

impl Event {
    /// Splits the fields by class.
    pub fn fields(&self) -> Fields {
        let Ok(Value::Object(mut all)) = serde_json::to_value(self) else {
            return Fields::default();
        };
        all.remove("kind");
        let personal = self.personal_fields();
        let (mut plain, mut sealed) = (Map::new(), Map::new());
        for (name, value) in all {
            let side = if personal.contains(&name.as_str()) { &mut sealed } else { &mut plain };
            side.insert(name, value);
        }
        Fields { plain, personal: sealed }
    }

    /// Rebuilds an event from its kind and fields.
    pub fn from_fields(kind: &str, fields: Fields) -> Result<Self, UnreadableEvent> {
        let mut all = fields.plain;
        all.extend(fields.personal);
        all.insert("kind".to_owned(), Value::String(kind.to_owned()));
        serde_json::from_value(Value::Object(all)).map_err(|_| UnreadableEvent(kind.to_owned()))
    }
}

/// Who caused an event, as kept with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "who", rename_all = "snake_case")]
pub enum Actor {
    /// Staff in a session.
    Staff {
        /// Who.
        staff: StaffId,
        /// For which organisation.
        organisation: OrganisationId,
        /// In which session.
        session: SessionId,
    },
    /// A proved card without a session.
    Card,
    /// The person with an activation link.
    Applicant {
        /// The invitation.
        invitation: InvitationId,
    },
    /// Somebody who opened a link that was mailed to a contact point.
    AddressHolder {
        /// The contact point.
        contact_point: ContactPointId,
    },
    /// The person with a key.
    KeyHolder {
        /// Whose.
        person: PersonId,
        /// Which.
        key: KeyId,
    },
    /// The server of a relying party.
    RelyingParty {
        /// Which.
        relying_party: RelyingPartyId,
    },
    /// The operator at the command line.
    Operator {
        /// Account of the operating system.
        account: String,
    },
    /// A job of the program.
    Job {
        /// Its name.
        name: String,
    },
}

impl Actor {
    /// Stable code of the kind of actor, as stored.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Staff { .. } => "staff",
            Self::Card => "card",
            Self::Applicant { .. } => "applicant",
            Self::AddressHolder { .. } => "address_holder",
            Self::KeyHolder { .. } => "key_holder",
            Self::RelyingParty { .. } => "relying_party",
            Self::Operator { .. } => "operator",
            Self::Job { .. } => "job",
        }
    }
}

/// Whether the act happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It happened.
    Done,
    /// It was refused; nothing changed.
    Refused,
}

/// An event as read back from the trail.
#[derive(Debug, Clone, PartialEq)]
pub struct JournalEntry {
    /// Place in the trail, from 0, without gaps.
    pub sequence: u64,
    /// Its id.
    pub id: EventId,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub actor: Actor,
    /// Through which door.
    pub door: Door,
    /// On which server.
    pub node: String,
    /// From which network address, when the caller was on a network.
    pub address: Option<String>,
    /// On which registration.
    pub registration: Option<RegistrationId>,
    /// On which person.
    pub person: Option<PersonId>,
    /// The wish it answers.
    pub request: Option<RequestId>,
    /// What.
    pub event: Event,
}

#[cfg(test)]
mod tests;

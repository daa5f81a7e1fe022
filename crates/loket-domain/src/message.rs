//! What messages say, before they are worded. Kept sealed in the outbox until handed over.

use serde::{Deserialize, Serialize};

use crate::contact::Destination;
use crate::id::MessageId;
use crate::language::Language;
use crate::port::OutgoingMessage;
use crate::time::{Day, Timestamp};

/// The content of one message. Never a personal number, a birth date or a name (requirement M-01).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum MessageContent {
    /// The short code that confirms an address; six digits.
    ContactCode {
        /// The digits.
        code: String,
        /// Until when it works.
        until: Timestamp,
        /// Whose counter.
        organisation: String,
    },
    /// The link that confirms an address, by e-mail only; never beside a code.
    ContactLink {
        /// The whole address with its token.
        link: String,
        /// Until when it works.
        until: Timestamp,
        /// Whose counter.
        organisation: String,
    },
    /// The link by which consent can be withdrawn, by e-mail only.
    ConsentLink {
        /// The whole address with its token.
        link: String,
        /// Until when it works.
        until: Timestamp,
    },
    /// The last message to an address: consent was withdrawn and the address erased.
    ConsentWithdrawn {
        /// When.
        at: Timestamp,
    },
    /// The activation link, by e-mail only.
    ActivationLink {
        /// The whole address with its token.
        link: String,
        /// Until when it works.
        until: Timestamp,
        /// Whose counter.
        organisation: String,
        /// Day of the visit.
        visit: Day,
        /// Whether the code comes by SMS (else it was printed at the counter).
        code_by_sms: bool,
    },
    /// The activation code, by SMS only.
    ActivationCode {
        /// The code, grouped for reading.
        code: String,
        /// Until when it works.
        until: Timestamp,
    },
    /// A key was made: told to the holder on the validated address (requirements ID-26, AU-17).
    KeyCreated {
        /// When.
        at: Timestamp,
    },
    /// Something else happened to the holder's keys, told in the same way.
    KeyNews {
        /// What.
        news: KeyNews,
        /// When; for a coming end, when that is.
        at: Timestamp,
    },
}

/// What a holder is told of the own keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyNews {
    /// A further key was made.
    Added,
    /// A key was withdrawn.
    Withdrawn,
    /// A key will end.
    Ends,
    /// Wrong codes were typed beside the right password: somebody may know it.
    CodesRefused,
    /// A key was closed: somebody knows the password.
    Closed,
    /// A recovery code was used.
    Recovered,
}

impl std::fmt::Debug for MessageContent {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "MessageContent({})", self.kind())
    }
}

impl MessageContent {
    /// Every code of [`MessageContent::kind`].
    pub const KINDS: [&str; 13] = [
        "contact_code",
        "contact_link",
        "consent_link",
        "consent_withdrawn",
        "activation_link",
        "activation_code",
        "key_created",
        "key_added",
        "key_withdrawn",
        "key_ends",
        "key_codes_refused",
        "key_closed",
        "key_recovered",
    ];

    /// Stable code of the kind, as stored beside the sealed content.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::ContactCode { .. } => "contact_code",
            Self::ContactLink { .. } => "contact_link",
            Self::ConsentLink { .. } => "consent_link",
            Self::ConsentWithdrawn { .. } => "consent_withdrawn",
            Self::ActivationLink { .. } => "activation_link",
            Self::ActivationCode { .. } => "activation_code",
            Self::KeyCreated { .. } => "key_created",
            Self::KeyNews { news, .. } => match news {
                KeyNews::Added => "key_added",
                KeyNews::Withdrawn => "key_withdrawn",
                KeyNews::Ends => "key_ends",
                KeyNews::CodesRefused => "key_codes_refused",
                KeyNews::Closed => "key_closed",
                KeyNews::Recovered => "key_recovered",
            },
        }
    }

    /// What must still hold when it is sent, beside its own time.
    pub const fn needs(&self) -> Needs {
        match self {
            Self::ContactCode { .. } | Self::ContactLink { .. } => Needs::OpenVisit,
            Self::ActivationLink { .. } | Self::ActivationCode { .. } => Needs::OpenInvitation,
            // A withdrawal takes the address away, and with it what waits for it.
            Self::KeyCreated { .. }
            | Self::KeyNews { .. }
            | Self::ConsentLink { .. }
            | Self::ConsentWithdrawn { .. } => Needs::Nothing,
        }
    }
}

/// What must hold when a message is sent, looked at again then (SEED-83).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needs {
    /// The visit goes on, the address is the one that was entered, agreement and role of the officer
    /// are in force.
    OpenVisit,
    /// The identification stands, the invitation is open, the address is confirmed, agreement and
    /// role of the officer are in force.
    OpenInvitation,
    /// Nothing: it tells the person of something that has happened, whatever became of the rest.
    Nothing,
}

/// A message as it waits in the outbox.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueuedMessage {
    /// Where to.
    pub to: Destination,
    /// In which language.
    pub language: Language,
    /// What it says.
    pub content: MessageContent,
}

/// Puts a message into words, in the person's language.
pub trait Wording: Send + Sync + 'static {
    /// The message ready to go.
    fn word(&self, id: MessageId, message: &QueuedMessage) -> OutgoingMessage;
}

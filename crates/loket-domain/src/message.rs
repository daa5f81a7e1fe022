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
}

impl std::fmt::Debug for MessageContent {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "MessageContent({})", self.kind())
    }
}

impl MessageContent {
    /// Stable code of the kind, as stored beside the sealed content.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::ContactCode { .. } => "contact_code",
            Self::ActivationLink { .. } => "activation_link",
            Self::ActivationCode { .. } => "activation_code",
            Self::KeyCreated { .. } => "key_created",
        }
    }
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

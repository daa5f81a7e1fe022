//! Contact points: the e-mail address and the mobile number that a person gives with consent
//! (SEED-56), where each may go, and why one address may serve several persons.

mod email;
mod mobile;

use serde::{Deserialize, Serialize};

pub use email::EmailAddress;
pub use mobile::MobileNumber;

use crate::id::ContactPointId;

/// How a message travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// Electronic mail.
    Email,
    /// Short message to a mobile telephone.
    Sms,
    /// Printed at the counter and handed over.
    Paper,
}

impl Channel {
    /// Stable code, as stored.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Sms => "sms",
            Self::Paper => "paper",
        }
    }
    /// Reads the stable code.
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Email, Self::Sms, Self::Paper].into_iter().find(|c| c.code() == code)
    }
}

/// Why a typed e-mail address or telephone number cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ContactFault {
    /// Not the form of an e-mail address.
    #[error("not an e-mail address")]
    EmailForm,
    /// The part before the `@` has letters that most mail servers refuse (RFC 6531).
    #[error("letters before the @ that mail servers refuse")]
    EmailLocalPart,
    /// Longer than mail servers take (RFC 5321 section 4.5.3.1).
    #[error("an e-mail address that is too long")]
    EmailLength,
    /// Not a telephone number of any country.
    #[error("not a telephone number")]
    NumberForm,
    /// A land line, which receives no messages.
    #[error("not a mobile number")]
    NotMobile,
    /// A number of a service, free or at a charge, which receives no messages.
    #[error("a service number")]
    ServiceNumber,
}

/// Where a message goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "channel", content = "to", rename_all = "snake_case")]
pub enum Destination {
    /// An e-mail address.
    Email(EmailAddress),
    /// A mobile number.
    Sms(MobileNumber),
}

impl Destination {
    /// The channel.
    pub const fn channel(&self) -> Channel {
        match self {
            Self::Email(_) => Channel::Email,
            Self::Sms(_) => Channel::Sms,
        }
    }
    /// Enough to recognise it, no more.
    pub fn masked(&self) -> String {
        match self {
            Self::Email(address) => address.masked(),
            Self::Sms(number) => format!("…{}", number.last_two()),
        }
    }
}

/// A confirmed contact point: the only kind of destination that an invitation accepts (SEED-19).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConfirmedContact<T> {
    /// Its row.
    pub id: ContactPointId,
    /// The address or number.
    pub destination: T,
}

/// Why one address or number serves several persons. Many persons behind one address are a helper
/// or a fraud: who enters it says which, and the reviewer sees it (requirement ID-22).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SharedReason {
    /// They live together.
    Household,
    /// A relative, friend or guardian reads the messages with the person.
    Helper,
    /// An institution where the person lives or is cared for.
    Institution,
}

impl SharedReason {
    /// All reasons, in the order in which the page offers them.
    pub const ALL: [Self; 3] = [Self::Household, Self::Helper, Self::Institution];
    /// Stable code, as stored.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Household => "household",
            Self::Helper => "helper",
            Self::Institution => "institution",
        }
    }
    /// Reads the stable code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.code() == code)
    }
}

//! The registers: what may be asked and what can come back (DESIGN section 5).

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::id::{OrganisationId, QuestionId, RegistrationId, StaffId};
use crate::person::RegisterPerson;
use crate::port::Answer;
use crate::ssin::Ssin;

/// Which register.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RegisterName {
    /// The National Register of natural persons.
    NationalRegister,
    /// The BIS register of the Crossroads Bank for Social Security.
    BisRegister,
}

impl RegisterName {
    /// Both, in the order in which they are asked.
    pub const ALL: [Self; 2] = [Self::NationalRegister, Self::BisRegister];

    /// Stable code, as stored.
    pub const fn code(self) -> &'static str {
        match self {
            Self::NationalRegister => "national_register",
            Self::BisRegister => "bis_register",
        }
    }
    /// Reads the stable code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|r| r.code() == code)
    }
}

/// A ticket that identifies one exchange at a register; stored beside ours in the event.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ticket(String);

impl Ticket {
    /// At most 64 printable characters; anything else is cut out.
    pub fn new(text: &str) -> Self {
        Self(text.chars().filter(char::is_ascii_graphic).take(64).collect())
    }
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Ticket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// One question by number: who asks, for whom, why, and for what right.
#[derive(Debug, Clone)]
pub struct Question {
    /// Our ticket.
    pub id: QuestionId,
    /// The open registration that is the purpose (SEED-39).
    pub registration: RegistrationId,
    /// The officer who asks.
    pub officer: StaffId,
    /// The organisation on whose behalf.
    pub organisation: OrganisationId,
    /// Its enterprise number, ten digits.
    pub enterprise_number: String,
    /// The registers that its authorisations open (SEED-85, SEED-86), in the order of asking.
    pub registers: Vec<RegisterName>,
    /// The number asked for.
    pub ssin: Ssin,
}

/// What came back. Each has its own sentence in four languages and its own event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum RegisterOutcome {
    /// The person; `incomplete` when the register itself says that data is missing.
    Found {
        /// The person, reduced to the allowed data.
        person: Box<RegisterPerson>,
        /// The register marked its answer as incomplete.
        incomplete: bool,
    },
    /// No register that was asked knows the number.
    Unknown,
    /// The number was replaced; followed only when the officer confirms.
    Replaced {
        /// The number that took its place.
        by: Ssin,
    },
    /// The number was cancelled.
    Cancelled,
    /// The organisation is not inscribed for this person.
    NotInscribed,
    /// Not allowed for this legal context.
    NotAllowed,
    /// The register does not answer or is closed.
    Down,
    /// The register answered something that cannot be read or is about another person.
    Unreadable,
}

impl RegisterOutcome {
    /// Stable code, as stored in events.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Found { incomplete: false, .. } => "found",
            Self::Found { incomplete: true, .. } => "found_incomplete",
            Self::Unknown => "unknown",
            Self::Replaced { .. } => "replaced",
            Self::Cancelled => "cancelled",
            Self::NotInscribed => "not_inscribed",
            Self::NotAllowed => "not_allowed",
            Self::Down => "down",
            Self::Unreadable => "unreadable",
        }
    }
}

/// The register's answer with what the trail needs of the exchange.
#[derive(Debug, Clone)]
pub struct RegisterAnswer {
    /// What came back.
    pub outcome: RegisterOutcome,
    /// The register that gave the deciding answer, when one did.
    pub register: Option<RegisterName>,
    /// The register's own ticket, when it gave one.
    pub ticket: Option<Ticket>,
}

/// A client of the registers. Implementations never cache personal data, answer within their
/// deadline (3 s by default, one retry included), and turn every failure into an outcome.
pub trait PersonRegister: Send + Sync + 'static {
    /// Asks for one person by number: the registers in their order, until one knows the number.
    fn get<'a>(&'a self, question: &'a Question) -> Answer<'a, RegisterAnswer>;
    /// Whether the register service answers at all, for readiness and the status page.
    fn reachable(&self) -> Answer<'_, bool>;
}

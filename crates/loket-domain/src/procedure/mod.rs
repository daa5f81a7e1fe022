//! Identification procedures: which documents are accepted, which checks are made in which order,
//! what is recorded of each and what a negative answer does (SEED-16). They are versioned data;
//! this module reads and checks them and says whether the outcomes of a visit allow a decision.
//!
//! What a procedure may record is a closed list without images of a document or a face, so that
//! none can ask for them.

mod coherence;
mod confirmation;
mod outcome;
mod parse;
mod readiness;
mod schema;
mod shipped;
#[cfg(test)]
mod tests;

use std::fmt;

use serde::{Deserialize, Serialize};

pub use confirmation::{Confirms, Found, PointFound, Points, PointsFault};
pub use outcome::{CheckOutcome, ExternalAnswer, ExternalResult, Outcome};
pub use parse::{ProcedureFault, What, line_of};
pub use readiness::{
    Missing, is_called_for, may_be_identified, next_check, ready_to_decide, record,
    stopped_for_good,
};
pub use schema::schema;
pub use shipped::Procedures;

use crate::document::DocumentKind;
use crate::key::AssuranceLevel;
use crate::time::Day;

/// Name of a procedure or of a check: 1 to 60 small letters, digits and hyphens.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Name(String);

/// The text is not such a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not 1 to 60 small letters, digits and hyphens")]
pub struct NotAName;

impl Name {
    /// Checks the characters; the first is a letter, the last no hyphen.
    pub fn new(text: &str) -> Result<Self, NotAName> {
        let inside = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        let good = (1..=60).contains(&text.len())
            && text.starts_with(|c: char| c.is_ascii_lowercase())
            && !text.ends_with('-')
            && text.chars().all(inside);
        if good { Ok(Self(text.to_owned())) } else { Err(NotAName) }
    }
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.0)
    }
}

impl TryFrom<String> for Name {
    type Error = NotAName;
    fn try_from(text: String) -> Result<Self, NotAName> {
        Self::new(&text)
    }
}

impl From<Name> for String {
    fn from(name: Name) -> Self {
        name.0
    }
}

/// What a check is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CheckKind {
    /// Kind, issuer, number and validity of the document are recorded and accepted.
    Document,
    /// The zone is read and its check digits hold, or what was typed over is held against the
    /// print; not applicable to a document without either.
    Mrz,
    /// Register and document are compared field by field.
    Compare,
    /// The officer confirms what only a person can see.
    Confirm,
    /// A service outside is asked, and its answer and time are recorded.
    External,
    /// Another officer confirms.
    SecondOfficer,
}

impl CheckKind {
    /// Stable code, as written in procedures.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Document => "document",
            Self::Mrz => "mrz",
            Self::Compare => "compare",
            Self::Confirm => "confirm",
            Self::External => "external",
            Self::SecondOfficer => "second_officer",
        }
    }
}

/// What a negative answer does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnNegative {
    /// The person cannot be identified by this procedure.
    Stop,
    /// The officer may go on with an explanation.
    Explain,
    /// Another officer must confirm in a later check.
    SecondOfficer,
}

/// What is recorded of a check, beside the outcome, the officer and the time, which always are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Recorded {
    /// Passed, negative, explained or not applicable.
    Outcome,
    /// Kind, issuer, number and validity of the document (requirement ID-11).
    Document,
    /// How the data came in and whether the check digits hold.
    Zone,
    /// The verdict per field.
    Verdicts,
    /// The officer's own words.
    Explanation,
    /// The service's answer and its time.
    Answer,
}

/// The services outside that a check can ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExternalService {
    /// `CheckDoc`: is this number of a Belgian document known as lost, stolen, expired or never
    /// issued?
    Checkdoc,
}

/// Where the person is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Presence {
    /// At the counter.
    InPerson,
    /// In front of a camera.
    Remote,
}

impl Presence {
    /// The most that an identification can reach.
    pub const fn highest_level(self) -> AssuranceLevel {
        match self {
            Self::InPerson => AssuranceLevel::High,
            Self::Remote => AssuranceLevel::Low,
        }
    }
}

/// One step of a procedure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Check {
    /// Its name, unique in the procedure.
    pub id: Name,
    /// What it is.
    pub kind: CheckKind,
    /// Whether it must be made; one that is not may be not applicable.
    pub required: bool,
    /// What is recorded of it.
    pub records: Vec<Recorded>,
    /// What a negative answer does.
    pub on_negative: OnNegative,
    /// What it is about, for the kind `confirm`.
    pub confirms: Option<Confirms>,
    /// What is looked at one by one.
    pub points: Option<Points>,
    /// Which service is asked, for the kind `external`.
    pub service: Option<ExternalService>,
    /// What no answer from the service does; never the same as a good answer (ID-09).
    pub on_unavailable: Option<OnNegative>,
    /// Message id of the question to the officer.
    pub question: Name,
}

/// A procedure in one version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Procedure {
    /// Its name, the same in all versions.
    pub id: Name,
    /// Its version, from 1.
    pub version: u32,
    /// First day of effect.
    pub effective_from: Day,
    /// Last day of effect, when it has one.
    pub effective_until: Option<Day>,
    /// The level that an identification by it reaches.
    pub level: AssuranceLevel,
    /// Where the person is.
    pub presence: Presence,
    /// Kinds of document that it accepts.
    pub documents: Vec<DocumentKind>,
    /// Message id of its name.
    pub title: Name,
    /// Message id of the sentence that says who it serves.
    pub serves: Name,
    /// Whether it is offered without a further permission of the operator.
    pub enabled: bool,
    /// Its checks in the order in which they are made.
    pub checks: Vec<Check>,
}

impl Procedure {
    /// The check of that name.
    pub fn check(&self, id: &Name) -> Option<&Check> {
        self.checks.iter().find(|check| check.id == *id)
    }
    /// Whether a document of this kind will do (SEED-08, requirement ID-04).
    pub fn accepts(&self, kind: DocumentKind) -> bool {
        self.documents.contains(&kind)
    }
    /// Whether the day lies within its dates; the last day counts.
    pub fn is_in_effect_on(&self, day: Day) -> bool {
        self.effective_from <= day && self.effective_until.is_none_or(|last| day <= last)
    }
    /// `NAME@VERSION`, as its file is called.
    pub fn label(&self) -> String {
        format!("{}@{}", self.id, self.version)
    }
}

//! What came out of a check in one visit.

use serde::{Deserialize, Serialize};

use super::{Name, PointFound};
use crate::comparison::Explanation;
use crate::id::StaffId;
use crate::time::Timestamp;

/// Outcome of a check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum Outcome {
    /// As it should be.
    Passed,
    /// Not as it should be.
    Negative,
    /// Not as it should be, and the officer says why it will do.
    Explained {
        /// In the officer's words.
        text: Explanation,
    },
    /// The check cannot be made here, such as a zone that the document does not have.
    NotApplicable,
}

impl Outcome {
    /// Stable code, as stored in events.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Negative => "negative",
            Self::Explained { .. } => "explained",
            Self::NotApplicable => "not_applicable",
        }
    }
    /// Message id of the outcome.
    pub const fn text_key(&self) -> &'static str {
        match self {
            Self::Passed => "outcome-passed",
            Self::Negative => "outcome-negative",
            Self::Explained { .. } => "outcome-explained",
            Self::NotApplicable => "outcome-not-applicable",
        }
    }
}

/// What a service outside answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExternalAnswer {
    /// The document is not to be trusted; the reason is never told.
    Hit,
    /// Nothing is known against it, which proves nothing.
    NoHit,
    /// No answer; never the same as no hit (requirement ID-09).
    Unavailable,
}

impl ExternalAnswer {
    /// All answers, in the order in which the page offers them.
    pub const ALL: [Self; 3] = [Self::NoHit, Self::Hit, Self::Unavailable];

    /// Stable code, as stored.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Hit => "hit",
            Self::NoHit => "no_hit",
            Self::Unavailable => "unavailable",
        }
    }
    /// Reads the stable code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|answer| answer.code() == code)
    }
    /// Message id of the answer.
    pub const fn text_key(self) -> &'static str {
        match self {
            Self::Hit => "external-answer-hit",
            Self::NoHit => "external-answer-no-hit",
            Self::Unavailable => "external-answer-unavailable",
        }
    }
}

/// An answer with its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExternalResult {
    /// What was answered.
    pub answer: ExternalAnswer,
    /// When it was asked.
    pub at: Timestamp,
}

/// The outcome of one check, by whom and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckOutcome {
    /// Which check of the procedure.
    pub check: Name,
    /// What came out.
    pub outcome: Outcome,
    /// When it was recorded.
    pub at: Timestamp,
    /// Who made the check.
    pub officer: StaffId,
    /// The service's answer, for a check of the kind `external`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external: Option<ExternalResult>,
    /// What was found point by point, where the check has points.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub points: Vec<PointFound>,
    /// The officer's words to a check that asks for them whatever comes out: why an exception is
    /// made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Explanation>,
}

impl CheckOutcome {
    /// Whether a service outside says that the document is not to be trusted.
    pub fn is_hit(&self) -> bool {
        self.outcome == Outcome::Negative
            && self.external.is_some_and(|external| external.answer == ExternalAnswer::Hit)
    }
    /// An outcome with nothing beside it.
    pub const fn new(check: Name, outcome: Outcome, officer: StaffId, at: Timestamp) -> Self {
        Self { check, outcome, at, officer, external: None, points: Vec::new(), note: None }
    }
}

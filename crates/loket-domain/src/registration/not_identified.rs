//! Why a person was not identified: what the officer says, what the letter to the person explains,
//! and what colleagues are warned of.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// How long colleagues of the organisation are warned when the same person comes back.
pub const COLLEAGUES_WARNED: Duration = Duration::from_hours(24);

/// Why a person is not identified.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NotIdentifiedReason {
    /// The face is not the one on the document.
    PhotoDiffers,
    /// Document and register differ.
    DataDiffers,
    /// The document is expired, damaged or of another kind.
    DocumentNotAccepted,
    /// The document seems false.
    DocumentSuspect,
    /// The person cannot or will not show what is needed.
    NothingShown,
}

impl NotIdentifiedReason {
    /// All reasons, in the order in which the page offers them.
    pub const ALL: [Self; 5] = [
        Self::PhotoDiffers,
        Self::DataDiffers,
        Self::DocumentNotAccepted,
        Self::DocumentSuspect,
        Self::NothingShown,
    ];
    /// Stable code, as stored.
    pub const fn code(self) -> &'static str {
        match self {
            Self::PhotoDiffers => "photo_differs",
            Self::DataDiffers => "data_differs",
            Self::DocumentNotAccepted => "document_not_accepted",
            Self::DocumentSuspect => "document_suspect",
            Self::NothingShown => "nothing_shown",
        }
    }
    /// Reads the stable code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|r| r.code() == code)
    }
    /// Whether it may be fraud, so that a report to the operator is offered.
    pub const fn may_be_fraud(self) -> bool {
        match self {
            Self::PhotoDiffers | Self::DocumentSuspect => true,
            Self::DataDiffers | Self::DocumentNotAccepted | Self::NothingShown => false,
        }
    }
}

/// What stood against a person in a dossier that ended by itself, since the officer left it without
/// a decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LeftBehind {
    /// The service said that the document is reported or not to be trusted.
    Hit,
    /// A second officer said no.
    SecondOfficerNo,
}

impl LeftBehind {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Hit, Self::SecondOfficerNo];
    /// Stable code, as stored as the reason of the end.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Hit => "left_with_hit",
            Self::SecondOfficerNo => "left_after_second_officer",
        }
    }
    /// Reads the stable code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|left| left.code() == code)
    }
}

/// What colleagues are warned of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Warning {
    /// An officer decided that the person is not identified.
    Refused(NotIdentifiedReason),
    /// An officer left a dossier in which something stood against the person.
    Left(LeftBehind),
}

impl Warning {
    /// Reads the reason of an end.
    pub fn from_code(code: &str) -> Option<Self> {
        let refused = NotIdentifiedReason::from_code(code).map(Self::Refused);
        refused.or_else(|| LeftBehind::from_code(code).map(Self::Left))
    }
}

//! Who was at the counter beside the person and how they understood each other. The person is
//! present and alone entitled: a companion helps, and decides nothing (SEED-12).

use serde::{Deserialize, Serialize};

/// How officer and person spoke with each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Interpreting {
    /// Without help.
    #[default]
    None,
    /// An interpreter of sign language, here or by video.
    SignLanguage,
    /// An interpreter of another language, here or by telephone.
    SpokenLanguage,
    /// In writing, for somebody who does not hear or speak.
    Writing,
}

impl Interpreting {
    /// All, in the order in which the page offers them.
    pub const ALL: [Self; 4] =
        [Self::None, Self::SignLanguage, Self::SpokenLanguage, Self::Writing];
    /// Stable code, as stored.
    pub const fn code(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::SignLanguage => "sign_language",
            Self::SpokenLanguage => "spoken_language",
            Self::Writing => "writing",
        }
    }
    /// Reads the stable code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|r| r.code() == code)
    }
}

/// Who stands beside the person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Companion {
    /// Nobody.
    #[default]
    None,
    /// A parent or guardian of a minor.
    ParentOrGuardian,
    /// The administrator of a protected person.
    Administrator,
    /// Somebody else whom the person brought.
    Helper,
}

impl Companion {
    /// All, in the order in which the page offers them.
    pub const ALL: [Self; 4] =
        [Self::None, Self::ParentOrGuardian, Self::Administrator, Self::Helper];
    /// Stable code, as stored.
    pub const fn code(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::ParentOrGuardian => "parent_or_guardian",
            Self::Administrator => "administrator",
            Self::Helper => "helper",
        }
    }
    /// Reads the stable code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|r| r.code() == code)
    }
}

/// What is noted of a visit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Circumstances {
    /// How they understood each other.
    pub interpreting: Interpreting,
    /// Who stood beside the person.
    pub companion: Companion,
}

/// From this age on the person decides alone without any remark.
pub const OF_AGE: i16 = 18;

/// Younger persons get no key (reference: practice of the counters).
pub const YOUNGEST: i16 = 12;

//! Registrations that were opened and left without a result: every look-up has its purpose in a
//! registration, and one that leads nowhere must be accounted for (SEED-39).

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// Without a result for longer than this, a registration asks for a reason.
pub const WITHOUT_RESULT: Duration = Duration::from_mins(30);

/// Why a registration has had no result for so long.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DelayReason {
    /// The person went to fetch something and comes back today.
    PersonFetches,
    /// The person is here and it takes long: interpreter, second officer, many questions.
    TakesLong,
    /// Interrupted by other work at the counter.
    Interrupted,
    /// A register or another service did not answer.
    ServiceDown,
    /// Forgotten: the person had left.
    Forgotten,
}

impl DelayReason {
    /// All reasons, in the order in which the page offers them.
    pub const ALL: [Self; 5] = [
        Self::PersonFetches,
        Self::TakesLong,
        Self::Interrupted,
        Self::ServiceDown,
        Self::Forgotten,
    ];
    /// Stable code, as stored.
    pub const fn code(self) -> &'static str {
        match self {
            Self::PersonFetches => "person_fetches",
            Self::TakesLong => "takes_long",
            Self::Interrupted => "interrupted",
            Self::ServiceDown => "service_down",
            Self::Forgotten => "forgotten",
        }
    }
    /// Reads the stable code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|r| r.code() == code)
    }
}

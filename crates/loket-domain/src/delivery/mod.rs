//! Rules of sending messages: how long to wait between tries, when a channel is left alone, how
//! fast it may go, and how mail that comes back is known again. Pure: time and randomness are
//! arguments.

mod backoff;
mod circuit;
mod pace;
mod return_tag;

use std::time::Duration;

pub use backoff::wait;
pub use circuit::{Circuit, LONGEST_HOLD};
pub use pace::{Pace, Rate};
pub use return_tag::{NotAReturnTag, ReturnTag};

/// How messages are sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SendingRules {
    /// Tries that may fail, while others get through, before a message is set apart.
    pub tries: u32,
    /// Mail.
    pub mail: LaneRules,
    /// Short messages.
    pub sms: LaneRules,
    /// To one address or number.
    pub per_address: Rate,
    /// To one domain of mail addresses.
    pub per_domain: Rate,
}

/// How one channel is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LaneRules {
    /// Messages under way at one time.
    pub at_once: u32,
    /// All messages of the channel.
    pub rate: Rate,
}

impl Default for SendingRules {
    fn default() -> Self {
        let second = Duration::from_secs(1);
        Self {
            tries: 12,
            mail: LaneRules { at_once: 8, rate: Rate { count: 100, period: second } },
            sms: LaneRules { at_once: 8, rate: Rate { count: 20, period: second } },
            per_address: Rate { count: 20, period: Duration::from_hours(1) },
            per_domain: Rate { count: 600, period: Duration::from_mins(1) },
        }
    }
}

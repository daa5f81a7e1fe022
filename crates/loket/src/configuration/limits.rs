//! Time limits: the defaults are the longest that is allowed.

use std::time::Duration;

use loket_app::commands::enter_contact::Sharing;
use serde::Deserialize;

/// Time limits (DESIGN section 8).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// A session without a request ends after this many minutes; 1 to 15.
    pub session_idle_minutes: u64,
    /// A session ends after this many hours whatever happens; 1 to 12.
    pub session_hours: u64,
    /// An activation link works for this many days; 1 to 14.
    pub link_days: u64,
    /// An activation code by SMS works for this many hours; 1 to 24.
    pub sms_code_hours: u64,
    /// A key works for this many years; 1 to 10.
    pub key_years: u64,
    /// The strict profile: a link works for 24 hours at most and a code for ten minutes, by SMS and
    /// on paper.
    pub strict: bool,
    /// How many persons may use one address or number before a reason is asked; 1 or 2.
    pub persons_per_address: u64,
    /// Whether an address or number of a person with a key is refused to everybody else.
    pub one_key_holder_per_address: bool,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            session_idle_minutes: 15,
            session_hours: 12,
            link_days: 14,
            sms_code_hours: 24,
            key_years: 10,
            strict: false,
            persons_per_address: 2,
            one_key_holder_per_address: false,
        }
    }
}

/// A code under the strict profile (NIST SP 800-63B-4: ten minutes for a code out of band).
const STRICT_CODE: Duration = Duration::from_secs(10 * 60);
const HOUR: Duration = Duration::from_secs(3600);
const DAY: Duration = Duration::from_secs(24 * 3600);

impl Limits {
    pub(super) fn check(&self) -> Result<(), String> {
        let most = Self::default();
        let all = [
            ("session_idle_minutes", self.session_idle_minutes, most.session_idle_minutes),
            ("session_hours", self.session_hours, most.session_hours),
            ("link_days", self.link_days, most.link_days),
            ("sms_code_hours", self.sms_code_hours, most.sms_code_hours),
            ("key_years", self.key_years, most.key_years),
            ("persons_per_address", self.persons_per_address, most.persons_per_address),
        ];
        for (name, value, most) in all {
            if value == 0 || value > most {
                return Err(format!("limits.{name}: 1 to {most}"));
            }
        }
        Ok(())
    }

    /// Idle limit of a session.
    pub fn session_idle(&self) -> Duration {
        Duration::from_secs(60 * self.session_idle_minutes)
    }
    /// Longest session.
    pub fn session_at_most(&self) -> Duration {
        times(HOUR, self.session_hours)
    }
    /// How long a link works.
    pub fn link_works(&self) -> Duration {
        let works = times(DAY, self.link_days);
        if self.strict { works.min(DAY) } else { works }
    }
    /// How long a code by SMS works.
    pub fn sms_code_works(&self) -> Duration {
        if self.strict { STRICT_CODE } else { times(HOUR, self.sms_code_hours) }
    }
    /// How long a code on paper works: as long as its link.
    pub fn paper_code_works(&self) -> Duration {
        if self.strict { STRICT_CODE } else { self.link_works() }
    }
    /// How addresses of several persons are taken.
    pub fn sharing(&self) -> Sharing {
        Sharing {
            persons_without_reason: u32::try_from(self.persons_per_address).unwrap_or(1),
            one_key_holder: self.one_key_holder_per_address,
        }
    }
    /// How long a key works; a year counts 365 days and a quarter.
    pub fn key_works(&self) -> Duration {
        times(HOUR * 6, self.key_years * 1461)
    }
}

fn times(span: Duration, count: u64) -> Duration {
    span.saturating_mul(u32::try_from(count).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_as_spans() {
        let limits = Limits::default();
        limits.check().unwrap();
        assert_eq!(limits.session_idle(), Duration::from_secs(900));
        assert_eq!(limits.session_at_most(), HOUR * 12);
        assert_eq!(limits.link_works(), DAY * 14);
        assert_eq!(limits.sms_code_works(), DAY);
        assert_eq!(limits.paper_code_works(), DAY * 14);
        assert_eq!(limits.sharing(), Sharing::default());
        assert_eq!(limits.key_works(), DAY * 3652 + HOUR * 12);
    }

    #[test]
    fn the_strict_profile_is_one_setting() {
        let limits = Limits { strict: true, ..Limits::default() };
        assert_eq!(limits.link_works(), DAY);
        assert_eq!(limits.sms_code_works(), STRICT_CODE);
        assert_eq!(limits.paper_code_works(), STRICT_CODE);
        let short = Limits { strict: true, link_days: 1, ..Limits::default() };
        assert_eq!(short.link_works(), DAY);
        assert!(Limits { persons_per_address: 3, ..Limits::default() }.check().is_err());
    }
}

//! How fast something may go: a bucket that holds `count` and fills evenly over `period`.

use std::time::Duration;

use crate::time::Timestamp;

/// So many in so much time; as many at once when nothing was sent for that long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// How many; at least one.
    pub count: u32,
    /// In which time.
    pub period: Duration,
}

impl Rate {
    /// Time in which one place comes free, in microseconds.
    fn step(self) -> i64 {
        let micros = self.period.as_micros() / u128::from(self.count.max(1));
        i64::try_from(micros).unwrap_or(i64::MAX).max(1)
    }
}

/// One bucket, kept as the moment at which it will be full again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    full_at: Timestamp,
}

impl Pace {
    /// A full bucket.
    pub const fn full() -> Self {
        Self { full_at: Timestamp::from_micros(0) }
    }

    /// How many may go now.
    pub fn room(&self, rate: Rate, now: Timestamp) -> u32 {
        let missing = self.full_at.micros().saturating_sub(now.micros()).max(0);
        let used = missing.saturating_add(rate.step() - 1) / rate.step();
        rate.count.max(1).saturating_sub(u32::try_from(used).unwrap_or(u32::MAX))
    }

    /// Takes one place, or says when there will be one.
    pub fn take(&mut self, rate: Rate, now: Timestamp) -> Result<(), Timestamp> {
        let from = self.full_at.max(now);
        if self.room(rate, now) == 0 {
            let most = rate.step().saturating_mul(i64::from(rate.count.max(1)) - 1);
            return Err(Timestamp::from_micros(self.full_at.micros().saturating_sub(most)));
        }
        self.full_at = Timestamp::from_micros(from.micros().saturating_add(rate.step()));
        Ok(())
    }

    /// Whether nothing is taken any more, so that it need not be kept.
    pub fn is_full(&self, now: Timestamp) -> bool {
        self.full_at <= now
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const TEN_A_MINUTE: Rate = Rate { count: 10, period: Duration::from_secs(60) };

    #[test]
    fn ten_at_once_and_then_one_each_six_seconds() {
        let mut pace = Pace::full();
        let start = Timestamp::from_seconds(1_000);
        for left in (0..10).rev() {
            assert_eq!(pace.take(TEN_A_MINUTE, start), Ok(()));
            assert_eq!(pace.room(TEN_A_MINUTE, start), left);
        }
        let next = pace.take(TEN_A_MINUTE, start);
        assert_eq!(next, Err(Timestamp::from_seconds(1_006)));
        assert_eq!(pace.take(TEN_A_MINUTE, Timestamp::from_seconds(1_006)), Ok(()));
        assert!(!pace.is_full(Timestamp::from_seconds(1_065)));
        assert!(pace.is_full(Timestamp::from_seconds(1_066)));
    }

    proptest! {
        /// Whatever the pattern, no span of a period sees more than twice the count, and who waits
        /// as told gets a place.
        #[test]
        fn the_rate_holds_and_the_told_moment_is_true(
            count in 1_u32..50, gaps in prop::collection::vec(0_i64..5_000_000, 1..200),
        ) {
            let rate = Rate { count, period: Duration::from_secs(10) };
            let mut pace = Pace::full();
            let mut now = 1_000_000_000;
            let mut taken: Vec<i64> = Vec::new();
            for gap in gaps {
                now += gap;
                match pace.take(rate, Timestamp::from_micros(now)) {
                    Ok(()) => taken.push(now),
                    Err(at) => {
                        prop_assert!(at.micros() > now);
                        prop_assert_eq!(pace.take(rate, at), Ok(()));
                        taken.push(at.micros());
                        now = at.micros();
                    }
                }
                let within = taken.iter().filter(|at| **at > now - 10_000_000).count();
                prop_assert!(within <= 2 * usize::try_from(count).unwrap() + 1);
            }
        }
    }
}

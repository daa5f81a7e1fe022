//! A circuit breaker: after five failures within thirty seconds a register is left alone, but for
//! one probe each thirty seconds (fault row F17).

use std::sync::Mutex;
use std::time::Duration;

use tokio::time::Instant;

const FAILURES: usize = 5;
const WINDOW: Duration = Duration::from_secs(30);
const PROBE: Duration = Duration::from_secs(30);

#[derive(Debug, Default)]
struct State {
    failures: Vec<Instant>,
    open_since: Option<Instant>,
}

/// One register's breaker.
#[derive(Debug, Default)]
pub(crate) struct Breaker(Mutex<State>);

impl Breaker {
    /// Whether a call may go out now. While open, one call each thirty seconds may.
    pub(crate) fn admits(&self, now: Instant) -> bool {
        let Ok(mut state) = self.0.lock() else { return false };
        match state.open_since {
            Some(since) if now < since + PROBE => false,
            Some(_) => {
                state.open_since = Some(now);
                true
            }
            None => true,
        }
    }

    /// What became of a call.
    pub(crate) fn note(&self, failed: bool, now: Instant) {
        let Ok(mut state) = self.0.lock() else { return };
        if !failed {
            *state = State::default();
            return;
        }
        state.failures.retain(|at| *at + WINDOW > now);
        state.failures.push(now);
        if state.failures.len() >= FAILURES && state.open_since.is_none() {
            state.open_since = Some(now);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn opens_after_five_and_probes_each_half_minute() {
        let breaker = Breaker::default();
        let start = Instant::now();
        for _ in 0..5 {
            assert!(breaker.admits(start));
            breaker.note(true, start);
        }
        assert!(!breaker.admits(start + Duration::from_secs(29)));
        assert!(breaker.admits(start + Duration::from_secs(30)), "one probe");
        assert!(!breaker.admits(start + Duration::from_secs(31)), "and one only");
        breaker.note(false, start + Duration::from_secs(31));
        assert!(breaker.admits(start + Duration::from_secs(31)));
    }

    #[test]
    fn old_failures_do_not_count() {
        let breaker = Breaker::default();
        let start = Instant::now();
        for n in 0..10 {
            breaker.note(true, start + Duration::from_secs(n * 10));
        }
        assert!(breaker.admits(start + Duration::from_secs(100)));
    }
}

//! A channel whose relay or gateway does not answer is left alone, but for one probe each thirty
//! seconds (fault row F17): a queue that knocks on a closed door helps nobody, and would use up the
//! tries of messages that nothing is wrong with.

use std::time::Duration;

use crate::time::Timestamp;

const FAILURES: usize = 5;
const WINDOW: Duration = Duration::from_secs(30);
const PROBE: Duration = Duration::from_secs(30);
/// Longest time for which a service may ask to be left alone.
pub const LONGEST_HOLD: Duration = Duration::from_hours(1);

/// The state of one channel.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Circuit {
    failures: Vec<Timestamp>,
    /// Since when it is open, and when the next probe may go out.
    open: Option<(Timestamp, Timestamp)>,
    /// Until when the service asked to be left alone.
    held_until: Option<Timestamp>,
}

impl Circuit {
    /// Since when the channel is left alone; `None` while it works.
    pub fn open_since(&self) -> Option<Timestamp> {
        self.open.map(|(since, _)| since)
    }

    /// How many messages may go out now, at most `most`; asking takes the probe of an open circuit.
    pub fn admits(&mut self, most: u32, now: Timestamp) -> u32 {
        if self.held_until.is_some_and(|until| now < until) {
            return 0;
        }
        match &mut self.open {
            None => most,
            Some((_, probe)) if now < *probe => 0,
            Some((_, probe)) => {
                *probe = now.plus(PROBE);
                most.min(1)
            }
        }
    }

    /// The service answered, whatever it said of the message. What it asked for stands all the same.
    pub fn answered(&mut self) {
        self.failures.clear();
        self.open = None;
    }

    /// The service did not answer, or not as one that works. One that asks to be left alone for a
    /// while gets that and no more: it throttles, it is not down.
    pub fn failed(&mut self, leave_alone: Option<Duration>, now: Timestamp) {
        if let Some(span) = leave_alone {
            self.held_until = Some(now.plus(span.min(LONGEST_HOLD)));
            return;
        }
        self.failures.retain(|at| at.plus(WINDOW) > now);
        self.failures.push(now);
        if self.failures.len() >= FAILURES && self.open.is_none() {
            self.open = Some((now, now.plus(PROBE)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_seconds(seconds)
    }

    #[test]
    fn opens_after_five_and_probes_each_half_minute() {
        let mut circuit = Circuit::default();
        for _ in 0..5 {
            assert_eq!(circuit.admits(8, at(100)), 8);
            circuit.failed(None, at(100));
        }
        assert_eq!(circuit.open_since(), Some(at(100)));
        assert_eq!(circuit.admits(8, at(129)), 0);
        assert_eq!(circuit.admits(8, at(130)), 1, "one probe");
        assert_eq!(circuit.admits(8, at(131)), 0, "and one only");
        circuit.failed(None, at(132));
        assert_eq!(circuit.admits(8, at(159)), 0);
        assert_eq!(circuit.admits(8, at(160)), 1);
        circuit.answered();
        assert_eq!(circuit.admits(8, at(160)), 8);
    }

    #[test]
    fn old_failures_do_not_count() {
        let mut circuit = Circuit::default();
        for n in 0..10 {
            circuit.failed(None, at(n * 10));
        }
        assert_eq!(circuit.open_since(), None);
    }

    #[test]
    fn a_service_that_asks_for_patience_gets_it_up_to_an_hour() {
        let mut circuit = Circuit::default();
        circuit.failed(Some(Duration::from_secs(120)), at(0));
        assert_eq!(circuit.admits(8, at(119)), 0);
        assert_eq!(circuit.admits(8, at(120)), 8);
        circuit.failed(Some(Duration::from_hours(99)), at(200));
        assert_eq!(circuit.admits(8, at(200 + 3599)), 0);
        assert_eq!(circuit.admits(8, at(200 + 3600)), 8);
    }
}

//! How long to wait before a message is tried again.

use std::time::Duration;

/// Seconds between tries; the last one repeats. Greylisting servers take a second try after some
/// minutes, so the first steps are short: somebody is waiting at the counter.
const WAITS: [u64; 7] = [5, 20, 60, 300, 900, 1800, 3600];

/// The wait after `failures` earlier failures, with up to a quarter more by `jitter`, so that a
/// relay that has come back is not stormed by everything at once (fault row F21).
pub fn wait(failures: u32, jitter: u8) -> Duration {
    let at = usize::try_from(failures).unwrap_or(usize::MAX);
    let base = WAITS.get(at).or(WAITS.last()).copied().unwrap_or(3600);
    let base = Duration::from_secs(base);
    base + base / 4 * u32::from(jitter) / 255
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn waits_grow_to_an_hour_and_stay_there() {
        let waits: Vec<u64> = (0..9).map(|n| wait(n, 0).as_secs()).collect();
        assert_eq!(waits, [5, 20, 60, 300, 900, 1800, 3600, 3600, 3600]);
        assert_eq!(wait(u32::MAX, 0), Duration::from_hours(1));
        assert_eq!(wait(0, 255), Duration::from_millis(6250));
    }

    proptest! {
        #[test]
        fn jitter_adds_a_quarter_at_most(failures in 0_u32..20, jitter: u8) {
            let (least, given) = (wait(failures, 0), wait(failures, jitter));
            prop_assert!(given >= least && given <= least * 5 / 4);
        }
    }
}

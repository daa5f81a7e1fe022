//! How often something may be guessed. The store counts each try by these rules before it is looked
//! at, so that a hundred guesses at once are a hundred tries; `tests/guessing.rs` plays attackers
//! against the very same functions.

use std::time::Duration;

use crate::time::Timestamp;

/// Wrong tries at an account that need no wait.
pub const WITHOUT_WAIT: u32 = 5;
/// The wait after them; it doubles with each further one.
pub const FIRST_WAIT: Duration = Duration::from_secs(60);
/// The longest wait. Anybody can make an account wait by its address, so it must stay short enough
/// for its holder to get in between.
pub const LONGEST_WAIT: Duration = Duration::from_secs(60 * 60);
/// After this long without a try the wrong ones are forgotten: far longer than the longest wait, so
/// that nothing is gained by waiting for it.
pub const TRIES_FORGOTTEN: Duration = Duration::from_secs(30 * 24 * 3600);
/// Wrong codes of an app beside the right password until the key is closed: whoever tries them
/// knows the password, and each hits with three in a million (NIST SP 800-63B-4 section 3.2.2 allows
/// a hundred). Only a right code from the same network takes wrong ones back: else an attacker
/// would get new ones each time that the holder signs in.
pub const CODES_BESIDE_PASSWORD: u32 = 10;
/// With this wrong one the holder is told by mail, in time to do something about it.
pub const CODES_UNTIL_NOTICE: u32 = 3;
/// Wrong codes beside the right password that need no wait of their own.
pub const CODES_WITHOUT_WAIT: u32 = 5;
/// The wait after them; it doubles with each further one. Only who knows the password can cause it.
pub const FIRST_CODE_WAIT: Duration = Duration::from_secs(60 * 60);
/// The longest wait for a code.
pub const LONGEST_CODE_WAIT: Duration = Duration::from_secs(24 * 60 * 60);
/// Password keys by which one address signs in: enough for a home with one mailbox. Each of them is
/// looked at with every try, so there must be an end.
pub const KEYS_OF_ONE_ADDRESS: u32 = 100;
/// Keys of one person.
pub const KEYS_OF_ONE_PERSON: u32 = 20;
/// Tries for one activation code.
pub const CODE_TRIES: u32 = 5;
/// Tries with a password from one network within an hour, whatever the account: enough for a hall of
/// people behind one address, too few to walk through a list of accounts. A right one gives back
/// what its account took, so that only those count that nobody made good.
pub const TRIES_OF_ONE_NETWORK: u32 = 120;
/// The same within a week, which is what bounds a patient walk.
pub const TRIES_OF_ONE_NETWORK_A_WEEK: u32 = 600;

/// From when the next code beside the right password is looked at, after so many wrong ones.
pub fn code_looked_at_from(wrong: u32, last: Timestamp) -> Timestamp {
    let Some(over) = wrong.checked_sub(CODES_WITHOUT_WAIT) else { return last };
    let times = 1_u32.checked_shl(over).unwrap_or(u32::MAX).min(24);
    last.plus((FIRST_CODE_WAIT * times).min(LONGEST_CODE_WAIT))
}

/// The wrong tries at one account since the last right one. An account that does not exist has
/// them just the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tries {
    /// How many.
    pub count: u32,
    /// When the last one was.
    pub last: Timestamp,
}

impl Tries {
    /// From when the next try is taken.
    pub fn next_at(self) -> Timestamp {
        let Some(over) = self.count.checked_sub(WITHOUT_WAIT) else { return self.last };
        let wait = 1_u32.checked_shl(over).map_or(LONGEST_WAIT, |times| FIRST_WAIT * times.min(60));
        self.last.plus(wait.min(LONGEST_WAIT))
    }

    /// Counts one more try, before anybody looks whether it is right; the wait when it comes too
    /// early.
    pub fn admit(before: Option<Self>, now: Timestamp) -> Result<Self, Timestamp> {
        let Some(before) = before else { return Ok(Self { count: 1, last: now }) };
        let next = before.next_at();
        if now < next {
            return Err(next);
        }
        Ok(Self { count: before.count.saturating_add(1), last: now })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_tries_are_free_and_then_the_wait_doubles_up_to_an_hour() {
        let mut now = Timestamp::from_seconds(1_000_000);
        let mut tries = None;
        let mut waits = Vec::new();
        for _ in 0..14 {
            let admitted = match Tries::admit(tries, now) {
                Ok(admitted) => admitted,
                Err(next) => {
                    let before = next.minus(Duration::from_micros(1));
                    assert_eq!(Tries::admit(tries, before), Err(next));
                    waits.push(next.seconds() - now.seconds());
                    now = next;
                    Tries::admit(tries, now).unwrap()
                }
            };
            tries = Some(admitted);
        }
        assert_eq!(waits, [60, 120, 240, 480, 960, 1920, 3600, 3600, 3600]);
    }

    #[test]
    fn codes_beside_the_password_wait_an_hour_and_up_to_a_day() {
        let last = Timestamp::from_seconds(1_000_000);
        let hours = [0, 4, 5, 6, 7, 8, 9, 10, 40, u32::MAX].map(|wrong| {
            let from = code_looked_at_from(wrong, last);
            (from.seconds() - last.seconds()) / 3600
        });
        assert_eq!(hours, [0, 0, 1, 2, 4, 8, 16, 24, 24, 24]);
    }

    #[test]
    fn the_longest_wait_holds_for_any_count() {
        let last = Timestamp::from_seconds(5);
        for count in [12, 40, 70, u32::MAX] {
            assert_eq!(Tries { count, last }.next_at(), last.plus(LONGEST_WAIT), "{count}");
        }
    }
}

//! The keys with which ID tokens are signed follow each other: each is published a day before it signs,
//! and stays published until what it signed has ended.

use std::time::Duration;

use super::TOKEN_WORKS;
use crate::time::Timestamp;

/// How long before it signs a key is published: relying parties keep a key set for hours.
pub const LEAD: Duration = Duration::from_hours(24);
/// How long one key signs.
const SIGNS_FOR: Duration = Duration::from_hours(90 * 24);
/// How long after its last signature a key stays published.
const LINGERS: Duration = TOKEN_WORKS.saturating_mul(12);

/// When a key begins to sign, and whether it was taken out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyTimes {
    /// From when it signs.
    pub signs_from: Timestamp,
    /// Since when it must not be believed any more: it may be in other hands.
    pub withdrawn_at: Option<Timestamp>,
}

/// A key is to be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewKeyDue {
    /// From when it signs.
    pub signs_from: Timestamp,
}

/// Place of the key that signs now: the newest of those that have begun and were not withdrawn.
pub fn signing(keys: &[KeyTimes], now: Timestamp) -> Option<usize> {
    keys.iter()
        .enumerate()
        .filter(|(_, key)| key.withdrawn_at.is_none() && key.signs_from <= now)
        .max_by_key(|(_, key)| key.signs_from)
        .map(|(place, _)| place)
}

/// Places of the keys that are published: the one that signs, those to come, and those whose tokens may
/// live still.
pub fn published(keys: &[KeyTimes], now: Timestamp) -> Vec<usize> {
    let succeeded = |key: &KeyTimes| {
        let later = keys
            .iter()
            .filter(|other| other.withdrawn_at.is_none() && other.signs_from > key.signs_from);
        later.map(|other| other.signs_from).min()
    };
    let stands = |key: &KeyTimes| {
        key.withdrawn_at.is_none() && succeeded(key).is_none_or(|at| now < at.plus(LINGERS))
    };
    keys.iter().enumerate().filter(|(_, key)| stands(key)).map(|(place, _)| place).collect()
}

/// Whether a key is to be made now: at once where none signs, and a day ahead where the last one has
/// signed for long enough.
pub fn due(keys: &[KeyTimes], now: Timestamp) -> Option<NewKeyDue> {
    let alive = keys.iter().filter(|key| key.withdrawn_at.is_none());
    let Some(last) = alive.map(|key| key.signs_from).max() else {
        return Some(NewKeyDue { signs_from: now });
    };
    (now.plus(LEAD) >= last.plus(SIGNS_FOR)).then(|| NewKeyDue { signs_from: now.plus(LEAD) })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(hours: i64) -> Timestamp {
        Timestamp::from_seconds(hours * 3600)
    }

    #[test]
    fn the_first_signs_at_once_and_the_next_is_shown_before() {
        assert_eq!(due(&[], at(0)), Some(NewKeyDue { signs_from: at(0) }));
        let first = KeyTimes { signs_from: at(0), withdrawn_at: None };
        assert_eq!(due(&[first], at(89 * 24 - 1)), None);
        let next = due(&[first], at(89 * 24)).unwrap();
        assert_eq!(next.signs_from, at(90 * 24));
        let second = KeyTimes { signs_from: next.signs_from, withdrawn_at: None };
        let keys = [first, second];
        assert_eq!(
            (signing(&keys, at(89 * 24)), published(&keys, at(89 * 24))),
            (Some(0), vec![0, 1])
        );
        assert_eq!(
            (signing(&keys, at(90 * 24)), published(&keys, at(90 * 24))),
            (Some(1), vec![0, 1])
        );
        assert_eq!(published(&keys, at(90 * 24 + 1)), [1]);
    }

    #[test]
    fn a_withdrawn_key_neither_signs_nor_stands() {
        let gone = KeyTimes { signs_from: at(0), withdrawn_at: Some(at(5)) };
        assert_eq!((signing(&[gone], at(6)), published(&[gone], at(6))), (None, vec![]));
        assert_eq!(due(&[gone], at(6)), Some(NewKeyDue { signs_from: at(6) }));
    }

    proptest! {
        /// However often a job looks, one key signs at any moment after the first look; it was published for
        /// a day before, unless it is the first, and stands until its last token has ended.
        #[test]
        fn no_relying_party_meets_an_unknown_key(steps in prop::collection::vec(1_i64..400, 1..40)) {
            let mut keys: Vec<KeyTimes> = Vec::new();
            let mut made: Vec<Timestamp> = Vec::new();
            let mut now = at(0);
            for hours in steps {
                if let Some(new) = due(&keys, now) {
                    keys.push(KeyTimes { signs_from: new.signs_from, withdrawn_at: None });
                    made.push(now);
                }
                let place = signing(&keys, now).unwrap();
                prop_assert!(place == 0 || made[place].plus(LEAD) <= now);
                let later = now.plus(TOKEN_WORKS);
                prop_assert!(published(&keys, later).contains(&place));
                now = now.plus(Duration::from_secs(hours.unsigned_abs() * 3600));
            }
        }
    }
}

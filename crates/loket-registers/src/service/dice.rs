//! A small generator with a published recipe (SplitMix64): not for secrets, for sameness.

/// Rolls the same numbers for the same seed and place.
#[derive(Debug, Clone)]
pub(crate) struct Dice(u64);

const STEP: u64 = 0x9e37_79b9_7f4a_7c15;

const fn mixed(z: u64) -> u64 {
    let z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

impl Dice {
    /// From a seed and the place of a person. The place is mixed in, not counted on, since the
    /// rolls of one place would otherwise be those of the one before it, one step later.
    pub(crate) const fn new(seed: u64, place: u64) -> Self {
        Self(mixed(seed ^ mixed(place.wrapping_add(STEP))))
    }

    pub(crate) const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(STEP);
        mixed(self.0)
    }

    /// A number below `limit`, at least 1.
    pub(crate) const fn below(&mut self, limit: u64) -> u64 {
        self.next() % if limit == 0 { 1 } else { limit }
    }

    /// One of a list by how many bear each: `sums` are the running sums of the counts.
    pub(crate) fn by_count(&mut self, sums: &[u64]) -> usize {
        let total = sums.last().copied().unwrap_or(1);
        let lot = self.below(total);
        sums.partition_point(|sum| *sum <= lot)
    }

    /// One of a list, the first ones more often than the last.
    pub(crate) fn common<'a, T>(&mut self, list: &'a [T]) -> Option<&'a T> {
        list.get(self.common_place(list.len()))
    }

    /// A place in a list of that length, the first ones more often than the last.
    pub(crate) fn common_place(&mut self, length: usize) -> usize {
        let length = u64::try_from(length).unwrap_or(1);
        let at = self.below(length).min(self.below(length)).min(self.below(length));
        usize::try_from(at).unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rolls_of_neighbours_have_nothing_in_common() {
        let rolls = |place| {
            let mut dice = Dice::new(0, place);
            [(); 8].map(|()| dice.next())
        };
        let mut seen = std::collections::BTreeSet::new();
        for place in 0..100 {
            assert!(rolls(place).into_iter().all(|roll| seen.insert(roll)));
        }
    }
}

//! Words that events repeat, which stand in sealed parts of the third form by their numbers. The list is
//! part of the format: parts are opened with it for ten years. Words are added at its end, and none is
//! ever changed or taken away, whatever becomes of the events that it came from.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};

/// The list: a word a line, between bars, since some end in a space. The first has number 0; the first 24 take one
/// byte in a sealed part, the others two.
pub const SEALED_WORDS: &str = include_str!("words.txt");

static WORDS: LazyLock<Vec<&str>> =
    LazyLock::new(|| SEALED_WORDS.lines().map(|line| line.trim_matches('|')).collect());

/// None where it could not be built: what is written then has no words and is longer.
static FINDER: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
    let mut builder = AhoCorasick::builder();
    // Every event goes through it: a table of a megabyte is made once.
    builder.kind(Some(AhoCorasickKind::DFA)).match_kind(MatchKind::LeftmostLongest);
    builder.build(WORDS.iter()).ok()
});

/// A word in a text.
pub(crate) struct Found {
    pub(crate) number: u64,
    pub(crate) start: usize,
    pub(crate) end: usize,
}

/// The words of a text, in order; none reaches into another.
pub(crate) fn of(text: &str) -> impl Iterator<Item = Found> {
    let found = FINDER.iter().flat_map(move |finder| finder.find_iter(text));
    found.map(|found| Found {
        number: found.pattern().as_u64(),
        start: found.start(),
        end: found.end(),
    })
}

/// The word of a number.
pub(crate) fn word(number: u64) -> Option<&'static str> {
    WORDS.get(usize::try_from(number).ok()?).copied()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::hash::sha256_hex;

    #[test]
    fn the_list_that_parts_were_sealed_with_stays() {
        // Words that come later stand behind these: another sum means that old events cannot be read.
        let first = WORDS[..256].join("\n");
        assert_eq!(
            sha256_hex(first.as_bytes()),
            "196a5628f79773798374195491cbd7094c84243174ebd8407002f0b4c1871501"
        );
    }

    #[test]
    fn each_word_stands_once_and_is_found_as_itself() {
        assert_eq!(WORDS.iter().collect::<HashSet<_>>().len(), WORDS.len());
        for (number, word) in WORDS.iter().enumerate() {
            let found: Vec<_> = of(word).collect();
            assert!(word.len() > 1 && found.len() == 1, "{word}");
            assert_eq!(found[0].number, number as u64);
            assert_eq!(super::word(found[0].number), Some(*word));
        }
        assert_eq!(word(WORDS.len() as u64), None);
    }
}

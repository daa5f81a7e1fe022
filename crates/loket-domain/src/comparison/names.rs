//! Comparison of names by the written rule of requirement ID-17, in this order: the same text; the
//! same after transliteration, with words joined or apart; the same but for a married name; cut
//! off at the end of a full name field; fewer given names; the same words in another order;
//! different. Symmetric in the names. Sound and custom (Mohamed, Mohammed) are for the officer.

use super::Verdict;
use super::transliterate::{Word, alike, begins, words};

/// A name, and whether it may have been cut because its field in a zone was full.
#[derive(Clone, Copy)]
pub struct NameText<'a> {
    text: &'a str,
    cut: bool,
}

impl<'a> NameText<'a> {
    /// A name that is whole.
    pub const fn whole(text: &'a str) -> Self {
        Self { text, cut: false }
    }
    /// A name from a name field without a filler at its end.
    pub const fn perhaps_cut(text: &'a str) -> Self {
        Self { text, cut: true }
    }
}

/// Fewest letters that stay of a word of a surname when it is cut.
const FEWEST_OF_SURNAME: usize = 3;

/// Words between the two surnames of a married person, the surname at birth first.
const BIRTH_NAME_FIRST: &[&str] =
    &["EPSE", "EPOUSE", "EP", "VEUVE", "VVE", "EV", "EVG", "VERH", "EHEFRAU"];
/// The same with the surname at birth last.
const BIRTH_NAME_LAST: &[&str] = &["NEE", "NE", "GEB", "GEBOREN", "GEBORENE", "BORN"];

/// Compares two surnames.
pub fn compare_surnames(a: NameText<'_>, b: NameText<'_>) -> Verdict {
    if same_text(a.text, b.text) {
        return Verdict::Same;
    }
    let (Some(words_a), Some(words_b)) = (words(a.text), words(b.text)) else {
        return Verdict::Different;
    };
    if same_letters(&words_a, &words_b) {
        return Verdict::SameAfterTransliteration;
    }
    let (birth_a, birth_b) = (birth_name(&words_a), birth_name(&words_b));
    let married = birth_a.len() < words_a.len() || birth_b.len() < words_b.len();
    if married && same_letters(birth_a, birth_b) {
        Verdict::MarriedName
    } else if is_cut(a.cut, &words_a, &words_b, FEWEST_OF_SURNAME)
        || is_cut(b.cut, &words_b, &words_a, FEWEST_OF_SURNAME)
    {
        Verdict::Truncated
    } else if same_words(&words_a, &words_b) {
        Verdict::OrderDiffers
    } else {
        Verdict::Different
    }
}

/// Compares given names, each in one text, in order; a person may have none.
pub fn compare_given_names(a: NameText<'_>, b: NameText<'_>) -> Verdict {
    if same_text(a.text, b.text) {
        return Verdict::Same;
    }
    let (Some(words_a), Some(words_b)) = (words(a.text), words(b.text)) else {
        return Verdict::Different;
    };
    match (words_a.is_empty(), words_b.is_empty()) {
        (true, true) => return Verdict::Same,
        (true, false) if a.cut => return Verdict::Truncated,
        (false, true) if b.cut => return Verdict::Truncated,
        (true, false) | (false, true) => return Verdict::NotStated,
        (false, false) => {}
    }
    if same_letters(&words_a, &words_b) {
        Verdict::SameAfterTransliteration
    } else if has_fewer(&words_a, &words_b) || has_fewer(&words_b, &words_a) {
        Verdict::GivenNamesMissing
    } else if is_cut(a.cut, &words_a, &words_b, 1) || is_cut(b.cut, &words_b, &words_a, 1) {
        Verdict::Truncated
    } else if same_words(&words_a, &words_b) {
        Verdict::OrderDiffers
    } else {
        Verdict::Different
    }
}

/// Whether surname and given names together are the same words, differently divided or ordered:
/// offices do not agree on which part of a Vietnamese or Spanish name is the surname.
pub(super) fn same_when_regrouped(a: (&str, &str), b: (&str, &str)) -> bool {
    let all = |(surname, given): (&str, &str)| {
        Some([words(surname)?, words(given)?].concat()).filter(|words| !words.is_empty())
    };
    match (all(a), all(b)) {
        (Some(a), Some(b)) => same_words(&a, &b),
        _ => false,
    }
}

/// The same but for upper and lower case and the amount of white space.
fn same_text(a: &str, b: &str) -> bool {
    let fold =
        |text: &str| text.split_whitespace().map(str::to_lowercase).collect::<Vec<_>>().join(" ");
    fold(a) == fold(b)
}

/// The same letters; where words end does not matter (Vandenberghe, Van den Berghe).
fn same_letters(a: &[Word], b: &[Word]) -> bool {
    !a.is_empty() && !b.is_empty() && alike(&a.concat(), &b.concat())
}

/// `few` has only the first of the names of `many`.
fn has_fewer(few: &[Word], many: &[Word]) -> bool {
    let few = few.concat();
    (1..many.len()).filter_map(|count| many.get(..count)).any(|first| alike(&few, &first.concat()))
}

/// `cut` has the beginning of each word of `whole`, or of its first words.
fn is_cut(may_be: bool, cut: &[Word], whole: &[Word], fewest: usize) -> bool {
    let shortened = |(cut, whole): (&Word, &Word)| {
        alike(cut, whole) || (cut.len() >= fewest && begins(cut, whole))
    };
    let by_word = cut.len() <= whole.len() && cut.iter().zip(whole).all(shortened);
    let joined = cut.concat();
    may_be
        && !cut.is_empty()
        && (by_word || (joined.len() >= fewest && begins(&joined, &whole.concat())))
}

/// The part of a surname that the person had at birth, by the word that says which it is.
fn birth_name(words: &[Word]) -> &[Word] {
    let is = |word: &Word, markers: &[&str]| {
        let spelled: String = word.iter().filter_map(|s| s.last().copied()).collect();
        markers.contains(&spelled.as_str())
    };
    let inner = 1..words.len().saturating_sub(1);
    for at in inner {
        match (words.get(at), words.get(..at), words.get(at + 1..)) {
            (Some(word), Some(before), _) if is(word, BIRTH_NAME_FIRST) => return before,
            (Some(word), _, Some(after)) if is(word, BIRTH_NAME_LAST) => return after,
            _ => {}
        }
    }
    words
}

/// Whether each word of one has its own like word in the other, in whatever order. Likeness does
/// not carry over (MUELLER and MULLER are both like Müller), so a free partner is looked for by
/// moving earlier pairs where needed.
fn same_words(a: &[Word], b: &[Word]) -> bool {
    if a.len() != b.len() || a.len() > MOST_WORDS {
        return false;
    }
    let mut partner_of_b = vec![None; b.len()];
    (0..a.len()).all(|at| {
        let mut tried = vec![false; b.len()];
        find_partner(at, a, b, &mut partner_of_b, &mut tried)
    })
}

/// More words than any name has; bounds the search.
const MOST_WORDS: usize = 40;

fn find_partner(
    at: usize,
    a: &[Word],
    b: &[Word],
    partner_of_b: &mut [Option<usize>],
    tried: &mut [bool],
) -> bool {
    for (candidate, word) in b.iter().enumerate() {
        let is_like = a.get(at).is_some_and(|mine| alike(mine, word));
        match tried.get_mut(candidate) {
            Some(tried) if is_like && !*tried => *tried = true,
            _ => continue,
        }
        let taken_by = partner_of_b.get(candidate).copied().flatten();
        if taken_by.is_none_or(|other| find_partner(other, a, b, partner_of_b, tried)) {
            if let Some(partner) = partner_of_b.get_mut(candidate) {
                *partner = Some(at);
            }
            return true;
        }
    }
    false
}

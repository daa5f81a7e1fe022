//! Why another name or sex does not mean another person: a closed list, for a second officer to
//! confirm. Words alone never explain such a difference, since words can be found for any.

use serde::{Deserialize, Serialize};

use super::Field;
use super::transliterate::{Spellings, Word, words};
use crate::document::TypedDocument;
use crate::person::{GivenName, RegisterPerson};

/// Why register and document may state something else of the same person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DifferenceReason {
    /// Changed by an act, a decree or a judgment, which the officer has seen.
    ActSeen,
    /// The document states the name by marriage, and the officer has seen the certificate.
    MarriedName,
    /// The same name otherwise spelled, as when each side took it from another script.
    OtherSpelling,
    /// The register is wrong, and the correction was asked for.
    RegisterErrorReported,
}

impl DifferenceReason {
    /// All reasons, in the order in which the page offers them.
    pub const ALL: [Self; 4] =
        [Self::ActSeen, Self::MarriedName, Self::OtherSpelling, Self::RegisterErrorReported];
    /// Stable code, as stored.
    pub const fn code(self) -> &'static str {
        match self {
            Self::ActSeen => "act_seen",
            Self::MarriedName => "married_name",
            Self::OtherSpelling => "other_spelling",
            Self::RegisterErrorReported => "register_error_reported",
        }
    }
    /// Reads the stable code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.code() == code)
    }
    /// The reasons that can be given for a difference in this field. A marriage changes no given
    /// name, and two names that have few letters in common are not one name spelled twice.
    pub fn open_to(field: Field, person: &RegisterPerson, document: &TypedDocument) -> Vec<Self> {
        let fits = |reason: &Self| match (reason, field) {
            (Self::ActSeen | Self::RegisterErrorReported, _) => is_of_person(field),
            (Self::MarriedName, _) => field == Field::Surname,
            (Self::OtherSpelling, Field::Surname) => {
                resemble(person.surname.as_str(), document.surname().as_str())
            }
            (Self::OtherSpelling, Field::GivenNames) => {
                let given: Vec<_> = person.given_names.iter().map(GivenName::as_str).collect();
                resemble(&given.join(" "), document.given_names())
            }
            (Self::OtherSpelling, _) => false,
        };
        Self::ALL.into_iter().filter(fits).collect()
    }
}

const fn is_of_person(field: Field) -> bool {
    match field {
        Field::Surname | Field::GivenNames | Field::Sex => true,
        Field::BirthDate | Field::NationalNumber | Field::ValidUntil | Field::CheckDigits => false,
    }
}

/// Whether at most half of the letters would have to change. Symmetric; letters of other scripts
/// than Latin resemble only themselves.
fn resemble(a: &str, b: &str) -> bool {
    let (Some(a), Some(b)) = (words(a), words(b)) else { return false };
    let (a, b) = (spelled(&a), spelled(&b));
    let longer = a.len().max(b.len());
    longer > 0 && !a.is_empty() && !b.is_empty() && 2 * changes(&a, &b) <= longer
}

/// The letters of a name without its spaces, each in its shortest spelling.
fn spelled(words: &[Word]) -> Vec<char> {
    let shortest = |letter: &Spellings| {
        letter.iter().min_by_key(|spelling| spelling.len()).copied().unwrap_or_default()
    };
    words.iter().flatten().flat_map(|letter| shortest(letter).chars()).collect()
}

/// Letters to put in, take out or change (Levenshtein's distance). Names are bounded, so is this.
fn changes(a: &[char], b: &[char]) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (at, x) in a.iter().enumerate() {
        let mut before = at;
        let mut left = at + 1;
        for (y, above) in b.iter().zip(row.iter_mut().skip(1)) {
            let here = (before + usize::from(x != y)).min(left + 1).min(*above + 1);
            before = *above;
            *above = here;
            left = here;
        }
        if let Some(first) = row.first_mut() {
            *first = at + 1;
        }
    }
    row.last().copied().unwrap_or(a.len())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn one_name_spelled_twice_and_two_names() {
        for (a, b) in [
            ("Oleksandr", "Aleksandr"),
            ("Zelenskyi", "ZELENSKIY"),
            ("Mohamed", "Mohammed"),
            ("Yusuf", "Youssef"),
            ("Tchaikovsky", "Chaykovskiy"),
            ("Łukasiewicz", "Lukasevich"),
        ] {
            assert!(resemble(a, b) && resemble(b, a), "{a} {b}");
        }
        for (a, b) in [
            ("Peeters", "El Amrani"),
            ("Jan", "Ahmed"),
            ("Lotte", "Karim"),
            ("", "Karim"),
            ("", ""),
            ("Иванов", "Ivanov"),
        ] {
            assert!(!resemble(a, b) && !resemble(b, a), "{a} {b}");
        }
    }

    #[test]
    fn codes_agree_with_serde() {
        for reason in DifferenceReason::ALL {
            assert_eq!(serde_json::to_value(reason).unwrap(), reason.code());
            assert_eq!(DifferenceReason::from_code(reason.code()), Some(reason));
        }
        assert_eq!(DifferenceReason::from_code("because"), None);
    }

    proptest! {
        #[test]
        fn changes_are_symmetric_and_bounded(a in "[A-D]{0,9}", b in "[A-D]{0,9}") {
            let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
            let count = changes(&a, &b);
            prop_assert_eq!(count, changes(&b, &a));
            prop_assert!(count <= a.len().max(b.len()));
            prop_assert!(count >= a.len().abs_diff(b.len()));
            prop_assert_eq!(count == 0, a == b);
        }
    }
}

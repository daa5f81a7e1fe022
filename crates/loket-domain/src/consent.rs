//! The words by which a person is asked for consent to be contacted (SEED-56): versioned, in four
//! languages, told apart by a digest. A text that was ever read out is never edited: what was
//! consented to must be readable as long as its proof is kept, so a change is a new version.

use sha2::{Digest, Sha256};

use crate::language::Language;

/// One version of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConsentText {
    /// Its version, a year and a month.
    pub version: &'static str,
    /// Dutch, French, German, English.
    texts: [&'static str; 4],
}

macro_rules! version {
    ($version:literal) => {
        ConsentText {
            version: $version,
            texts: [
                include_str!(concat!("../../../consent/", $version, "/nl.txt")),
                include_str!(concat!("../../../consent/", $version, "/fr.txt")),
                include_str!(concat!("../../../consent/", $version, "/de.txt")),
                include_str!(concat!("../../../consent/", $version, "/en.txt")),
            ],
        }
    };
}

/// The version that is asked for unless the operator settles on an earlier one.
pub const NEWEST: ConsentText = version!("2026-12");

impl ConsentText {
    /// Every version that was ever in force, the newest first.
    pub const ALL: [Self; 2] = [NEWEST, version!("2026-01")];

    /// The text of a version; `None` for one that never was.
    pub fn of(version: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|text| text.version == version)
    }

    /// Its words in a language.
    pub fn words(&self, language: Language) -> &'static str {
        let [nl, fr, de, en] = self.texts;
        match language {
            Language::Nl => nl,
            Language::Fr => fr,
            Language::De => de,
            Language::En => en,
        }
        .trim_end()
    }

    /// SHA-256 of the words in a language, as kept with each consent.
    pub fn digest(&self, language: Language) -> [u8; 32] {
        Sha256::digest(self.words(language).as_bytes()).into()
    }
}

/// How the print of a digest begins: enough to compare by eye.
pub fn short(digest: &[u8; 32]) -> String {
    digest.iter().take(8).fold(String::with_capacity(19), |mut text, byte| {
        if text.len() % 5 == 4 {
            text.push(' ');
        }
        for nibble in [byte >> 4, byte & 15] {
            text.extend(char::from_digit(u32::from(nibble), 16));
        }
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Who edits a text that was read to people, instead of adding a version, fails here.
    #[test]
    fn a_text_that_was_in_force_never_changes() {
        let printed: Vec<String> = ConsentText::ALL
            .iter()
            .flat_map(|text| {
                Language::ALL.map(|language| {
                    format!("{} {language} {}", text.version, short(&text.digest(language)))
                })
            })
            .collect();
        assert_eq!(
            printed,
            [
                "2026-12 nl b635 9173 ded8 f458",
                "2026-12 fr 6dee da43 59d7 70a6",
                "2026-12 de 8e09 6aaf 050d a3a0",
                "2026-12 en 6d9d 484e 7902 ffc5",
                "2026-01 nl f836 02cd 18a9 8b54",
                "2026-01 fr 5cb8 2afb efc0 31f5",
                "2026-01 de 35bc ee7b a044 5dc7",
                "2026-01 en a45e f3d5 d1bc 865d",
            ]
        );
    }

    #[test]
    fn each_version_speaks_four_languages_on_one_line() {
        for text in ConsentText::ALL {
            assert_eq!(ConsentText::of(text.version), Some(text));
            let words = Language::ALL.map(|language| text.words(language));
            for (at, one) in words.iter().enumerate() {
                assert!(one.len() > 100 && !one.contains('\n'));
                assert!(!words.iter().skip(at + 1).any(|other| other == one));
            }
        }
        assert_eq!(ConsentText::of("1999-01"), None);
    }
}

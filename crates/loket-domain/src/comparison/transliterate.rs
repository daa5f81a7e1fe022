//! Spelling of Latin letters with A to Z, as issuers do it for the machine-readable zone (ICAO Doc
//! 9303-3 section 6). Some letters have more than one allowed spelling; a comparison tries them
//! all. Letters of other scripts are not spelled: they are the same only as themselves.

use std::collections::HashSet;

/// The allowed spellings of one letter, the recommended one first.
pub(super) type Spellings = &'static [&'static str];

/// A word as the spellings of its letters.
pub(super) type Word = Vec<Spellings>;

/// Letters with more than one spelling, or with one of more than one letter.
const SPELLED: &[(char, Spellings)] = &[
    ('Ä', &["AE", "A", "AXX"]),
    ('Å', &["AA", "A"]),
    ('Æ', &["AE"]),
    ('Ð', &["D", "DH"]),
    ('Đ', &["D", "DJ"]),
    ('Ñ', &["N", "NXX"]),
    ('Ö', &["OE", "O", "OXX"]),
    ('Ő', &["O", "OE"]),
    ('Ø', &["OE", "O"]),
    ('Œ', &["OE"]),
    ('Ü', &["UE", "U", "UXX"]),
    ('Ű', &["U", "UE"]),
    ('Þ', &["TH"]),
    ('ß', &["SS"]),
    ('ẞ', &["SS"]),
    ('Ĳ', &["IJ"]),
];

/// Letters with a sign that is left out, by the letter that stays.
const BARE: &[(Spellings, &str)] = &[
    (&["A"], "ÀÁÂÃĀĂĄǍȀȂȦẠẢẤẦẨẪẬẮẰẲẴẶǺ"),
    (&["B"], "ḂƁ"),
    (&["C"], "ÇĆĈĊČ"),
    (&["D"], "ĎḌḐƊ"),
    (&["E"], "ÈÉÊËĒĔĖĘĚȄȆȨẸẺẼẾỀỂỄỆƏ"),
    (&["G"], "ĜĞĠĢǦǤ"),
    (&["H"], "ĤĦḤḦḪ"),
    (&["I"], "ÌÍÎÏĨĪĬĮİıǏȈȊỈỊ"),
    (&["J"], "Ĵ"),
    (&["K"], "ĶǨƘ"),
    (&["L"], "ĹĻĽĿŁḶ"),
    (&["M"], "ṀṂ"),
    (&["N"], "ŃŅŇŊǸṆ"),
    (&["O"], "ÒÓÔÕŌŎǑȌȎȪȬȮƠỌỎỐỒỔỖỘỚỜỞỠỢǪ"),
    (&["P"], "Ṗ"),
    (&["R"], "ŔŖŘȐȒṚ"),
    (&["S"], "ŚŜŞŠȘṠṢ"),
    (&["T"], "ŢŤŦȚṬṪ"),
    (&["U"], "ÙÚÛŨŪŬŮŲƯǓȔȖỤỦỨỪỬỮỰ"),
    (&["W"], "ŴẀẂẄ"),
    (&["Y"], "ÝŶŸỲỴỶỸȲ"),
    (&["Z"], "ŹŻŽẒ"),
];

const PLAIN: &[Spellings] = &[
    &["A"],
    &["B"],
    &["C"],
    &["D"],
    &["E"],
    &["F"],
    &["G"],
    &["H"],
    &["I"],
    &["J"],
    &["K"],
    &["L"],
    &["M"],
    &["N"],
    &["O"],
    &["P"],
    &["Q"],
    &["R"],
    &["S"],
    &["T"],
    &["U"],
    &["V"],
    &["W"],
    &["X"],
    &["Y"],
    &["Z"],
];

enum Letter {
    Spelled(Spellings),
    /// A combining sign, which changes the letter before it or goes.
    Sign(char),
    /// Stands between two words: space, hyphen, comma, filler.
    Between,
    /// Goes without a trace: apostrophe, full stop, slash.
    Nothing,
    /// A letter of another script, or no letter at all.
    Foreign,
}

fn letter(c: char) -> Letter {
    let mut upper = c.to_uppercase();
    // ß becomes SS in upper case; it is kept, to be found in the table.
    let c = if upper.len() == 1 { upper.next().unwrap_or(c) } else { c };
    match c {
        'A'..='Z' => {
            let at = usize::try_from(u32::from(c) - u32::from('A')).unwrap_or(usize::MAX);
            PLAIN.get(at).map_or(Letter::Foreign, |spellings| Letter::Spelled(spellings))
        }
        '\'' | '’' | '‘' | '`' | '´' | 'ʼ' | 'ʻ' | 'ʿ' | 'ʾ' | '.' | '/' | '·' | '\u{200b}' => {
            Letter::Nothing
        }
        '-' | '<' | ',' | '‐'..='―' => Letter::Between,
        '\u{300}'..='\u{36f}' => Letter::Sign(c),
        c if c.is_whitespace() => Letter::Between,
        c => spelled(c).map_or(Letter::Foreign, Letter::Spelled),
    }
}

fn spelled(c: char) -> Option<Spellings> {
    let many = SPELLED.iter().find(|(letter, _)| *letter == c).map(|(_, spellings)| *spellings);
    many.or_else(|| {
        BARE.iter().find(|(_, letters)| letters.contains(c)).map(|(spellings, _)| *spellings)
    })
}

/// A letter followed by a combining sign, where the pair is a letter with its own spellings.
fn composed(base: Spellings, sign: char) -> Option<Spellings> {
    let letter = match (base, sign) {
        (["A"], '\u{308}') => 'Ä',
        (["O"], '\u{308}') => 'Ö',
        (["U"], '\u{308}') => 'Ü',
        (["A"], '\u{30a}') => 'Å',
        (["N"], '\u{303}') => 'Ñ',
        (["O"], '\u{30b}') => 'Ő',
        (["U"], '\u{30b}') => 'Ű',
        _ => return None,
    };
    spelled(letter)
}

/// The words of a name. `None` when a letter has no spelling with A to Z.
pub(super) fn words(text: &str) -> Option<Vec<Word>> {
    let mut words = Vec::new();
    let mut word = Word::new();
    for c in text.chars() {
        match letter(c) {
            Letter::Spelled(spellings) => word.push(spellings),
            Letter::Sign(sign) => {
                if let Some(last) = word.last_mut() {
                    *last = composed(last, sign).unwrap_or(last);
                }
            }
            Letter::Between if word.is_empty() => {}
            Letter::Between => words.push(std::mem::take(&mut word)),
            Letter::Nothing => {}
            Letter::Foreign => return None,
        }
    }
    if !word.is_empty() {
        words.push(word);
    }
    Some(words)
}

/// Whether the two have a spelling in common.
pub(super) fn alike(a: &[Spellings], b: &[Spellings]) -> bool {
    walk(a, b, false)
}

/// Whether a spelling of `start` is the beginning of a spelling of `whole`.
pub(super) fn begins(start: &[Spellings], whole: &[Spellings]) -> bool {
    walk(start, whole, true)
}

/// Reads both at once, letter by letter, through all spellings.
fn walk(a: &[Spellings], b: &[Spellings], a_may_end_first: bool) -> bool {
    let mut seen = HashSet::new();
    let mut open = vec![(0, "", 0, "")];
    while let Some(place @ (at_a, rest_a, at_b, rest_b)) = open.pop() {
        if !seen.insert(place) {
            continue;
        }
        match (rest_a.split_at_checked(1), rest_b.split_at_checked(1)) {
            (Some((x, rest_a)), Some((y, rest_b))) => {
                if x == y {
                    open.push((at_a, rest_a, at_b, rest_b));
                }
            }
            (None, _) => match a.get(at_a) {
                Some(spellings) => {
                    open.extend(spellings.iter().map(|s| (at_a + 1, *s, at_b, rest_b)));
                }
                None if a_may_end_first || (rest_b.is_empty() && at_b == b.len()) => return true,
                None => {}
            },
            (Some(_), None) => {
                if let Some(spellings) = b.get(at_b) {
                    open.extend(spellings.iter().map(|s| (at_a, rest_a, at_b + 1, *s)));
                }
            }
        }
    }
    false
}

/// Most places that the words take in a zone, one filler between two of them.
pub(super) fn places(words: &[Word]) -> usize {
    let letters = |word: &Word| -> usize {
        word.iter().map(|spellings| spellings.iter().map(|s| s.len()).max().unwrap_or(0)).sum()
    };
    words.iter().map(letters).sum::<usize>() + words.len().saturating_sub(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(text: &str) -> Word {
        words(text).unwrap().concat()
    }

    #[test]
    fn every_listed_letter_is_upper_case_and_listed_once() {
        let mut all: Vec<char> = SPELLED.iter().map(|(c, _)| *c).collect();
        all.extend(BARE.iter().flat_map(|(_, letters)| letters.chars()));
        let once: HashSet<char> = all.iter().copied().collect();
        assert_eq!(once.len(), all.len());
        for c in all {
            assert!(c.is_uppercase() || matches!(c, 'ß' | 'ı'), "{c}");
            assert!(words(&c.to_string()).is_some(), "{c} is spelled");
            assert!(words(&c.to_lowercase().to_string()).is_some(), "small {c} is spelled");
        }
    }

    #[test]
    fn all_allowed_spellings_meet() {
        for (name, zone) in [
            ("Müller", "MUELLER"),
            ("Müller", "MULLER"),
            ("Müller", "MUXXLLER"),
            ("Åse", "AASE"),
            ("Åse", "ASE"),
            ("Søren", "SOEREN"),
            ("Søren", "SOREN"),
            ("Muñoz", "MUNOZ"),
            ("Muñoz", "MUNXXOZ"),
            ("Strauß", "STRAUSS"),
            ("Þór", "THOR"),
            ("Đorđević", "DORDEVIC"),
            ("Łukasz", "LUKASZ"),
            ("Şahin", "SAHIN"),
            ("Işık", "ISIK"),
            ("İnci", "INCI"),
            ("Nguyễn", "NGUYEN"),
            ("Ĳzer", "IJZER"),
            ("u\u{308}ber", "UEBER"),
            ("D’Hondt", "DHONDT"),
        ] {
            assert!(alike(&one(name), &one(zone)), "{name} {zone}");
            assert!(alike(&one(zone), &one(name)), "{zone} {name}");
        }
        assert!(!alike(&one("MULLER"), &one("MUELLER")), "no umlaut was there");
        assert!(begins(&one("MUE"), &one("Müller")));
        assert!(begins(&one("MU"), &one("Müller")));
        assert!(!begins(&one("MUA"), &one("Müller")));
        assert!(words("Иванов").is_none());
    }
}

//! How long a text is as a short message (3GPP TS 23.038): in septets of the GSM 7-bit alphabet
//! when every character is in it, in UCS-2 units otherwise.
//!
//! It counts and writes; it never shortens, and packs no septets: that is done on the way.

/// Alphabet in which a text travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Alphabet {
    /// GSM 7-bit default alphabet with its extension table.
    Gsm7,
    /// UCS-2 (UTF-16 units), for any other character.
    Ucs2,
}

impl Alphabet {
    /// Units in a message that stands alone.
    pub const fn alone(self) -> usize {
        match self {
            Self::Gsm7 => 160,
            Self::Ucs2 => 70,
        }
    }
    /// Units in each part of a joined message, whose header takes the rest.
    pub const fn joined(self) -> usize {
        match self {
            Self::Gsm7 => 153,
            Self::Ucs2 => 67,
        }
    }
    /// Units that one character takes; an extension character takes an escape before it.
    fn units(self, character: char) -> usize {
        match self {
            Self::Gsm7 if EXTENSION.contains(character) => 2,
            Self::Gsm7 => 1,
            Self::Ucs2 => character.len_utf16(),
        }
    }
}

/// Length of a text as a short message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Segments {
    /// Alphabet that the characters need.
    pub alphabet: Alphabet,
    /// Septets or UTF-16 units of the whole text, without joining headers.
    pub units: usize,
    /// Messages that are sent and paid; an empty text is still one.
    pub parts: usize,
}

/// Basic table in order of code, without the escape.
const BASIC: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?\
                     ¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";

/// Extension table.
const EXTENSION: &str = "\u{c}^{}\\[~]|€";

/// Counts the units and the parts of a text.
pub fn segments(text: &str) -> Segments {
    let in_table = |c| BASIC.contains(c) || EXTENSION.contains(c);
    let alphabet = if text.chars().all(in_table) { Alphabet::Gsm7 } else { Alphabet::Ucs2 };
    let units = text.chars().map(|c| alphabet.units(c)).sum();
    let parts = if units <= alphabet.alone() { 1 } else { joined_parts(text, alphabet) };
    Segments { alphabet, units, parts }
}

/// Parts of a text too long to stand alone. A character of two units is never cut in two, so that
/// a part may end one unit early.
fn joined_parts(text: &str, alphabet: Alphabet) -> usize {
    let mut parts = 1;
    let mut filled = 0;
    for character in text.chars() {
        let units = alphabet.units(character);
        if filled + units > alphabet.joined() {
            parts += 1;
            filled = 0;
        }
        filled += units;
    }
    parts
}

/// The text with one octet for each septet, as SMPP carries the default alphabet; `None` when a
/// character is not in it.
pub fn octets(text: &str) -> Option<Vec<u8>> {
    /// Code before a character of the extension table.
    const ESCAPE: u8 = 0x1b;
    /// Codes of the extension table, in the order of [`EXTENSION`].
    const EXTENDED: [u8; 10] = [0x0a, 0x14, 0x28, 0x29, 0x2f, 0x3c, 0x3d, 0x3e, 0x40, 0x65];
    let mut out = Vec::with_capacity(text.len());
    for character in text.chars() {
        if let Some(at) = BASIC.chars().position(|c| c == character) {
            let at = u8::try_from(at).ok()?;
            // The table has no place for the escape itself, which stands before the 28th character.
            out.push(if at < ESCAPE { at } else { at + 1 });
        } else {
            let at = EXTENSION.chars().position(|c| c == character)?;
            out.extend([ESCAPE, *EXTENDED.get(at)?]);
        }
    }
    Some(out)
}

/// Whether the text travels as one short message of the GSM 7-bit alphabet: at most 160 septets
/// (requirement S-01). A text that needs UCS-2 does not fit, however short it is.
pub fn fits_one_sms(text: &str) -> bool {
    let counted = segments(text);
    counted.alphabet == Alphabet::Gsm7 && counted.parts == 1
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn counted(text: &str) -> (Alphabet, usize, usize) {
        let Segments { alphabet, units, parts } = segments(text);
        (alphabet, units, parts)
    }

    #[test]
    fn the_basic_table_has_127_characters_and_no_doubles() {
        let mut characters: Vec<char> = BASIC.chars().collect();
        assert_eq!(characters.len(), 127);
        characters.sort_unstable();
        characters.dedup();
        assert_eq!(characters.len(), 127);
        assert!(EXTENSION.chars().all(|c| !BASIC.contains(c)));
        assert_eq!(EXTENSION.chars().count(), 10);
    }

    #[test]
    fn bounds_of_one_and_of_joined_messages() {
        assert_eq!(counted(""), (Alphabet::Gsm7, 0, 1));
        assert_eq!(counted(&"a".repeat(160)), (Alphabet::Gsm7, 160, 1));
        assert_eq!(counted(&"a".repeat(161)), (Alphabet::Gsm7, 161, 2));
        assert_eq!(counted(&"a".repeat(306)), (Alphabet::Gsm7, 306, 2));
        assert_eq!(counted(&"a".repeat(307)), (Alphabet::Gsm7, 307, 3));
        assert_eq!(counted(&"ê".repeat(70)), (Alphabet::Ucs2, 70, 1));
        assert_eq!(counted(&"ê".repeat(71)), (Alphabet::Ucs2, 71, 2));
        assert_eq!(counted(&"ê".repeat(135)), (Alphabet::Ucs2, 135, 3));
    }

    #[test]
    fn an_extension_character_counts_two_and_is_not_cut() {
        assert_eq!(counted("€"), (Alphabet::Gsm7, 2, 1));
        assert_eq!(counted(&"€".repeat(80)), (Alphabet::Gsm7, 160, 1));
        // 153 is odd: only 76 of them fit in a part.
        assert_eq!(counted(&"€".repeat(153)), (Alphabet::Gsm7, 306, 3));
        assert_eq!(counted(&"😀".repeat(35)), (Alphabet::Ucs2, 70, 1));
        assert_eq!(counted(&"😀".repeat(67)), (Alphabet::Ucs2, 134, 3));
    }

    #[test]
    fn what_belgian_texts_may_and_may_not_use() {
        for fits in ["Votre code : 4F7K-9Q2M, à l'école, où, Übung, Straße", "Eén code, niet delen"]
        {
            assert!(fits_one_sms(fits), "{fits}");
        }
        for other in ["être", "île", "Noël", "français", "naïf", "tiret – long", "l’office"]
        {
            assert!(!fits_one_sms(other), "{other}");
        }
        assert!(!fits_one_sms(&"a".repeat(161)));
    }

    #[test]
    fn octets_are_those_of_the_standard() {
        assert_eq!(octets("@A a"), Some(vec![0x00, 0x41, 0x20, 0x61]));
        assert_eq!(octets("ÆæßÉ"), Some(vec![0x1c, 0x1d, 0x1e, 0x1f]));
        assert_eq!(octets("Ξà¿§"), Some(vec![0x1a, 0x7f, 0x60, 0x5f]));
        assert_eq!(octets("€[~"), Some(vec![0x1b, 0x65, 0x1b, 0x3c, 0x1b, 0x3d]));
        assert_eq!(octets("ê"), None);
    }

    proptest! {
        #[test]
        fn there_are_as_many_octets_as_septets(text in "[ -~à€ÆÉ]{0,200}") {
            let counted = segments(&text);
            let written = octets(&text).map(|octets| octets.len());
            let wanted = (counted.alphabet == Alphabet::Gsm7).then_some(counted.units);
            prop_assert_eq!(written, wanted);
        }

        #[test]
        fn parts_are_enough_and_not_one_too_many(text in "[a-z€ê😀]{0,500}") {
            let Segments { alphabet, units, parts } = segments(&text);
            if parts == 1 {
                prop_assert!(units <= alphabet.alone());
            } else {
                prop_assert!(units > alphabet.alone());
                prop_assert!(units <= parts * alphabet.joined());
                // At most one unit is lost at the end of each part.
                prop_assert!(units > (parts - 1) * (alphabet.joined() - 1));
            }
        }
    }
}

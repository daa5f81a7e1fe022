//! A value of a sealed part in pieces: an identifier (a UUID in its one text form, RFC 9562 section 4)
//! as its 16 bytes, a word of the list by its number, everything else as text. Together they are the
//! value again, byte for byte.

use std::ops::Range;

use uuid::Uuid;
use uuid::fmt::Hyphenated;

use crate::words;

/// A piece of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Piece<'a> {
    Text(&'a str),
    Id([u8; 16]),
    /// By its number.
    Word(u64),
}

/// The pieces of a value; none of them is an empty text.
pub(crate) fn of(value: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let (mut rest, mut place) = (value, 0);
    while rest.len() >= place + Hyphenated::LENGTH {
        let Some(id) = rest.as_bytes().get(place..).and_then(id_at) else {
            place += 1;
            continue;
        };
        // An identifier is plain ASCII, so that it begins and ends between characters.
        let (before, from) = rest.split_at(place);
        push_words(&mut pieces, before);
        pieces.push(Piece::Id(id));
        (rest, place) = (from.split_at(Hyphenated::LENGTH).1, 0);
    }
    push_words(&mut pieces, rest);
    pieces
}

fn push_words<'a>(pieces: &mut Vec<Piece<'a>>, text: &'a str) {
    let mut done = 0;
    for found in words::of(text) {
        push_text(pieces, text, done..found.start);
        pieces.push(Piece::Word(found.number));
        done = found.end;
    }
    push_text(pieces, text, done..text.len());
}

fn push_text<'a>(pieces: &mut Vec<Piece<'a>>, text: &'a str, range: Range<usize>) {
    pieces.extend(text.get(range).filter(|text| !text.is_empty()).map(Piece::Text));
}

/// The value that pieces make: none where a word is not in the list, or the value longer than `most` bytes.
pub(crate) fn joined(pieces: &[Piece<'_>], most: usize) -> Option<String> {
    let lengths = pieces.iter().map(|piece| match piece {
        Piece::Text(text) => Some(text.len()),
        Piece::Id(_) => Some(Hyphenated::LENGTH),
        Piece::Word(number) => words::word(*number).map(str::len),
    });
    let length = lengths.sum::<Option<usize>>().filter(|length| *length <= most)?;
    // Never grows: what was outgrown would stay behind in memory.
    let mut value = String::with_capacity(length);
    for piece in pieces {
        match piece {
            Piece::Text(text) => value.push_str(text),
            Piece::Id(id) => {
                let id = Uuid::from_bytes(*id).hyphenated();
                value.push_str(id.encode_lower(&mut Uuid::encode_buffer()));
            }
            Piece::Word(number) => value.push_str(words::word(*number)?),
        }
    }
    Some(value)
}

/// The identifier that bytes begin with, in the small letters in which it is written again.
fn id_at(bytes: &[u8]) -> Option<[u8; 16]> {
    let text = bytes.get(..Hyphenated::LENGTH)?;
    // Most places are none, which the first hyphen tells at once.
    if text.get(8) != Some(&b'-') {
        return None;
    }
    let id = Uuid::try_parse_ascii(text).ok()?;
    let written = id.hyphenated().encode_lower(&mut Uuid::encode_buffer()).as_bytes() == text;
    written.then(|| id.into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const ONE: &str = "0199d4e5-a1b2-7c3d-8e4f-5a6b7c8d9e0f";

    #[test]
    fn identifiers_are_found_wherever_they_stand() {
        let id = Piece::Id(0x0199_d4e5_a1b2_7c3d_8e4f_5a6b_7c8d_9e0f_u128.to_be_bytes());
        let staff = format!("staff {ONE}");
        let both = format!("{{\"a\":\"{ONE}\",\"é\":\"{ONE}{ONE}");
        assert_eq!(of(ONE), [id]);
        assert_eq!(of(&staff), [Piece::Word(1), id]);
        let (begin, middle) = (Piece::Text("{\"a\":\""), Piece::Text("\",\"é\":\""));
        assert_eq!(of(&both), [begin, id, middle, id, id]);
        for text in ["", "a cart", &ONE[1..], &ONE.to_uppercase(), &ONE.replace('-', "a")] {
            assert!(of(text).iter().all(|piece| *piece == Piece::Text(text)), "{text}");
        }
    }

    #[test]
    fn words_are_found_between_texts_and_identifiers() {
        let details = format!("{{\"invitation\":\"{ONE}\",\"é\":null,\"message\":\"{ONE}\"}}");
        let pieces = of(&details);
        let word = |text| {
            let mut found = words::of(text);
            Piece::Word(found.next().unwrap().number)
        };
        let id = of(ONE)[0];
        assert_eq!(
            pieces,
            [
                word("{\"invitation\":\""),
                id,
                Piece::Text("\",\"é\":"),
                word("null"),
                word(",\"message\":\""),
                id,
                word("\"}"),
            ]
        );
        assert_eq!(joined(&pieces, details.len()), Some(details.clone()));
        assert_eq!(joined(&pieces, details.len() - 1), None, "longer than may be");
        assert_eq!(joined(&[Piece::Word(1 << 20)], 1 << 20), None, "no word");
    }

    proptest! {
        #[test]
        fn the_pieces_are_the_value(
            value in r#"([0-9a-fé-]{0,12}|0199d4e5-a1b2-7c3d-8e4f-5a6b7c8d9e0f|\{"key":"|","message":"|","message_kind|staff |job delivery|j|é"){0,8}"#,
        ) {
            let pieces = of(&value);
            prop_assert!(!pieces.contains(&Piece::Text("")));
            prop_assert_eq!(joined(&pieces, value.len()), Some(value));
        }
    }
}

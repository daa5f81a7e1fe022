//! A value of a sealed part in pieces: an identifier (a UUID in its one text form, RFC 9562 section 4)
//! as its 16 bytes, everything else as text. Together they are the value again, byte for byte.

use uuid::Uuid;
use uuid::fmt::Hyphenated;

/// A piece of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Piece<'a> {
    Text(&'a str),
    Id([u8; 16]),
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
        if !before.is_empty() {
            pieces.push(Piece::Text(before));
        }
        pieces.push(Piece::Id(id));
        (rest, place) = (from.split_at(Hyphenated::LENGTH).1, 0);
    }
    if !rest.is_empty() {
        pieces.push(Piece::Text(rest));
    }
    pieces
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

/// Writes an identifier behind a value.
pub(crate) fn push_id(value: &mut String, id: [u8; 16]) {
    value.push_str(Uuid::from_bytes(id).hyphenated().encode_lower(&mut Uuid::encode_buffer()));
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const ONE: &str = "0199d4e5-a1b2-7c3d-8e4f-5a6b7c8d9e0f";

    fn joined(pieces: &[Piece<'_>]) -> String {
        let mut value = String::new();
        for piece in pieces {
            match piece {
                Piece::Text(text) => value.push_str(text),
                Piece::Id(id) => push_id(&mut value, *id),
            }
        }
        value
    }

    #[test]
    fn identifiers_are_found_wherever_they_stand() {
        let id = Piece::Id(0x0199_d4e5_a1b2_7c3d_8e4f_5a6b_7c8d_9e0f_u128.to_be_bytes());
        let staff = format!("staff {ONE}");
        let both = format!("{{\"a\":\"{ONE}\",\"é\":\"{ONE}{ONE}\"}}");
        assert_eq!(of(ONE), [id]);
        assert_eq!(of(&staff), [Piece::Text("staff "), id]);
        let (begin, middle, end) =
            (Piece::Text("{\"a\":\""), Piece::Text("\",\"é\":\""), Piece::Text("\"}"));
        assert_eq!(of(&both), [begin, id, middle, id, id, end]);
        for text in ["", "card", &ONE[1..], &ONE.to_uppercase(), &ONE.replace('-', "a")] {
            assert!(of(text).iter().all(|piece| *piece == Piece::Text(text)), "{text}");
        }
    }

    proptest! {
        #[test]
        fn the_pieces_are_the_value(value in "([0-9a-fé-]{0,12}|0199d4e5-a1b2-7c3d-8e4f-5a6b7c8d9e0f){0,6}") {
            let pieces = of(&value);
            prop_assert_eq!(joined(&pieces), value.as_str());
            prop_assert!(!pieces.contains(&Piece::Text("")));
        }
    }
}

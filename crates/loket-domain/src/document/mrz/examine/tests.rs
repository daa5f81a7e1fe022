//! The specimens of ICAO Doc 9303, what is found of slips in them, and what is suggested.

use proptest::prelude::*;

use super::*;
use crate::document::mrz::Mrz;

fn today() -> Day {
    Day::new(2026, 11, 23).unwrap()
}

const TD1: &str = "I<UTOD231458907<<<<<<<<<<<<<<<\n7408122F1204159UTO<<<<<<<<<<<6\nERIKSSON<<ANNA<MARIA<<<<<<<<<<";
const TD2: &str = "I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\nD231458907UTO7408122F1204159<<<<<<<6";
const TD3: &str =
    "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10";
const MRV_A: &str =
    "V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL8988901C4XXX4009078F96121096ZE184226B<<<<<<";
const MRV_B: &str = "V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\nL8988901C4XXX4009078F9612109<<<<<<<<";

#[test]
fn the_specimens_of_every_size_are_valid() {
    for (text, code) in
        [(TD1, "td1"), (TD2, "td2"), (TD3, "td3"), (MRV_A, "mrv_a"), (MRV_B, "mrv_b")]
    {
        let found = examine(text, today());
        assert!(found.is_valid(), "{code}: {found:?}");
        assert_eq!(found.kind.map(ZoneKind::code), Some(code));
        let parts = found.parts();
        let part = |name| parts.iter().find(|(n, _)| *n == name).map(|(_, v)| v.as_str());
        assert_eq!(part("surname"), Some("ERIKSSON"));
        assert_eq!(part("given_names"), Some("ANNA MARIA"));
    }
}

#[test]
fn a_visa_is_read_and_is_no_identity_document() {
    assert!(examine(MRV_A, today()).is_valid());
    assert!(Mrz::parse(MRV_A, today()).is_err());
    assert!(Mrz::parse(MRV_B, today()).is_err());
}

#[test]
fn typed_pasted_and_scanned_text_is_the_same_zone() {
    let one_line = TD3.replace('\n', "");
    let spaced = TD1.replace('\n', " \r\n\r\n  ").to_lowercase();
    let guillemets = TD2.replace("<<", "«").replace('<', "‹");
    let eaten = TD3.replace("<<<<<<<<<<<<<<<<<<<\n", "                   \n");
    for text in [&one_line, &spaced, &guillemets, &eaten] {
        assert!(examine(text, today()).is_valid(), "{:?}", examine(text, today()));
    }
}

#[test]
fn letters_in_dates_and_digits_in_names_are_marked_with_what_may_be_meant() {
    let slipped = TD3.replace("7408122F", "74O8122F").replace("ERIKSSON", "ER1KSSON");
    let found = examine(&slipped, today());
    assert!(!found.is_valid());
    let at = |line, position, perhaps| {
        found
            .suggestions
            .iter()
            .any(|s| s.line == line && s.position == position && s.perhaps == perhaps)
    };
    assert!(at(2, 16, '0') && at(1, 8, 'I'), "{:?}", found.suggestions);
    let marked = |line, position| {
        found.places.iter().any(|p| p.line == line && p.from <= position && position <= p.to)
    };
    assert!(marked(2, 16) && marked(1, 8), "{:?}", found.places);
    // Nothing was changed.
    assert!(found.lines.iter().any(|line| line.contains("ER1KSSON")));
}

#[test]
fn a_confusion_that_makes_the_digit_hold_is_suggested() {
    let found = examine(&TD3.replace("L898902C3", "LB98902C3"), today());
    let wanted = Suggestion { line: 2, position: 2, stands: 'B', perhaps: '8' };
    assert!(found.suggestions.contains(&wanted), "{:?}", found.suggestions);
    let trouble = Trouble::CheckDigit(CheckedField::DocumentNumber);
    assert!(found.places.iter().any(|place| place.trouble == trouble));
}

#[test]
fn short_long_and_strange_lines_are_named() {
    let trouble = |text: &str| {
        examine(text, today()).places.iter().map(|place| place.trouble.code()).collect::<Vec<_>>()
    };
    assert_eq!(trouble(""), ["unreadable"]);
    assert_eq!(trouble(&"<".repeat(LONGEST + 1)), ["unreadable"]);
    assert_eq!(trouble("P<UTO"), ["line_count"]);
    assert!(trouble(&TD3.replace("<<10", "<<1")).contains(&"line_length"));
    assert!(trouble(&TD3.replace("<<10", "<<100")).contains(&"line_length"));
    assert!(trouble(&TD1.replace("UTO<", "U%O<")).contains(&"character"));
    assert!(trouble(&TD3.replace("P<UTO", "X<UTO")).contains(&"document_code"));
    assert!(trouble(&TD3.replace("2F1", "2W1")).contains(&"sex"));
    assert!(trouble(&TD3.replace("7408122", "7413122")).contains(&"date"));
}

/// The number of a foreigner's card: 000610035 and 70, its digit over "000610035<70".
fn overflowing() -> String {
    let digit = check_digit("000610035<70").unwrap();
    let line1 = format!("IRBEL000610035<70{digit}<<<<<<<<<<<<");
    let expiry = check_digit("300415").unwrap();
    let line2 = format!("7408122F300415{expiry}UTO<<<<<<<<<<<");
    let covered: String =
        format!("{}{}{}{}", &line1[5..30], &line2[..7], &line2[8..15], &line2[18..29]);
    let composite = check_digit(&covered).unwrap();
    format!("{line1}\n{line2}{composite}\nERIKSSON<<ANNA<MARIA<<<<<<<<<<")
}

#[test]
fn belgian_numbers_that_overflow_are_checked_with_the_filler_in_them() {
    let found = examine(&overflowing(), today());
    assert!(found.is_valid(), "{found:?} {:?}", found.digits);
    assert!(found.parts().contains(&("document_number", "00061003570".to_owned())));
}

#[test]
fn it_agrees_with_the_reader_on_each_change_of_one_character() {
    for at in (0..44).chain(45..TD3.len()) {
        for by in ('0'..='9').chain('A'..='Z').chain(['<', ' ', 'a', '-']) {
            let mut text: Vec<char> = TD3.chars().collect();
            text[at] = by;
            let text: String = text.into_iter().collect();
            let reader = Mrz::parse(&text, today()).is_ok_and(|zone| zone.checks_hold());
            // A visa is read here and is no document of identity: one letter makes one of this
            // passport.
            let found = examine(&text, today());
            let is_visa = matches!(found.kind, Some(ZoneKind::VisaA | ZoneKind::VisaB));
            assert_eq!(found.is_valid() && !is_visa, reader, "{text}");
        }
    }
}

/// Fuzzing found one that took the reader down: the last character of a number that overflows.
#[test]
fn a_character_of_two_or_more_bytes_is_named_where_it_stands() {
    for text in [TD1, TD2, TD3, MRV_A, MRV_B, &overflowing()] {
        for (at, stood) in text.char_indices().filter(|(_, c)| *c != '\n') {
            for strange in ["é", "ﾚ", "木", "🂡"] {
                let changed = format!("{}{strange}{}", &text[..at], &text[at + stood.len_utf8()..]);
                let found = examine(&changed, today());
                assert!(!found.is_valid() && !found.parts().is_empty());
                let line = text[..at].matches('\n').count();
                let position = at + 1 - text[..at].rfind('\n').map_or(0, |end| end + 1);
                let named = found.places.iter().any(|place| {
                    place.trouble == Trouble::Character
                        && (place.line, place.from, place.to) == (line + 1, position, position)
                });
                assert!(named, "{changed}");
            }
        }
    }
}

proptest! {
    #[test]
    fn never_panics(text in "\\PC{0,320}") {
        let _ = examine(&text, today()).parts();
    }

    /// Weights 7, 3 and 1 see every change of one character but those by a multiple of ten: A for K
    /// and U, B for L and V, and so on, and 0 for A, K, U and the filler.
    #[test]
    fn a_change_of_one_character_of_a_checked_field_is_found(at in 0_usize..9, by in "[A-Z0-9<]") {
        let line = 45;
        let mut text: Vec<char> = TD3.chars().collect();
        let value = |c: char| if c == '<' { 0 } else { c.to_digit(36).unwrap() };
        let (before, after) = (text[line + at], by.chars().next().unwrap());
        text[line + at] = after;
        let text: String = text.into_iter().collect();
        let same = value(before) % 10 == value(after) % 10;
        let found = examine(&text, today());
        let number_holds = found.digits.iter()
            .any(|d| d.field == CheckedField::DocumentNumber && d.ok);
        prop_assert_eq!(number_holds, same);
    }

    #[test]
    fn what_is_suggested_for_a_digit_makes_it_hold(at in 0_usize..9, by in "[OIBSZG01258]") {
        let mut text: Vec<char> = TD3.chars().collect();
        text[45 + at] = by.chars().next().unwrap();
        let found = examine(&text.iter().collect::<String>(), today());
        for s in found.suggestions.iter().filter(|s| s.line == 2 && s.position <= 9) {
            let mut mended = text.clone();
            mended[44 + s.position] = s.perhaps;
            let again = examine(&mended.into_iter().collect::<String>(), today());
            prop_assert!(again.digits.iter().any(|d| d.field == CheckedField::DocumentNumber && d.ok));
        }
    }
}

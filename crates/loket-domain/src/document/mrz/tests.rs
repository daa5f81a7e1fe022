use proptest::prelude::*;

use super::*;

const TD1: &str = "I<UTOD231458907<<<<<<<<<<<<<<<\n\
                   7408122F1204159UTO<<<<<<<<<<<6\n\
                   ERIKSSON<<ANNA<MARIA<<<<<<<<<<";
const TD2: &str = "I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\n\
                   D231458907UTO7408122F1204159<<<<<<<6";
const TD3: &str = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\n\
                   L898902C36UTO7408122F1204159ZE184226B<<<<<10";

fn today() -> Day {
    Day::parse("2026-11-23").unwrap()
}

fn read(text: &str) -> Result<Mrz, MrzFault> {
    Mrz::parse(text, today())
}

#[test]
fn check_digits_of_the_standard() {
    for (field, digit) in [
        ("L898902C3", 6),
        ("740812", 2),
        ("120415", 9),
        ("ZE184226B<<<<<", 1),
        ("D23145890", 7),
        ("000610035<701", 7),
        ("000610035701", 9),
        ("", 0),
        ("<<<<<<", 0),
    ] {
        assert_eq!(check_digit(field), Some(digit), "{field}");
    }
    assert_eq!(check_digit("a"), None);
    assert_eq!(check_digit("É"), None);
}

#[test]
fn the_three_specimens() {
    for (text, format, number, digits) in [
        (TD1, MrzFormat::Td1, "D23145890", 4),
        (TD2, MrzFormat::Td2, "D23145890", 4),
        (TD3, MrzFormat::Td3, "L898902C3", 5),
    ] {
        let zone = read(text).unwrap();
        assert_eq!(zone.format, format);
        assert_eq!(zone.document_number.as_str(), number);
        assert_eq!((zone.issuer.as_str(), zone.nationality.as_str()), ("UTO", "UTO"));
        assert_eq!(zone.surname.as_str(), "ERIKSSON");
        assert_eq!(zone.given_names.as_ref().unwrap().as_str(), "ANNA MARIA");
        assert_eq!(zone.birth_date.unwrap().text(), "1974-08-12");
        assert_eq!(zone.sex, Sex::Female);
        assert_eq!(zone.expiry, Day::parse("2012-04-15").unwrap());
        assert!(!zone.surname_truncated && !zone.given_truncated);
        assert!(zone.checks_hold());
        assert_eq!(zone.checks.len(), digits);
    }
    assert_eq!(read(TD3).unwrap().optional_data, ["ZE184226B"]);
    assert_eq!(read(TD1).unwrap().document_code, "I");
}

/// A Belgian card; the composite digit is computed here, over the places of ICAO Doc 9303-5.
fn card(number_and_optional: &str, birth: &str) -> String {
    let first = format!("IDBEL{number_and_optional:<<25}");
    let birth_digit = check_digit(birth).unwrap();
    let middle = format!("{birth}{birth_digit}F3001019BEL<<<<<<<<<<<");
    let covered = format!("{}{}{}{}", &first[5..], &middle[..7], &middle[8..15], &middle[18..]);
    let composite = check_digit(&covered).unwrap();
    format!("{first}\n{middle}{composite}\nPEETERS<<ANN<<<<<<<<<<<<<<<<<<")
}

#[test]
fn a_long_number_goes_on_in_the_optional_data() {
    let zone = read(&card("000610035<7017", "740812")).unwrap();
    assert_eq!(zone.document_number.as_str(), "000610035701");
    assert!(zone.checks_hold(), "{zone:?}");
    assert!(zone.optional_data.is_empty());
    let zone = read(&card("000610035<7019", "740812")).unwrap();
    assert_eq!(zone.checks[0], CheckDigit { field: CheckedField::DocumentNumber, ok: false });
    let zone = read(&card("000610035<7017<85020100200", "740812"));
    assert!(matches!(zone, Err(MrzFault::LineLength { line: 1, found: 31, expected: 30 })));
    let zone = read(&card("000610035<7017<8502010020", "740812")).unwrap();
    assert_eq!(zone.optional_data, ["8502010020"]);
}

#[test]
fn a_citizen_card_has_the_national_number_in_its_optional_data() {
    let zone = read(&card("590330101085020100200", "850201")).unwrap();
    assert_eq!(zone.document_number.as_str(), "590330101");
    assert_eq!(zone.optional_data, ["85020100200"]);
    assert!(zone.checks_hold());
    assert_eq!(format!("{zone:?}").matches("590330101").count(), 0);
}

#[test]
fn a_wrong_digit_is_a_finding() {
    let zone = read(&TD3.replace("L898902C36", "L898902C37")).unwrap();
    let wrong: Vec<_> = zone.checks.iter().filter(|check| !check.ok).map(|c| c.field).collect();
    assert_eq!(wrong, [CheckedField::DocumentNumber, CheckedField::Composite]);
    assert!(!zone.checks_hold());
    let zone = read(&TD3.replace("L898902C36", "L898902C3O")).unwrap();
    assert!(!zone.checks_hold(), "a letter in the place of a digit");
}

#[test]
fn optional_data_may_go_without_digit_only_when_empty() {
    let bare = "L898902C36UTO7408122F1204159<<<<<<<<<<<<<<<8";
    let name = TD3.lines().next().unwrap();
    let zone = read(&format!("{name}\n{bare}")).unwrap();
    assert!(zone.checks.contains(&CheckDigit { field: CheckedField::OptionalData, ok: true }));
    let zone = read(&TD3.replace("<<<<<10", "<<<<<<0")).unwrap();
    assert!(zone.checks.contains(&CheckDigit { field: CheckedField::OptionalData, ok: false }));
}

#[test]
fn text_as_people_paste_it() {
    let zone = read(TD3).unwrap();
    assert_eq!(read(&TD3.to_lowercase()).unwrap(), zone);
    assert_eq!(
        read(&format!("\r\n  {}  \r\n\r\n", TD3.replace('\n', "  \r\n\r\n "))).unwrap(),
        zone
    );
    assert_eq!(read(&TD3.replace('\n', "")).unwrap(), zone, "a scanner without line breaks");
    let spaces = TD3.replace("MARIA<<<<<<<<<<<<<<<<<<<", "MARIA                   ");
    assert_eq!(read(&spaces).unwrap(), zone, "fillers at the end eaten by a word processor");
}

#[test]
fn faults_are_placed() {
    let first = TD3.lines().next().unwrap();
    for (text, fault) in [
        (String::new(), MrzFault::Empty),
        (" \n \r\n\t".to_owned(), MrzFault::Empty),
        ("<".repeat(301), MrzFault::TooLong),
        (first.to_owned(), MrzFault::LineCount { found: 1 }),
        (format!("{TD1}\nX"), MrzFault::LineCount { found: 4 }),
        (TD3.replace("10", ""), MrzFault::LineLength { line: 2, found: 42, expected: 44 }),
        (TD1.replace("MARIA<", "MARIA"), MrzFault::LineLength { line: 3, found: 29, expected: 30 }),
        (TD3.replacen("<<ANNA", "«ANNA", 1), MrzFault::Character { line: 1, position: 14 }),
        (TD3.replacen("<<ANNA", "  ANNA", 1), MrzFault::Character { line: 1, position: 14 }),
        (TD3.replacen("ANNA", "ANN4", 1), MrzFault::Character { line: 1, position: 19 }),
        (TD3.replacen("P<", "V<", 1), MrzFault::DocumentCode { line: 1, position: 1 }),
        (TD1.replacen("I<", "AC", 1), MrzFault::DocumentCode { line: 1, position: 1 }),
        (TD3.replacen("UTO", "U1O", 1), MrzFault::State { line: 1, position: 3 }),
        (TD3.replacen("UTO", "<<<", 1), MrzFault::State { line: 1, position: 3 }),
        (TD3.replace("L898902C3", "<<<<<<<<<"), MrzFault::Number { line: 2, position: 1 }),
        (TD3.replace("740812", "741312"), MrzFault::Date { line: 2, position: 14 }),
        (TD3.replace("740812", "7408O2"), MrzFault::Date { line: 2, position: 18 }),
        (TD3.replace("120415", "120431"), MrzFault::Date { line: 2, position: 22 }),
        (TD3.replace("120415", "12<<<<"), MrzFault::Date { line: 2, position: 22 }),
        (TD3.replace("2F1", "2W1"), MrzFault::Sex { line: 2, position: 21 }),
        (
            TD3.replacen("ERIKSSON<<ANNA<MARIA", &"<".repeat(20), 1),
            MrzFault::Name { line: 1, position: 6 },
        ),
        (TD3.replace("ERIKSSON", "<RIKSSON"), MrzFault::Name { line: 1, position: 6 }),
    ] {
        assert_eq!(read(&text), Err(fault), "{text}");
    }
    assert_eq!(MrzFault::Sex { line: 2, position: 21 }.place(), (Some(2), Some(21)));
}

#[test]
fn years_of_two_digits() {
    let birth = |date: &str| read(&card("D23145890", date)).map(|zone| zone.birth_date);
    let text = |date: &str| birth(date).unwrap().unwrap().text();
    assert_eq!(text("261123"), "2026-11-23", "born today");
    assert_eq!(text("261124"), "1926-11-24", "not in the future");
    assert_eq!(text("740812"), "1974-08-12");
    assert_eq!(text("000229"), "2000-02-29");
    assert_eq!(text("26<<<<"), "2026-00-00");
    assert_eq!(text("27<<<<"), "1927-00-00");
    assert_eq!(text("2611<<"), "2026-11-00");
    assert_eq!(text("2612<<"), "1926-12-00");
    assert_eq!(text("740000"), "1974-00-00");
    assert_eq!(birth("<<<<<<"), Ok(None));
    assert!(birth("74<<12").is_err(), "a day without a month");
    assert!(birth("750229").is_err(), "1975 was no leap year");
    let expiry = |date: &str| read(&TD3.replace("120415", date)).unwrap().expiry.to_string();
    assert_eq!(expiry("000101"), "2000-01-01");
    assert_eq!(expiry("991231"), "2099-12-31");
}

#[test]
fn names_in_a_full_field() {
    let name = |field: &str| read(&TD1.replace("ERIKSSON<<ANNA<MARIA<<<<<<<<<<", field)).unwrap();
    let zone = name("BENNELONG<WOOLOOMOOLOO<<DINGO<");
    assert!(!zone.given_truncated);
    assert_eq!(zone.surname.as_str(), "BENNELONG WOOLOOMOOLOO");
    let zone = name("BENNELONG<WOOLOOMOOLOO<<DINGO<P".get(..30).unwrap());
    assert!(!zone.surname_truncated);
    let zone = name("BENNELONG<WOOLOOMOO<<DINGO<POT");
    assert!(zone.surname_truncated && zone.given_truncated);
    assert_eq!(zone.given_names.unwrap().as_str(), "DINGO POT");
    let zone = name("ARKFREITH<<<<<<<<<<<<<<<<<<<<<");
    assert_eq!((zone.surname.as_str(), zone.given_names), ("ARKFREITH", None));
}

proptest! {
    #[test]
    fn never_panics(text in "(?s).{0,320}") {
        let _ = read(&text);
    }

    #[test]
    fn never_panics_near_a_zone(
        which in 0_usize..3, at in 0_usize..92, with in "[A-Z0-9<«é \\n]{0,3}"
    ) {
        let mut chars: Vec<char> = [TD1, TD2, TD3][which].chars().collect();
        let at = at.min(chars.len() - 1);
        chars.splice(at..=at, with.chars());
        let _ = read(&chars.into_iter().collect::<String>());
    }

    #[test]
    fn what_was_written_is_read(
        surname in "[A-Z]{1,12}", given in "[A-Z]{1,12}", number in "[A-Z0-9]{9}",
        day in 1_u8..=28, month in 1_u8..=12, year in 0_u8..=25,
    ) {
        let names = format!("{surname}<<{given}");
        let birth = format!("{year:02}{month:02}{day:02}");
        let digit = |field: &str| check_digit(field).unwrap();
        let mut second = format!(
            "{number}{}MAR{birth}{}M300101{}{}", digit(&number), digit(&birth), digit("300101"),
            "<".repeat(15),
        );
        let covered = format!("{}{}{}", &second[..10], &second[13..20], &second[21..43]);
        second.push_str(&digit(&covered).to_string());
        let zone = read(&format!("P<MAR{names:<<39}\n{second}")).unwrap();
        prop_assert!(zone.checks_hold());
        prop_assert_eq!(zone.surname.as_str(), surname);
        prop_assert_eq!(zone.given_names.as_ref().unwrap().as_str(), given);
        prop_assert_eq!(zone.document_number.as_str(), number);
        prop_assert_eq!(zone.birth_date.unwrap().text(), format!("20{year:02}-{month:02}-{day:02}"));
    }

    #[test]
    fn every_slip_of_a_digit_is_found(at in 0_usize..28, by in 1_u8..10) {
        let mut bytes = TD3.as_bytes().to_vec();
        let place = 45 + at;
        if bytes[place].is_ascii_digit() {
            bytes[place] = b'0' + (bytes[place] - b'0' + by) % 10;
            let slipped = String::from_utf8(bytes).unwrap();
            prop_assert!(read(&slipped).map_or(true, |zone| !zone.checks_hold()), "{}", slipped);
        }
    }
}

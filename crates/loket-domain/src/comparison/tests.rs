//! The written rule on names as a table, and what must hold for every name and date.

use proptest::prelude::*;

use super::*;
use crate::document::{DocumentEntry, DocumentKind, Mrz, TypedDocument};
use crate::person::{Address, BirthPlace, GivenName, IncompleteDate, Standing, Surname};
use crate::register::RegisterName;
use crate::ssin::{Ssin, Synthetic};
use Verdict::{
    Different, GivenNamesMissing, MarriedName, NotStated, OrderDiffers, Same,
    SameAfterTransliteration, Truncated,
};

const SURNAMES: &[(&str, &str, Verdict)] = &[
    ("Peeters", "Peeters", Same),
    ("Peeters", "PEETERS", Same),
    ("Van den  Berghe", "VAN DEN BERGHE", Same),
    ("Müller", "MÜLLER", Same),
    ("Öztürk", "öztürk", Same),
    ("Müller", "MUELLER", SameAfterTransliteration),
    ("Müller", "MULLER", SameAfterTransliteration),
    ("MULLER", "MUELLER", Different),
    ("Mu\u{308}ller", "MUELLER", SameAfterTransliteration),
    ("Schröder-Äpfel", "SCHROEDER AEPFEL", SameAfterTransliteration),
    ("Strauß", "STRAUSS", SameAfterTransliteration),
    ("Weiß", "WEIS", Different),
    ("Bjørnson", "BJOERNSON", SameAfterTransliteration),
    ("Bjørnson", "BJORNSON", SameAfterTransliteration),
    ("Ångström", "AANGSTROEM", SameAfterTransliteration),
    ("Ångström", "ANGSTROM", SameAfterTransliteration),
    ("Kjær", "KJAER", SameAfterTransliteration),
    ("Þórsson", "THORSSON", SameAfterTransliteration),
    ("Guðmundsdóttir", "GUDMUNDSDOTTIR", SameAfterTransliteration),
    ("Đorđević", "DORDEVIC", SameAfterTransliteration),
    ("Đorđević", "DJORDJEVIC", SameAfterTransliteration),
    ("Łukasiewicz", "LUKASIEWICZ", SameAfterTransliteration),
    ("Wiśniewska", "WISNIEWSKA", SameAfterTransliteration),
    ("Wiśniewska", "WISNIEWSKI", Different),
    ("Źdźbło", "ZDZBLO", SameAfterTransliteration),
    ("Yıldız", "YILDIZ", SameAfterTransliteration),
    ("İnönü", "INONU", SameAfterTransliteration),
    ("Şahin", "SAHIN", SameAfterTransliteration),
    ("Çelik", "CELIK", SameAfterTransliteration),
    ("Erdoğan", "ERDOGAN", SameAfterTransliteration),
    ("Ștefănescu", "STEFANESCU", SameAfterTransliteration),
    ("Ţepeş", "TEPES", SameAfterTransliteration),
    ("Țepeș", "Ţepeş", SameAfterTransliteration),
    ("Muñoz", "MUNOZ", SameAfterTransliteration),
    ("Muñoz", "MUNXXOZ", SameAfterTransliteration),
    ("Nguyễn", "NGUYEN", SameAfterTransliteration),
    ("Dvořák", "DVORAK", SameAfterTransliteration),
    ("Lefèvre", "LEFEVRE", SameAfterTransliteration),
    ("Lefèvre", "LEFEBVRE", Different),
    ("Œuvrard", "OEUVRARD", SameAfterTransliteration),
    ("D'Hondt", "DHONDT", SameAfterTransliteration),
    ("D’Hondt", "D HONDT", SameAfterTransliteration),
    ("O'Brien", "OBRIEN", SameAfterTransliteration),
    ("Van den Berghe", "VANDENBERGHE", SameAfterTransliteration),
    ("Vanden Berghe", "VAN DEN BERGHE", SameAfterTransliteration),
    ("De Witte", "DEWITTE", SameAfterTransliteration),
    ("De Witte", "WITTE", Different),
    ("El-Amrani", "EL AMRANI", SameAfterTransliteration),
    ("El Amrani", "ELAMRANI", SameAfterTransliteration),
    ("El Amrani", "AMRANI", Different),
    ("Ben Ali", "BENALI", SameAfterTransliteration),
    ("Ĳsselstein", "IJSSELSTEIN", SameAfterTransliteration),
    ("Claes-Janssens", "CLAES JANSSENS", SameAfterTransliteration),
    ("Claes-Janssens", "JANSSENS CLAES", OrderDiffers),
    ("Garcia Lopez", "LOPEZ GARCIA", OrderDiffers),
    ("García López", "LOPEZ GARCIA", OrderDiffers),
    ("van den Berghe", "BERGHE VAN DEN", OrderDiffers),
    ("Garcia Lopez", "GARCIA", Different),
    ("Dupont", "DUPONT EPSE MARTIN", MarriedName),
    ("Dupont", "DUPONT ÉPOUSE MARTIN", MarriedName),
    ("Dupont", "MARTIN NÉE DUPONT", MarriedName),
    ("Dupont", "MARTIN NEE DURAND", Different),
    ("Dupont", "MARTIN EPSE DUPONT", Different),
    ("Müller", "SCHMIDT GEB. MUELLER", MarriedName),
    ("Jansen", "JANSEN E/V DE VRIES", MarriedName),
    ("Jansen", "Jansen e.v. de Vries", MarriedName),
    ("Dupont epse Martin", "DUPONT EPSE LEROY", MarriedName),
    ("Nee", "NEE", Same),
    ("Иванов", "ИВАНОВ", Same),
    ("Иванов", "IVANOV", Different),
    ("Janssens", "JANSENS", Different),
];

const GIVEN_NAMES: &[(&str, &str, Verdict)] = &[
    ("", "", Same),
    ("Jan", "JAN", Same),
    ("Jan", "", NotStated),
    ("Jean-Pierre", "JEAN PIERRE", SameAfterTransliteration),
    ("Jean-Pierre", "JEANPIERRE", SameAfterTransliteration),
    ("Anne Marie", "ANNEMARIE", SameAfterTransliteration),
    ("José María", "JOSE MARIA", SameAfterTransliteration),
    ("Jan Pieter Maria", "JAN PIETER", GivenNamesMissing),
    ("Jan Pieter Maria", "JAN", GivenNamesMissing),
    ("Jean-Pierre Marie", "JEANPIERRE", GivenNamesMissing),
    ("François Xavier", "FRANCOIS", GivenNamesMissing),
    ("Jan Pieter", "PIETER", Different),
    ("Jan Pieter", "PIETER JAN", OrderDiffers),
    ("Jan", "J", Different),
    ("Jan Pieter", "JAN P", Different),
    ("Mohamed", "MOHAMMED", Different),
    ("Anna", "ANNE", Different),
];

/// The second name comes from a full name field.
const CUT_SURNAMES: &[(&str, &str, Verdict)] = &[
    ("Nilavadhanananda", "NILAVADHANANA", Truncated),
    (
        "Bennelong Wooloomooloo Warrandyte Warnambool",
        "BENNELON WOOLOOMOO WARRANDY WARNAMBO",
        Truncated,
    ),
    ("Bennelong Wooloomooloo", "BENNELONG", Truncated),
    ("Bennelong Wooloomooloo", "BE WOOLOOMOOLOO", Different),
    ("Bennelong", "BENNELONG", Same),
    ("Bennelong", "BENNETT", Different),
];
const CUT_GIVEN_NAMES: &[(&str, &str, Verdict)] = &[
    ("Chayapa Dejthamrong Krasuang", "CHAYAPA DEJTHAMRONG KRAS", Truncated),
    ("Jonathon Alec", "JONATHON A", Truncated),
    ("Jonathon Alec", "", Truncated),
    ("Jonathon Alec", "JONATHON B", Different),
    ("Jonathon Alec", "JONATHON", GivenNamesMissing),
];

#[test]
fn names_by_the_written_rule() {
    assert!(SURNAMES.len() + GIVEN_NAMES.len() >= 80);
    let whole = NameText::whole;
    for (a, b, verdict) in SURNAMES {
        assert_eq!(compare_surnames(whole(a), whole(b)), *verdict, "{a} / {b}");
        assert_eq!(compare_surnames(whole(b), whole(a)), *verdict, "{b} / {a}");
    }
    for (a, b, verdict) in GIVEN_NAMES {
        assert_eq!(compare_given_names(whole(a), whole(b)), *verdict, "{a} / {b}");
        assert_eq!(compare_given_names(whole(b), whole(a)), *verdict, "{b} / {a}");
    }
    for (a, b, verdict) in CUT_SURNAMES {
        let cut = NameText::perhaps_cut(b);
        assert_eq!(compare_surnames(whole(a), cut), *verdict, "{a} / {b}");
        assert_eq!(compare_surnames(cut, whole(a)), *verdict, "{b} / {a}");
    }
    for (a, b, verdict) in CUT_GIVEN_NAMES {
        let cut = NameText::perhaps_cut(b);
        assert_eq!(compare_given_names(whole(a), cut), *verdict, "{a} / {b}");
        assert_eq!(compare_given_names(cut, whole(a)), *verdict, "{b} / {a}");
    }
}

fn person(surname: &str, given: &[&str], birth: &str) -> RegisterPerson {
    RegisterPerson {
        ssin: Ssin::parse("81050103522", Synthetic::Refused).unwrap(),
        register: RegisterName::NationalRegister,
        given_names: given.iter().map(|name| GivenName::new(name).unwrap()).collect(),
        surname: Surname::new(surname).unwrap(),
        birth_date: IncompleteDate::parse(birth).unwrap(),
        birth_place: BirthPlace { place: None, country: None },
        sex: Sex::Female,
        address: Address::None,
        standing: Standing::Active,
        under_guardianship: false,
    }
}

fn typed(surname: &str, given_names: &str, birth: &str) -> TypedDocument {
    TypedDocument::new(&DocumentEntry {
        kind: DocumentKind::ForeignPassport,
        number: "AB1234567".to_owned(),
        issuer: "MAR".to_owned(),
        surname: surname.to_owned(),
        given_names: given_names.to_owned(),
        birth_date: IncompleteDate::parse(birth).unwrap(),
        sex: Sex::Female,
        valid_until: today(),
    })
    .unwrap()
}

fn today() -> Day {
    Day::parse("2026-11-23").unwrap()
}

fn verdicts(person: &RegisterPerson, document: &TypedDocument) -> Vec<Verdict> {
    let found = compare(person, &[], document, today());
    assert!(found.iter().map(|v| v.field).eq(Field::ALL));
    found.iter().map(|v| v.verdict).collect()
}

#[test]
fn all_fields_are_compared() {
    let register = person("El Amrani", &["Fatima", "Zohra"], "1985-00-00");
    let document = typed("EL AMRANI", "FATIMA", "1985-02-01");
    assert_eq!(
        verdicts(&register, &document),
        [Same, GivenNamesMissing, Verdict::Incomplete, Same, NotStated, Same, NotStated]
    );
    let late = compare(&register, &[], &document, Day::parse("2026-11-24").unwrap());
    assert!(late[5].blocks() && !late[5].is_settled());
}

#[test]
fn a_name_divided_otherwise_is_another_order() {
    let register = person("Nguyễn", &["Văn", "An"], "1985-02-01");
    let found = verdicts(&register, &typed("NGUYEN VAN", "AN", "1985-02-01"));
    assert_eq!(found[..2], [OrderDiffers, OrderDiffers]);
    let swapped = verdicts(
        &person("Ann", &["Peeters"], "1985-02-01"),
        &typed("PEETERS", "ANN", "1985-02-01"),
    );
    assert_eq!(swapped[..2], [OrderDiffers, OrderDiffers]);
    let none = verdicts(&person("Suharto", &[], "1985-02-01"), &typed("Suharto", "", "1985-02-01"));
    assert_eq!(none[..2], [Same, Same]);
}

fn passport(names: &str) -> TypedDocument {
    let text = format!("P<MAR{names}\nAB12345672MAR8502011F3001019<<<<<<<<<<<<<<<0");
    let zone = Mrz::parse(&text, today()).unwrap();
    TypedDocument::from_mrz(DocumentKind::ForeignPassport, &zone).unwrap()
}

#[test]
fn only_a_name_that_does_not_fit_can_be_cut() {
    let full = passport("BENNELON<WOOLOOMOO<WARRANDY<WARN<<DINGO");
    let long = person("Bennelong Wooloomooloo Warrandyte Warnambool", &["Dingo"], "1985-02-01");
    assert_eq!(verdicts(&long, &full)[..2], [Truncated, Same]);
    let fits = person("Bennelong Wooloomoo Warrandy Warn", &["Di"], "1985-02-01");
    assert_eq!(verdicts(&fits, &full)[..2], [Different, Different]);
}

#[test]
fn wrong_check_digits_block() {
    let document = passport("PEETERS<<ANN<<<<<<<<<<<<<<<<<<<<<<<<<<<");
    assert!(matches!(document.source(), DocumentSource::Zone { checks_hold: false, .. }));
    let found = compare(&person("Peeters", &["Ann"], "1985-02-01"), &[], &document, today());
    assert_eq!(found[6].verdict, Different);
    assert!(found[6].blocks());
    let text = Explanation::new("The zone is worn out at the last sign.").unwrap();
    assert!(!found[6].clone().explained(None, text).is_settled());
}

#[test]
fn what_needs_an_explanation() {
    let needs = |field, verdict| FieldVerdict::new(field, verdict).needs_explanation();
    for verdict in [Same, SameAfterTransliteration, MarriedName, Truncated, GivenNamesMissing] {
        assert!(!needs(Field::Surname, verdict) && !needs(Field::GivenNames, verdict));
    }
    for verdict in [Different, OrderDiffers, NotStated] {
        assert!(needs(Field::Surname, verdict) && needs(Field::GivenNames, verdict));
    }
    assert!(needs(Field::Sex, Different) && !needs(Field::Sex, NotStated));
    for field in [Field::BirthDate, Field::NationalNumber, Field::ValidUntil, Field::CheckDigits] {
        assert!(FieldVerdict::new(field, Different).blocks() && !needs(field, Different));
    }
}

/// Day, month and sex could be left empty, and nothing was asked.
#[test]
fn a_document_that_is_silent_where_the_register_is_not_is_explained() {
    let register = person("El Amrani", &["Fatima"], "1985-02-01");
    for (birth, silent) in [("1985-02-00", true), ("1985-00-00", true), ("1985-02-01", false)] {
        let found = compare(&register, &[], &typed("El Amrani", "Fatima", birth), today());
        assert_eq!(found[2].needs_explanation(), silent, "{birth}");
        assert_eq!(found[2].is_settled(), !silent, "{birth}");
        let text = Explanation::new("The passport of Morocco gives the year only.").unwrap();
        assert!(found[2].clone().explained(None, text).is_settled());
    }
    for birth in ["1985-00-00", "1985-02-00"] {
        let knows_less = person("El Amrani", &["Fatima"], birth);
        let found = compare(&knows_less, &[], &typed("El Amrani", "Fatima", "1985-02-01"), today());
        assert!(found[2].is_settled(), "the register knows less: {birth}");
    }
    let entry = |sex| DocumentEntry {
        kind: DocumentKind::ForeignPassport,
        number: "AB1234567".to_owned(),
        issuer: "MAR".to_owned(),
        surname: "El Amrani".to_owned(),
        given_names: "Fatima".to_owned(),
        birth_date: IncompleteDate::parse("1985-02-01").unwrap(),
        sex,
        valid_until: today(),
    };
    let of_sex = |person: &RegisterPerson, sex| {
        let document = TypedDocument::new(&entry(sex)).unwrap();
        compare(person, &[], &document, today())[3].needs_explanation()
    };
    assert!(of_sex(&register, Sex::Unknown));
    assert!(!of_sex(&register, Sex::Female));
    let unknown = RegisterPerson { sex: Sex::Unknown, ..register };
    assert!(!of_sex(&unknown, Sex::Unknown) && !of_sex(&unknown, Sex::Female));
}

#[test]
fn words_alone_explain_another_order_and_never_another_name() {
    let words = || Explanation::new("I know this man well, it is him.").unwrap();
    for (field, verdict) in [
        (Field::Surname, Different),
        (Field::GivenNames, Different),
        (Field::GivenNames, NotStated),
        (Field::Sex, Different),
    ] {
        let difference = FieldVerdict::new(field, verdict);
        assert!(difference.needs_second_officer() && !difference.is_settled());
        assert!(!difference.clone().explained(None, words()).is_settled(), "{field:?}");
        let reason = Some(DifferenceReason::ActSeen);
        assert!(difference.explained(reason, words()).is_settled());
    }
    let order = FieldVerdict::new(Field::Surname, OrderDiffers);
    assert!(!order.needs_second_officer() && !order.is_settled());
    assert!(order.explained(None, words()).is_settled());
}

#[test]
fn two_wholly_different_names_are_no_other_spelling() {
    let register = person("Peeters", &["Jan"], "1985-02-01");
    let reasons =
        |field, document: &TypedDocument| DifferenceReason::open_to(field, &register, document);
    let other = typed("EL AMRANI", "AHMED", "1985-02-01");
    let act = [DifferenceReason::ActSeen, DifferenceReason::RegisterErrorReported];
    assert_eq!(reasons(Field::GivenNames, &other), act);
    assert!(!reasons(Field::Surname, &other).contains(&DifferenceReason::OtherSpelling));
    assert_eq!(reasons(Field::Sex, &other), act);
    assert!(reasons(Field::BirthDate, &other).is_empty());
    let alike = typed("PIETERS", "JAAN", "1985-02-01");
    for field in [Field::Surname, Field::GivenNames] {
        assert!(reasons(field, &alike).contains(&DifferenceReason::OtherSpelling), "{field:?}");
    }
}

/// A card of a Belgian citizen, with the national number in the optional data of its first line.
fn citizen_card(optional: &str) -> TypedDocument {
    let first = format!("IDBEL5911917060{optional:<<15}");
    let text = format!("{first}\n8502019F3001019BEL<<<<<<<<<<<0\n{:<<30}", "PEETERS<<ANN");
    let zone = Mrz::parse(&text, today()).unwrap();
    TypedDocument::from_mrz(DocumentKind::BelgianIdentityCard, &zone).unwrap()
}

#[test]
fn the_national_number_of_a_zone_is_compared() {
    let register = person("Peeters", &["Ann"], "1985-02-01");
    let mine = register.ssin.digits();
    let other = Ssin::parse("92200006963", Synthetic::Refused).unwrap();
    let verdict = |earlier: &[Ssin], optional: &str| {
        let found = compare(&register, earlier, &citizen_card(optional), today());
        let found = found.into_iter().find(|v| v.field == Field::NationalNumber).unwrap();
        assert_eq!(found.blocks(), found.verdict == Different);
        found.verdict
    };
    assert_eq!(verdict(&[], &mine), Same);
    assert_eq!(verdict(&[], &other.digits()), Different);
    assert_eq!(verdict(&[other], &other.digits()), Verdict::EarlierNumber);
    assert_eq!(verdict(&[other], "12345678901"), Different, "eleven digits that are no number");
    assert_eq!(verdict(&[other], ""), NotStated);
}

#[test]
fn an_explanation_has_twenty_characters_that_count() {
    assert_eq!(Explanation::new(&"x ".repeat(10)), Err(ExplanationFault::TooShort));
    // Twenty-five characters that nobody sees, and a text that reads backwards.
    for unseen in ["\u{200b}".repeat(25), "The act was seen today \u{202e}desrever".to_owned()] {
        assert_eq!(Explanation::new(&unseen), Err(ExplanationFault::ControlCharacter));
    }
    assert_eq!(Explanation::new(&format!("{:>40}", "short")), Err(ExplanationFault::TooShort));
    assert_eq!(Explanation::new(&"é".repeat(19)), Err(ExplanationFault::TooShort));
    assert!(Explanation::new(&"é".repeat(20)).is_ok());
    assert!(Explanation::new(&"é".repeat(1000)).is_ok());
    assert_eq!(Explanation::new(&"é".repeat(1001)), Err(ExplanationFault::TooLong));
    assert_eq!(
        Explanation::new(&format!("{:020}\u{7}", 0)),
        Err(ExplanationFault::ControlCharacter)
    );
    let lines = Explanation::new("proof of the new name\r\nwas seen").unwrap();
    assert_eq!(lines.as_str(), "proof of the new name was seen");
    assert_eq!(format!("{lines:?}"), "Explanation(***)");
}

#[test]
fn codes_agree_with_serde_and_keys_are_apart() {
    for field in Field::ALL {
        assert_eq!(serde_json::to_value(field).unwrap(), field.code());
        assert_eq!(Field::from_code(field.code()), Some(field));
    }
    for verdict in Verdict::ALL {
        assert_eq!(serde_json::to_value(verdict).unwrap(), verdict.code());
        assert_eq!(Verdict::from_code(verdict.code()), Some(verdict));
        assert_eq!(verdict.text_key(), format!("verdict-{}", verdict.code().replace('_', "-")));
    }
    let stored = serde_json::to_string(&FieldVerdict::new(Field::Sex, NotStated)).unwrap();
    assert_eq!(stored, r#"{"field":"sex","verdict":"not_stated"}"#);
}

fn name() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        "[A-Za-z]{1,8}",
        "[AEOUaeouÄÖÜÅØßñł]{1,6}",
        "(VAN|DE|EPSE|NEE|GEB\\.|D'|E/V)",
        "\\PC{0,4}",
    ];
    proptest::collection::vec(word, 0..5).prop_map(|words| words.join(" "))
}

proptest! {
    #[test]
    fn names_are_compared_alike_from_both_sides_and_always(a in name(), b in name(), cut: bool) {
        let right = if cut { NameText::perhaps_cut(&b) } else { NameText::whole(&b) };
        let left = NameText::whole(&a);
        let surname = compare_surnames(left, right);
        prop_assert_eq!(surname, compare_surnames(right, left));
        prop_assert_eq!(surname, compare_surnames(left, right));
        let given = compare_given_names(left, right);
        prop_assert_eq!(given, compare_given_names(right, left));
        prop_assert_eq!(
            names::same_when_regrouped((&a, &b), (&b, &a)),
            names::same_when_regrouped((&b, &a), (&a, &b))
        );
    }

    #[test]
    fn every_name_is_the_same_as_itself(a in name()) {
        prop_assert_eq!(compare_surnames(NameText::whole(&a), NameText::whole(&a)), Same);
        prop_assert_eq!(compare_given_names(NameText::whole(&a), NameText::whole(&a)), Same);
    }

    #[test]
    fn another_birth_date_is_never_the_same(
        a in (1900_u16..2026, 0_u8..13, 0_u8..29), b in (1900_u16..2026, 0_u8..13, 0_u8..29)
    ) {
        let date = |(year, month, day): (u16, u8, u8)| {
            IncompleteDate::new(year, Some(month), Some(if month == 0 { 0 } else { day })).unwrap()
        };
        let (a, b) = (date(a), date(b));
        let verdict = compare_birth_dates(a, b);
        prop_assert_eq!(verdict, compare_birth_dates(b, a));
        prop_assert_eq!(verdict == Same, a == b);
        if a.complete().is_some() && b.complete().is_some() && a != b {
            prop_assert_eq!(verdict, Different);
        }
    }

    #[test]
    fn a_cut_name_is_never_taken_for_a_difference(
        surname in "[A-ZÄÖÜß]{4,30}( [A-Z]{4,20}){0,2}", given in "[A-ZÉÈ]{3,20}( [A-Z]{3,20}){1,3}"
    ) {
        let register = person(&surname, &given.split(' ').collect::<Vec<_>>(), "1985-02-01");
        let zone = |text: &str| -> String {
            let words = transliterate::words(text).unwrap();
            let spelled = |word: &transliterate::Word| {
                word.iter().map(|spellings| spellings[0]).collect::<String>()
            };
            words.iter().map(spelled).collect::<Vec<_>>().join("<")
        };
        let names = format!("{}<<{}", zone(&surname), zone(&given));
        let fits = names.len() <= 39;
        let names = format!("{names:<<39}");
        let names = &names[..39];
        // An issuer that cuts leaves a letter in the last place (ICAO Doc 9303-3 section 4.6).
        prop_assume!(fits || !names.ends_with('<'));
        let found = verdicts(&register, &passport(names));
        prop_assert!(
            matches!(found[0], Same | SameAfterTransliteration | Truncated), "{:?} {}", found, names
        );
        prop_assert!(
            matches!(found[1], Same | SameAfterTransliteration | Truncated | GivenNamesMissing),
            "{:?} {}", found, names
        );
    }
}

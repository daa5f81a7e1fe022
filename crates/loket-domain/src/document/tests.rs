use super::*;

fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

fn entry() -> DocumentEntry {
    DocumentEntry {
        kind: DocumentKind::BelgianIdentityCard,
        number: "591-1917064-58".to_owned(),
        issuer: "BEL".to_owned(),
        surname: "Peeters".to_owned(),
        given_names: "Ann Marie".to_owned(),
        birth_date: IncompleteDate::parse("1985-02-01").unwrap(),
        sex: Sex::Female,
        valid_until: day("2026-11-23"),
    }
}

const PASSPORT: &str = "P<D<<MUSTERMANN<<ERIKA<<<<<<<<<<<<<<<<<<<<<<\n\
                        C01X00T478D<<6408125F2702283<<<<<<<<<<<<<<<4";
const SPECIMEN: &str = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\n\
                        L898902C36UTO7408122F1204159ZE184226B<<<<<10";

#[test]
fn the_last_day_counts() {
    let document = TypedDocument::new(&entry()).unwrap();
    assert!(document.is_valid_on(day("2026-11-23")));
    assert!(!document.is_valid_on(day("2026-11-24")));
}

#[test]
fn every_fault_is_named_at_once() {
    let typed = DocumentEntry {
        number: String::new(),
        issuer: "UTO".to_owned(),
        surname: " ".to_owned(),
        given_names: "a\u{7}".to_owned(),
        ..entry()
    };
    let faults = TypedDocument::new(&typed).unwrap_err();
    let fields: Vec<_> = faults.iter().map(|fault| fault.field()).collect();
    assert_eq!(fields, ["number", "issuer", "surname", "given_names"]);
    let typed =
        DocumentEntry { number: "591191706459".to_owned(), issuer: "FRA".to_owned(), ..entry() };
    assert_eq!(
        TypedDocument::new(&typed).unwrap_err(),
        [DocumentFault::CardNumberCheckDigits, DocumentFault::IssuerNotAccepted]
    );
    let typed = DocumentEntry { number: "B12345678".to_owned(), ..entry() };
    assert_eq!(TypedDocument::new(&typed).unwrap_err(), [DocumentFault::CardNumberLength]);
}

#[test]
fn only_belgian_identity_cards_have_a_rule_for_the_number() {
    let kind = DocumentKind::BelgianResidenceCard;
    let typed = DocumentEntry { kind, number: "b 1234567 89".to_owned(), ..entry() };
    assert_eq!(TypedDocument::new(&typed).unwrap().number().as_str(), "B123456789");
}

#[test]
fn a_zone_is_taken_over() {
    let zone = Mrz::parse(PASSPORT, day("2026-11-23")).unwrap();
    assert!(zone.checks_hold(), "{zone:?}");
    let document = TypedDocument::from_mrz(DocumentKind::ForeignPassport, &zone).unwrap();
    assert_eq!(document.issuer().as_str(), "DEU");
    assert_eq!(document.given_names(), "ERIKA");
    assert_eq!(document.source().code(), "zone");
    for kind in [DocumentKind::ForeignIdentityCard, DocumentKind::PaperResidenceDocument] {
        let refused = TypedDocument::from_mrz(kind, &zone).unwrap_err();
        assert_eq!(refused, [DocumentFault::ZoneOfOtherKind]);
    }
    let specimen = Mrz::parse(SPECIMEN, day("2026-11-23")).unwrap();
    let refused = TypedDocument::from_mrz(DocumentKind::ForeignPassport, &specimen).unwrap_err();
    assert_eq!(refused, [DocumentFault::IssuerUnknown], "nobody lives in Utopia");
}

#[test]
fn stored_form_is_checked_again() {
    let document = TypedDocument::new(&entry()).unwrap();
    let stored = serde_json::to_string(&document).unwrap();
    assert_eq!(serde_json::from_str::<TypedDocument>(&stored).unwrap(), document);
    for (good, bad) in [
        ("591191706458", "591191706459"),
        ("\"BEL\"", "\"FRA\""),
        ("Peeters", ""),
        ("1985-02-01", "1985-02-31"),
        ("belgian_identity_card", "library_card"),
    ] {
        let changed = stored.replace(good, bad);
        assert_ne!(changed, stored);
        assert!(serde_json::from_str::<TypedDocument>(&changed).is_err(), "{bad}");
    }
}

#[test]
fn nothing_personal_prints() {
    let document = TypedDocument::new(&entry()).unwrap();
    let printed = format!("{document:?} {:?} {:?}", entry(), document.number());
    for text in ["Peeters", "Ann", "591", "1985", "2026"] {
        assert!(!printed.contains(text), "{printed}");
    }
}

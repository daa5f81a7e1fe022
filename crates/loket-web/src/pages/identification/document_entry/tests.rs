//! The form of a document: the zone before the fields, and every fault at once.

use loket_domain::Language;
use loket_domain::document::{DocumentSource, IssuerCode};
use loket_domain::procedure::Procedures;

use super::*;

/// The specimen of ICAO Doc 9303-4 with an issuer that exists.
const ZONE: &str = "P<NLDERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\r\n\
                    L898902C36NLD7408122F3204153ZE184226B<<<<<16\r\n";

fn read_by(procedure: &str, typed: &Typed) -> Result<TypedDocument, Vec<String>> {
    let procedures = Procedures::shipped().unwrap();
    let procedure = procedures.get(procedure, 1).unwrap();
    let today = Day::new(2026, 11, 23).unwrap();
    read(Text::new(Language::En), typed, procedure, today)
        .map_err(|errors| errors.iter().map(|error| error.field.to_string()).collect())
}

fn typed() -> Typed {
    let text = str::to_owned;
    Typed {
        kind: text("foreign_passport"),
        zone: String::new(),
        zone_as_is: String::new(),
        taken: String::new(),
        number: text("ab 12-34"),
        issuer: text("mar"),
        surname: text("Benali"),
        given_names: String::new(),
        birth_day: String::new(),
        birth_month: text("00"),
        birth_year: text("1970"),
        sex: text("male"),
        until_day: text("2"),
        until_month: text("3"),
        until_year: text("2031"),
    }
}

#[test]
fn fields_with_an_unknown_birth_day_and_no_given_names() {
    let document = read_by("foreign-document", &typed()).unwrap();
    assert_eq!(document.birth_date().text(), "1970-00-00");
    assert_eq!(document.given_names(), "");
    assert_eq!(document.number().as_str(), "AB1234");
    assert_eq!(document.source(), DocumentSource::Typed);
}

/// A zone alone.
fn of_zone(zone: &str) -> Typed {
    let kind = "foreign_passport".to_owned();
    Typed { kind, zone: zone.to_owned(), ..Typed::default() }
}

#[test]
fn a_filled_zone_needs_no_fields() {
    let document = read_by("foreign-document", &of_zone(ZONE)).unwrap();
    assert_eq!(document.surname().as_str(), "ERIKSSON");
    assert!(matches!(document.source(), DocumentSource::Zone { .. }));
}

#[test]
fn a_zone_and_other_printed_details_are_shown_and_asked_about() {
    let both = Typed { zone: ZONE.to_owned(), ..typed() };
    assert_eq!(read_by("foreign-document", &both).unwrap_err(), ["taken"]);
    let t = Text::new(Language::En);
    let today = Day::new(2026, 11, 23).unwrap();
    let shown: Vec<_> = conflicts(t, &both, today).into_iter().map(|c| c.name).collect();
    let names = [
        t.document_number_label(),
        t.document_issuer_label(),
        t.field_surname(),
        t.field_birth_date(),
        t.field_sex(),
        t.field_valid_until(),
    ];
    assert_eq!(shown, names);
    let taken = |which: &str| Typed { taken: which.to_owned(), zone: ZONE.to_owned(), ..typed() };
    let by_zone = read_by("foreign-document", &taken("zone")).unwrap();
    assert_eq!(by_zone.surname().as_str(), "ERIKSSON");
    let by_print = read_by("foreign-document", &taken("print")).unwrap();
    assert_eq!(by_print.surname().as_str(), "Benali");
    assert_eq!(by_print.source(), DocumentSource::Typed);
}

#[test]
fn a_zone_with_the_same_printed_details_is_used_without_a_question() {
    let text = str::to_owned;
    let same = Typed {
        number: text("l898902-c3"),
        issuer: text("nld"),
        surname: text("Eriksson"),
        given_names: text("Anna"),
        birth_day: text("12"),
        birth_month: text("08"),
        birth_year: text("1974"),
        sex: text("female"),
        until_day: String::new(),
        until_month: String::new(),
        until_year: String::new(),
        ..of_zone(ZONE)
    };
    let document = read_by("foreign-document", &same).unwrap();
    assert!(matches!(document.source(), DocumentSource::Zone { .. }));
}

#[test]
fn a_zone_with_a_wrong_digit_is_looked_at_again_before_it_is_used() {
    let wrong = ZONE.replace("F3204153", "F3204159");
    let once = of_zone(&wrong);
    assert_eq!(read_by("foreign-document", &once).unwrap_err(), ["zone"]);
    let changed = Typed { zone_as_is: ZONE.to_owned(), ..of_zone(&wrong) };
    assert_eq!(read_by("foreign-document", &changed).unwrap_err(), ["zone"]);
    let again = Typed { zone_as_is: wrong.clone(), ..of_zone(&wrong) };
    let document = read_by("foreign-document", &again).unwrap();
    assert!(matches!(document.source(), DocumentSource::Zone { .. }));
}

#[test]
fn an_empty_form_has_a_fault_at_every_field_that_is_needed() {
    let faults = read_by("foreign-document", &Typed::default()).unwrap_err();
    assert_eq!(faults, ["kind", "number", "issuer", "surname", "birth_date", "sex", "valid_until"]);
    let faults = read_by("belgian-card-without-certificates", &Typed::default()).unwrap_err();
    assert_eq!(faults, ["kind", "number", "surname", "birth_date", "sex", "valid_until"]);
}

#[test]
fn a_kind_of_another_procedure_is_none() {
    let typed = Typed { kind: "belgian_identity_card".to_owned(), ..typed() };
    assert_eq!(read_by("foreign-document", &typed).unwrap_err(), ["kind"]);
}

#[test]
fn the_only_kind_and_the_only_issuer_are_not_asked_for() {
    let typed = Typed { kind: String::new(), issuer: String::new(), ..typed() };
    let document = read_by("paper-residence-document", &typed).unwrap();
    assert_eq!(document.kind(), DocumentKind::PaperResidenceDocument);
    assert_eq!(document.issuer(), IssuerCode::BELGIUM);
}

#[test]
fn faults_of_a_zone_stand_at_the_zone_with_their_place() {
    let wrong = ZONE.replace("ANNA", "AN?A");
    let typed = of_zone(&wrong);
    let procedures = Procedures::shipped().unwrap();
    let procedure = procedures.get("foreign-document", 1).unwrap();
    let today = Day::new(2026, 11, 23).unwrap();
    let errors = read(Text::new(Language::En), &typed, procedure, today).err().unwrap();
    let error = errors.iter().next().unwrap();
    assert_eq!(error.field, "zone");
    assert!(error.message.starts_with("Line 1, character 18:"), "{}", error.message);
    let card = Typed { kind: "foreign_identity_card".to_owned(), zone: ZONE.to_owned(), ..typed };
    assert_eq!(read_by("foreign-document", &card).unwrap_err(), ["zone"]);
}

#[test]
fn days_that_do_not_exist() {
    assert!(incomplete("30", "2", "1970").is_none());
    assert!(incomplete("5", "", "1970").is_none(), "a day without a month");
    assert!(incomplete("", "", "70").is_none(), "two digits");
    assert!(whole("31", "11", "2030").is_none());
    assert!(whole("1", "1", "31").is_none());
}

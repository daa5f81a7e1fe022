//! Files of procedures: what is refused, and where.

use proptest::prelude::*;

use super::super::{CheckKind, Procedure, ProcedureFault, What, coherence, line_of};
use super::shipped;

const GOOD: &str =
    include_str!("../../../../../procedures/belgian-card-without-certificates@1.toml");

#[test]
fn incoherent_procedures_are_refused_with_their_place() {
    let paper = "documents = [\"paper_residence_document\"]";
    let cards = "documents = [\"belgian_identity_card\", \"belgian_residence_card\"]";
    for (from, to, path, what) in [
        ("version = 1", "version = 0", "version", What::VersionZero),
        (
            "\nlevel",
            "\neffective_until = \"2025-12-31\"\nlevel",
            "effective_until",
            What::DatesReversed,
        ),
        (cards, "documents = []", "documents", What::NoDocuments),
        (
            cards,
            "documents = [\"foreign_passport\", \"foreign_passport\"]",
            "documents[1]",
            What::Twice,
        ),
        (cards, paper, "level", What::LevelTooHigh),
        ("\"substantial\"", "\"high\"", "level", What::LevelTooHigh),
        ("in_person", "remote", "level", What::LevelTooHigh),
        (cards, "documents = [\"foreign_passport\"]", "check[7].service", What::ServiceUnfit),
        ("id = \"photo\"", "id = \"features\"", "check[6].id", What::Twice),
        ("kind = \"compare\"", "kind = \"confirm\"", "check", What::NotOnce("compare")),
        (
            "kind = \"mrz\"",
            "kind = \"document\"",
            "check[3].records",
            What::NotRecorded("document"),
        ),
        ("\"verdicts\", ", "", "check[4].records", What::NotRecorded("verdicts")),
        (
            "\"verdicts\", \"explanation\"",
            "\"verdicts\"",
            "check[4].records",
            What::NotRecorded("explanation"),
        ),
        ("service = \"checkdoc\"\n", "", "check[7].service", What::ServiceMisplaced),
        ("on_unavailable = \"explain\"\n", "", "check[7].service", What::ServiceMisplaced),
        (
            "on_negative = \"stop\"\nservice",
            "on_negative = \"explain\"\nservice",
            "check[7].on_negative",
            What::ReactionUnfit,
        ),
        (
            "kind = \"second_officer\"",
            "kind = \"confirm\"",
            "check[4].on_negative",
            What::NoSecondOfficer,
        ),
        (
            "id = \"photo\"\nkind = \"confirm\"",
            "id = \"photo\"\nkind = \"second_officer\"",
            "check[6].kind",
            What::NotLast,
        ),
    ] {
        assert!(GOOD.contains(from), "{from}");
        let fault = Procedure::parse(&GOOD.replacen(from, to, 1)).unwrap_err();
        assert_eq!(fault, ProcedureFault { path: path.to_owned(), what }, "{from} -> {to}");
    }
    let head = GOOD.split("# SEED-12").next().unwrap();
    assert_eq!(Procedure::parse(head).unwrap_err().what, What::NumberOfChecks);
    assert_eq!(Procedure::parse(&"#".repeat(70_000)).unwrap_err().what, What::TooLong);
}

#[test]
fn a_place_in_a_file_has_its_line() {
    let lines: Vec<&str> = GOOD.lines().collect();
    let at = |path: &str| lines[line_of(GOOD, path) - 1];
    assert_eq!(at("version"), "version = 1");
    assert!(at("documents[1]").starts_with("documents = "));
    assert_eq!(at("check[0].id"), "id = \"presence\"");
    assert_eq!(at("check[7].service"), "service = \"checkdoc\"");
    assert_eq!(at("check[6].service"), "[[check]]", "the check that lacks the key");
    assert_eq!(line_of(GOOD, "line 12"), 12);
    assert_eq!(line_of(GOOD, "check"), 1);
    assert_eq!(line_of("", "check[3].id"), 1);
}

#[test]
fn document_zone_comparison_is_the_order() {
    let procedure = shipped("foreign-document");
    for (a, b) in [(2, 3), (3, 4), (2, 4)] {
        let mut swapped = procedure.clone();
        swapped.checks.swap(a, b);
        let fault = coherence::check(&swapped).unwrap_err();
        assert_eq!(fault.what, What::OrderOfKinds, "{a} {b}");
    }
    let mut without = procedure.clone();
    without.checks.remove(3);
    assert_eq!(coherence::check(&without).unwrap_err().what, What::NotOnce("mrz"));
    let mut nothing_seen = procedure;
    nothing_seen.checks.retain(|check| check.kind != CheckKind::Confirm);
    assert_eq!(coherence::check(&nothing_seen).unwrap_err().what, What::NothingConfirmed);
}

#[test]
fn unknown_words_are_refused_with_their_line() {
    for (from, to) in [
        ("version = 1", "version = 1\ncolour = \"blue\""),
        ("\"outcome\"]", "\"photo\"]"),
        ("kind = \"confirm\"", "kind = \"guess\""),
        ("belgian_identity_card", "driving_licence"),
        ("title = \"procedure", "title = \"Procedure"),
        ("2026-01-01", "2026-02-30"),
        ("required = true", ""),
        ("version = 1", "version = "),
    ] {
        let fault = Procedure::parse(&GOOD.replacen(from, to, 1)).unwrap_err();
        assert!(fault.path.starts_with("line "), "{fault}");
        assert!(matches!(fault.what, What::Unreadable(_)), "{fault}");
    }
}

proptest! {
    #[test]
    fn a_procedure_file_never_panics(text in "(?s).{0,200}") {
        let _ = Procedure::parse(&text);
    }

    #[test]
    fn a_damaged_procedure_never_panics(at in 0_usize..3000, with in "\\PC{0,3}") {
        let mut chars: Vec<char> = GOOD.chars().collect();
        let at = at.min(chars.len() - 1);
        chars.splice(at..=at, with.chars());
        let _ = Procedure::parse(&chars.into_iter().collect::<String>());
    }
}

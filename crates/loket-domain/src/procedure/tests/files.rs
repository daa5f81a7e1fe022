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
    let fault = coherence::check(&nothing_seen).unwrap_err();
    assert_eq!(fault.what, What::NotConfirmed("presence"));
}

#[test]
fn incoherent_confirmations_are_refused_with_their_place() {
    for (from, to, path, what) in [
        ("confirms = \"presence\"\n", "", "check[0].confirms", What::ConfirmsMisplaced),
        (
            "confirms = \"presence\"",
            "confirms = \"notice\"",
            "check",
            What::NotConfirmed("presence"),
        ),
        (
            "confirms = \"face\"",
            "confirms = \"presence\"",
            "check[6].points",
            What::PointsMisplaced,
        ),
        (
            "confirms = \"in_hand\"",
            "confirms = \"features\"",
            "check[1].points",
            What::PointsMisplaced,
        ),
        ("show = 5", "show = 12", "check[5].points", What::PointsUnfit),
        ("at_least = 3", "at_least = 6", "check[5].points", What::PointsUnfit),
        ("\"feature-fine-print\"", "\"feature-firm-card\"", "check[5].points", What::PointsUnfit),
        ("at_least = 3", "at_least = 2", "check", What::TooFewPoints),
        ("at_least = 4", "at_least = 2", "check", What::TooFewPoints),
        ("\"face-eyes\"", "\"feature-no-edge\"", "check[6].points", What::PointsUnfit),
        (
            "by_touch = [\"feature-raised-data\", \"feature-no-edge\", \"feature-firm-card\"]\n",
            "",
            "check",
            What::TooFewPoints,
        ),
        (
            "required = true\nrecords = [\"outcome\", \"answer\"",
            "required = false\nrecords = [\"outcome\", \"answer\"",
            "check",
            What::NotOnce("external"),
        ),
    ] {
        assert!(GOOD.contains(from), "{from}");
        let fault = Procedure::parse(&GOOD.replacen(from, to, 1)).unwrap_err();
        assert_eq!(fault, ProcedureFault { path: path.to_owned(), what }, "{from} -> {to}");
    }
}

/// The checker once took a procedure without a look at the face.
#[test]
fn what_the_requirements_ask_for_cannot_be_left_out() {
    let faults = |id: &str, change: &dyn Fn(&mut Procedure)| {
        let mut procedure = shipped(id);
        change(&mut procedure);
        coherence::check(&procedure).unwrap_err().what
    };
    let without = |name: &'static str| {
        move |procedure: &mut Procedure| procedure.checks.retain(|c| c.id.as_str() != name)
    };
    for (id, check, confirms) in [
        ("foreign-document", "presence", "presence"),
        ("foreign-document", "in-hand", "in_hand"),
        ("foreign-document", "features", "features"),
        ("foreign-document", "photo", "face"),
        ("paper-residence-document", "exception", "exception"),
        ("video", "notice", "notice"),
    ] {
        assert_eq!(faults(id, &without(check)), What::NotConfirmed(confirms), "{id} {check}");
    }
    let card = "belgian-card-without-certificates";
    assert_eq!(faults(card, &without("document-status")), What::NotOnce("external"));
    let paper = "paper-residence-document";
    let alone = |procedure: &mut Procedure| procedure.checks.last_mut().unwrap().required = false;
    assert_eq!(faults(paper, &alone), What::NotOnce("second_officer"));
    let silent = |procedure: &mut Procedure| procedure.checks[0].records.truncate(1);
    assert_eq!(faults(paper, &silent), What::NotRecorded("explanation"));
    let late = |procedure: &mut Procedure| procedure.checks.swap(0, 1);
    assert_eq!(faults("video", &late), What::NoticeNotFirst);
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

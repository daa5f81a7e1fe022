//! What the officer is to do now, from the recorded outcomes alone.

use loket_domain::Language;
use loket_domain::comparison::{FieldVerdict, Verdict};
use loket_domain::procedure::Procedures;
use loket_domain::{Timestamp, id};

use super::*;

const ID: &str = "0190b8c4-7a3c-7000-8000-000000000001";

/// A foreign document with these outcomes for its first checks: `+` passed, `-` negative.
fn seen(procedure: &Procedure, outcomes: &str) -> Identification {
    let officer: id::StaffId = ID.parse().unwrap();
    let made = |(check, outcome): (&Check, char)| {
        let outcome = if outcome == '+' { Outcome::Passed } else { Outcome::Negative };
        CheckOutcome::new(check.id.clone(), outcome, officer, Timestamp::from_seconds(0))
    };
    let verdicts = Field::ALL.map(|field| FieldVerdict::new(field, Verdict::Same)).to_vec();
    let checks = procedure.checks.iter().zip(outcomes.chars()).map(made).collect();
    Identification { document: None, verdicts, checks }
}

#[test]
fn a_document_is_described_by_its_kind_and_issuer() {
    use loket_domain::document::IssuerCode;
    let at = |language, kind, issuer: &str| {
        prado(Text::new(language), (kind, IssuerCode::parse(issuer).unwrap()))
    };
    let start = "https://www.consilium.europa.eu/prado";
    assert_eq!(
        at(Language::Nl, DocumentKind::BelgianIdentityCard, "BEL"),
        format!("{start}/nl/prado-documents/BEL/B/docs-per-category.html")
    );
    assert_eq!(
        at(Language::De, DocumentKind::ForeignPassport, "D"),
        format!("{start}/de/prado-documents/DEU/A/docs-per-category.html")
    );
    // A travel paper of the United Nations, which is no state.
    let of_nations = at(Language::Fr, DocumentKind::ForeignPassport, "UNO");
    assert_eq!(of_nations, format!("{start}/fr/prado-start-page.html"));
}

fn today() -> Day {
    Timestamp::from_seconds(0).belgian_day()
}

fn foreign(run: impl Fn(&Procedure)) {
    let procedures = Procedures::shipped().unwrap();
    run(procedures.get("foreign-document", 1).unwrap());
}

fn now_of(procedure: &Procedure, outcomes: &str, asked_for: &str) -> Now {
    let typed = Typed { check: asked_for.to_owned(), ..Typed::default() };
    let t = Text::new(Language::Nl);
    now(t, today(), procedure, &seen(procedure, outcomes), &typed, ID.parse().unwrap(), None)
}

#[test]
fn the_next_check_is_asked_here_or_on_its_own_page() {
    foreign(|procedure| {
        let first = now_of(procedure, "", "");
        assert!(matches!(first, Now::Question(q) if q.check.as_str() == "presence" && !q.again));
        let document = now_of(procedure, "++", "");
        assert!(
            matches!(document, Now::Elsewhere { address, .. } if address.ends_with("/document"))
        );
        let compare = now_of(procedure, "++++", "");
        assert!(
            matches!(compare, Now::Elsewhere { address, .. } if address.ends_with("/comparison"))
        );
        assert!(matches!(now_of(procedure, "+++++++", ""), Now::Decide));
    });
}

#[test]
fn a_negative_answer_stops_and_proposes_its_reason() {
    foreign(|procedure| {
        assert!(matches!(now_of(procedure, "-", ""), Now::Stopped("nothing_shown")));
        assert!(matches!(now_of(procedure, "+++++-", ""), Now::Stopped("document_suspect")));
        assert!(matches!(now_of(procedure, "++++++-", ""), Now::Stopped("photo_differs")));
    });
}

#[test]
fn an_earlier_question_is_asked_again_and_a_later_one_is_not_asked_early() {
    foreign(|procedure| {
        let again = now_of(procedure, "++++++-", "photo");
        assert!(matches!(again, Now::Question(q) if q.check.as_str() == "photo" && q.again));
        let early = now_of(procedure, "+", "photo");
        assert!(matches!(early, Now::Question(q) if q.check.as_str() == "in-hand"));
    });
}

#[test]
fn every_check_stands_in_the_list_and_only_recorded_ones_can_be_changed() {
    foreign(|procedure| {
        let now = now_of(procedure, "++", "");
        let t = Text::new(Language::Fr);
        let list = tasks(t, today(), procedure, &seen(procedure, "++"), &now, ID.parse().unwrap());
        assert_eq!(list.len(), procedure.checks.len());
        assert_eq!(list.iter().filter(|task| task.change.is_some()).count(), 2);
        assert_eq!(list[2].word, t.checks_now());
        assert_eq!(list[3].word, t.checks_to_do());
        assert_eq!(list[7].word, t.checks_not_needed(), "no colleague is called for nothing");
    });
}

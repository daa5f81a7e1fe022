//! Every text that a rule or a procedure names by its id exists in every language.

use loket_domain::Language;
use loket_domain::comparison::{Explanation, Field, Verdict};
use loket_domain::document::{DocumentFault, DocumentKind, MrzFault};
use loket_domain::procedure::{ExternalAnswer, Found, Outcome, Procedures};
use loket_text::Text;

fn ids() -> Vec<String> {
    let mut ids: Vec<&str> = Vec::new();
    ids.extend(DocumentKind::ALL.map(DocumentKind::text_key));
    ids.extend(Field::ALL.map(Field::text_key));
    ids.extend(Verdict::ALL.map(Verdict::text_key));
    ids.extend(ExternalAnswer::ALL.map(ExternalAnswer::text_key));
    ids.extend(Found::ALL.map(Found::text_key));
    let text = Explanation::new("Twenty characters and more").unwrap();
    for outcome in
        [Outcome::Passed, Outcome::Negative, Outcome::Explained { text }, Outcome::NotApplicable]
    {
        ids.push(outcome.text_key());
    }
    ids.extend(
        [
            DocumentFault::Number,
            DocumentFault::CardNumberLength,
            DocumentFault::CardNumberCheckDigits,
            DocumentFault::IssuerUnknown,
            DocumentFault::IssuerNotAccepted,
            DocumentFault::Surname,
            DocumentFault::GivenNames,
            DocumentFault::BirthYear,
            DocumentFault::ZoneOfOtherKind,
        ]
        .map(DocumentFault::text_key),
    );
    let (line, position) = (1, 1);
    ids.extend(
        [
            MrzFault::Empty,
            MrzFault::TooLong,
            MrzFault::LineCount { found: 1 },
            MrzFault::LineLength { line, found: 29, expected: 30 },
            MrzFault::Character { line, position },
            MrzFault::DocumentCode { line, position },
            MrzFault::State { line, position },
            MrzFault::Number { line, position },
            MrzFault::Date { line, position },
            MrzFault::Sex { line, position },
            MrzFault::Name { line, position },
        ]
        .map(MrzFault::text_key),
    );
    let mut ids: Vec<String> = ids.into_iter().map(str::to_owned).collect();
    for procedure in Procedures::shipped().unwrap().all() {
        ids.extend([procedure.title.to_string(), procedure.serves.to_string()]);
        ids.extend(procedure.checks.iter().map(|check| check.question.to_string()));
        let points = procedure.checks.iter().filter_map(|check| check.points.as_ref());
        let names = points.flat_map(|points| points.by_eye.iter().chain(&points.by_touch));
        ids.extend(names.map(ToString::to_string));
    }
    ids
}

#[test]
fn every_text_that_is_named_exists_in_every_language() {
    let ids = ids();
    for language in Language::ALL {
        let t = Text::new(language);
        let missing: Vec<_> = ids.iter().filter(|id| t.by_id(id).is_none()).collect();
        assert!(missing.is_empty(), "in {language}: {missing:?}");
    }
}

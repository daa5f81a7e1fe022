//! The table of the comparison and the differences to explain, in words.

use loket_domain::comparison::{Field, FieldVerdict, Verdict};
use loket_domain::document::{DocumentSource, TypedDocument};
use loket_domain::person::RegisterPerson;
use loket_text::Text;

use super::counter::named;
use super::particulars::{given_names, sex};

/// Stands where one side has no such item.
const NOTHING: &str = "–";

/// One field on both sides.
pub(crate) struct Row {
    pub(crate) name: String,
    pub(crate) register: String,
    pub(crate) document: String,
    /// Class of the verdict's tag.
    pub(crate) class: &'static str,
    pub(crate) verdict: String,
    /// Why it counts as that; empty where the verdict says it all.
    pub(crate) why: String,
    /// The officer's words, once there are any.
    pub(crate) explanation: String,
}

/// A difference that needs the officer's words.
pub(super) struct Difference {
    pub(super) field: &'static str,
    /// Id of its text on the page.
    pub(super) id: &'static str,
    pub(super) title: String,
    pub(super) text: String,
    /// The first that is still to be explained: its button is the page's.
    pub(super) is_next: bool,
}

/// All fields on both sides.
pub(crate) fn rows(
    t: Text,
    person: &RegisterPerson,
    document: &TypedDocument,
    verdicts: &[FieldVerdict],
) -> Vec<Row> {
    verdicts
        .iter()
        .map(|of| {
            let (register, document) = values(t, of.field, person, document);
            let (verdict, why) = words(t, of.field, of.verdict);
            Row {
                name: named(t, of.field.text_key()),
                register,
                document,
                class: class(of),
                verdict,
                why,
                explanation: of.explanation.as_ref().map_or("", |e| e.as_str()).to_owned(),
            }
        })
        .collect()
}

/// The differences that need an explanation, with what was typed for one of them.
pub(super) fn differences(
    t: Text,
    verdicts: &[FieldVerdict],
    typed: Option<(Field, &str)>,
) -> Vec<Difference> {
    let to_explain: Vec<&FieldVerdict> =
        verdicts.iter().filter(|of| of.needs_explanation() && !of.blocks()).collect();
    let next = to_explain.iter().find(|of| of.explanation.is_none()).map(|of| of.field);
    to_explain
        .into_iter()
        .map(|of| {
            let kept = of.explanation.as_ref().map_or("", |e| e.as_str());
            let text = typed.filter(|(field, _)| *field == of.field).map_or(kept, |(_, text)| text);
            Difference {
                field: of.field.code(),
                id: error_field(of.field),
                title: t.comparison_explain_title(&named(t, of.field.text_key())),
                text: text.to_owned(),
                is_next: next == Some(of.field),
            }
        })
        .collect()
}

/// Id of the text that explains a field.
pub(super) const fn error_field(field: Field) -> &'static str {
    match field {
        Field::Surname => "explanation-surname",
        Field::GivenNames => "explanation-given-names",
        Field::BirthDate => "explanation-birth-date",
        Field::Sex => "explanation-sex",
        Field::ValidUntil => "explanation-valid-until",
        Field::CheckDigits => "explanation-check-digits",
    }
}

fn values(
    t: Text,
    field: Field,
    person: &RegisterPerson,
    document: &TypedDocument,
) -> (String, String) {
    let nothing = || NOTHING.to_owned();
    match field {
        Field::Surname => {
            (person.surname.as_str().to_owned(), document.surname().as_str().to_owned())
        }
        Field::GivenNames => {
            let printed = document.given_names();
            let printed =
                if printed.is_empty() { t.person_no_given_names() } else { printed.to_owned() };
            (given_names(t, &person.given_names), printed)
        }
        Field::BirthDate => {
            (t.incomplete_date(person.birth_date), t.incomplete_date(document.birth_date()))
        }
        Field::Sex => (sex(t, person.sex), sex(t, document.sex())),
        Field::ValidUntil => (nothing(), t.day(document.valid_until())),
        Field::CheckDigits => match document.source() {
            DocumentSource::Zone { format, .. } => (nothing(), format.code().to_uppercase()),
            DocumentSource::Typed => (nothing(), nothing()),
        },
    }
}

/// The verdict in a few words, and why.
fn words(t: Text, field: Field, verdict: Verdict) -> (String, String) {
    let none = String::new();
    match (field, verdict) {
        (Field::ValidUntil, Verdict::Different) => (t.verdict_expired(), t.verdict_expired_why()),
        (Field::ValidUntil, _) => (t.verdict_valid(), none),
        (Field::CheckDigits, Verdict::Different) => {
            (t.verdict_digits_wrong(), t.verdict_digits_wrong_why())
        }
        (Field::CheckDigits, Verdict::NotStated) => {
            (t.verdict_digits_none(), t.verdict_digits_none_why())
        }
        (Field::CheckDigits, _) => (t.verdict_digits_right(), none),
        (_, verdict) => (named(t, verdict.text_key()), why(t, verdict)),
    }
}

fn why(t: Text, verdict: Verdict) -> String {
    match verdict {
        Verdict::Same => String::new(),
        Verdict::SameAfterTransliteration => t.verdict_same_after_transliteration_why(),
        Verdict::MarriedName => t.verdict_married_name_why(),
        Verdict::Truncated => t.verdict_truncated_why(),
        Verdict::GivenNamesMissing => t.verdict_given_names_missing_why(),
        Verdict::Incomplete => t.verdict_incomplete_why(),
        Verdict::NotStated => t.verdict_not_stated_why(),
        Verdict::OrderDiffers => t.verdict_order_differs_why(),
        Verdict::Different => t.verdict_different_why(),
    }
}

fn class(of: &FieldVerdict) -> &'static str {
    if !of.is_settled() {
        return "bad";
    }
    match of.verdict {
        Verdict::Same | Verdict::SameAfterTransliteration => "ok",
        Verdict::MarriedName
        | Verdict::Truncated
        | Verdict::GivenNamesMissing
        | Verdict::Incomplete
        | Verdict::OrderDiffers
        | Verdict::Different => "warn",
        Verdict::NotStated => "",
    }
}

#[cfg(test)]
mod tests {
    use loket_domain::Language;
    use loket_domain::comparison::Explanation;

    use super::*;

    #[test]
    fn every_verdict_on_every_field_has_words_in_every_language() {
        for language in Language::ALL {
            for field in Field::ALL {
                for verdict in Verdict::ALL {
                    let (word, _) = words(Text::new(language), field, verdict);
                    assert!(!word.is_empty(), "{field:?} {verdict:?} in {language}");
                }
            }
        }
    }

    #[test]
    fn what_is_typed_stays_and_only_the_first_open_difference_has_the_button() {
        let explanation = Explanation::new("The passport has the maiden name").unwrap();
        let verdicts = [
            FieldVerdict::new(Field::Surname, Verdict::Different).explained(explanation),
            FieldVerdict::new(Field::GivenNames, Verdict::OrderDiffers),
            FieldVerdict::new(Field::BirthDate, Verdict::Different),
            FieldVerdict::new(Field::Sex, Verdict::Different),
        ];
        let t = Text::new(Language::Nl);
        let shown = differences(t, &verdicts, Some((Field::Sex, "too short")));
        let fields: Vec<_> = shown.iter().map(|d| (d.field, d.is_next)).collect();
        assert_eq!(fields, [("surname", false), ("given_names", true), ("sex", false)]);
        assert_eq!(shown[2].text, "too short");
        assert_eq!(shown[0].text, "The passport has the maiden name");
        assert_eq!(verdicts.each_ref().map(class), ["warn", "bad", "bad", "bad"]);
    }
}

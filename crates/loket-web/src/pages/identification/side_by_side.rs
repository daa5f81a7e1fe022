//! The table of the comparison and the differences to explain, in words.

use loket_domain::comparison::{DifferenceReason, Field, FieldVerdict, Verdict};
use loket_domain::document::{DocumentSource, TypedDocument, ZoneNumber};
use loket_domain::person::RegisterPerson;
use loket_text::Text;

use super::choice::{Choice, choices};
use super::comparison::Typed;
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
    /// Why it is the same person all the same, of the closed list; empty where words will do.
    pub(crate) reason: String,
    /// The officer's words, once there are any.
    pub(crate) explanation: String,
}

/// A difference that needs the officer's words.
pub(super) struct Difference {
    pub(super) field: &'static str,
    /// Id of its text on the page.
    pub(super) id: &'static str,
    /// Id of its reasons on the page.
    pub(super) reason_id: &'static str,
    /// The reasons to choose from, for a colleague to confirm; none where words alone will do.
    pub(super) reasons: Vec<Choice>,
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
                reason: of.reason.map_or_else(String::new, |reason| difference_reason(t, reason)),
                explanation: of.explanation.as_ref().map_or("", |e| e.as_str()).to_owned(),
            }
        })
        .collect()
}

/// The differences that need an explanation, with what was typed for one of them.
pub(super) fn differences(
    t: Text,
    person: &RegisterPerson,
    document: &TypedDocument,
    verdicts: &[FieldVerdict],
    typed: Option<&Typed>,
) -> Vec<Difference> {
    let to_explain: Vec<&FieldVerdict> =
        verdicts.iter().filter(|of| of.needs_explanation() && !of.blocks()).collect();
    let next = to_explain.iter().find(|of| !of.is_settled()).map(|of| of.field);
    to_explain
        .into_iter()
        .map(|of| {
            let typed = typed.filter(|typed| typed.field == of.field.code());
            let kept = of.explanation.as_ref().map_or("", |e| e.as_str());
            let text = typed.map_or(kept, |typed| typed.explanation.as_str());
            let chosen = of.reason.map_or("", DifferenceReason::code);
            let chosen = typed.map_or(chosen, |typed| typed.reason.as_str());
            let reasons = DifferenceReason::open_to(of.field, person, document)
                .into_iter()
                .filter(|_| of.needs_second_officer())
                .map(|reason| (reason.code(), difference_reason(t, reason)));
            Difference {
                field: of.field.code(),
                id: error_field(of.field),
                reason_id: reason_field(of.field),
                reasons: choices(reasons, chosen),
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
        Field::NationalNumber => "explanation-national-number",
        Field::ValidUntil => "explanation-valid-until",
        Field::CheckDigits => "explanation-check-digits",
    }
}

/// Id of the reasons of a field.
pub(super) const fn reason_field(field: Field) -> &'static str {
    match field {
        Field::Surname => "reason-surname",
        Field::GivenNames => "reason-given-names",
        Field::BirthDate => "reason-birth-date",
        Field::Sex => "reason-sex",
        Field::NationalNumber => "reason-national-number",
        Field::ValidUntil => "reason-valid-until",
        Field::CheckDigits => "reason-check-digits",
    }
}

/// The reason of a difference in words.
fn difference_reason(t: Text, reason: DifferenceReason) -> String {
    match reason {
        DifferenceReason::ActSeen => t.difference_act_seen(),
        DifferenceReason::MarriedName => t.difference_married_name(),
        DifferenceReason::OtherSpelling => t.difference_other_spelling(),
        DifferenceReason::RegisterErrorReported => t.difference_register_error_reported(),
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
        Field::NationalNumber => (
            person.ssin.grouped(),
            document.national_number().map_or_else(nothing, ZoneNumber::grouped),
        ),
        Field::ValidUntil => (nothing(), t.day(document.valid_until())),
        Field::CheckDigits => match document.source() {
            DocumentSource::Zone { format, .. } => (nothing(), format.code().to_uppercase()),
            DocumentSource::Typed => (nothing(), nothing()),
        },
    }
}

/// The verdict in a few words, and why.
pub(crate) fn words(t: Text, field: Field, verdict: Verdict) -> (String, String) {
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
        (Field::NationalNumber, Verdict::Different) => {
            (named(t, verdict.text_key()), t.verdict_number_different_why())
        }
        (Field::NationalNumber, Verdict::NotStated) => {
            (named(t, verdict.text_key()), t.verdict_number_not_stated_why())
        }
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
        Verdict::EarlierNumber => t.verdict_earlier_number_why(),
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
        | Verdict::EarlierNumber
        | Verdict::OrderDiffers
        | Verdict::Different => "warn",
        Verdict::NotStated => "",
    }
}

#[cfg(test)]
mod tests {
    use loket_domain::Language;
    use loket_domain::comparison::Explanation;

    use super::super::rendered;
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
        let reason = Some(DifferenceReason::MarriedName);
        let verdicts = [
            FieldVerdict::new(Field::Surname, Verdict::Different).explained(reason, explanation),
            FieldVerdict::new(Field::GivenNames, Verdict::OrderDiffers),
            FieldVerdict::new(Field::BirthDate, Verdict::Different),
            FieldVerdict::new(Field::Sex, Verdict::Different),
        ];
        let t = Text::new(Language::Nl);
        let (person, document) = (rendered::person("active"), rendered::document());
        let typed = Typed {
            field: "sex".to_owned(),
            reason: "act_seen".to_owned(),
            explanation: "too short".to_owned(),
        };
        let shown = differences(t, &person, &document, &verdicts, Some(&typed));
        let fields: Vec<_> = shown.iter().map(|d| (d.field, d.is_next)).collect();
        assert_eq!(fields, [("surname", false), ("given_names", true), ("sex", false)]);
        assert_eq!(shown[2].text, "too short");
        assert_eq!(shown[0].text, "The passport has the maiden name");
        let chosen = |of: &Difference| of.reasons.iter().position(|choice| choice.chosen);
        assert_eq!(shown.iter().map(chosen).collect::<Vec<_>>(), [Some(1), None, Some(0)]);
        assert!(shown[1].reasons.is_empty(), "another order takes words alone");
        assert_eq!(verdicts.each_ref().map(class), ["warn", "bad", "bad", "bad"]);
    }
}

//! Comparison of what a register says with what stands on a document, field by field, with a
//! verdict that says why two values count as the same, compatible or different (SEED-09,
//! requirement ID-17). It decides nothing: the officer explains, the procedure weighs.

mod dates;
mod names;
mod reason;
#[cfg(test)]
mod tests;
mod transliterate;

use std::fmt;

use serde::{Deserialize, Serialize};

pub use dates::compare_birth_dates;
pub use names::{NameText, compare_given_names, compare_surnames};
pub use reason::DifferenceReason;

use crate::document::{DocumentSource, TypedDocument, ZoneNumber};
use crate::id::StaffId;
use crate::person::{GivenName, IncompleteDate, RegisterPerson, Sex};
use crate::ssin::Ssin;
use crate::time::Day;

/// What is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// Surname.
    Surname,
    /// Given names together.
    GivenNames,
    /// Date of birth.
    BirthDate,
    /// Sex.
    Sex,
    /// The national number in the zone of a Belgian card.
    NationalNumber,
    /// Last day of validity, against the day of the visit.
    ValidUntil,
    /// Check digits of the machine-readable zone, against themselves.
    CheckDigits,
}

impl Field {
    /// All fields, in the order in which the page shows them.
    pub const ALL: [Self; 7] = [
        Self::Surname,
        Self::GivenNames,
        Self::BirthDate,
        Self::Sex,
        Self::NationalNumber,
        Self::ValidUntil,
        Self::CheckDigits,
    ];
    /// Stable code, as stored.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Surname => "surname",
            Self::GivenNames => "given_names",
            Self::BirthDate => "birth_date",
            Self::Sex => "sex",
            Self::NationalNumber => "national_number",
            Self::ValidUntil => "valid_until",
            Self::CheckDigits => "check_digits",
        }
    }
    /// Reads the stable code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|field| field.code() == code)
    }
    /// Message id of the field's name.
    pub const fn text_key(self) -> &'static str {
        match self {
            Self::Surname => "field-surname",
            Self::GivenNames => "field-given-names",
            Self::BirthDate => "field-birth-date",
            Self::Sex => "field-sex",
            Self::NationalNumber => "field-national-number",
            Self::ValidUntil => "field-valid-until",
            Self::CheckDigits => "field-check-digits",
        }
    }
}

/// What the comparison of one field found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The same but for upper and lower case.
    Same,
    /// The same when written with A to Z, accents left out, words joined or apart.
    SameAfterTransliteration,
    /// The same but for the married name, which only one side adds or both state differently.
    MarriedName,
    /// The document had no room for the whole name.
    Truncated,
    /// The same words in another order, or otherwise divided into surname and given names.
    OrderDiffers,
    /// One side has only the first of the other's given names.
    GivenNamesMissing,
    /// The parts of the date that both sides state are the same.
    Incomplete,
    /// The document has a number that the register has since replaced by the present one.
    EarlierNumber,
    /// Only one side states it, or neither does.
    NotStated,
    /// Not the same, or not right.
    Different,
}

impl Verdict {
    /// All verdicts, from the best to the worst.
    pub const ALL: [Self; 10] = [
        Self::Same,
        Self::SameAfterTransliteration,
        Self::MarriedName,
        Self::Truncated,
        Self::GivenNamesMissing,
        Self::Incomplete,
        Self::EarlierNumber,
        Self::NotStated,
        Self::OrderDiffers,
        Self::Different,
    ];
    /// Stable code, as stored.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::SameAfterTransliteration => "same_after_transliteration",
            Self::MarriedName => "married_name",
            Self::Truncated => "truncated",
            Self::OrderDiffers => "order_differs",
            Self::GivenNamesMissing => "given_names_missing",
            Self::Incomplete => "incomplete",
            Self::EarlierNumber => "earlier_number",
            Self::NotStated => "not_stated",
            Self::Different => "different",
        }
    }
    /// Reads the stable code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|verdict| verdict.code() == code)
    }
    /// Message id of the verdict with its reason.
    pub const fn text_key(self) -> &'static str {
        match self {
            Self::Same => "verdict-same",
            Self::SameAfterTransliteration => "verdict-same-after-transliteration",
            Self::MarriedName => "verdict-married-name",
            Self::Truncated => "verdict-truncated",
            Self::OrderDiffers => "verdict-order-differs",
            Self::GivenNamesMissing => "verdict-given-names-missing",
            Self::Incomplete => "verdict-incomplete",
            Self::EarlierNumber => "verdict-earlier-number",
            Self::NotStated => "verdict-not-stated",
            Self::Different => "verdict-different",
        }
    }
}

/// What the officer writes about a difference: 20 to 1000 characters. Does not print.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Explanation(String);

/// Why a text is no explanation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ExplanationFault {
    /// Fewer than [`Explanation::FEWEST`] characters.
    #[error("an explanation has at least 20 characters")]
    TooShort,
    /// More than [`Explanation::MOST`] characters.
    #[error("an explanation has at most 1000 characters")]
    TooLong,
    /// A control character other than a line break or tab, or one that nobody sees or that turns
    /// the direction of reading.
    #[error("has a control character or one that is not seen")]
    ControlCharacter,
}

/// Characters of the category Cf of Unicode that a text of a counter has no use for: zero-width ones,
/// marks and embeddings of direction, soft hyphen, tags. The joiners of Persian and Indic scripts
/// (U+200C, U+200D) are among them: explanations are written in four languages of Latin script.
const fn is_unseen(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{115f}' | '\u{1160}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}'
        | '\u{e0000}'..='\u{e007f}')
}

impl Explanation {
    /// Fewest characters.
    pub const FEWEST: usize = 20;
    /// Most characters.
    pub const MOST: usize = 1000;

    /// Takes over a text; white space becomes single spaces before it is counted.
    pub fn new(text: &str) -> Result<Self, ExplanationFault> {
        // Bounded before it is copied; white space only can make the text longer than it counts.
        if text.len() > 16 * Self::MOST {
            return Err(ExplanationFault::TooLong);
        }
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let count = text.chars().count();
        if text.chars().any(|c| c.is_control() || is_unseen(c)) {
            Err(ExplanationFault::ControlCharacter)
        } else if count < Self::FEWEST {
            Err(ExplanationFault::TooShort)
        } else if count > Self::MOST {
            Err(ExplanationFault::TooLong)
        } else {
            Ok(Self(text))
        }
    }
    /// The text, for sealed columns and the page of the reconstruction.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Explanation {
    type Error = ExplanationFault;
    fn try_from(text: String) -> Result<Self, ExplanationFault> {
        Self::new(&text)
    }
}

impl From<Explanation> for String {
    fn from(explanation: Explanation) -> Self {
        explanation.0
    }
}

impl fmt::Debug for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Explanation(***)")
    }
}

/// The verdict on one field, with what the officer says of it once that is needed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldVerdict {
    /// What was compared.
    pub field: Field,
    /// What was found.
    pub verdict: Verdict,
    /// What the officer says of the difference.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub explanation: Option<Explanation>,
    /// Why it is the same person all the same, where a second officer must confirm that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<DifferenceReason>,
    /// Who said so, and so cannot be the second officer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub explained_by: Option<StaffId>,
    /// The register states what the document leaves out, such as the day of birth or the sex: the
    /// field was left empty, or the document is of an odd kind. The officer says which.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub document_silent: bool,
}

impl FieldVerdict {
    /// A verdict that nobody has explained yet.
    pub const fn new(field: Field, verdict: Verdict) -> Self {
        Self {
            field,
            verdict,
            explanation: None,
            reason: None,
            explained_by: None,
            document_silent: false,
        }
    }
    /// The same, where the document does not state what the register does.
    fn silent(self, document_silent: bool) -> Self {
        Self { document_silent, ..self }
    }
    /// The same, with who explains it.
    pub fn by(self, officer: StaffId) -> Self {
        Self { explained_by: Some(officer), ..self }
    }
    /// The same with the officer's explanation, for one of the closed reasons where it needs one.
    pub fn explained(self, reason: Option<DifferenceReason>, explanation: Explanation) -> Self {
        Self { explanation: Some(explanation), reason, ..self }
    }
    /// A difference that no explanation can mend: another date of birth or national number, a
    /// document past its last day, wrong check digits.
    pub const fn blocks(&self) -> bool {
        match self.field {
            Field::BirthDate | Field::NationalNumber | Field::ValidUntil | Field::CheckDigits => {
                matches!(self.verdict, Verdict::Different)
            }
            Field::Surname | Field::GivenNames | Field::Sex => false,
        }
    }
    /// A difference that the officer must explain before a decision. Missing later given names, a
    /// cut name, a married name and a month or day that the register does not know are what
    /// documents do; other names, another order, given names on one side only, another sex, and a
    /// document that is silent where the register is not, are not.
    pub const fn needs_explanation(&self) -> bool {
        self.needs_second_officer()
            || self.document_silent
            || matches!(
                (self.field, self.verdict),
                (Field::Surname | Field::GivenNames, Verdict::OrderDiffers)
            )
    }
    /// A difference that one officer alone never explains away: another name, no given names on
    /// one side, another sex. It takes one of the closed reasons, and a colleague who confirms.
    pub const fn needs_second_officer(&self) -> bool {
        match self.field {
            Field::Surname | Field::GivenNames => {
                matches!(self.verdict, Verdict::Different | Verdict::NotStated)
            }
            Field::Sex => matches!(self.verdict, Verdict::Different),
            Field::BirthDate | Field::NationalNumber | Field::ValidUntil | Field::CheckDigits => {
                false
            }
        }
    }
    /// Whether this officer has nothing left to do for a decision, as far as this field goes. The
    /// second officer is a check of the procedure.
    pub const fn is_settled(&self) -> bool {
        let said =
            self.explanation.is_some() && (self.reason.is_some() || !self.needs_second_officer());
        !self.blocks() && (said || !self.needs_explanation())
    }
}

/// Compares all fields, in the order of [`Field::ALL`]. `earlier` are the person's numbers that the
/// register says it has replaced; `today` is the day of the visit.
pub fn compare(
    person: &RegisterPerson,
    earlier: &[Ssin],
    document: &TypedDocument,
    today: Day,
) -> Vec<FieldVerdict> {
    let (surname, given_names) = compare_names(person, document);
    let validity = if document.is_valid_on(today) { Verdict::Same } else { Verdict::Different };
    let check_digits = match document.source() {
        DocumentSource::Typed => Verdict::NotStated,
        DocumentSource::Zone { checks_hold: true, .. } => Verdict::Same,
        DocumentSource::Zone { checks_hold: false, .. } => Verdict::Different,
    };
    vec![
        FieldVerdict::new(Field::Surname, surname),
        FieldVerdict::new(Field::GivenNames, given_names),
        FieldVerdict::new(
            Field::BirthDate,
            compare_birth_dates(person.birth_date, document.birth_date()),
        )
        .silent(states_less(document.birth_date(), person.birth_date)),
        FieldVerdict::new(Field::Sex, compare_sex(person.sex, document.sex()))
            .silent(document.sex() == Sex::Unknown && person.sex != Sex::Unknown),
        FieldVerdict::new(
            Field::NationalNumber,
            compare_numbers(person.ssin, earlier, document.national_number()),
        ),
        FieldVerdict::new(Field::ValidUntil, validity),
        FieldVerdict::new(Field::CheckDigits, check_digits),
    ]
}

/// Compares the register's number with that of a zone, if it has one.
pub fn compare_numbers(ssin: Ssin, earlier: &[Ssin], zone: Option<&ZoneNumber>) -> Verdict {
    let is = |known: &Ssin| zone.is_some_and(|zone| zone.digits() == known.digits());
    if zone.is_none() {
        Verdict::NotStated
    } else if is(&ssin) {
        Verdict::Same
    } else if earlier.iter().any(is) {
        Verdict::EarlierNumber
    } else {
        Verdict::Different
    }
}

/// Compares two statements of sex; an unknown one contradicts nothing.
pub fn compare_sex(a: Sex, b: Sex) -> Verdict {
    match (a, b) {
        (Sex::Unknown, _) | (_, Sex::Unknown) => Verdict::NotStated,
        (a, b) if a == b => Verdict::Same,
        _ => Verdict::Different,
    }
}

/// Whether the first leaves out a part that the second states.
fn states_less(one: IncompleteDate, other: IncompleteDate) -> bool {
    (one.month().is_none() && other.month().is_some())
        || (one.day().is_none() && other.day().is_some())
}

fn compare_names(person: &RegisterPerson, document: &TypedDocument) -> (Verdict, Verdict) {
    let given = person.given_names.iter().map(GivenName::as_str).collect::<Vec<_>>().join(" ");
    let register = (person.surname.as_str(), given.as_str());
    let printed = (document.surname().as_str(), document.given_names());
    let cut = match document.source() {
        DocumentSource::Zone { format, names_full: true, .. } => {
            zone_places(register.0, register.1) > format.names_width()
        }
        DocumentSource::Zone { names_full: false, .. } | DocumentSource::Typed => false,
    };
    let from_document = if cut { NameText::perhaps_cut } else { NameText::whole };
    let surname = compare_surnames(NameText::whole(register.0), from_document(printed.0));
    let given_names = compare_given_names(NameText::whole(register.1), from_document(printed.1));
    let differs = |v: Verdict| matches!(v, Verdict::Different | Verdict::NotStated);
    if (differs(surname) || differs(given_names)) && names::same_when_regrouped(register, printed) {
        return (Verdict::OrderDiffers, Verdict::OrderDiffers);
    }
    (surname, given_names)
}

/// Places that a name takes in a zone: a name that fits is never cut.
fn zone_places(surname: &str, given: &str) -> usize {
    let places = |text| transliterate::words(text).map_or(0, |words| transliterate::places(&words));
    match places(given) {
        0 => places(surname),
        given => places(surname) + 2 + given,
    }
}

//! Reads the form of a document: by its zone or by its printed details. With both filled in and
//! something else in each, the form asks which to use; every fault of the fields is named at once.

use loket_domain::document::{
    DocumentEntry, DocumentFault, DocumentKind, Mrz, MrzFault, TypedDocument,
};
use loket_domain::person::{IncompleteDate, Sex};
use loket_domain::procedure::Procedure;
use loket_domain::time::Day;
use loket_text::Text;
use serde::Deserialize;

use super::both_filled::conflicts;
use super::counter::named;
use crate::frame::Errors;

/// What was typed. Does not print.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    pub(super) kind: String,
    pub(super) zone: String,
    /// The zone that was sent before and had a check digit that does not fit: sent again unchanged,
    /// it stands like that on the document.
    pub(super) zone_as_is: String,
    /// Which to use of zone and print, where both are filled in and differ: `zone` or `print`.
    pub(super) taken: String,
    pub(super) number: String,
    pub(super) issuer: String,
    pub(super) surname: String,
    pub(super) given_names: String,
    pub(super) birth_day: String,
    pub(super) birth_month: String,
    pub(super) birth_year: String,
    pub(super) sex: String,
    pub(super) until_day: String,
    pub(super) until_month: String,
    pub(super) until_year: String,
}

impl Typed {
    /// Whether the zone is filled in.
    pub(super) fn has_zone(&self) -> bool {
        !self.zone.trim().is_empty()
    }
    /// Whether the zone is used, not the printed details.
    pub(super) fn uses_zone(&self) -> bool {
        self.has_zone() && self.taken != "print"
    }
}

/// The document, or every fault at its field.
pub(super) fn read(
    t: Text,
    typed: &Typed,
    procedure: &Procedure,
    today: Day,
) -> Result<TypedDocument, Errors> {
    let kind = match procedure.documents.as_slice() {
        [only] => Some(*only),
        _ => DocumentKind::from_code(&typed.kind).filter(|kind| procedure.accepts(*kind)),
    };
    let mut errors = Errors::default();
    if kind.is_none() {
        errors.add("kind", t.document_which_missing());
    }
    let asks = !matches!(typed.taken.as_str(), "zone" | "print");
    if typed.has_zone() && asks && !conflicts(t, typed, today).is_empty() {
        errors.add("taken", t.document_both_filled());
    }
    let read = if typed.uses_zone() {
        of_zone(t, typed, kind, today, &mut errors)
    } else {
        // Without a kind the fields are read as those of the first, to find the other faults.
        let assumed = kind.or_else(|| procedure.documents.first().copied());
        assumed.and_then(|kind| of_fields(t, typed, kind, today, &mut errors))
    };
    match read {
        Some(document) if errors.is_empty() => Ok(document),
        _ => Err(errors),
    }
}

fn of_zone(
    t: Text,
    typed: &Typed,
    kind: Option<DocumentKind>,
    today: Day,
    errors: &mut Errors,
) -> Option<TypedDocument> {
    let zone = Mrz::parse(&typed.zone, today)
        .map_err(|fault| errors.add("zone", zone_message(t, fault)))
        .ok()?;
    if !zone.checks_hold() && typed.zone_as_is.trim() != typed.zone.trim() {
        errors.add("zone", t.document_digit_wrong());
        return None;
    }
    match TypedDocument::from_mrz(kind?, &zone) {
        Ok(document) => Some(document),
        Err(faults) => {
            // All of it stands in the zone, so that all of it is said there.
            let said: Vec<String> = faults.iter().map(|fault| named(t, fault.text_key())).collect();
            errors.add("zone", said.join(". "));
            None
        }
    }
}

/// The sentence of a fault with its line and position, as far as it has them.
fn zone_message(t: Text, fault: MrzFault) -> String {
    let what = named(t, fault.text_key());
    match fault.place() {
        (Some(line), Some(position)) => {
            t.document_at_position(&what, &line.to_string(), &position.to_string())
        }
        (Some(line), None) => t.document_at_line(&what, &line.to_string()),
        (None, _) => what,
    }
}

fn of_fields(
    t: Text,
    typed: &Typed,
    kind: DocumentKind,
    today: Day,
    errors: &mut Errors,
) -> Option<TypedDocument> {
    let birth_date = incomplete(&typed.birth_day, &typed.birth_month, &typed.birth_year);
    let sex = sex_from(&typed.sex);
    let valid_until = whole(&typed.until_day, &typed.until_month, &typed.until_year);
    let issuer = kind.sole_issuer();
    // A part that cannot be read is filled in only to find the faults of the others: the document
    // is not used when there is any fault.
    let entry = DocumentEntry {
        kind,
        number: typed.number.clone(),
        issuer: issuer.map_or_else(|| typed.issuer.clone(), |code| code.to_string()),
        surname: typed.surname.clone(),
        given_names: typed.given_names.clone(),
        birth_date: birth_date.or_else(|| IncompleteDate::new(2000, None, None))?,
        sex: sex.unwrap_or(Sex::Unknown),
        valid_until: valid_until.unwrap_or(today),
    };
    let document = TypedDocument::new(&entry);
    let faults = document.as_ref().err().map(Vec::as_slice).unwrap_or_default();
    // In the order of the form.
    for field in ["number", "issuer", "surname", "given_names"] {
        for fault in faults.iter().filter(|fault| fault.field() == field) {
            if !(errors.has("kind") && is_about_kind(*fault)) {
                errors.add(fault.field(), named(t, fault.text_key()));
            }
        }
    }
    if birth_date.is_none() {
        errors.add("birth_date", t.document_birth_wrong());
    }
    if sex.is_none() {
        errors.add("sex", t.document_sex_missing());
    }
    if valid_until.is_none() {
        errors.add("valid_until", t.document_until_wrong());
    }
    document.ok()
}

/// Faults that another kind of document would not have.
const fn is_about_kind(fault: DocumentFault) -> bool {
    matches!(
        fault,
        DocumentFault::CardNumberLength
            | DocumentFault::CardNumberCheckDigits
            | DocumentFault::IssuerNotAccepted
    )
}

pub(super) fn sex_from(code: &str) -> Option<Sex> {
    match code {
        "female" => Some(Sex::Female),
        "male" => Some(Sex::Male),
        "unknown" => Some(Sex::Unknown),
        _ => None,
    }
}

/// A date of birth; an empty or zero day or month is an unknown one.
pub(crate) fn incomplete(day: &str, month: &str, year: &str) -> Option<IncompleteDate> {
    let part = |text: &str| match text.trim() {
        "" => Some(None),
        text => text.parse::<u8>().ok().map(|number| (number != 0).then_some(number)),
    };
    IncompleteDate::new(year.trim().parse().ok()?, part(month)?, part(day)?)
}

/// A day with a year of four digits.
pub(super) fn whole(day: &str, month: &str, year: &str) -> Option<Day> {
    let year: i16 = year.trim().parse().ok()?;
    (1900..=2200).contains(&year).then_some(())?;
    Day::new(year, month.trim().parse().ok()?, day.trim().parse().ok()?)
}

#[cfg(test)]
mod tests;

//! A form on which both the zone and the printed details were filled in. Where they say the same,
//! the zone is used; where they do not, the page shows both and asks, since on a genuine document
//! they agree: one of them was typed wrong, or the document is false.

use loket_domain::comparison::{NameText, Verdict, compare_given_names, compare_surnames};
use loket_domain::document::{DocumentNumber, IssuerCode, Mrz};
use loket_domain::person::GivenName;
use loket_domain::time::Day;
use loket_text::Text;

use super::document_entry::{Typed, incomplete, sex_from, whole};
use super::particulars::sex;

/// One detail on which zone and print differ.
pub(super) struct Conflict {
    pub(super) name: String,
    pub(super) zone: String,
    pub(super) print: String,
}

/// What differs between the zone and the printed details that were filled in; empty when nothing
/// does, or when the zone cannot be read, which is said elsewhere.
pub(super) fn conflicts(t: Text, typed: &Typed, today: Day) -> Vec<Conflict> {
    let Ok(zone) = Mrz::parse(&typed.zone, today) else { return Vec::new() };
    let mut found = Vec::new();
    let mut differs = |differs: bool, name: String, zone: String, print: String| {
        if differs && !print.trim().is_empty() {
            found.push(Conflict { name, zone, print });
        }
    };
    differs(
        !is_number(&typed.number, zone.document_number.as_str()),
        t.document_number_label(),
        zone.document_number.as_str().to_owned(),
        typed.number.clone(),
    );
    differs(
        IssuerCode::parse(&typed.issuer).ok() != IssuerCode::parse(&zone.issuer).ok(),
        t.document_issuer_label(),
        zone.issuer.clone(),
        typed.issuer.clone(),
    );
    let surname = zone.surname.as_str();
    differs(
        is_other(compare_surnames(NameText::perhaps_cut(surname), NameText::whole(&typed.surname))),
        t.field_surname(),
        surname.to_owned(),
        typed.surname.clone(),
    );
    let given = zone.given_names.as_ref().map_or("", GivenName::as_str);
    let print = NameText::whole(&typed.given_names);
    differs(
        is_other(compare_given_names(NameText::perhaps_cut(given), print)),
        t.field_given_names(),
        given.to_owned(),
        typed.given_names.clone(),
    );
    differs(
        incomplete(&typed.birth_day, &typed.birth_month, &typed.birth_year) != zone.birth_date,
        t.field_birth_date(),
        zone.birth_date.map_or_else(String::new, |date| t.incomplete_date(date)),
        date_as_typed([&typed.birth_day, &typed.birth_month, &typed.birth_year]),
    );
    let printed_sex = sex_from(&typed.sex);
    differs(
        printed_sex != Some(zone.sex),
        t.field_sex(),
        sex(t, zone.sex),
        printed_sex.map_or_else(String::new, |printed| sex(t, printed)),
    );
    differs(
        whole(&typed.until_day, &typed.until_month, &typed.until_year) != Some(zone.expiry),
        t.field_valid_until(),
        t.day(zone.expiry),
        date_as_typed([&typed.until_day, &typed.until_month, &typed.until_year]),
    );
    found
}

/// The zone of a Belgian identity card has only the first nine characters of the printed number.
fn is_number(print: &str, zone: &str) -> bool {
    DocumentNumber::new(print).is_ok_and(|print| print.as_str().starts_with(zone))
}

const fn is_other(verdict: Verdict) -> bool {
    match verdict {
        Verdict::Same
        | Verdict::SameAfterTransliteration
        | Verdict::MarriedName
        | Verdict::Truncated
        | Verdict::GivenNamesMissing => false,
        Verdict::Incomplete
        | Verdict::EarlierNumber
        | Verdict::NotStated
        | Verdict::OrderDiffers
        | Verdict::Different => true,
    }
}

fn date_as_typed(parts: [&String; 3]) -> String {
    let filled: Vec<&str> =
        parts.iter().map(|part| part.trim()).filter(|p| !p.is_empty()).collect();
    filled.join(" ")
}

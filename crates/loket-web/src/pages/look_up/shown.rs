//! Reads the form of a document in hand: a number, and what stands on the document.

use loket_app::Office;
use loket_domain::Ssin;
use loket_domain::document::card::{CardNumber, CardNumberFault};
use loket_domain::person::{GivenName, Surname};
use loket_domain::register::Shown;
use loket_text::Text;
use serde::Deserialize;

use super::opening::number_message;
use crate::frame::Errors;
use crate::pages::identification::choice::{Choice, choices};
use crate::pages::identification::document_entry::incomplete;

/// What was typed. Does not print.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct TypedShown {
    pub(crate) number: String,
    /// `card` or `holder`.
    pub(crate) shown: String,
    pub(crate) card: String,
    pub(crate) surname: String,
    pub(crate) given_names: String,
    pub(crate) birth_day: String,
    pub(crate) birth_month: String,
    pub(crate) birth_year: String,
}

impl TypedShown {
    /// The kinds to choose from.
    pub(crate) fn kinds(&self, t: Text) -> Vec<Choice> {
        choices([("card", t.verify_kind_card()), ("holder", t.verify_kind_holder())], &self.shown)
    }

    /// Number and document, or every fault at its field.
    pub(crate) fn read(
        &self,
        t: Text,
        office: &Office,
        errors: &mut Errors,
    ) -> Option<(Ssin, Shown)> {
        let number = office.read_ssin(&self.number);
        if let Err(fault) = number {
            errors.add("number", number_message(t, fault));
        }
        let shown = match self.shown.as_str() {
            "card" => self.card(t, errors),
            "holder" => self.holder(t, errors),
            _ => {
                errors.add("shown", t.verify_kind_missing());
                None
            }
        };
        Some((number.ok()?, shown?))
    }

    fn card(&self, t: Text, errors: &mut Errors) -> Option<Shown> {
        match CardNumber::parse(&self.card) {
            Ok(number) => Some(Shown::Card { number }),
            Err(CardNumberFault::CheckDigits) => {
                errors.add("card", t.document_fault_card_number_check_digits());
                None
            }
            Err(CardNumberFault::Length | CardNumberFault::Characters) => {
                errors.add("card", t.document_fault_card_number_length());
                None
            }
        }
    }

    fn holder(&self, t: Text, errors: &mut Errors) -> Option<Shown> {
        let surname = Surname::new(&self.surname).ok();
        if surname.is_none() {
            errors.add("surname", t.document_fault_surname());
        }
        let given: Result<Vec<GivenName>, _> =
            self.given_names.split_whitespace().map(GivenName::new).collect();
        if given.is_err() {
            errors.add("given_names", t.document_fault_given_names());
        }
        let birth_date = incomplete(&self.birth_day, &self.birth_month, &self.birth_year);
        if birth_date.is_none() {
            errors.add("birth_date", t.document_birth_wrong());
        }
        Some(Shown::Holder { surname: surname?, given_names: given.ok()?, birth_date: birth_date? })
    }
}

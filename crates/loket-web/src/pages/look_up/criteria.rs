//! Reads the form of a search by name.

use loket_domain::person::{GivenName, IncompleteDate, Sex, Surname};
use loket_domain::register::{Criteria, GivenNameMatching, NotSearchable};
use loket_text::Text;
use serde::Deserialize;

use crate::frame::Errors;
use crate::pages::identification::choice::{Choice, choices};
use crate::pages::identification::document_entry::incomplete;

/// Most given names that a register searches for.
const MOST_GIVEN: usize = 3;

/// What was typed. Does not print.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct TypedCriteria {
    pub(crate) surname: String,
    pub(crate) given_names: String,
    pub(crate) birth_day: String,
    pub(crate) birth_month: String,
    pub(crate) birth_year: String,
    pub(crate) sex: String,
}

impl TypedCriteria {
    /// As an earlier search had it, to be narrowed.
    pub(crate) fn of(criteria: &Criteria) -> Self {
        let text = |part: Option<u8>| part.map_or_else(String::new, |n| n.to_string());
        let given: Vec<&str> = criteria.given_names.iter().map(GivenName::as_str).collect();
        Self {
            surname: criteria.surname.as_str().to_owned(),
            given_names: given.join(" "),
            birth_day: text(criteria.birth_date.day()),
            birth_month: text(criteria.birth_date.month()),
            birth_year: criteria.birth_date.year().to_string(),
            sex: match criteria.sex {
                Sex::Female => "female",
                Sex::Male => "male",
                Sex::Unknown => "unknown",
            }
            .to_owned(),
        }
    }

    /// The sexes to choose from; not stated unless somebody says so.
    pub(crate) fn sexes(&self, t: Text) -> Vec<Choice> {
        let chosen = if self.sex.is_empty() { "unknown" } else { &self.sex };
        choices(
            [("unknown", t.search_sex_any()), ("female", t.sex_female()), ("male", t.sex_male())],
            chosen,
        )
    }

    /// Whom to look for, or every fault at its field.
    pub(crate) fn read(&self, t: Text, errors: &mut Errors) -> Option<Criteria> {
        let surname = Surname::new(&self.surname).ok();
        if surname.is_none() {
            errors.add("surname", t.search_surname_missing());
        }
        let words: Vec<&str> = self.given_names.split_whitespace().take(MOST_GIVEN).collect();
        let given: Result<Vec<GivenName>, _> =
            words.iter().map(|word| GivenName::new(word)).collect();
        if given.is_err() {
            errors.add("given_names", t.document_fault_given_names());
        }
        let birth = self.birth_date();
        if birth.is_none() {
            errors.add("birth_date", t.search_birth_missing());
        }
        let given_names = given.ok()?;
        let criteria = Criteria {
            surname: surname?,
            matching: match given_names.len() {
                0 => GivenNameMatching::Ignored,
                1 => GivenNameMatching::FirstName,
                _ => GivenNameMatching::All,
            },
            given_names,
            birth_date: birth?,
            sex: match self.sex.as_str() {
                "female" => Sex::Female,
                "male" => Sex::Male,
                _ => Sex::Unknown,
            },
        };
        // Before any question leaves: a register would only say that it cannot read this.
        let (field, message) = match criteria.searchable() {
            Ok(()) => return Some(criteria),
            Err(NotSearchable::SurnameNotLatin) => ("surname", t.search_surname_latin()),
            Err(NotSearchable::SurnameTooShort) => ("surname", t.search_surname_short()),
            Err(NotSearchable::GivenNameNotLatin) => ("given_names", t.search_given_latin()),
        };
        errors.add(field, message);
        None
    }

    fn birth_date(&self) -> Option<IncompleteDate> {
        incomplete(&self.birth_day, &self.birth_month, &self.birth_year)
    }
}

#[cfg(test)]
mod tests {
    use loket_domain::Language;

    use super::*;

    fn read(typed: &TypedCriteria) -> Result<Criteria, Errors> {
        let mut errors = Errors::default();
        typed.read(Text::new(Language::En), &mut errors).ok_or(errors)
    }

    #[test]
    fn surname_and_year_are_compulsory_and_all_faults_are_named() {
        let errors = read(&TypedCriteria::default()).unwrap_err();
        assert!(errors.has("surname") && errors.has("birth_date"));
        let typed = TypedCriteria {
            surname: "Peeters".to_owned(),
            birth_year: "1970".to_owned(),
            ..TypedCriteria::default()
        };
        let criteria = read(&typed).unwrap();
        assert_eq!(criteria.matching, GivenNameMatching::Ignored);
        assert_eq!(criteria.birth_date.text(), "1970-00-00");
        let again = TypedCriteria::of(&criteria);
        assert_eq!(again.birth_year, "1970");
        assert_eq!(read(&again).unwrap(), criteria);
    }

    #[test]
    fn a_name_that_registers_cannot_search_for_is_refused_at_its_field() {
        let typed = |surname: &str, given: &str, day: &str| TypedCriteria {
            surname: surname.to_owned(),
            given_names: given.to_owned(),
            birth_day: day.to_owned(),
            birth_month: "3".to_owned(),
            birth_year: "1970".to_owned(),
            ..TypedCriteria::default()
        };
        for (surname, given, day, field) in [
            ("Иванов", "", "", "surname"),
            ("Ivanov", "Иван", "", "given_names"),
            ("O", "", "4", "surname"),
            ("O", "Min", "", "surname"),
        ] {
            assert!(read(&typed(surname, given, day)).unwrap_err().has(field), "{surname} {given}");
        }
        assert_eq!(read(&typed("O", "Min", "4")).unwrap().surname.as_str(), "O");
    }

    #[test]
    fn one_given_name_is_the_first_and_several_are_all() {
        let typed = |given: &str| TypedCriteria {
            surname: "Peeters".to_owned(),
            given_names: given.to_owned(),
            birth_year: "1970".to_owned(),
            ..TypedCriteria::default()
        };
        assert_eq!(read(&typed("An")).unwrap().matching, GivenNameMatching::FirstName);
        let several = read(&typed("An Maria Rosa Lea")).unwrap();
        assert_eq!(several.matching, GivenNameMatching::All);
        assert_eq!(several.given_names.len(), MOST_GIVEN);
    }
}

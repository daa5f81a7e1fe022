//! Named people, the same for every seed and size: one for each thing that a register can say, and
//! the staff of the demonstration.

use loket_domain::Ssin;
use loket_domain::person::IncompleteDate;
use loket_domain::register::RegisterName;
use loket_domain::ssin::Synthetic;

use super::homes::home;
use super::person::{Kind, Person};
use super::population::{Birth, number};

/// Somebody with a name to try things with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedPersona {
    /// Stable key, such as `lotte`.
    pub key: &'static str,
    /// Given names.
    pub given_names: &'static str,
    /// Surname.
    pub surname: &'static str,
    /// Which register has the person.
    pub register: RegisterName,
    /// What it shows, as [`Kind::code`] or a word of its own.
    pub shows: &'static str,
    /// Whether it is one of the staff.
    pub staff: bool,
    /// Date of birth as the register has it.
    pub birth_date: &'static str,
    /// Whether a woman.
    pub woman: bool,
    kind: Kind,
    born: Birth,
    counter: u64,
}

impl NamedPersona {
    /// The eleven digits.
    pub fn number(&self) -> u64 {
        number(self.born, self.counter)
    }
    /// The number as the domain's type; `None` never happens for the shipped ones (tested).
    pub fn ssin(&self) -> Option<Ssin> {
        Ssin::parse(&format!("{:011}", self.number()), Synthetic::Accepted).ok()
    }
    pub(crate) const fn born(&self) -> Birth {
        self.born
    }
    pub(crate) const fn counter(&self) -> u64 {
        self.counter
    }
    /// As the register tells it.
    pub(crate) fn person(&self) -> Person {
        let home = home(self);
        Person {
            number: self.number(),
            kind: self.kind,
            register: self.register,
            given_names: self.given_names.split_whitespace().map(str::to_owned).collect(),
            surname: self.surname.to_owned(),
            birth_date: self.birth_date.to_owned(),
            gender: if self.woman { 2 } else { 1 },
            birth_place: home.birth_place,
            address: home.address,
            nationalities: home.nationalities.iter().map(|code| (*code).to_owned()).collect(),
            language: home.language,
            under_guardianship: self.shows == "under_guardianship",
        }
    }
}

/// One a line: key, given names, surname, register, what it shows, birth, sex, counter.
const PEOPLE: &str = include_str!("lists/personas.txt");

/// The number that took the place of the one of `replaced`: that of `sofia`.
const SOFIA: (Birth, u64) = (Birth { year: 1990, month: 4, day: 2 }, 122);

/// Everybody, in the order of the page that lists them.
pub fn personas() -> Vec<NamedPersona> {
    PEOPLE.lines().filter_map(persona).collect()
}

/// `None` for a line that is not of the form above, which a test rules out.
fn persona(line: &'static str) -> Option<NamedPersona> {
    let mut parts = line.split('|').map(str::trim);
    let (key, given_names, surname) = (parts.next()?, parts.next()?, parts.next()?);
    let register = match parts.next()? {
        "national" => RegisterName::NationalRegister,
        "bis" => RegisterName::BisRegister,
        _ => return None,
    };
    let (shows, birth_date) = (parts.next()?, parts.next()?);
    let date = IncompleteDate::parse(birth_date)?;
    Some(NamedPersona {
        key,
        given_names,
        surname,
        register,
        shows,
        staff: shows == "staff",
        birth_date,
        woman: parts.next()? == "f",
        kind: kind(shows),
        // The number has a month and a day even when the register does not know them.
        born: Birth {
            year: date.year(),
            month: date.month().unwrap_or(1),
            day: date.day().unwrap_or(1),
        },
        counter: parts.next()?.parse().ok()?,
    })
}

fn kind(shows: &str) -> Kind {
    match shows {
        "deceased" => Kind::Deceased,
        "struck_off" => Kind::StruckOff,
        "no_longer_managed" => Kind::NoLongerManaged,
        "replaced" => Kind::ReplacedBy(number(SOFIA.0, SOFIA.1)),
        "cancelled" => Kind::Cancelled,
        "not_inscribed" => Kind::NotInscribed,
        "not_allowed" => Kind::NotAllowed,
        "incomplete_answer" => Kind::Incomplete,
        _ => Kind::Plain,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_a_persona_with_a_valid_number_of_its_own() {
        let all = personas();
        assert_eq!(all.len(), PEOPLE.lines().count());
        let mut seen = std::collections::BTreeSet::new();
        for persona in &all {
            assert!(persona.ssin().is_some_and(|ssin| ssin.is_synthetic()), "{}", persona.key);
            assert!(seen.insert(persona.number()), "{} has another one's number", persona.key);
        }
        let by = all.iter().find(|persona| persona.key == "sofia").map(NamedPersona::number);
        let old = all.iter().find(|persona| persona.key == "replaced").map(|p| p.kind);
        assert_eq!(old, by.map(Kind::ReplacedBy));
    }

    #[test]
    fn numbers_stay_as_they_are_printed_in_manuals_and_tests() {
        let number = |key| personas().iter().find(|p| p.key == key).map(NamedPersona::number);
        assert_eq!(number("lotte"), Some(93_651_822_294));
        assert_eq!(number("maria"), Some(93_651_822_492));
    }
}

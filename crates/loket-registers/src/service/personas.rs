//! Named people, the same for every seed and size: one for each thing that a register can say, and
//! the staff of the demonstration.

use loket_domain::Ssin;
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
        }
    }
}

/// Numbers of the persons whose numbers others point to.
const SOFIA: (Birth, u64) = (Birth { year: 1990, month: 4, day: 2 }, 122);

/// Everybody, in the order of the page that lists them.
pub fn personas() -> Vec<NamedPersona> {
    use RegisterName::{BisRegister as Bis, NationalRegister as National};
    let one =
        |key, given_names, surname, register, shows, kind, date: &'static str, woman, counter| {
            let part = |from: usize, to: usize| {
                date.get(from..to).and_then(|t| t.parse::<u16>().ok()).unwrap_or(0)
            };
            let small = |n: u16| u8::try_from(n).unwrap_or(0).max(1);
            NamedPersona {
                key,
                given_names,
                surname,
                register,
                shows,
                staff: shows == "staff",
                birth_date: date,
                woman,
                kind,
                born: Birth { year: part(0, 4), month: small(part(5, 7)), day: small(part(8, 10)) },
                counter,
            }
        };
    let sofia = number(SOFIA.0, SOFIA.1);
    vec![
        one("lotte", "Lotte", "Janssens", National, "found", Kind::Plain, "1993-05-18", true, 222),
        one(
            "maria",
            "Maria Anna",
            "Łukasiewicz",
            Bis,
            "found",
            Kind::Plain,
            "1993-05-18",
            true,
            224,
        ),
        one("karim", "Karim", "Benali", National, "found", Kind::Plain, "1988-02-29", false, 101),
        one("emma", "Emma", "Claes", National, "thirteen", Kind::Plain, "2013-03-14", true, 312),
        one("noah", "Noah", "Maes", National, "too_young", Kind::Plain, "2018-06-01", false, 411),
        one(
            "deceased",
            "Georges",
            "Lambert",
            National,
            "deceased",
            Kind::Deceased,
            "1931-07-21",
            false,
            503,
        ),
        one(
            "struck-off",
            "Rita",
            "Goossens",
            National,
            "struck_off",
            Kind::StruckOff,
            "1965-11-03",
            true,
            604,
        ),
        one(
            "not-managed",
            "Ahmed",
            "El Amrani",
            Bis,
            "no_longer_managed",
            Kind::NoLongerManaged,
            "1979-01-15",
            false,
            705,
        ),
        one(
            "replaced",
            "Sofia",
            "Popescu",
            Bis,
            "replaced",
            Kind::ReplacedBy(sofia),
            "1990-04-02",
            true,
            120,
        ),
        one("sofia", "Sofia", "Popescu", National, "found", Kind::Plain, "1990-04-02", true, 122),
        one(
            "cancelled",
            "Tomáš",
            "Dvořák",
            Bis,
            "cancelled",
            Kind::Cancelled,
            "1972-09-09",
            false,
            807,
        ),
        one(
            "no-given-names",
            "",
            "Suharto",
            Bis,
            "no_given_names",
            Kind::Plain,
            "1968-12-24",
            false,
            909,
        ),
        one(
            "long-name",
            "Andriamanitra Ranavalona",
            "Andrianampoinimerinatompokoindrindra-Vandenbussche",
            Bis,
            "long_name",
            Kind::Plain,
            "1985-08-08",
            true,
            210,
        ),
        one(
            "incomplete-date",
            "Fatima",
            "Ben Haddou",
            National,
            "incomplete_date",
            Kind::Plain,
            "1970-00-00",
            true,
            332,
        ),
        one(
            "not-inscribed",
            "Piet",
            "Wouters",
            National,
            "not_inscribed",
            Kind::NotInscribed,
            "1958-10-30",
            false,
            443,
        ),
        one(
            "not-allowed",
            "Griet",
            "Segers",
            National,
            "not_allowed",
            Kind::NotAllowed,
            "1949-03-03",
            true,
            554,
        ),
        one(
            "incomplete-answer",
            "Yusuf",
            "Yılmaz",
            National,
            "incomplete_answer",
            Kind::Incomplete,
            "1996-06-16",
            false,
            665,
        ),
        one("officer-nl", "An", "Peeters", National, "staff", Kind::Plain, "1984-02-11", true, 776),
        one(
            "officer-fr",
            "Luc",
            "Dubois",
            National,
            "staff",
            Kind::Plain,
            "1979-05-05",
            false,
            887,
        ),
        one("auditor", "Sofie", "Claes", National, "staff", Kind::Plain, "1975-12-01", true, 998),
        one(
            "access-manager",
            "Marc",
            "Lambert",
            National,
            "staff",
            Kind::Plain,
            "1969-01-30",
            false,
            111,
        ),
        one(
            "officer-expired",
            "Tom",
            "Wouters",
            National,
            "staff",
            Kind::Plain,
            "1990-09-19",
            false,
            223,
        ),
        one("no-role", "Eva", "Maes", National, "staff", Kind::Plain, "1992-04-25", true, 334),
        one(
            "officer-ended",
            "Julie",
            "Simon",
            National,
            "staff",
            Kind::Plain,
            "1987-07-07",
            true,
            446,
        ),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_persona_has_a_valid_number_of_its_own() {
        let mut seen = std::collections::BTreeSet::new();
        for persona in personas() {
            assert!(persona.ssin().is_some(), "{}", persona.key);
            assert!(seen.insert(persona.number()), "{} has another one's number", persona.key);
        }
    }
}

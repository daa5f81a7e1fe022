//! What Loket may know of a person: given names, surname, birth date and place, address, sex
//! (SEED-55), and nothing else. The types do not print their values.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::refusal::Refusal;
use crate::register::RegisterName;
use crate::registration::YOUNGEST;
use crate::ssin::Ssin;
use crate::time::Day;

macro_rules! masked_text {
    ($($(#[$doc:meta])* $name:ident <= $max:literal),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// Most characters that are taken over.
            pub const MAX: usize = $max;
            /// Trims and checks: not empty, no control characters, not too long.
            pub fn new(text: &str) -> Result<Self, TextFault> {
                let text = text.trim();
                if text.is_empty() { return Err(TextFault::Empty); }
                if text.chars().count() > Self::MAX { return Err(TextFault::TooLong); }
                if text.chars().any(char::is_control) { return Err(TextFault::ControlCharacter); }
                Ok(Self(text.to_owned()))
            }
            /// The text, for comparison, sealed columns and pages behind a disclosure.
            pub fn as_str(&self) -> &str { &self.0 }
        }

        impl TryFrom<String> for $name {
            type Error = TextFault;
            fn try_from(text: String) -> Result<Self, TextFault> { Self::new(&text) }
        }

        impl From<$name> for String {
            fn from(value: $name) -> Self { value.0 }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(***)"))
            }
        }
    )+};
}

/// Why a text cannot be a name or a line of an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TextFault {
    /// Nothing but white space.
    #[error("empty")]
    Empty,
    /// More characters than the type's `MAX`.
    #[error("too long")]
    TooLong,
    /// A control character (a line break in a name would end up in headers and logs).
    #[error("has a control character")]
    ControlCharacter,
}

masked_text! {
    /// One given name as the register has it.
    GivenName <= 200,
    /// A surname as the register has it.
    Surname <= 300,
    /// A place name or a line of an address.
    PlaceText <= 300,
}

/// A date of birth of which month or day may be unknown (`1970-00-00`).
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct IncompleteDate {
    year: u16,
    month: u8,
    day: u8,
}

impl IncompleteDate {
    /// `None` when the parts cannot form a date: a day without a month, 30 February, year 0.
    pub fn new(year: u16, month: Option<u8>, day: Option<u8>) -> Option<Self> {
        let (m, d) = (month.unwrap_or(0), day.unwrap_or(0));
        if !(1850..=2200).contains(&year) || m > 12 || (m == 0 && d != 0) {
            return None;
        }
        if m != 0 && d != 0 {
            Day::new(i16::try_from(year).ok()?, i8::try_from(m).ok()?, i8::try_from(d).ok()?)?;
        }
        Some(Self { year, month: m, day: d })
    }
    /// Reads `YYYY-MM-DD` with `00` for an unknown part (Belgif `IncompleteDate`).
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('-');
        let (y, m, d) = (parts.next()?, parts.next()?, parts.next()?);
        if parts.next().is_some() || y.len() != 4 || m.len() != 2 || d.len() != 2 {
            return None;
        }
        let known = |part: &str| part.parse::<u8>().ok().map(|n| (n != 0).then_some(n));
        Self::new(y.parse().ok()?, known(m)?, known(d)?)
    }
    /// Year of birth.
    pub const fn year(self) -> u16 {
        self.year
    }
    /// Month, if known.
    pub fn month(self) -> Option<u8> {
        (self.month != 0).then_some(self.month)
    }
    /// Day, if known.
    pub fn day(self) -> Option<u8> {
        (self.day != 0).then_some(self.day)
    }
    /// The whole day, when nothing is unknown.
    pub fn complete(self) -> Option<Day> {
        if self.month == 0 || self.day == 0 {
            return None;
        }
        Day::new(
            i16::try_from(self.year).ok()?,
            i8::try_from(self.month).ok()?,
            i8::try_from(self.day).ok()?,
        )
    }
    /// Whether who was born then may be younger than so many years: an unknown month or day counts
    /// as the last possible one, so that nobody is taken for older than is known.
    pub fn may_be_younger_than(self, years: i16, today: Day) -> bool {
        let last_possible = self.complete().or_else(|| {
            let year = i16::try_from(self.year).ok()?;
            let month = i8::try_from(self.month().unwrap_or(12)).ok()?;
            (28..=31).rev().find_map(|day| Day::new(year, month, day))
        });
        last_possible.is_none_or(|birth| birth.age_on(today) < years)
    }
    /// `YYYY-MM-DD` with `00` for unknown parts.
    pub fn text(self) -> String {
        format!("{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

impl fmt::Debug for IncompleteDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("IncompleteDate(***)")
    }
}

impl Serialize for IncompleteDate {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text())
    }
}

impl<'de> Deserialize<'de> for IncompleteDate {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom("not an incomplete date"))
    }
}

/// Sex as the register states it; never concluded from the digits of a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sex {
    /// Female.
    Female,
    /// Male.
    Male,
    /// The register does not state it.
    Unknown,
}

/// Where a person was born, as far as the register knows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BirthPlace {
    /// Name of the place.
    pub place: Option<PlaceText>,
    /// Name of the country, when not Belgium.
    pub country: Option<PlaceText>,
}

/// Where a person lives, as far as the register knows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Address {
    /// In Belgium.
    Belgian {
        /// Street name.
        street: PlaceText,
        /// House number with letters.
        number: PlaceText,
        /// Box, when there is one.
        bus: Option<PlaceText>,
        /// Four digits.
        postal_code: PlaceText,
        /// Name of the municipality.
        municipality: PlaceText,
    },
    /// In another country, as free lines.
    Abroad {
        /// Lines as the register has them.
        lines: Vec<PlaceText>,
        /// Name of the country.
        country: PlaceText,
    },
    /// No fixed address: reached at a public centre for social welfare or with another person
    /// (law of 19 July 1991, article 1, paragraph 2).
    Reference {
        /// At whose address.
        care_of: Option<PlaceText>,
        /// Four digits.
        postal_code: PlaceText,
        /// Name of the municipality.
        municipality: PlaceText,
    },
    /// Registered at a diplomatic post.
    DiplomaticPost {
        /// Name of the post.
        post: PlaceText,
    },
    /// The register has no address.
    None,
}

/// What the register says of the file as a whole. Data, not an error: shown, and the invitation
/// refused where it must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Standing {
    /// Nothing stands in the way.
    Active,
    /// The person has died.
    Deceased {
        /// When, as far as known.
        on: Option<IncompleteDate>,
    },
    /// Struck off the register (ex officio, to abroad without address, loss of residence).
    StruckOff,
    /// The register no longer keeps this file up to date.
    NoLongerManaged,
}

/// A person as answered by a register, reduced to what the agreement allows (SEED-55).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegisterPerson {
    /// The number under which the person is known now.
    pub ssin: Ssin,
    /// Which register answered.
    pub register: RegisterName,
    /// Given names in order; a person may have none.
    pub given_names: Vec<GivenName>,
    /// Surname.
    pub surname: Surname,
    /// Date of birth, perhaps incomplete.
    pub birth_date: IncompleteDate,
    /// Place of birth.
    pub birth_place: BirthPlace,
    /// Sex.
    pub sex: Sex,
    /// Address.
    pub address: Address,
    /// What the register says of the file.
    pub standing: Standing,
    /// The register says that an administrator or guardian acts for the person.
    #[serde(default)]
    pub under_guardianship: bool,
}

impl RegisterPerson {
    /// Why this person gets no key, whatever document is shown: dead, struck off, or younger than
    /// twelve (requirement ID-19). `None` when nothing stands in the way.
    pub fn hindrance(&self, today: Day) -> Option<Refusal> {
        match self.standing {
            Standing::Deceased { .. } => Some(Refusal::PersonDeceased),
            Standing::StruckOff => Some(Refusal::PersonStruckOff),
            Standing::Active | Standing::NoLongerManaged => self
                .birth_date
                .may_be_younger_than(YOUNGEST, today)
                .then_some(Refusal::PersonTooYoung),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn twelve_years_to_the_day_and_the_unknown_day_is_the_last() {
        let today = Day::new(2026, 11, 23).unwrap();
        let young =
            |date: &str| IncompleteDate::parse(date).unwrap().may_be_younger_than(YOUNGEST, today);
        assert!(!young("2014-11-23"));
        assert!(young("2014-11-24"));
        assert!(young("2014-11-00"));
        assert!(young("2014-00-00"));
        assert!(!young("2013-00-00"));
    }

    #[test]
    fn who_gets_no_key_whatever_is_shown() {
        let hindrance = |standing: serde_json::Value, birth: &str| {
            let person: RegisterPerson = serde_json::from_value(serde_json::json!({
                "ssin": "81050103522", "register": "national_register", "given_names": [],
                "surname": "Test", "birth_date": birth, "sex": "female",
                "birth_place": {"place": null, "country": null}, "address": {"kind": "none"},
                "standing": standing
            }))
            .unwrap();
            person.hindrance(Day::new(2026, 11, 23).unwrap())
        };
        let kind = |kind: &str| serde_json::json!({ "kind": kind });
        assert_eq!(hindrance(kind("active"), "1993-05-18"), None);
        assert_eq!(hindrance(kind("no_longer_managed"), "1993-05-18"), None);
        assert_eq!(hindrance(kind("struck_off"), "1993-05-18"), Some(Refusal::PersonStruckOff));
        let dead = serde_json::json!({ "kind": "deceased", "on": null });
        assert_eq!(hindrance(dead, "1993-05-18"), Some(Refusal::PersonDeceased));
        assert_eq!(hindrance(kind("active"), "2015-01-01"), Some(Refusal::PersonTooYoung));
    }

    #[test]
    fn incomplete_dates() {
        for text in ["1970-00-00", "1970-05-00", "1970-05-18"] {
            assert_eq!(IncompleteDate::parse(text).unwrap().text(), text);
        }
        for text in
            ["1970-00-18", "1970-13-01", "1970-02-30", "70-01-01", "1970-1-1", "1970-01-01-"]
        {
            assert!(IncompleteDate::parse(text).is_none(), "{text}");
        }
        assert_eq!(IncompleteDate::parse("1970-05-00").unwrap().complete(), None);
    }

    #[test]
    fn names_do_not_print() {
        assert_eq!(format!("{:?}", Surname::new("Peeters").unwrap()), "Surname(***)");
        assert_eq!(Surname::new("a\nb"), Err(TextFault::ControlCharacter));
        assert_eq!(Surname::new("  "), Err(TextFault::Empty));
    }
}

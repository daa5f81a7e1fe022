//! One synthetic person as a register would tell it: more than anybody needs, so that dropping the
//! rest is real.

use loket_domain::register::RegisterName;
use serde_json::{Value, json};

use super::names::{COUNTRIES, GROUPS, PLACES, STREETS};
use super::population::{Birth, Dice};

/// What the register answers about a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Everything as it should be.
    Plain,
    /// Has died.
    Deceased,
    /// Struck off.
    StruckOff,
    /// No longer managed.
    NoLongerManaged,
    /// The number was replaced by this one.
    ReplacedBy(u64),
    /// The number was cancelled.
    Cancelled,
    /// The organisation is not inscribed.
    NotInscribed,
    /// Not allowed for any legal context.
    NotAllowed,
    /// The register marks its own answer as incomplete.
    Incomplete,
}

impl Kind {
    /// A name for lists.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Plain => "found",
            Self::Deceased => "deceased",
            Self::StruckOff => "struck_off",
            Self::NoLongerManaged => "no_longer_managed",
            Self::ReplacedBy(_) => "replaced",
            Self::Cancelled => "cancelled",
            Self::NotInscribed => "not_inscribed",
            Self::NotAllowed => "not_allowed",
            Self::Incomplete => "incomplete_answer",
        }
    }
}

/// One person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Eleven digits.
    pub number: u64,
    /// What the register answers.
    pub kind: Kind,
    /// Which register has it.
    pub register: RegisterName,
    /// Given names, perhaps none.
    pub given_names: Vec<String>,
    /// Surname.
    pub surname: String,
    /// `YYYY-MM-DD` with `00` for unknown parts.
    pub birth_date: String,
    /// 1 male, 2 female (Belgif `GenderCode`).
    pub gender: u8,
    /// Where born.
    pub birth_place: (String, Option<String>),
    /// Address as on the wire.
    pub address: Option<Value>,
}

impl Person {
    /// Derives everything from the dice.
    pub(crate) fn derive(
        number: u64,
        birth: Birth,
        kind: Kind,
        register: RegisterName,
        dice: &mut Dice,
    ) -> Self {
        let (place, postal_code, language) = dice.common(PLACES).unwrap_or(("Mechelen", "2800", 0));
        let foreign = register == RegisterName::BisRegister || dice.below(5) == 0;
        let group = if foreign { 3 } else { language };
        let names = GROUPS.get(group).unwrap_or(&GROUPS[0]);
        let woman = dice.below(2) == 0;
        let list = if woman { names.women } else { names.men };
        let given_names = match dice.below(100) {
            0 => Vec::new(),
            1..40 => [dice.common(list), dice.common(list)]
                .into_iter()
                .flatten()
                .map(str::to_owned)
                .collect(),
            _ => dice.common(list).map(str::to_owned).into_iter().collect(),
        };
        let country = if foreign { dice.any(COUNTRIES) } else { None };
        Self {
            number,
            kind,
            register,
            given_names,
            surname: dice.common(names.surnames).unwrap_or("Peeters").to_owned(),
            birth_date: match dice.below(100) {
                0 => format!("{}-00-00", birth.year),
                1 => format!("{}-{:02}-00", birth.year, birth.month),
                _ => format!("{}-{:02}-{:02}", birth.year, birth.month, birth.day),
            },
            gender: if woman { 2 } else { 1 },
            birth_place: (place.to_owned(), country.map(str::to_owned)),
            address: address(dice, (place, postal_code, language), country),
        }
    }

    /// As it goes over the wire.
    pub(crate) fn wire(&self) -> Value {
        let (status, decease) = match self.kind {
            Kind::Deceased => ("deceased", Some("2024-03-00")),
            Kind::StruckOff => ("struckOff", None),
            Kind::NoLongerManaged => ("noLongerManaged", None),
            Kind::Plain
            | Kind::ReplacedBy(_)
            | Kind::Cancelled
            | Kind::NotInscribed
            | Kind::NotAllowed
            | Kind::Incomplete => ("active", None),
        };
        let mut person = json!({
            "ssin": format!("{:011}", self.number),
            "givenNames": self.given_names,
            "lastName": self.surname,
            "birthDate": self.birth_date,
            "birthPlace": { "place": self.birth_place.0, "country": self.birth_place.1 },
            "gender": self.gender,
            "status": status,
            // Nobody may need these: the client must not let them through.
            "nationalities": [{ "code": 150, "since": "1990-01-01" }],
            "civilStatus": 10,
            "languages": ["nl"],
            "cardNumber": format!("{:012}", self.number % 1_000_000_000_000),
        });
        if let Some(object) = person.as_object_mut() {
            object.extend(self.address.clone().map(|a| ("address".to_owned(), a)));
            object.extend(decease.map(|d| ("deceaseDate".to_owned(), json!(d))));
        }
        person
    }
}

fn address(
    dice: &mut Dice,
    (place, postal_code, language): (&str, &str, usize),
    country: Option<&str>,
) -> Option<Value> {
    match (dice.below(100), country) {
        (0..2, _) => None,
        (2..4, _) => Some(json!({ "type": "diplomaticPost", "post": "Ambassade – Nairobi" })),
        (4..30, Some(country)) => Some(json!({
            "type": "abroad",
            "lines": [format!("12 Main Street, box {}", dice.below(90)), "00-950 Centrum"],
            "country": country,
        })),
        _ => {
            let street = STREETS.get(language).and_then(|s| dice.common(s)).unwrap_or("Markt");
            let bus = (dice.below(4) == 0).then(|| dice.below(30).to_string());
            Some(json!({
                "type": "residential",
                "street": street,
                "houseNumber": (1 + dice.below(240)).to_string(),
                "boxNumber": bus,
                "postalCode": postal_code,
                "municipality": place,
            }))
        }
    }
}

//! One synthetic person as a register would tell it: more than anybody needs, so that dropping the
//! rest is real.

use loket_domain::register::RegisterName;
use serde_json::{Value, json};

use super::dice::Dice;
use super::names::{List, Origin, Region, Tongue, lists};
use super::population::Birth;

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
    /// No organisation is inscribed, until one asks for it.
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
    /// Place of birth, and the country when it is not Belgium.
    pub birth_place: (String, Option<String>),
    /// Address as on the wire.
    pub address: Option<Value>,
    /// ISO codes of the nationalities, one or more.
    pub nationalities: Vec<String>,
    /// Language of the file, two letters.
    pub language: &'static str,
    /// An administrator or guardian acts for the person.
    pub under_guardianship: bool,
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
        let stock = Stock::roll(register, dice);
        let Stock { region, tongue, origin, .. } = stock;
        let surname = stock.surname().to_owned();
        let given_names = given_names(dice, &stock);
        let birth_date = match dice.below(100) {
            0 => format!("{}-00-00", birth.year),
            1 => format!("{}-{:02}-00", birth.year, birth.month),
            _ => format!("{}-{:02}-{:02}", birth.year, birth.month, birth.day),
        };
        Self {
            number,
            kind,
            register,
            given_names,
            surname,
            birth_date,
            gender: if stock.woman { 2 } else { 1 },
            birth_place: birth_place(dice, region, tongue, origin),
            address: address(dice, region, tongue, origin),
            nationalities: nationalities(dice, register, origin),
            language: tongue.code(),
            under_guardianship: dice.below(100) == 0,
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
        let mut person = self.short();
        if let Some(object) = person.as_object_mut() {
            let mut put = |name: &str, value| object.insert(name.to_owned(), value);
            let (place, country) = &self.birth_place;
            put("birthPlace", json!({ "place": place, "country": country }));
            put("status", json!(status));
            if let Some(date) = decease {
                put("deceaseDate", json!(date));
            }
            if let Some(address) = &self.address {
                put("address", address.clone());
            }
            if self.under_guardianship {
                put("underGuardianship", json!(true));
            }
            // Nobody may need these: the client must not let them through.
            put("nationalities", json!(self.nationalities));
            put("civilStatus", json!(10 + self.number % 4));
            put("languages", json!([self.language]));
            put("cardNumber", json!(self.card_number()));
        }
        person
    }

    /// As a search tells it: enough to know one from another, and no more.
    pub(crate) fn short(&self) -> Value {
        let at_home = self.address.as_ref().and_then(|address| address.get("municipality"));
        json!({
            "municipality": at_home,
            "ssin": format!("{:011}", self.number),
            "givenNames": self.given_names,
            "lastName": self.surname,
            "birthDate": self.birth_date,
            "gender": self.gender,
        })
    }

    /// Number of the person's card, as a demonstration shows it.
    pub fn card(&self) -> String {
        self.card_number()
    }

    /// Twelve digits: ten, and their remainder by 97, with 97 for none.
    pub(crate) fn card_number(&self) -> String {
        let ten = 5_900_000_000 + self.number % 99_999_989;
        let rest = ten % 97;
        format!("{ten}{:02}", if rest == 0 { 97 } else { rest })
    }
}

/// Where a person's names come from, and the surname: what is rolled first, so that the index of
/// sounds need roll no more.
#[derive(Clone, Copy)]
pub(crate) struct Stock {
    region: &'static Region,
    tongue: Tongue,
    origin: Option<&'static Origin>,
    woman: bool,
    surname: usize,
}

impl Stock {
    pub(crate) fn roll(register: RegisterName, dice: &mut Dice) -> Self {
        let (region, tongue) = lists().region(dice.below(100));
        let foreign = register == RegisterName::BisRegister || dice.below(5) == 0;
        let origin = if foreign { dice.common(&lists().origins) } else { None };
        let woman = dice.below(2) == 0;
        let list = origin.map_or(&region.surnames, |origin| &origin.surnames);
        let surname = list.roll(dice).unwrap_or(0);
        Self { region, tongue, origin, woman, surname }
    }

    fn surnames(&self) -> &'static List {
        self.origin.map_or(&self.region.surnames, |origin| &origin.surnames)
    }

    pub(crate) fn surname(&self) -> &'static str {
        self.surnames().names.get(self.surname).map_or("Peeters", String::as_str)
    }
}

fn given_names(dice: &mut Dice, stock: &Stock) -> Vec<String> {
    let (women, men) = stock
        .origin
        .map_or((&stock.region.women, &stock.region.men), |origin| (&origin.women, &origin.men));
    let list = if stock.woman { women } else { men };
    let how_many = match dice.below(100) {
        0 => 0,
        1..50 => 1,
        50..80 => 2,
        _ => 3,
    };
    let mut given: Vec<String> = Vec::new();
    for _name in 0..how_many {
        let name = list.roll(dice).and_then(|at| list.names.get(at).cloned()).unwrap_or_default();
        // An empty entry stands for people who have a single name.
        if !name.is_empty() && !given.contains(&name) {
            given.push(name);
        }
    }
    given
}

fn birth_place(
    dice: &mut Dice,
    region: &Region,
    tongue: Tongue,
    origin: Option<&Origin>,
) -> (String, Option<String>) {
    if let Some(origin) = origin {
        let place = dice.common(&origin.places.names).cloned().unwrap_or_default();
        return (place, Some(origin.country.name(tongue).to_owned()));
    }
    let place = dice.common(&region.municipalities).map(|m| m.name.clone());
    (place.unwrap_or_default(), None)
}

fn nationalities(dice: &mut Dice, register: RegisterName, origin: Option<&Origin>) -> Vec<String> {
    let belgian = "BE".to_owned();
    match origin.map(|origin| origin.country.iso.clone()) {
        None => vec![belgian],
        Some(own) if register == RegisterName::BisRegister => vec![own],
        Some(own) => match dice.below(3) {
            0 => vec![belgian],
            1 => vec![own],
            _ => vec![belgian, own],
        },
    }
}

fn address(
    dice: &mut Dice,
    region: &Region,
    tongue: Tongue,
    origin: Option<&Origin>,
) -> Option<Value> {
    match (dice.below(100), origin) {
        (0, _) => None,
        (1, _) => {
            let municipality = dice.common(&region.municipalities)?;
            let centre = match tongue {
                Tongue::Dutch => "OCMW",
                Tongue::French => "CPAS",
                Tongue::German => "ÖSHZ",
            };
            Some(json!({
                "type": "reference",
                "careOf": format!("{centre} {}", municipality.name),
                "postalCode": municipality.postal_code,
                "municipality": municipality.name,
                "municipalityCode": municipality.nis,
            }))
        }
        (2..4, origin) => {
            let country = origin.map_or("Kenya", |origin| origin.country.name(tongue));
            let post = match tongue {
                Tongue::Dutch => format!("Ambassade van België – {country}"),
                Tongue::French => format!("Ambassade de Belgique – {country}"),
                Tongue::German => format!("Belgische Botschaft – {country}"),
            };
            Some(json!({ "type": "diplomaticPost", "post": post }))
        }
        (4..30, Some(origin)) => {
            let place = dice.common(&origin.places.names).map_or("", String::as_str);
            Some(json!({
                "type": "abroad",
                "lines": [format!("{} {}", place, 1 + dice.below(90)), format!("{:05} {place}", dice.below(99_999))],
                "country": origin.country.name(tongue),
            }))
        }
        _ => {
            let street = dice.common(&region.streets.names)?;
            let municipality = dice.common(&region.municipalities)?;
            let bus = (dice.below(4) == 0).then(|| (1 + dice.below(30)).to_string());
            Some(json!({
                "type": "residential",
                "street": street,
                "houseNumber": (1 + dice.below(240)).to_string(),
                "boxNumber": bus,
                "postalCode": municipality.postal_code,
                "municipality": municipality.name,
                "municipalityCode": municipality.nis,
            }))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::population::Population;
    use crate::wire::WirePerson;

    #[test]
    fn the_client_can_read_everybody() {
        let population = Population::generate(5_000, 11);
        for person in population.numbers().filter_map(|number| population.find(number)) {
            let wire: WirePerson = serde_json::from_value(person.wire()).unwrap();
            let read = wire.read(person.register).map_err(|_| person.wire().to_string()).unwrap();
            assert_eq!(read.surname.as_str(), person.surname);
            assert_eq!(read.given_names.len(), person.given_names.len());
        }
    }

    #[test]
    fn card_numbers_have_right_check_digits() {
        let population = Population::generate(200, 11);
        for person in population.numbers().filter_map(|number| population.find(number)) {
            let card = person.card_number();
            assert_eq!(card.len(), 12);
            let (ten, check) = card.split_at(10);
            let rest = ten.parse::<u64>().unwrap() % 97;
            assert_eq!(check.parse::<u64>().unwrap(), if rest == 0 { 97 } else { rest });
        }
    }
}

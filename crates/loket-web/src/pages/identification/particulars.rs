//! A person as the register has it, line by line in the reader's language.

use loket_domain::person::{Address, BirthPlace, GivenName, PlaceText, RegisterPerson, Sex};
use loket_text::Text;

/// One line of a person: what, and its value in one or more lines.
pub(super) struct Particular {
    pub(super) name: String,
    pub(super) lines: Vec<String>,
    pub(super) is_number: bool,
}

/// Everything that the agreement allows to show (SEED-55).
pub(super) fn particulars(t: Text, person: &RegisterPerson) -> Vec<Particular> {
    let line =
        |name: String, value: String| Particular { name, lines: vec![value], is_number: false };
    vec![
        line(t.field_surname(), person.surname.as_str().to_owned()),
        line(t.field_given_names(), given_names(t, &person.given_names)),
        line(t.field_birth_date(), t.incomplete_date(person.birth_date)),
        line(t.field_birth_place(), birth_place(t, &person.birth_place)),
        line(t.field_sex(), sex(t, person.sex)),
        Particular {
            name: t.field_address(),
            lines: address(t, &person.address),
            is_number: false,
        },
        Particular { name: t.field_number(), lines: vec![person.ssin.grouped()], is_number: true },
    ]
}

/// Given names in their order, or that there are none.
pub(super) fn given_names(t: Text, names: &[GivenName]) -> String {
    if names.is_empty() {
        return t.person_no_given_names();
    }
    names.iter().map(GivenName::as_str).collect::<Vec<_>>().join(" ")
}

/// Sex in words.
pub(crate) fn sex(t: Text, sex: Sex) -> String {
    match sex {
        Sex::Female => t.sex_female(),
        Sex::Male => t.sex_male(),
        Sex::Unknown => t.sex_unknown(),
    }
}

fn birth_place(t: Text, place: &BirthPlace) -> String {
    let known: Vec<&str> =
        [&place.place, &place.country].into_iter().flatten().map(PlaceText::as_str).collect();
    if known.is_empty() { t.person_not_stated() } else { known.join(", ") }
}

fn address(t: Text, address: &Address) -> Vec<String> {
    match address {
        Address::Belgian { street, number, bus, postal_code, municipality } => {
            let mut first = format!("{} {}", street.as_str(), number.as_str());
            if let Some(bus) = bus {
                first.push(' ');
                first.push_str(&t.address_bus(bus.as_str()));
            }
            vec![first, format!("{} {}", postal_code.as_str(), municipality.as_str())]
        }
        Address::Abroad { lines, country } => {
            lines.iter().chain([country]).map(|line| line.as_str().to_owned()).collect()
        }
        Address::Reference { care_of, postal_code, municipality } => {
            let place = format!("{} {}", postal_code.as_str(), municipality.as_str());
            let at = care_of.as_ref().map(|name| name.as_str().to_owned());
            [Some(t.address_reference()), at, Some(place)].into_iter().flatten().collect()
        }
        Address::DiplomaticPost { post } => vec![t.address_post(post.as_str())],
        Address::None => vec![t.address_none()],
    }
}

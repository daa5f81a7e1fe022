//! Where the named people were born and live.

use serde_json::{Value, json};

use super::personas::NamedPersona;

/// What a register knows of a named person beside names, date and sex.
pub(crate) struct Home {
    pub(crate) birth_place: (String, Option<String>),
    pub(crate) address: Option<Value>,
    pub(crate) nationalities: &'static [&'static str],
    pub(crate) language: &'static str,
}

/// Born in Belgium.
fn here(place: &str) -> (String, Option<String>) {
    (place.to_owned(), None)
}

fn elsewhere(place: &str, country: &str) -> (String, Option<String>) {
    (place.to_owned(), Some(country.to_owned()))
}

fn residential(street: &str, house: &str, postal_code: &str, municipality: &str) -> Value {
    let (house_number, box_number) = match house.split_once('/') {
        Some((number, inside)) => (number, Some(inside)),
        None => (house, None),
    };
    json!({
        "type": "residential",
        "street": street,
        "houseNumber": house_number,
        "boxNumber": box_number,
        "postalCode": postal_code,
        "municipality": municipality,
    })
}

fn abroad(lines: &[&str], country: &str) -> Value {
    json!({ "type": "abroad", "lines": lines, "country": country })
}

/// The home of a named person; who is not in the list lives in Mechelen like most of them.
pub(crate) fn home(persona: &NamedPersona) -> Home {
    let belgian: &[&str] = &["BE"];
    let (birth_place, address, nationalities, language) = match persona.key {
        "maria" => (
            elsewhere("Kraków", "Polen"),
            abroad(&["ul. Długa 14", "31-147 Kraków"], "Polen"),
            ["PL"].as_slice(),
            "nl",
        ),
        "karim" => {
            let address = residential("Rue de la Station", "8", "6000", "Charleroi");
            (here("Charleroi"), address, ["BE", "MA"].as_slice(), "fr")
        }
        "emma" => (here("Leuven"), residential("Bosstraat", "31", "3000", "Leuven"), belgian, "nl"),
        "noah" => (here("Gent"), residential("Veldstraat", "5/2", "9000", "Gent"), belgian, "nl"),
        "deceased" => {
            (here("Liège"), residential("Rue Haute", "77", "4000", "Liège"), belgian, "fr")
        }
        "struck-off" => (here("Aalst"), Value::Null, belgian, "nl"),
        "not-managed" => (elsewhere("Tanger", "Maroc"), Value::Null, ["MA"].as_slice(), "fr"),
        "replaced" | "sofia" => (
            elsewhere("Cluj-Napoca", "Roumanie"),
            residential("Rue Haute", "40/3", "1000", "Bruxelles"),
            ["RO"].as_slice(),
            "fr",
        ),
        "cancelled" => (elsewhere("Brno", "Tsjechië"), Value::Null, ["CZ"].as_slice(), "nl"),
        "no-given-names" => (
            elsewhere("Surabaya", "Indonesië"),
            json!({ "type": "diplomaticPost", "post": "Ambassade van België – Jakarta" }),
            ["ID"].as_slice(),
            "nl",
        ),
        "long-name" => (
            elsewhere("Antananarivo", "Madagascar"),
            residential("Avenue des Tilleuls", "112/14B", "5000", "Namur"),
            ["MG", "FR"].as_slice(),
            "fr",
        ),
        "incomplete-date" => (
            elsewhere("Nador", "Marokko"),
            residential("Statiestraat", "19", "2600", "Antwerpen"),
            ["BE", "MA"].as_slice(),
            "nl",
        ),
        "incomplete-answer" => {
            (elsewhere("Emirdağ", "Turkije"), Value::Null, ["TR"].as_slice(), "nl")
        }
        "no-home" => {
            let address = json!({
                "type": "reference", "careOf": "OCMW Mechelen",
                "postalCode": "2800", "municipality": "Mechelen",
            });
            (here("Lier"), address, belgian, "nl")
        }
        "officer-fr" => {
            (here("Namur"), residential("Grand-Rue", "21", "5000", "Namur"), belgian, "fr")
        }
        _ => {
            let address = residential("Kerkstraat", "12/3", "2800", "Mechelen");
            (here("Mechelen"), address, belgian, "nl")
        }
    };
    let address = (!address.is_null()).then_some(address);
    Home { birth_place, address, nationalities, language }
}

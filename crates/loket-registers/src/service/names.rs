//! Names and places of the synthetic population, read once from the list that is compiled in.

use std::sync::LazyLock;

use serde::Deserialize;

static LISTS: LazyLock<Lists> =
    LazyLock::new(|| toml::from_str(include_str!("lists/people.toml")).unwrap_or_default());

/// Everything in the list; empty only if the file could not be read, which a test rules out.
pub(crate) fn lists() -> &'static Lists {
    &LISTS
}

/// The whole file.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Lists {
    dutch: Region,
    french: Region,
    german: Region,
    /// People from elsewhere, the commonest countries first.
    #[serde(rename = "origin")]
    pub(crate) origins: Vec<Origin>,
}

impl Lists {
    /// A language region by a number below 100, as many of each as live there.
    pub(crate) const fn region(&self, hundredth: u64) -> (&Region, Tongue) {
        match hundredth {
            0..56 => (&self.dutch, Tongue::Dutch),
            56..96 => (&self.french, Tongue::French),
            _ => (&self.german, Tongue::German),
        }
    }
}

/// In which language a register writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tongue {
    Dutch,
    French,
    German,
}

impl Tongue {
    /// Two letters.
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::Dutch => "nl",
            Self::French => "fr",
            Self::German => "de",
        }
    }
}

/// A language region of Belgium.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Region {
    pub(crate) women: List,
    pub(crate) men: List,
    pub(crate) surnames: List,
    pub(crate) streets: List,
    pub(crate) municipalities: Municipalities,
}

/// Another country and the names of its people.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Origin {
    pub(crate) country: Country,
    pub(crate) places: List,
    pub(crate) women: List,
    pub(crate) men: List,
    pub(crate) surnames: List,
}

/// A country in three languages.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Country {
    nl: String,
    fr: String,
    de: String,
    /// ISO 3166-1, two letters.
    pub(crate) iso: String,
}

impl Country {
    pub(crate) fn name(&self, tongue: Tongue) -> &str {
        match tongue {
            Tongue::Dutch => &self.nl,
            Tongue::French => &self.fr,
            Tongue::German => &self.de,
        }
    }
}

/// Texts between commas; an empty one is a name that somebody does not have.
#[derive(Debug, Default, Deserialize)]
#[serde(from = "String")]
pub(crate) struct List(pub(crate) Vec<String>);

impl From<String> for List {
    fn from(text: String) -> Self {
        let one = |part: &str| part.split_whitespace().collect::<Vec<_>>().join(" ");
        Self(text.split(',').map(one).collect())
    }
}

/// A municipality as the address of a person names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Municipality {
    pub(crate) name: String,
    pub(crate) postal_code: String,
    /// Five digits.
    pub(crate) nis: String,
}

/// Municipalities, the largest first.
#[derive(Debug, Default, Deserialize)]
#[serde(try_from = "List")]
pub(crate) struct Municipalities(pub(crate) Vec<Municipality>);

impl TryFrom<List> for Municipalities {
    type Error = &'static str;

    fn try_from(list: List) -> Result<Self, Self::Error> {
        let one = |line: &String| {
            let (rest, nis) = line.rsplit_once(' ')?;
            let (name, postal_code) = rest.rsplit_once(' ')?;
            let digits =
                |text: &str, n| text.len() == n && text.bytes().all(|b| b.is_ascii_digit());
            (digits(nis, 5) && digits(postal_code, 4)).then(|| Municipality {
                name: name.to_owned(),
                postal_code: postal_code.to_owned(),
                nis: nis.to_owned(),
            })
        };
        list.0.iter().map(one).collect::<Option<_>>().map(Self).ok_or("name, postal code, NIS code")
    }
}

#[cfg(test)]
mod tests {
    use loket_domain::person::{GivenName, PlaceText, Surname};

    use super::*;

    #[test]
    fn the_list_reads_and_is_rich_enough() {
        let lists: Lists = toml::from_str(include_str!("lists/people.toml")).unwrap();
        let mut municipalities = 0;
        for hundredth in [0, 56, 99] {
            let (region, _) = lists.region(hundredth);
            for list in [&region.women, &region.men, &region.surnames] {
                assert!(list.0.len() > 120);
            }
            municipalities += region.municipalities.0.len();
        }
        assert_eq!(municipalities, 64);
        assert!(lists.origins.len() >= 15);
    }

    #[test]
    fn every_entry_fits_the_types_of_the_domain_and_stands_once() {
        let lists: Lists = toml::from_str(include_str!("lists/people.toml")).unwrap();
        let once = |list: &List| {
            let set: std::collections::BTreeSet<_> = list.0.iter().collect();
            assert_eq!(set.len(), list.0.len(), "{:?}", list.0.first());
        };
        for hundredth in [0, 56, 99] {
            let (region, _) = lists.region(hundredth);
            [&region.women, &region.men, &region.surnames, &region.streets]
                .into_iter()
                .for_each(once);
            assert!(region.women.0.iter().chain(&region.men.0).all(|n| GivenName::new(n).is_ok()));
            assert!(region.surnames.0.iter().all(|n| Surname::new(n).is_ok()));
        }
        for origin in &lists.origins {
            [&origin.women, &origin.men, &origin.surnames, &origin.places]
                .into_iter()
                .for_each(once);
            assert!(origin.surnames.0.iter().all(|n| Surname::new(n).is_ok()));
            assert!(origin.places.0.iter().all(|n| PlaceText::new(n).is_ok()));
        }
    }
}

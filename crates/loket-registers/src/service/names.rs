//! Names and places of the synthetic population, read once from the list that is compiled in.

use std::sync::LazyLock;

use serde::Deserialize;

use super::dice::Dice;

/// Names with how many people bear them (Statbel).
const NAMES: &str = include_str!("lists/names.txt");
/// The municipalities of 2025 (Statbel).
const MUNICIPALITIES: &str = include_str!("lists/municipalities.txt");

static LISTS: LazyLock<Lists> = LazyLock::new(|| {
    let mut lists: Lists = toml::from_str(include_str!("lists/people.toml")).unwrap_or_default();
    lists.dutch.complete("dutch");
    lists.french.complete("french");
    lists.german.complete("german");
    lists
});

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
    /// Of 2025, those with most postal codes first.
    #[serde(skip)]
    pub(crate) municipalities: Vec<Municipality>,
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
pub(crate) struct List {
    pub(crate) names: Vec<String>,
    /// Running sums of how many bear each; empty where that is not known.
    sums: Vec<u64>,
}

impl From<String> for List {
    fn from(text: String) -> Self {
        let one = |part: &str| part.split_whitespace().collect::<Vec<_>>().join(" ");
        Self { names: text.split(',').map(one).collect(), sums: Vec::new() }
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

impl Region {
    /// Adds what Statbel publishes to what the list has: the counted names first, then those of the
    /// list that are too rare to be counted, as rare as the rarest.
    fn complete(&mut self, language: &str) {
        self.women.count(language, "women");
        self.men.count(language, "men");
        self.surnames.count(language, "surnames");
        self.municipalities = MUNICIPALITIES
            .lines()
            .filter_map(|line| {
                let mut parts = line.split('\t');
                let (of, name) = (parts.next()?, parts.next()?);
                let (postal_code, nis) = (parts.next()?.to_owned(), parts.next()?.to_owned());
                (of == language).then(|| Municipality { name: name.to_owned(), postal_code, nis })
            })
            .collect();
    }
}

impl List {
    fn count(&mut self, language: &str, kind: &str) {
        let counted = counted(language, kind);
        let fewest = counted.last().map_or(1, |(_, count)| *count);
        let rare: Vec<String> = self
            .names
            .drain(..)
            .filter(|name| counted.iter().all(|(known, _)| *known != name.as_str()))
            .collect();
        let mut sum = 0;
        for (name, count) in counted {
            sum += count;
            self.names.push(name.to_owned());
            self.sums.push(sum);
        }
        for name in rare {
            sum += fewest;
            self.names.push(name);
            self.sums.push(sum);
        }
    }

    /// One of the names: by how many bear it where that is known, else the first ones more often.
    pub(crate) fn roll(&self, dice: &mut Dice) -> Option<usize> {
        if self.names.is_empty() {
            return None;
        }
        Some(if self.sums.is_empty() {
            dice.common_place(self.names.len())
        } else {
            dice.by_count(&self.sums)
        })
    }
}

/// The names of a section with how many bear them.
fn counted(language: &str, kind: &str) -> Vec<(&'static str, u64)> {
    let section = format!("[{language} {kind}]");
    NAMES
        .lines()
        .skip_while(|line| *line != section)
        .skip(1)
        .take_while(|line| !line.starts_with('['))
        .filter_map(|line| {
            let (name, count) = line.split_once('\t')?;
            Some((name, count.parse().ok()?))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use loket_domain::person::{GivenName, PlaceText, Surname};

    use super::*;

    #[test]
    fn the_list_reads_and_is_rich_enough() {
        let lists = lists();
        let mut municipalities = 0;
        for hundredth in [0, 56, 99] {
            let (region, _) = lists.region(hundredth);
            for list in [&region.women, &region.men, &region.surnames] {
                assert!(list.names.len() > 120);
            }
            municipalities += region.municipalities.len();
        }
        assert_eq!(municipalities, 565);
        assert!(lists.origins.len() >= 15);
    }

    #[test]
    fn every_entry_fits_the_types_of_the_domain_and_stands_once() {
        let lists = lists();
        let once = |list: &List| {
            let set: std::collections::BTreeSet<_> = list.names.iter().collect();
            assert_eq!(set.len(), list.names.len(), "{:?}", list.names.first());
        };
        for hundredth in [0, 56, 99] {
            let (region, _) = lists.region(hundredth);
            [&region.women, &region.men, &region.surnames, &region.streets]
                .into_iter()
                .for_each(once);
            assert!(
                region
                    .women
                    .names
                    .iter()
                    .chain(&region.men.names)
                    .all(|n| GivenName::new(n).is_ok())
            );
            assert!(region.surnames.names.iter().all(|n| Surname::new(n).is_ok()));
        }
        for origin in &lists.origins {
            [&origin.women, &origin.men, &origin.surnames, &origin.places]
                .into_iter()
                .for_each(once);
            assert!(origin.surnames.names.iter().all(|n| Surname::new(n).is_ok()));
            assert!(origin.places.names.iter().all(|n| PlaceText::new(n).is_ok()));
        }
    }
}

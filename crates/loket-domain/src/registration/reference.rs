//! The dossier number that people say to each other, `2026-004512`: year and a counter per year
//! and installation. It identifies a dossier and opens nothing.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Year and counter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Reference {
    year: u16,
    counter: u32,
}

/// Not a dossier number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a dossier number such as 2026-004512")]
pub struct NotAReference;

impl Reference {
    /// From a year of four digits and a counter from 1 to 9,999,999.
    pub fn new(year: u16, counter: u32) -> Result<Self, NotAReference> {
        if (2000..=9999).contains(&year) && (1..=9_999_999).contains(&counter) {
            Ok(Self { year, counter })
        } else {
            Err(NotAReference)
        }
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:06}", self.year, self.counter)
    }
}

impl FromStr for Reference {
    type Err = NotAReference;
    fn from_str(text: &str) -> Result<Self, NotAReference> {
        let (year, counter) = text.trim().split_once('-').ok_or(NotAReference)?;
        let digits = |t: &str| t.chars().all(|c| c.is_ascii_digit());
        if year.len() != 4 || !(1..=7).contains(&counter.len()) || !digits(year) || !digits(counter)
        {
            return Err(NotAReference);
        }
        let year = year.parse().map_err(|_| NotAReference)?;
        Self::new(year, counter.parse().map_err(|_| NotAReference)?)
    }
}

impl TryFrom<String> for Reference {
    type Error = NotAReference;
    fn try_from(text: String) -> Result<Self, NotAReference> {
        text.parse()
    }
}

impl From<Reference> for String {
    fn from(reference: Reference) -> Self {
        reference.to_string()
    }
}

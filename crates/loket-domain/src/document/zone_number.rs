//! The national number in the optional data of the zone of a Belgian card: eleven digits, as read.
//! Whether they are the person's number is for the comparison: digits that are no valid number are
//! kept too, so that a false card is not taken for one that states no number.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::IssuerCode;
use super::mrz::{Mrz, MrzFormat};

/// Eleven digits of a zone. Does not print.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ZoneNumber(String);

impl ZoneNumber {
    /// The number that a zone states. Cards of citizens have it in the first line, or in the second
    /// where the document number takes the room; no other document of Belgium has eleven digits
    /// there, and that of another state is none of the register's.
    pub fn of(zone: &Mrz) -> Option<Self> {
        let belgian = IssuerCode::parse(&zone.issuer) == Ok(IssuerCode::BELGIUM);
        let texts = zone.optional_data.iter().filter(|_| belgian && zone.format == MrzFormat::Td1);
        texts.cloned().find_map(|text| Self::try_from(text).ok())
    }
    /// The digits.
    pub fn digits(&self) -> &str {
        &self.0
    }
    /// The digits grouped as printed on cards, `85.07.30-033.28`.
    pub fn grouped(&self) -> String {
        let part = |from: usize, to: usize| self.0.get(from..to).unwrap_or_default();
        format!("{}.{}.{}-{}.{}", part(0, 2), part(2, 4), part(4, 6), part(6, 9), part(9, 11))
    }
}

/// Not eleven digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not eleven digits")]
pub struct NotElevenDigits;

impl TryFrom<String> for ZoneNumber {
    type Error = NotElevenDigits;
    fn try_from(text: String) -> Result<Self, NotElevenDigits> {
        let good = text.len() == 11 && text.bytes().all(|c| c.is_ascii_digit());
        if good { Ok(Self(text)) } else { Err(NotElevenDigits) }
    }
}

impl From<ZoneNumber> for String {
    fn from(number: ZoneNumber) -> Self {
        number.0
    }
}

impl fmt::Debug for ZoneNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ZoneNumber(***)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Day;

    #[test]
    fn in_either_line_of_a_belgian_card_and_nowhere_else() {
        let number = |first: &str, second: &str, names: &str| {
            let text = format!("{first}\n{second}\n{names:<<30}");
            let zone = Mrz::parse(&text, Day::parse("2026-11-23").unwrap()).unwrap();
            ZoneNumber::of(&zone).map(|number| number.grouped())
        };
        let (blank, names) = ("8502019F3001019BEL<<<<<<<<<<<0", "PEETERS<<ANN");
        let read = Some("85.02.01-002.00".to_owned());
        assert_eq!(number("IDBEL590330101085020100200<<<<", blank, names), read);
        let overflow = "IDBEL000610035<7017<<<<<<<<<<<";
        assert_eq!(number(overflow, "8502019F3001019BEL850201002000", names), read);
        assert_eq!(number(overflow, blank, names), None);
        assert_eq!(number("IDBEL59033010108502010020A<<<<", blank, names), None);
        assert_eq!(number("IDFRA590330101085020100200<<<<", blank, names), None);
        let shown = ZoneNumber::try_from("85020100200".to_owned()).unwrap();
        assert_eq!(format!("{shown:?}"), "ZoneNumber(***)");
    }
}

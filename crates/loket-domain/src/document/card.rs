//! The number printed on a Belgian identity card: twelve digits, the last two being the first ten
//! modulo 97, or 97 when that is 0.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A card number with right check digits. Does not print.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CardNumber(String);

/// Why a text is no card number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CardNumberFault {
    /// Something else than digits, spaces, dots, slashes and hyphens.
    #[error("a card number has digits only")]
    Characters,
    /// Not twelve digits.
    #[error("a card number has twelve digits")]
    Length,
    /// The last two digits do not match the first ten.
    #[error("the check digits of the card number are wrong")]
    CheckDigits,
}

impl CardNumber {
    /// Reads what is printed or typed, `591-1917064-58` with or without separators.
    pub fn parse(text: &str) -> Result<Self, CardNumberFault> {
        let mut digits = String::with_capacity(12);
        for c in text.chars() {
            if c.is_ascii_digit() {
                digits.push(c);
            } else if !(c.is_whitespace() || matches!(c, '-' | '.' | '/' | '\u{2011}')) {
                return Err(CardNumberFault::Characters);
            }
            if digits.len() > 12 {
                return Err(CardNumberFault::Length);
            }
        }
        let (first_ten, checks) = digits.split_at_checked(10).ok_or(CardNumberFault::Length)?;
        if checks.len() != 2 {
            return Err(CardNumberFault::Length);
        }
        let first_ten: u64 = first_ten.parse().map_err(|_| CardNumberFault::Characters)?;
        let checks: u64 = checks.parse().map_err(|_| CardNumberFault::Characters)?;
        if checks == check_digits(first_ten) {
            Ok(Self(digits))
        } else {
            Err(CardNumberFault::CheckDigits)
        }
    }
    /// The twelve digits without separators.
    pub fn digits(&self) -> &str {
        &self.0
    }
    /// The digits grouped 3-7-2 as printed.
    pub fn grouped(&self) -> String {
        let part = |from: usize, to: usize| self.0.get(from..to).unwrap_or_default();
        format!("{}-{}-{}", part(0, 3), part(3, 10), part(10, 12))
    }
}

impl TryFrom<String> for CardNumber {
    type Error = CardNumberFault;
    fn try_from(text: String) -> Result<Self, CardNumberFault> {
        Self::parse(&text)
    }
}

impl From<CardNumber> for String {
    fn from(number: CardNumber) -> Self {
        number.0
    }
}

impl fmt::Debug for CardNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CardNumber(***)")
    }
}

/// Check digits of ten leading digits: 1 to 97.
pub const fn check_digits(first_ten: u64) -> u64 {
    match first_ten % 97 {
        0 => 97,
        rest => rest,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn published_vectors() {
        for text in
            ["591191706458", "591201099997", "591-1917064-58", "591/1917064/58", " 591 2010999 97 "]
        {
            assert!(CardNumber::parse(text).is_ok(), "{text}");
        }
        assert_eq!(CardNumber::parse("591191706458").unwrap().grouped(), "591-1917064-58");
        assert_eq!(CardNumber::parse("591191706459"), Err(CardNumberFault::CheckDigits));
        assert_eq!(CardNumber::parse("591201099900"), Err(CardNumberFault::CheckDigits));
        assert_eq!(CardNumber::parse("5911917064"), Err(CardNumberFault::Length));
        assert_eq!(CardNumber::parse("5911917064581"), Err(CardNumberFault::Length));
        assert_eq!(CardNumber::parse("59119170645B"), Err(CardNumberFault::Characters));
        assert_eq!(format!("{:?}", CardNumber::parse("591191706458").unwrap()), "CardNumber(***)");
    }

    proptest! {
        #[test]
        fn never_panics(text in "\\PC{0,24}") {
            let _ = CardNumber::parse(&text);
        }

        #[test]
        fn every_single_digit_slip_is_found(first_ten in 0_u64..10_000_000_000, at in 0_usize..12, by in 1_u8..10) {
            let good = format!("{first_ten:010}{:02}", check_digits(first_ten));
            prop_assert!(CardNumber::parse(&good).is_ok());
            let mut bytes = good.into_bytes();
            bytes[at] = b'0' + (bytes[at] - b'0' + by) % 10;
            let slipped = String::from_utf8(bytes).unwrap();
            prop_assert_eq!(CardNumber::parse(&slipped), Err(CardNumberFault::CheckDigits));
        }
    }
}

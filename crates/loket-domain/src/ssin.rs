//! SSIN: the eleven-digit number of the National Register or of the BIS register.
//!
//! Nothing is ever concluded from its digits but its own validity: sex, birth date and the
//! register come from the register's answer (see `docs/decisions` and reference rules: royal
//! decrees of 3 April 1984, 25 November 1997, 8 February 1991).

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::time::Day;

/// A valid SSIN. Does not print: [`fmt::Debug`] is masked and there is no `Display`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Ssin([u8; 11]);

/// Why a text is no SSIN.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SsinFault {
    /// Not eleven digits after separators are taken out.
    #[error("an SSIN has eleven digits")]
    Length,
    /// Something else than digits, spaces, dots and hyphens.
    #[error("an SSIN has digits only")]
    Characters,
    /// The month part is not one of the ranges in use.
    #[error("the month part is not possible")]
    Month,
    /// The day does not exist in that month.
    #[error("the day part is not possible")]
    Day,
    /// The counter 000 or 999 is not given out in the National Register.
    #[error("the counter is not possible")]
    Counter,
    /// The last two digits do not match the first nine.
    #[error("the check digits are wrong")]
    CheckDigits,
    /// The day of birth in it has not come yet.
    #[error("the date of birth lies after today")]
    Future,
}

/// Whether numbers with month parts 61 to 72, which no living person can have, are accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Synthetic {
    /// As in production.
    Refused,
    /// For demonstration and tests.
    Accepted,
}

impl Ssin {
    /// Reads what a person types: spaces, dots, hyphens and slashes between digits are ignored.
    pub fn parse(text: &str, synthetic: Synthetic) -> Result<Self, SsinFault> {
        let mut digits = [0_u8; 11];
        let mut count = 0;
        for c in text.chars() {
            if let Some(digit) = c.to_digit(10).and_then(|d| u8::try_from(d).ok()) {
                *digits.get_mut(count).ok_or(SsinFault::Length)? = digit;
                count += 1;
            } else if !(c.is_whitespace() || matches!(c, '.' | '-' | '/' | '\u{200b}' | '\u{2011}'))
            {
                return Err(SsinFault::Characters);
            }
        }
        if count != 11 {
            return Err(SsinFault::Length);
        }
        check(digits, synthetic)?;
        Ok(Self(digits))
    }

    /// The eleven digits. Personal data: for registers, sealed columns and pages behind a disclosure.
    pub fn digits(&self) -> String {
        self.0.iter().map(|d| char::from(b'0' + d)).collect()
    }

    /// The digits grouped as printed on cards, `85.07.30-033.28`.
    pub fn grouped(&self) -> String {
        let d = self.digits();
        let part = |from: usize, to: usize| d.get(from..to).unwrap_or_default().to_owned();
        format!("{}.{}.{}-{}.{}", part(0, 2), part(2, 4), part(4, 6), part(6, 9), part(9, 11))
    }

    /// Only the last two digits, `**.**.**-***.28`: enough to tell two numbers on a desk apart.
    pub fn masked(&self) -> String {
        let d = self.digits();
        format!("**.**.**-***.{}", d.get(9..).unwrap_or_default())
    }

    /// Whether the date in it, as far as it is complete, lies after a day: nobody has such a number yet.
    pub fn is_born_after(&self, today: Day) -> bool {
        let of = |from, to| i64::try_from(number(&self.0, from, to)).unwrap_or(0);
        let (month, day) = (of(2, 4), of(4, 6));
        let month = if self.is_synthetic() { month - 60 } else { month % 20 };
        let from_2000 =
            of(9, 11) == i64::try_from(check_digits(number(&self.0, 0, 9), true)).unwrap_or(0);
        let year = of(0, 2) + if from_2000 { 2000 } else { 1900 };
        // An unknown month or day may be the first one: zero compares as earlier than all. With a
        // zero month the day digits are no day.
        let day = if month == 0 { 0 } else { day };
        let now = (i64::from(today.year()), i64::from(today.month()), i64::from(today.day()));
        (year, month, day) > now
    }

    /// Whether this number can only be a synthetic one.
    pub fn is_synthetic(&self) -> bool {
        (61..=72).contains(&number(&self.0, 2, 4))
    }
}

impl fmt::Debug for Ssin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Ssin(***)")
    }
}

impl Serialize for Ssin {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.digits())
    }
}

impl<'de> Deserialize<'de> for Ssin {
    /// Accepts synthetic numbers: what is stored or sent was checked at its entry.
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        Self::parse(&text, Synthetic::Accepted).map_err(serde::de::Error::custom)
    }
}

fn number(digits: &[u8; 11], from: usize, to: usize) -> u64 {
    digits
        .iter()
        .skip(from)
        .take(to.saturating_sub(from))
        .fold(0, |sum, d| sum * 10 + u64::from(*d))
}

/// Check digits for nine leading digits: `97 - n mod 97`, with 2 put before n for births from 2000.
pub fn check_digits(first_nine: u64, from_2000: bool) -> u64 {
    let n = if from_2000 { 2_000_000_000 + first_nine } else { first_nine };
    97 - n % 97
}

fn check(digits: [u8; 11], synthetic: Synthetic) -> Result<(), SsinFault> {
    let (year, month, day) = (number(&digits, 0, 2), number(&digits, 2, 4), number(&digits, 4, 6));
    let counter = number(&digits, 6, 9);
    let is_synthetic = (61..=72).contains(&month);
    let month_in_year = if is_synthetic { month - 60 } else { month % 20 };
    if is_synthetic && synthetic == Synthetic::Refused || month > 52 && !is_synthetic {
        return Err(SsinFault::Month);
    }
    if month_in_year > 12 {
        return Err(SsinFault::Month);
    }
    if month <= 12 && (counter == 0 || counter == 999) {
        return Err(SsinFault::Counter);
    }
    let first_nine = number(&digits, 0, 9);
    let checks = number(&digits, 9, 11);
    let from_2000 = match checks {
        c if c == check_digits(first_nine, false) => false,
        c if c == check_digits(first_nine, true) => true,
        _ => return Err(SsinFault::CheckDigits),
    };
    // A zero month or day stands for an unknown part; with a zero month the day digits overflow.
    if month_in_year != 0 && day != 0 {
        let full_year = if from_2000 { 2000 + year } else { 1900 + year };
        let real = jiff::civil::Date::new(
            i16::try_from(full_year).unwrap_or(i16::MAX),
            i8::try_from(month_in_year).unwrap_or(i8::MAX),
            i8::try_from(day).unwrap_or(i8::MAX),
        );
        if real.is_err() {
            return Err(SsinFault::Day);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const GOOD: &str = "23292805780 81050003552 92200006963 10200100128 24203200171 92321506985 \
        92400006909 10400100171 92521506931 70252501507 92471506993 19282416134 80240199943 \
        81000003517 10000100182 00003241778 81120103571 81050103522 19082416188";
    const BAD: &str =
        "81130103578 81043103522 81023003522 81022903534 47060200096 99020299964 81050103521";

    #[test]
    fn published_vectors() {
        for text in GOOD.split_whitespace() {
            assert!(Ssin::parse(text, Synthetic::Refused).is_ok(), "{text} is good");
        }
        for text in BAD.split_whitespace() {
            assert!(Ssin::parse(text, Synthetic::Refused).is_err(), "{text} is bad");
        }
    }

    #[test]
    fn separators_are_ignored_and_letters_are_not() {
        assert!(Ssin::parse(" 81.05.01-035 22", Synthetic::Refused).is_ok());
        assert_eq!(Ssin::parse("8105O103522", Synthetic::Refused), Err(SsinFault::Characters));
        assert_eq!(Ssin::parse("810501035221", Synthetic::Refused), Err(SsinFault::Length));
    }

    #[test]
    fn synthetic_numbers_need_the_switch() {
        let nine = 936_518_223_u64;
        let text = format!("{nine:09}{:02}", check_digits(nine, false));
        assert_eq!(Ssin::parse(&text, Synthetic::Refused), Err(SsinFault::Month));
        assert!(Ssin::parse(&text, Synthetic::Accepted).unwrap().is_synthetic());
    }

    #[test]
    fn nobody_has_a_number_with_a_birth_that_is_still_to_come() {
        let born_after = |nine: u64, from_2000, today: (i16, i8, i8)| {
            let text = format!("{nine:09}{:02}", check_digits(nine, from_2000));
            let ssin = Ssin::parse(&text, Synthetic::Accepted).unwrap();
            ssin.is_born_after(Day::new(today.0, today.1, today.2).unwrap())
        };
        let today = (2026, 11, 29);
        assert!(!born_after(261_129_001, true, today), "born today");
        assert!(born_after(261_130_001, true, today), "born tomorrow");
        assert!(!born_after(261_130_001, false, today), "born in 1926");
        assert!(born_after(267_130_001, true, today), "synthetic, and BIS below");
        assert!(born_after(265_130_001, true, today) && born_after(263_130_001, true, today));
        assert!(!born_after(261_100_001, true, today), "some day this month");
        assert!(born_after(261_200_001, true, today), "some day next month");
        assert!(!born_after(260_000_001, true, today), "some day this year");
        assert!(!born_after(260_045_001, true, today), "day digits that overflowed");
        assert!(born_after(270_000_001, true, today), "next year");
    }

    #[test]
    fn does_not_print() {
        let ssin = Ssin::parse("81050103522", Synthetic::Refused).unwrap();
        assert_eq!(format!("{ssin:?}"), "Ssin(***)");
        assert_eq!(ssin.masked(), "**.**.**-***.22");
        assert_eq!(ssin.grouped(), "81.05.01-035.22");
    }

    proptest! {
        #[test]
        fn never_panics(text in "\\PC{0,20}") {
            let _ = Ssin::parse(&text, Synthetic::Accepted);
        }

        #[test]
        fn every_single_digit_slip_is_found(at in 0_usize..11, by in 1_u8..10) {
            let mut digits = "81050103522".as_bytes().to_vec();
            digits[at] = b'0' + (digits[at] - b'0' + by) % 10;
            let nine = digits[..9].iter().fold(0, |n, d| n * 10 + u64::from(d - b'0'));
            let checks = digits[9..].iter().fold(0, |n, d| n * 10 + u64::from(d - b'0'));
            prop_assert_ne!(check_digits(nine, false), checks);
        }
    }
}

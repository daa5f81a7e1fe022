//! Mobile numbers of any country, as E.164. What a number is comes from the published numbering
//! plans; a number in a range that our list does not know is warned of and never refused, since
//! ranges are opened faster than lists follow.

use std::fmt;
use std::str::FromStr;

use phonenumber::{Mode, PhoneNumber, Type, country};
use serde::{Deserialize, Serialize};

use super::ContactFault;

/// Belgian mobile ranges in use, by their first two digits after the country code (BIPT).
const BELGIAN_RANGES: [&str; 4] = ["46", "47", "48", "49"];

/// A mobile number in E.164 form (`+32470123456`); does not print.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct MobileNumber(String);

impl MobileNumber {
    /// The number in E.164 form.
    pub fn e164(&self) -> &str {
        &self.0
    }
    /// The last two digits, for "the number that ends in 42".
    pub fn last_two(&self) -> String {
        self.0.chars().rev().take(2).collect::<Vec<_>>().into_iter().rev().collect()
    }
    /// Whether the number lies in a range known for mobile telephones. Others are asked about once
    /// more: a slip in the second digit of a Belgian number ends up there.
    pub fn is_usual(&self) -> bool {
        if let Some(national) = self.0.strip_prefix("+32") {
            return BELGIAN_RANGES.iter().any(|range| national.starts_with(range));
        }
        phonenumber::parse(None, &self.0)
            .is_ok_and(|number| matches!(kind(&number), Type::Mobile | Type::FixedLineOrMobile))
    }
}

fn kind(number: &PhoneNumber) -> Type {
    number.number_type(&phonenumber::metadata::DATABASE)
}

/// Nine digits after the country code that begin with 4: the form of Belgian mobile numbers.
fn is_belgian_mobile(e164: &str) -> bool {
    e164.strip_prefix("+32").is_some_and(|n| n.starts_with('4') && n.len() == 9)
}

impl FromStr for MobileNumber {
    type Err = ContactFault;
    /// Numbers without a country code are read as Belgian.
    fn from_str(text: &str) -> Result<Self, ContactFault> {
        let text: String =
            text.chars().filter(|c| !matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')).collect();
        let text = text.trim();
        // Letters spell numbers in some countries; at a counter they are a slip.
        if text.chars().count() > 40 || text.chars().any(char::is_alphabetic) {
            return Err(ContactFault::NumberForm);
        }
        let number =
            phonenumber::parse(Some(country::BE), text).map_err(|_| ContactFault::NumberForm)?;
        let e164 = number.format().mode(Mode::E164).to_string();
        if is_belgian_mobile(&e164) {
            return Ok(Self(e164));
        }
        if !phonenumber::is_valid(&number) || number.extension().is_some() {
            return Err(ContactFault::NumberForm);
        }
        match kind(&number) {
            Type::FixedLine => Err(ContactFault::NotMobile),
            Type::TollFree
            | Type::PremiumRate
            | Type::SharedCost
            | Type::Uan
            | Type::Emergency
            | Type::Voicemail
            | Type::ShortCode
            | Type::StandardRate
            | Type::Carrier
            | Type::NoInternational => Err(ContactFault::ServiceNumber),
            Type::Mobile
            | Type::FixedLineOrMobile
            | Type::PersonalNumber
            | Type::Voip
            | Type::Pager
            | Type::Unknown => Ok(Self(e164)),
        }
    }
}

impl TryFrom<String> for MobileNumber {
    type Error = ContactFault;
    /// For a number that is kept already: its form is checked, and not whether today's numbering
    /// plan still knows it, which would make a kept row unreadable.
    fn try_from(text: String) -> Result<Self, ContactFault> {
        let digits = text.strip_prefix('+').unwrap_or_default();
        let right = (7..=15).contains(&digits.len())
            && digits.bytes().all(|b| b.is_ascii_digit())
            && !digits.starts_with('0');
        if right { Ok(Self(text)) } else { Err(ContactFault::NumberForm) }
    }
}

impl From<MobileNumber> for String {
    fn from(number: MobileNumber) -> Self {
        number.0
    }
}

impl fmt::Debug for MobileNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MobileNumber(***)")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn e164(text: &str) -> Result<String, ContactFault> {
        text.parse::<MobileNumber>().map(|number| number.e164().to_owned())
    }

    #[test]
    fn mobile_numbers_of_any_country_become_e164() {
        for text in [
            "0470 12 34 56",
            "+32 470 12 34 56",
            "0032470123456",
            "0470/12.34.56",
            "+32 (0)470 12 34 56",
            "\u{200e}0470 12 34 56",
        ] {
            assert_eq!(e164(text).unwrap(), "+32470123456", "{text}");
        }
        for (text, wanted) in [
            ("+33 6 12 34 56 78", "+33612345678"),
            ("+31 6 12345678", "+31612345678"),
            ("0049 151 23456789", "+4915123456789"),
            ("+352 621 123 456", "+352621123456"),
            ("+212 612 345678", "+212612345678"),
            ("+1 416 555 0123", "+14165550123"),
            ("+90 532 123 45 67", "+905321234567"),
            ("+39 312 345 6789", "+393123456789"),
        ] {
            assert_eq!(e164(text).unwrap(), wanted, "{text}");
            assert!(text.parse::<MobileNumber>().unwrap().is_usual(), "{text}");
        }
    }

    #[test]
    fn land_lines_are_told_apart_in_every_country() {
        for text in ["02 555 12 12", "+32 2 555 12 12", "+33 1 23 45 67 89", "+31 20 123 4567"] {
            assert_eq!(e164(text), Err(ContactFault::NotMobile), "{text}");
        }
    }

    #[test]
    fn service_numbers_are_no_land_lines() {
        for text in [
            "0800 12 345",
            "0900 12 345",
            "070 22 12 34",
            "078 15 12 34",
            "+31 800 1234",
            "+33 800 12 34 56",
        ] {
            assert_eq!(e164(text), Err(ContactFault::ServiceNumber), "{text}");
        }
    }

    #[test]
    fn what_is_no_number_is_refused() {
        for text in [
            "",
            "zero",
            "0470 12 34",
            "0470 CALL ME",
            "+999 123 456 789",
            "112",
            "0470 12 34 56 ext 7",
        ] {
            assert_eq!(e164(text), Err(ContactFault::NumberForm), "{text}");
        }
    }

    /// New ranges may be opened: warned of, not refused.
    #[test]
    fn an_unknown_belgian_range_is_taken_and_told() {
        for (text, usual) in [
            ("0455 12 34 56", false),
            ("0420 12 34 56", false),
            ("0460 12 34 56", true),
            ("0499 12 34 56", true),
        ] {
            assert_eq!(text.parse::<MobileNumber>().unwrap().is_usual(), usual, "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_was_read_reads_again(typed in "[+0-9 ()/.-]{0,20}") {
            if let Ok(number) = typed.parse::<MobileNumber>() {
                prop_assert_eq!(MobileNumber::try_from(number.e164().to_owned()), Ok(number.clone()));
                prop_assert_eq!(number.e164().parse::<MobileNumber>(), Ok(number));
            }
        }
        #[test]
        fn never_panics(typed in "\\PC{0,50}") {
            let _ = typed.parse::<MobileNumber>();
        }
    }
}

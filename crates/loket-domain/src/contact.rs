//! Contact points: the e-mail address and the mobile number that a person gives with consent
//! (SEED-56), and the short codes that confirm them.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::id::ContactPointId;

/// How a message travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// Electronic mail.
    Email,
    /// Short message to a mobile telephone.
    Sms,
    /// Printed at the counter and handed over.
    Paper,
}

impl Channel {
    /// Stable code, as stored.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Sms => "sms",
            Self::Paper => "paper",
        }
    }
    /// Reads the stable code.
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Email, Self::Sms, Self::Paper].into_iter().find(|c| c.code() == code)
    }
}

/// Why a typed e-mail address or telephone number cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ContactFault {
    /// Not the form of an e-mail address.
    #[error("not an e-mail address")]
    EmailForm,
    /// Not a telephone number of any country.
    #[error("not a telephone number")]
    NumberForm,
    /// A number that cannot receive messages, such as a Belgian land line.
    #[error("not a mobile number")]
    NotMobile,
}

/// An e-mail address; does not print.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct EmailAddress(String);

impl EmailAddress {
    /// The address as typed, without surrounding white space.
    pub fn as_str(&self) -> &str {
        &self.0
    }
    /// Lower-cased key by which equal addresses are found again.
    pub fn folded(&self) -> String {
        self.0.to_lowercase()
    }
    /// First character and domain, `a…@example.be`.
    pub fn masked(&self) -> String {
        let (local, domain) = self.0.rsplit_once('@').unwrap_or(("", ""));
        let first: String = local.chars().take(1).collect();
        format!("{first}…@{domain}")
    }
}

impl FromStr for EmailAddress {
    type Err = ContactFault;
    fn from_str(text: &str) -> Result<Self, ContactFault> {
        let text = text.trim();
        let options = email_address::Options::default()
            .with_required_tld()
            .without_display_text()
            .without_domain_literal();
        if text.len() > 254 || text.chars().any(char::is_control) {
            return Err(ContactFault::EmailForm);
        }
        email_address::EmailAddress::parse_with_options(text, options)
            .map(|_| Self(text.to_owned()))
            .map_err(|_| ContactFault::EmailForm)
    }
}

impl TryFrom<String> for EmailAddress {
    type Error = ContactFault;
    fn try_from(text: String) -> Result<Self, ContactFault> {
        text.parse()
    }
}

impl From<EmailAddress> for String {
    fn from(address: EmailAddress) -> Self {
        address.0
    }
}

impl fmt::Debug for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EmailAddress(***)")
    }
}

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
}

impl FromStr for MobileNumber {
    type Err = ContactFault;
    /// Numbers without a country code are read as Belgian.
    fn from_str(text: &str) -> Result<Self, ContactFault> {
        let text = text.trim();
        if text.chars().count() > 40 {
            return Err(ContactFault::NumberForm);
        }
        let number = phonenumber::parse(Some(phonenumber::country::BE), text)
            .map_err(|_| ContactFault::NumberForm)?;
        if !phonenumber::is_valid(&number) {
            return Err(ContactFault::NumberForm);
        }
        let e164 = number.format().mode(phonenumber::Mode::E164).to_string();
        // Belgian mobile numbers begin with 4 and have nine digits after the country code; other
        // countries' ranges are not ours to judge.
        if let Some(national) = e164.strip_prefix("+32")
            && !(national.starts_with('4') && national.len() == 9)
        {
            return Err(ContactFault::NotMobile);
        }
        Ok(Self(e164))
    }
}

impl TryFrom<String> for MobileNumber {
    type Error = ContactFault;
    fn try_from(text: String) -> Result<Self, ContactFault> {
        text.parse()
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

/// Where a message goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "channel", content = "to", rename_all = "snake_case")]
pub enum Destination {
    /// An e-mail address.
    Email(EmailAddress),
    /// A mobile number.
    Sms(MobileNumber),
}

impl Destination {
    /// The channel.
    pub const fn channel(&self) -> Channel {
        match self {
            Self::Email(_) => Channel::Email,
            Self::Sms(_) => Channel::Sms,
        }
    }
    /// Enough to recognise it, no more.
    pub fn masked(&self) -> String {
        match self {
            Self::Email(address) => address.masked(),
            Self::Sms(number) => format!("…{}", number.last_two()),
        }
    }
}

/// A confirmed contact point: the only kind of destination that an invitation accepts (SEED-19).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConfirmedContact<T> {
    /// Its row.
    pub id: ContactPointId,
    /// The address or number.
    pub destination: T,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mobile_numbers_become_e164() {
        for text in ["0470 12 34 56", "+32 470 12 34 56", "0032470123456", "0470/12.34.56"] {
            assert_eq!(text.parse::<MobileNumber>().unwrap().e164(), "+32470123456", "{text}");
        }
        assert_eq!("+33 6 12 34 56 78".parse::<MobileNumber>().unwrap().e164(), "+33612345678");
        assert_eq!("02 555 12 12".parse::<MobileNumber>(), Err(ContactFault::NotMobile));
        assert_eq!("zero".parse::<MobileNumber>(), Err(ContactFault::NumberForm));
    }

    #[test]
    fn addresses_are_checked_and_masked() {
        let address: EmailAddress = " An.Peeters@Example.be ".parse().unwrap();
        assert_eq!(address.masked(), "A…@Example.be");
        assert_eq!(address.folded(), "an.peeters@example.be");
        for bad in ["", "a", "a@", "@b.be", "a@b", "a b@c.be", "a@b.be\nBcc: x@y.be"] {
            assert!(bad.parse::<EmailAddress>().is_err(), "{bad}");
        }
    }
}

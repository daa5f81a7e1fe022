//! `loket eid`: the very checks of the sign-in, over files. For support, when a card is refused, and
//! for tests from outside. Nothing is asked on the network and nothing is kept.

mod files;
mod ocsp;
mod token;

use clap::Subcommand;
use loket_domain::Timestamp;
use loket_eid::certificate::{CardCertificate, ObjectIdentifier};
use serde::Serialize;

use super::fault::CliFault;
use super::output;

/// Checks of a card, over files.
#[derive(Debug, Subcommand)]
pub(super) enum Eid {
    /// Check an authentication token, read from standard input
    VerifyToken(token::VerifyToken),
    /// Check an answer of an OCSP responder
    VerifyOcsp(ocsp::VerifyOcsp),
}

impl Eid {
    pub(super) fn run(self) -> Result<(), CliFault> {
        let verdict = match self {
            Self::VerifyToken(command) => command.run()?,
            Self::VerifyOcsp(command) => command.run()?,
        };
        let document = serde_json::to_string(&verdict).map_err(std::io::Error::other)?;
        output::line(document)?;
        match verdict.outcome {
            Outcome::Accept => Ok(()),
            Outcome::Reject => Err(CliFault::Rejected),
        }
    }
}

/// What came of it: one line of JSON.
#[derive(Debug, Serialize)]
struct Verdict {
    outcome: Outcome,
    /// Stable code of the reason; `ok` when accepted.
    code: String,
    /// Whom the certificate names, as far as it could be read.
    subject: Option<Named>,
}

#[derive(Debug, Clone, Copy, Serialize)]
#[serde(rename_all = "lowercase")]
enum Outcome {
    Accept,
    Reject,
}

/// The subject of a certificate by the short names of its attributes.
#[derive(Debug, Serialize)]
struct Named {
    #[serde(rename = "CN")]
    common_name: Option<String>,
    #[serde(rename = "SN")]
    surname: Option<String>,
    #[serde(rename = "GN")]
    given_names: Option<String>,
    #[serde(rename = "serialNumber")]
    serial_number: Option<String>,
    #[serde(rename = "C")]
    country: Option<String>,
}

const COMMON_NAME: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.3");
const SURNAME: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.4");
const SERIAL_NUMBER: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.5");
const COUNTRY: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.6");
const GIVEN_NAME: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.42");

impl Named {
    /// Of a certificate; the number is hidden unless it is asked for.
    fn of(card: &CardCertificate, show_number: bool) -> Self {
        let number = card.subject_text(SERIAL_NUMBER);
        let name = card.subject_text(COMMON_NAME);
        let (common_name, serial_number) = match number {
            Some(number) if !show_number => {
                // Some authorities write the number into the common name too.
                let digits = number.rsplit('-').next().unwrap_or(&number).to_owned();
                let name = name.map(|name| name.replace(&digits, &masked(&digits)));
                (name, Some(masked(&number)))
            }
            other => (name, other),
        };
        Self {
            common_name,
            surname: card.subject_text(SURNAME),
            given_names: card.subject_text(GIVEN_NAME),
            serial_number,
            country: card.subject_text(COUNTRY),
        }
    }
}

/// The last two characters only, as everywhere else.
fn masked(number: &str) -> String {
    let length = number.chars().count();
    let mask = |(at, c): (usize, char)| if at + 2 < length && c != '-' { '*' } else { c };
    number.chars().enumerate().map(mask).collect()
}

impl Verdict {
    fn of<E: std::fmt::Display>(result: Result<(), E>, subject: Option<Named>) -> Self {
        match result {
            Ok(()) => Self { outcome: Outcome::Accept, code: "ok".to_owned(), subject },
            Err(why) => Self { outcome: Outcome::Reject, code: why.to_string(), subject },
        }
    }
}

/// RFC 3339, or a day alone, which means its first moment in UTC.
fn moment(text: &str) -> Result<Timestamp, String> {
    Timestamp::parse(text)
        .or_else(|| Timestamp::parse(&format!("{text}T00:00:00Z")))
        .ok_or_else(|| "a moment as 2026-11-23T10:58:02Z".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_but_the_last_two_characters_are_hidden() {
        assert_eq!(masked("85073003328"), "*********28");
        assert_eq!(masked("PNOEE-38001085718"), "*****-*********18");
        assert_eq!(masked("7"), "7");
    }

    #[test]
    fn a_day_alone_is_its_first_moment() {
        assert_eq!(moment("2021-08-01"), moment("2021-08-01T00:00:00Z"));
        assert!(moment("yesterday").is_err());
    }
}

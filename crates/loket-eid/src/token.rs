//! Reads a Web eID authentication token: its length, its JSON and its format. Refuses format 1.1,
//! which no released desktop application writes, and believes nothing that the token says.

use std::fmt;

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use loket_domain::caller::CardRefusal;
use serde::Deserialize;
use serde::de::IgnoredAny;

use crate::signature::Algorithm;

/// Fewest characters of a token.
pub const MIN_LENGTH: usize = 100;
/// Most characters of a token in format 1.0.
pub const MAX_LENGTH: usize = 10_000;

const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// A token whose form is right; nothing in it is verified. Does not print its content.
pub struct AuthToken {
    certificate: String,
    algorithm: Algorithm,
    signature: String,
}

/// The fields on the wire. Others, such as `appVersion` and `action`, are ignored; a field that
/// comes twice is refused by the reader.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Wire {
    unverified_certificate: Option<String>,
    algorithm: Option<String>,
    signature: Option<String>,
    format: Option<String>,
    unverified_signing_certificates: Option<IgnoredAny>,
    unverified_intermediate_certificates: Option<IgnoredAny>,
}

impl AuthToken {
    /// Reads the JSON text that the browser sent.
    pub fn read(text: &str) -> Result<Self, CardRefusal> {
        if !(MIN_LENGTH..=MAX_LENGTH).contains(&text.chars().count()) {
            return Err(CardRefusal::TokenUnreadable);
        }
        let wire: Wire = serde_json::from_str(text).map_err(|_| CardRefusal::TokenUnreadable)?;
        Self::from_wire(wire).ok_or(CardRefusal::TokenUnreadable)
    }

    fn from_wire(wire: Wire) -> Option<Self> {
        let version = Version::read(wire.format.as_deref()?)?;
        let has_fields_of_1_1 = wire.unverified_signing_certificates.is_some()
            || wire.unverified_intermediate_certificates.is_some();
        if !version.is_supported() || has_fields_of_1_1 {
            return None;
        }
        Some(Self {
            certificate: wire.unverified_certificate.filter(|text| !text.is_empty())?,
            algorithm: Algorithm::read(&wire.algorithm?)?,
            signature: wire.signature.filter(|text| !text.is_empty())?,
        })
    }

    /// The certificate's bytes, which should be DER.
    pub fn certificate(&self) -> Result<Vec<u8>, CardRefusal> {
        BASE64.decode(&self.certificate).map_err(|_| CardRefusal::CertificateUnreadable)
    }

    /// The algorithm that the token names.
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// The signature's bytes.
    pub fn signature(&self) -> Result<Vec<u8>, CardRefusal> {
        BASE64.decode(&self.signature).map_err(|_| CardRefusal::SignatureWrong)
    }
}

impl fmt::Debug for AuthToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AuthToken({:?})", self.algorithm)
    }
}

/// `web-eid:MAJOR` or `web-eid:MAJOR.MINOR`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Version {
    major: u16,
    minor: u16,
}

impl Version {
    fn read(format: &str) -> Option<Self> {
        let numbers = format.strip_prefix("web-eid:")?;
        let (major, minor) = match numbers.split_once('.') {
            Some((major, minor)) => (number(major)?, number(minor)?),
            None => (number(numbers)?, 0),
        };
        Some(Self { major, minor })
    }

    fn is_supported(self) -> bool {
        self == Self { major: 1, minor: 0 }
    }
}

/// One to three digits without a leading zero; `str::parse` would take a plus sign.
fn number(text: &str) -> Option<u16> {
    let plain = (1..=3).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_digit())
        && (text == "0" || !text.starts_with('0'));
    if plain { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(format: &str, more: &str) -> String {
        let filler = "A".repeat(100);
        format!(
            r#"{{"unverifiedCertificate":"{filler}","algorithm":"ES384","signature":"AAAA","format":"{format}","appVersion":"x"{more}}}"#
        )
    }

    #[test]
    fn formats_are_matched_exactly() {
        for good in ["web-eid:1", "web-eid:1.0"] {
            assert!(AuthToken::read(&token(good, "")).is_ok(), "{good}");
        }
        for bad in [
            "",
            "web-eid",
            "web-eid:",
            "web-eid:1.",
            "web-eid:1.0TEST",
            "web-eid:1.1.0",
            "web-eid:1.1",
            "web-eid:0.9",
            "web-eid:2",
            "web-eid:10",
            "web-eid:01",
            "web-eid:+1",
            "webauthn:1",
            "WEB-EID:1",
            " web-eid:1",
        ] {
            assert_eq!(
                AuthToken::read(&token(bad, "")).err(),
                Some(CardRefusal::TokenUnreadable),
                "{bad}"
            );
        }
    }

    #[test]
    fn length_is_bounded_on_both_sides() {
        let fits = token("web-eid:1.0", "");
        let room = MAX_LENGTH - fits.len() - r#","a":"""#.len();
        let longest = token("web-eid:1.0", &format!(r#","a":"{}""#, "x".repeat(room)));
        assert_eq!(longest.len(), MAX_LENGTH);
        assert!(AuthToken::read(&longest).is_ok());
        let too_long = token("web-eid:1.0", &format!(r#","a":"{}""#, "x".repeat(room + 1)));
        assert!(AuthToken::read(&too_long).is_err());
        assert!(AuthToken::read("{}").is_err());
        assert!(AuthToken::read(&" ".repeat(200)).is_err());
    }

    #[test]
    fn fields_of_the_later_format_are_refused() {
        let more = r#","unverifiedIntermediateCertificates":["AAAA"]"#;
        assert!(AuthToken::read(&token("web-eid:1.0", more)).is_err());
        assert!(AuthToken::read(&token("web-eid:1.0", r#","format":"web-eid:1""#)).is_err());
    }

    #[test]
    fn does_not_print_its_content() {
        let read = AuthToken::read(&token("web-eid:1", "")).unwrap();
        assert_eq!(format!("{read:?}"), "AuthToken(Es384)");
    }
}

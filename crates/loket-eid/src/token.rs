//! Reads a Web eID authentication token: its length, its JSON, its format, and the fields of that
//! format. Believes nothing that the token says.

use std::fmt;

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use serde::Deserialize;

use crate::fault::CardFault;
use crate::signature::Algorithm;

/// Fewest characters of a token.
pub const MIN_LENGTH: usize = 100;
/// Most characters of a token in format 1.0.
pub const MAX_LENGTH: usize = 10_000;
/// Most characters of a token in format 1.1, which brings certificates along.
pub const MAX_LENGTH_1_1: usize = 65_536;
/// Most certificates in one list of a token; real ones have one or two.
pub(crate) const MOST_CERTIFICATES: usize = 8;

const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// A token whose form is right; nothing in it is verified. Does not print its content.
pub struct AuthToken {
    certificate: String,
    algorithm: Algorithm,
    signature: String,
    intermediates: Vec<String>,
    signing: Vec<String>,
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
    unverified_signing_certificates: Option<Vec<Option<SigningEntry>>>,
    unverified_intermediate_certificates: Option<Vec<Option<String>>>,
}

/// Certificates that came along, in base64; they are decoded when they are looked at.
#[derive(Default)]
struct Enclosed {
    intermediates: Vec<String>,
    signing: Vec<String>,
}

/// A signing certificate of format 1.1.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SigningEntry {
    certificate: Option<String>,
    supported_signature_algorithms: Option<Vec<Option<SigningAlgorithm>>>,
    intermediate_certificates: Option<Vec<Option<String>>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SigningAlgorithm {
    crypto_algorithm: Option<String>,
    hash_function: Option<String>,
    padding_scheme: Option<String>,
}

impl AuthToken {
    /// Reads the JSON text that the browser sent.
    pub fn read(text: &str) -> Result<Self, CardFault> {
        let length = text.chars().count();
        if length < MIN_LENGTH {
            return Err(CardFault::TokenTooShort);
        }
        if length > MAX_LENGTH_1_1 {
            return Err(CardFault::TokenTooLong);
        }
        let wire: Wire = serde_json::from_str(text).map_err(|_| CardFault::TokenParse)?;
        let version = wire.format.as_deref().and_then(Version::read);
        let Enclosed { intermediates, signing } = match version {
            Some(Version { major: 1, minor: 0 }) if length > MAX_LENGTH => {
                return Err(CardFault::TokenTooLong);
            }
            Some(Version { major: 1, minor: 0 }) => wire.without_later_fields()?,
            Some(Version { major: 1, minor: 1 }) => wire.later_fields()?,
            _ => return Err(CardFault::UnsupportedFormat),
        };
        let filled = |text: Option<String>| text.filter(|text| !text.is_empty());
        let certificate =
            filled(wire.unverified_certificate).ok_or(CardFault::CertificateMissing)?;
        let algorithm = filled(wire.algorithm).ok_or(CardFault::AlgorithmMissing)?;
        Ok(Self {
            certificate,
            algorithm: Algorithm::read(&algorithm).ok_or(CardFault::UnsupportedAlgorithm)?,
            signature: filled(wire.signature).ok_or(CardFault::SignatureMissing)?,
            intermediates,
            signing,
        })
    }

    /// The certificate's bytes, which should be DER.
    pub fn certificate(&self) -> Result<Vec<u8>, CardFault> {
        decoded(&self.certificate)
    }

    /// The algorithm that the token names.
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// The signature's bytes.
    pub fn signature(&self) -> Result<Vec<u8>, CardFault> {
        BASE64.decode(&self.signature).map_err(|_| CardFault::SignatureDecoding)
    }

    /// Certificates of authorities that may help to find a path; none of them is trusted.
    pub fn intermediates(&self) -> Result<Vec<Vec<u8>>, CardFault> {
        self.intermediates.iter().map(|text| decoded(text)).collect()
    }

    /// Certificates with which the card signs documents: only compared, never used.
    pub fn signing_certificates(&self) -> Result<Vec<Vec<u8>>, CardFault> {
        self.signing.iter().map(|text| decoded(text)).collect()
    }
}

impl Wire {
    fn without_later_fields(&self) -> Result<Enclosed, CardFault> {
        if self.unverified_signing_certificates.is_some()
            || self.unverified_intermediate_certificates.is_some()
        {
            return Err(CardFault::FieldNotAllowed);
        }
        Ok(Enclosed::default())
    }

    /// Intermediates and signing certificates. The latter may be missing when the former are there.
    fn later_fields(&self) -> Result<Enclosed, CardFault> {
        let intermediates = match &self.unverified_intermediate_certificates {
            Some(list) => certificates(list)?,
            None => Vec::new(),
        };
        let entries = self.unverified_signing_certificates.as_deref().unwrap_or_default();
        if entries.is_empty() && intermediates.is_empty() {
            return Err(CardFault::SigningCertificatesMissing);
        }
        if entries.len() > MOST_CERTIFICATES {
            return Err(CardFault::SigningCertificateEntry);
        }
        let signing = entries
            .iter()
            .map(|entry| signing_certificate(entry.as_ref()))
            .collect::<Result<_, _>>()?;
        Ok(Enclosed { intermediates, signing })
    }
}

fn signing_certificate(entry: Option<&SigningEntry>) -> Result<String, CardFault> {
    let entry = entry.ok_or(CardFault::SigningCertificateEntry)?;
    let certificate = entry.certificate.as_deref().filter(|text| !text.is_empty());
    let certificate = certificate.ok_or(CardFault::SigningCertificateEntry)?;
    let algorithms = entry.supported_signature_algorithms.as_deref().unwrap_or_default();
    let known = |algorithm: &Option<SigningAlgorithm>| {
        algorithm.as_ref().is_some_and(SigningAlgorithm::is_known)
    };
    if algorithms.is_empty() || !algorithms.iter().all(known) {
        return Err(CardFault::SigningAlgorithms);
    }
    if let Some(list) = &entry.intermediate_certificates {
        certificates(list)?;
    }
    Ok(certificate.to_owned())
}

impl SigningAlgorithm {
    fn is_known(&self) -> bool {
        let is = |value: &Option<String>, known: &[&str]| {
            value.as_deref().is_some_and(|value| known.contains(&value))
        };
        is(&self.crypto_algorithm, &["ECC", "RSA"])
            && is(
                &self.hash_function,
                &[
                    "SHA-224", "SHA-256", "SHA-384", "SHA-512", "SHA3-224", "SHA3-256", "SHA3-384",
                    "SHA3-512",
                ],
            )
            && is(&self.padding_scheme, &["NONE", "PKCS1.5", "PSS"])
    }
}

/// A list of certificates in base64: neither empty nor with an empty entry.
fn certificates(list: &[Option<String>]) -> Result<Vec<String>, CardFault> {
    if list.is_empty() || list.len() > MOST_CERTIFICATES {
        return Err(CardFault::Intermediates);
    }
    list.iter()
        .map(|entry| match entry.as_deref() {
            None | Some("") => Err(CardFault::Intermediates),
            Some(text) => Ok(text.to_owned()),
        })
        .collect()
}

fn decoded(text: &str) -> Result<Vec<u8>, CardFault> {
    BASE64.decode(text).map_err(|_| CardFault::CertificateDecoding)
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
            "web-eid:1.2",
            "web-eid:1.10",
            "web-eid:0.9",
            "web-eid:2",
            "web-eid:10",
            "web-eid:01",
            "web-eid:+1",
            "webauthn:1",
            "WEB-EID:1",
            " web-eid:1",
        ] {
            let read = AuthToken::read(&token(bad, ""));
            assert_eq!(read.err(), Some(CardFault::UnsupportedFormat), "{bad}");
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
        let read = |format| AuthToken::read(&token(format, more)).err();
        assert_eq!(read("web-eid:1.0"), Some(CardFault::FieldNotAllowed));
        assert_eq!(read("web-eid:1.1"), None);
        assert!(AuthToken::read(&token("web-eid:1.0", r#","format":"web-eid:1""#)).is_err());
    }

    #[test]
    fn does_not_print_its_content() {
        let read = AuthToken::read(&token("web-eid:1", "")).unwrap();
        assert_eq!(format!("{read:?}"), "AuthToken(Es384)");
    }
}

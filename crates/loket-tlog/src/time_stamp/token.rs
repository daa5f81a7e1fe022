//! The token itself: signed data (RFC 5652) around what the authority states.

use std::time::Duration;

use cms::cert::CertificateChoices;
use cms::content_info::ContentInfo;
use cms::signed_data::{SignedData, SignerIdentifier, SignerInfo};
use der::asn1::{Int, OctetString};
use der::oid::ObjectIdentifier;
use der::{Any, DateTime, Decode, Encode, Sequence, Tag, Tagged};
use ring::digest;
use rustls_pki_types::{CertificateDer, SignatureVerificationAlgorithm, TrustAnchor, UnixTime};
use webpki::{EndEntityCert, KeyUsage, anchor_from_trusted_cert, ring as algorithms};
use x509_cert::Certificate;
use x509_cert::ext::Extensions;
use x509_cert::ext::pkix::{ExtendedKeyUsage, SubjectKeyIdentifier};
use x509_cert::spki::AlgorithmIdentifierOwned;
use x509_tsp::{Accuracy, MessageImprint};

use super::{SHA_256, TimeStampFault};

const fn oid(text: &str) -> ObjectIdentifier {
    ObjectIdentifier::new_unwrap(text)
}

const SIGNED_DATA: ObjectIdentifier = oid("1.2.840.113549.1.7.2");
const TST_INFO: ObjectIdentifier = oid("1.2.840.113549.1.9.16.1.4");
const CONTENT_TYPE: ObjectIdentifier = oid("1.2.840.113549.1.9.3");
const MESSAGE_DIGEST: ObjectIdentifier = oid("1.2.840.113549.1.9.4");
const SIGNING_CERTIFICATE: ObjectIdentifier = oid("1.2.840.113549.1.9.16.2.12");
const SIGNING_CERTIFICATE_V2: ObjectIdentifier = oid("1.2.840.113549.1.9.16.2.47");
const SHA_384: ObjectIdentifier = oid("2.16.840.1.101.3.4.2.2");
const SHA_512: ObjectIdentifier = oid("2.16.840.1.101.3.4.2.3");
const RSA: ObjectIdentifier = oid("1.2.840.113549.1.1.1");
const RSA_SHA_256: ObjectIdentifier = oid("1.2.840.113549.1.1.11");
const RSA_SHA_384: ObjectIdentifier = oid("1.2.840.113549.1.1.12");
const RSA_SHA_512: ObjectIdentifier = oid("1.2.840.113549.1.1.13");
const RSA_PSS: ObjectIdentifier = oid("1.2.840.113549.1.1.10");
const ECDSA_SHA_256: ObjectIdentifier = oid("1.2.840.10045.4.3.2");
const ECDSA_SHA_384: ObjectIdentifier = oid("1.2.840.10045.4.3.3");
const TIME_STAMPING: ObjectIdentifier = oid("1.3.6.1.5.5.7.3.8");

/// All that are supported, for the certificates above the signer.
const IN_CERTIFICATES: &[&dyn SignatureVerificationAlgorithm] = &[
    algorithms::ECDSA_P256_SHA256,
    algorithms::ECDSA_P256_SHA384,
    algorithms::ECDSA_P384_SHA256,
    algorithms::ECDSA_P384_SHA384,
    algorithms::RSA_PKCS1_2048_8192_SHA256,
    algorithms::RSA_PKCS1_2048_8192_SHA384,
    algorithms::RSA_PKCS1_2048_8192_SHA512,
    algorithms::RSA_PSS_2048_8192_SHA256_LEGACY_KEY,
    algorithms::RSA_PSS_2048_8192_SHA384_LEGACY_KEY,
    algorithms::RSA_PSS_2048_8192_SHA512_LEGACY_KEY,
];

/// The certificate of an authority, trusted by configuration.
#[derive(Debug, Clone)]
pub struct Authority(TrustAnchor<'static>);

impl Authority {
    /// From a certificate in DER.
    pub fn from_der(certificate: &[u8]) -> Result<Self, TimeStampFault> {
        anchor_from_trusted_cert(&CertificateDer::from(certificate))
            .map(|anchor| Self(anchor.to_owned()))
            .map_err(|_| TimeStampFault::Authority)
    }
}

/// What an authority states.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimeStamp {
    /// When, in seconds since 1970 UTC; fractions are cut off.
    pub time: u64,
    /// Identifier of the policy under which it states this.
    pub policy: String,
    /// Subject of its certificate.
    pub authority: String,
}

/// As in RFC 3161 section 2.4.2, with a time that may have fractions of a second.
#[derive(Debug, Clone, PartialEq, Eq, Sequence)]
struct Statement {
    version: u8,
    policy: ObjectIdentifier,
    message_imprint: MessageImprint,
    serial_number: Int,
    gen_time: Any,
    #[asn1(optional = "true")]
    accuracy: Option<Accuracy>,
    #[asn1(default = "Default::default")]
    ordering: bool,
    #[asn1(optional = "true")]
    nonce: Option<Int>,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT", optional = "true")]
    tsa: Option<Any>,
    #[asn1(context_specific = "1", tag_mode = "IMPLICIT", optional = "true")]
    extensions: Option<Extensions>,
}

/// The attribute of RFC 2634 (SHA-1) as far as it is looked at.
#[derive(Debug, Clone, PartialEq, Eq, Sequence)]
struct SigningCertificate {
    certificates: Vec<CertificateId>,
    #[asn1(optional = "true")]
    policies: Option<Any>,
}

#[derive(Debug, Clone, PartialEq, Eq, Sequence)]
struct CertificateId {
    hash: OctetString,
    #[asn1(optional = "true")]
    issuer_serial: Option<Any>,
}

/// The attribute of RFC 5035 (any hash, SHA-256 when none is named).
#[derive(Debug, Clone, PartialEq, Eq, Sequence)]
struct SigningCertificateV2 {
    certificates: Vec<CertificateIdV2>,
    #[asn1(optional = "true")]
    policies: Option<Any>,
}

#[derive(Debug, Clone, PartialEq, Eq, Sequence)]
struct CertificateIdV2 {
    #[asn1(optional = "true")]
    algorithm: Option<AlgorithmIdentifierOwned>,
    hash: OctetString,
    #[asn1(optional = "true")]
    issuer_serial: Option<Any>,
}

pub(super) fn verify(
    token: &ContentInfo,
    imprint: &[u8; 32],
    nonce: Option<[u8; 8]>,
    authorities: &[Authority],
) -> Result<TimeStamp, TimeStampFault> {
    if token.content_type != SIGNED_DATA {
        return Err(TimeStampFault::Form);
    }
    let envelope: SignedData = token.content.decode_as().map_err(|_| TimeStampFault::Form)?;
    let content = envelope.encap_content_info.econtent.as_ref().ok_or(TimeStampFault::Form)?;
    if envelope.encap_content_info.econtent_type != TST_INFO || content.tag() != Tag::OctetString {
        return Err(TimeStampFault::Form);
    }
    let statement = Statement::from_der(content.value()).map_err(|_| TimeStampFault::Form)?;
    let stated = &statement.message_imprint;
    if stated.hash_algorithm.oid != SHA_256 || stated.hashed_message.as_bytes() != imprint {
        return Err(TimeStampFault::Imprint);
    }
    let answers = |nonce: [u8; 8]| statement.nonce.as_ref().is_some_and(|n| n.as_bytes() == nonce);
    if !nonce.is_none_or(answers) {
        return Err(TimeStampFault::Nonce);
    }
    let [signer] = envelope.signer_infos.0.as_slice() else { return Err(TimeStampFault::Form) };
    let certificates = certificates(&envelope);
    let (certificate, der) = certificates
        .iter()
        .find(|(certificate, _)| is_signer(certificate, &signer.sid))
        .ok_or(TimeStampFault::Signer)?;
    let time = moment(&statement.gen_time).ok_or(TimeStampFault::Form)?;
    check_attributes(signer, content.value(), der)?;
    check_signature(signer, der)?;
    check_signer(certificate, der, &certificates, time, authorities)?;
    Ok(TimeStamp {
        time,
        policy: statement.policy.to_string(),
        authority: certificate.tbs_certificate.subject.to_string(),
    })
}

fn certificates(envelope: &SignedData) -> Vec<(&Certificate, CertificateDer<'static>)> {
    let all = envelope.certificates.iter().flat_map(|set| set.0.iter());
    all.filter_map(|choice| match choice {
        CertificateChoices::Certificate(certificate) => {
            Some((certificate, CertificateDer::from(certificate.to_der().ok()?)))
        }
        CertificateChoices::Other(_) => None,
    })
    .collect()
}

fn is_signer(certificate: &Certificate, signer: &SignerIdentifier) -> bool {
    let own = &certificate.tbs_certificate;
    match signer {
        SignerIdentifier::IssuerAndSerialNumber(named) => {
            own.issuer == named.issuer && own.serial_number == named.serial_number
        }
        SignerIdentifier::SubjectKeyIdentifier(named) => {
            matches!(own.get::<SubjectKeyIdentifier>(), Ok(Some((_, key))) if key == *named)
        }
    }
}

/// The one value of a signed attribute that must stand there once.
fn attribute(signer: &SignerInfo, wanted: ObjectIdentifier) -> Option<&Any> {
    let mut found =
        signer.signed_attrs.iter().flat_map(|all| all.iter()).filter(|a| a.oid == wanted);
    match (found.next(), found.next()) {
        (Some(attribute), None) => match attribute.values.as_slice() {
            [value] => Some(value),
            _ => None,
        },
        _ => None,
    }
}

/// What is signed are the attributes: they must name the content, its digest and the certificate.
fn check_attributes(
    signer: &SignerInfo,
    content: &[u8],
    certificate: &CertificateDer<'_>,
) -> Result<(), TimeStampFault> {
    let wrong = TimeStampFault::Signature;
    let content_type: ObjectIdentifier = attribute(signer, CONTENT_TYPE)
        .and_then(|value| value.decode_as().ok())
        .ok_or_else(|| wrong.clone())?;
    let stated: OctetString = attribute(signer, MESSAGE_DIGEST)
        .and_then(|value| value.decode_as().ok())
        .ok_or_else(|| wrong.clone())?;
    let own = digest_of(signer.digest_alg.oid, content).ok_or_else(|| wrong.clone())?;
    if content_type == TST_INFO
        && stated.as_bytes() == own.as_ref()
        && names_certificate(signer, certificate)
    {
        Ok(())
    } else {
        Err(wrong)
    }
}

/// The first certificate of the attribute is that of the signer (RFC 5816).
fn names_certificate(signer: &SignerInfo, certificate: &CertificateDer<'_>) -> bool {
    if let Some(value) = attribute(signer, SIGNING_CERTIFICATE_V2) {
        let Ok(named) = value.decode_as::<SigningCertificateV2>() else { return false };
        return named.certificates.first().is_some_and(|id| {
            let algorithm = id.algorithm.as_ref().map_or(SHA_256, |named| named.oid);
            digest_of(algorithm, certificate).is_some_and(|own| own.as_ref() == id.hash.as_bytes())
        });
    }
    let Some(value) = attribute(signer, SIGNING_CERTIFICATE) else { return false };
    let Ok(named) = value.decode_as::<SigningCertificate>() else { return false };
    let own = digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, certificate);
    named.certificates.first().is_some_and(|id| id.hash.as_bytes() == own.as_ref())
}

fn digest_of(algorithm: ObjectIdentifier, bytes: &[u8]) -> Option<digest::Digest> {
    let algorithm = match algorithm {
        SHA_256 => &digest::SHA256,
        SHA_384 => &digest::SHA384,
        SHA_512 => &digest::SHA512,
        _ => return None,
    };
    Some(digest::digest(algorithm, bytes))
}

fn check_signature(
    signer: &SignerInfo,
    certificate: &CertificateDer<'_>,
) -> Result<(), TimeStampFault> {
    let wrong = |()| TimeStampFault::Signature;
    let key = EndEntityCert::try_from(certificate).map_err(|_| TimeStampFault::Signer)?;
    let attributes = signer.signed_attrs.as_ref().ok_or(()).map_err(wrong)?;
    let message = attributes.to_der().map_err(|_| ()).map_err(wrong)?;
    let verifies = |algorithm: &&dyn SignatureVerificationAlgorithm| {
        key.verify_signature(*algorithm, &message, signer.signature.as_bytes()).is_ok()
    };
    if signature_algorithms(signer).iter().any(verifies) {
        Ok(())
    } else {
        Err(TimeStampFault::Signature)
    }
}

fn signature_algorithms(signer: &SignerInfo) -> Vec<&'static dyn SignatureVerificationAlgorithm> {
    match (signer.signature_algorithm.oid, signer.digest_alg.oid) {
        (RSA_SHA_256, _) | (RSA, SHA_256) => vec![algorithms::RSA_PKCS1_2048_8192_SHA256],
        (RSA_SHA_384, _) | (RSA, SHA_384) => vec![algorithms::RSA_PKCS1_2048_8192_SHA384],
        (RSA_SHA_512, _) | (RSA, SHA_512) => vec![algorithms::RSA_PKCS1_2048_8192_SHA512],
        (RSA_PSS, SHA_256) => vec![algorithms::RSA_PSS_2048_8192_SHA256_LEGACY_KEY],
        (RSA_PSS, SHA_384) => vec![algorithms::RSA_PSS_2048_8192_SHA384_LEGACY_KEY],
        (RSA_PSS, SHA_512) => vec![algorithms::RSA_PSS_2048_8192_SHA512_LEGACY_KEY],
        (ECDSA_SHA_256, _) => {
            vec![algorithms::ECDSA_P256_SHA256, algorithms::ECDSA_P384_SHA256]
        }
        (ECDSA_SHA_384, _) => {
            vec![algorithms::ECDSA_P256_SHA384, algorithms::ECDSA_P384_SHA384]
        }
        _ => Vec::new(),
    }
}

/// The certificate is for time-stamps and nothing else, critically so (RFC 3161 section 2.3), and
/// leads to a trusted one at the stated time.
fn check_signer(
    certificate: &Certificate,
    der: &CertificateDer<'_>,
    all: &[(&Certificate, CertificateDer<'static>)],
    time: u64,
    authorities: &[Authority],
) -> Result<(), TimeStampFault> {
    let usage = certificate.tbs_certificate.get::<ExtendedKeyUsage>();
    let only = matches!(&usage, Ok(Some((true, usage))) if usage.0 == [TIME_STAMPING]);
    if !only {
        return Err(TimeStampFault::Signer);
    }
    let anchors: Vec<TrustAnchor<'_>> = authorities.iter().map(|known| known.0.clone()).collect();
    let between: Vec<CertificateDer<'_>> = all.iter().map(|(_, der)| der.clone()).collect();
    EndEntityCert::try_from(der)
        .and_then(|end| {
            end.verify_for_usage(
                IN_CERTIFICATES,
                &anchors,
                &between,
                UnixTime::since_unix_epoch(Duration::from_secs(time)),
                KeyUsage::required(TIME_STAMPING.as_bytes()),
                None,
                None,
            )
            .map(drop)
        })
        .map_err(|_| TimeStampFault::Signer)
}

/// Seconds of a `GeneralizedTime` in the form of RFC 3161: `YYYYMMDDhhmmss[.s…]Z`.
fn moment(time: &Any) -> Option<u64> {
    let text = std::str::from_utf8(time.value()).ok()?.strip_suffix('Z')?;
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "1"));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    // DER writes no zero at the end of a fraction.
    let plain = digits(whole) && digits(fraction) && !fraction.ends_with('0');
    if time.tag() != Tag::GeneralizedTime || whole.len() != 14 || !plain {
        return None;
    }
    let part = |from: usize, to: usize| whole.get(from..to)?.parse::<u8>().ok();
    let year = whole.get(..4)?.parse().ok()?;
    let (month, day) = (part(4, 6)?, part(6, 8)?);
    let (hour, minute, second) = (part(8, 10)?, part(10, 12)?, part(12, 14)?);
    let time = DateTime::new(year, month, day, hour, minute, second).ok()?;
    Some(time.unix_duration().as_secs())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Option<u64> {
        moment(&Any::new(Tag::GeneralizedTime, text.as_bytes()).unwrap())
    }

    #[test]
    fn times_with_and_without_fractions_are_read() {
        assert_eq!(of("20230607112626Z"), Some(1_686_137_186));
        assert_eq!(of("20230607112626.5Z"), Some(1_686_137_186));
        assert_eq!(of("20230607112626.123Z"), Some(1_686_137_186));
        for wrong in [
            "20230607112626",
            "20230607112626.Z",
            "20230607112626.50Z",
            "202306071126Z",
            "20231307112626Z",
            "2023060711262xZ",
            "20230607112626+0100",
        ] {
            assert_eq!(of(wrong), None, "{wrong}");
        }
    }
}

//! Why a token or a certificate is not accepted, with the stable codes that support and outside
//! tests compare. The trail and the pages know the coarser [`CardRefusal`] only.

use loket_domain::caller::CardRefusal;

use crate::ocsp::OcspFault;

/// Why a card is refused. The text is the stable code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CardFault {
    /// Fewer characters than any token has.
    #[error("token_too_short")]
    TokenTooShort,
    /// More characters than its format may have.
    #[error("token_too_long")]
    TokenTooLong,
    /// Not JSON, a field of another type, or a field twice.
    #[error("token_parse_error")]
    TokenParse,
    /// None of the formats that are read.
    #[error("unsupported_format")]
    UnsupportedFormat,
    /// A field of format 1.1 in an older one.
    #[error("field_not_allowed_for_format")]
    FieldNotAllowed,
    /// No certificate.
    #[error("certificate_missing")]
    CertificateMissing,
    /// No algorithm.
    #[error("algorithm_missing")]
    AlgorithmMissing,
    /// An algorithm that is not on the list.
    #[error("unsupported_algorithm")]
    UnsupportedAlgorithm,
    /// No signature.
    #[error("signature_missing")]
    SignatureMissing,
    /// Format 1.1 with neither signing certificates nor intermediates.
    #[error("signing_certificates_missing")]
    SigningCertificatesMissing,
    /// An entry of the signing certificates without a certificate.
    #[error("signing_certificate_entry_invalid")]
    SigningCertificateEntry,
    /// Algorithms of a signing certificate that are missing or not on the list.
    #[error("signing_algorithms_invalid")]
    SigningAlgorithms,
    /// A signing certificate that names somebody else.
    #[error("signing_certificate_subject_mismatch")]
    SigningCertificateSubject,
    /// A signing certificate that the authority of the card did not issue.
    #[error("signing_certificate_issuer_mismatch")]
    SigningCertificateIssuer,
    /// A signing certificate that is not for signing.
    #[error("signing_certificate_wrong_purpose")]
    SigningCertificatePurpose,
    /// A signing certificate that is not valid now.
    #[error("signing_certificate_expired")]
    SigningCertificateDates,
    /// A list of intermediates that is empty, has an empty entry, or is too long.
    #[error("intermediates_invalid")]
    Intermediates,
    /// A certificate that is no base64 of one DER certificate.
    #[error("certificate_decoding_failed")]
    CertificateDecoding,
    /// The certificate does not say what its key may be used for.
    #[error("key_usage_missing")]
    KeyUsageMissing,
    /// The key is not for signing in.
    #[error("wrong_purpose")]
    WrongPurpose,
    /// A policy that is forbidden.
    #[error("disallowed_policy")]
    DisallowedPolicy,
    /// None of the policies that are asked for.
    #[error("policy_not_allowed")]
    PolicyNotAllowed,
    /// The certificate, or the root of its path, is not valid yet.
    #[error("certificate_not_yet_valid")]
    NotYetValid,
    /// The certificate, or the root of its path, is not valid any more.
    #[error("certificate_expired")]
    Expired,
    /// No path to a pinned root.
    #[error("certificate_not_trusted")]
    NotTrusted,
    /// The subject has no single valid number.
    #[error("certificate_subject_invalid")]
    Subject,
    /// Revocation.
    #[error(transparent)]
    Ocsp(#[from] OcspFault),
    /// There is no challenge.
    #[error("nonce_missing")]
    NonceMissing,
    /// The signature is no base64.
    #[error("signature_decoding_failed")]
    SignatureDecoding,
    /// The signature does not fit origin, challenge and certificate.
    #[error("signature_invalid")]
    SignatureInvalid,
}

impl From<CardFault> for CardRefusal {
    fn from(fault: CardFault) -> Self {
        match fault {
            CardFault::TokenTooShort
            | CardFault::TokenTooLong
            | CardFault::TokenParse
            | CardFault::UnsupportedFormat
            | CardFault::FieldNotAllowed
            | CardFault::CertificateMissing
            | CardFault::AlgorithmMissing
            | CardFault::UnsupportedAlgorithm
            | CardFault::SignatureMissing
            | CardFault::SigningCertificatesMissing
            | CardFault::SigningCertificateEntry
            | CardFault::SigningAlgorithms
            | CardFault::Intermediates => Self::TokenUnreadable,
            CardFault::CertificateDecoding => Self::CertificateUnreadable,
            CardFault::KeyUsageMissing
            | CardFault::WrongPurpose
            | CardFault::SigningCertificatePurpose => Self::CertificatePurpose,
            CardFault::DisallowedPolicy | CardFault::PolicyNotAllowed => Self::CertificatePolicy,
            CardFault::NotYetValid | CardFault::Expired | CardFault::SigningCertificateDates => {
                Self::CertificateDates
            }
            CardFault::NotTrusted | CardFault::SigningCertificateIssuer => {
                Self::CertificateUntrusted
            }
            CardFault::Subject | CardFault::SigningCertificateSubject => Self::CertificateSubject,
            CardFault::Ocsp(fault) => fault.into(),
            CardFault::NonceMissing => Self::ChallengeMissing,
            CardFault::SignatureDecoding | CardFault::SignatureInvalid => Self::SignatureWrong,
        }
    }
}

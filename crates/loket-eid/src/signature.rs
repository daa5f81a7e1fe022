//! Signatures: the one in the token over origin and challenge, and those over certificates and
//! OCSP answers. The key decides which algorithm is possible; a token cannot talk us into another.

use ring::digest::{self, SHA256, SHA384, SHA512, digest};
use ring::signature as ring_signature;
use ring::signature::{UnparsedPublicKey, VerificationAlgorithm};
use rustls_pki_types::{AlgorithmIdentifier, SignatureVerificationAlgorithm, alg_id};
use x509_cert::der::Encode;
use x509_cert::spki::{AlgorithmIdentifierOwned, SubjectPublicKeyInfoOwned};

use crate::p521;

/// JSON Web Algorithms that Web eID knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Algorithm {
    /// ECDSA, P-256, SHA-256.
    Es256,
    /// ECDSA, P-384, SHA-384: the Belgian cards of today.
    Es384,
    /// ECDSA, P-521, SHA-512.
    Es512,
    /// RSA PKCS#1 v1.5, SHA-256: older Belgian cards.
    Rs256,
    /// RSA PKCS#1 v1.5, SHA-384.
    Rs384,
    /// RSA PKCS#1 v1.5, SHA-512.
    Rs512,
    /// RSA PSS, SHA-256, salt of 32 bytes.
    Ps256,
    /// RSA PSS, SHA-384, salt of 48 bytes.
    Ps384,
    /// RSA PSS, SHA-512, salt of 64 bytes.
    Ps512,
}

/// Algorithms of certificates and OCSP answers: ring's, and ECDSA on P-521.
pub(crate) static ALGORITHMS: &[&dyn SignatureVerificationAlgorithm] = &[
    webpki::ring::ECDSA_P256_SHA256,
    webpki::ring::ECDSA_P256_SHA384,
    webpki::ring::ECDSA_P384_SHA256,
    webpki::ring::ECDSA_P384_SHA384,
    webpki::ring::RSA_PKCS1_2048_8192_SHA256,
    webpki::ring::RSA_PKCS1_2048_8192_SHA384,
    webpki::ring::RSA_PKCS1_2048_8192_SHA512,
    webpki::ring::RSA_PSS_2048_8192_SHA256_LEGACY_KEY,
    webpki::ring::RSA_PSS_2048_8192_SHA384_LEGACY_KEY,
    webpki::ring::RSA_PSS_2048_8192_SHA512_LEGACY_KEY,
    &p521::EcdsaP521Sha512,
];

/// The signature does not fit message and key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the signature does not fit")]
pub struct WrongSignature;

impl Algorithm {
    /// Reads the name in the token, case included.
    pub fn read(name: &str) -> Option<Self> {
        Some(match name {
            "ES256" => Self::Es256,
            "ES384" => Self::Es384,
            "ES512" => Self::Es512,
            "RS256" => Self::Rs256,
            "RS384" => Self::Rs384,
            "RS512" => Self::Rs512,
            "PS256" => Self::Ps256,
            "PS384" => Self::Ps384,
            "PS512" => Self::Ps512,
            _ => return None,
        })
    }

    fn hash(self) -> &'static digest::Algorithm {
        match self {
            Self::Es256 | Self::Rs256 | Self::Ps256 => &SHA256,
            Self::Es384 | Self::Rs384 | Self::Ps384 => &SHA384,
            Self::Es512 | Self::Rs512 | Self::Ps512 => &SHA512,
        }
    }

    fn key(self) -> AlgorithmIdentifier {
        match self {
            Self::Es256 => alg_id::ECDSA_P256,
            Self::Es384 => alg_id::ECDSA_P384,
            Self::Es512 => alg_id::ECDSA_P521,
            _ => alg_id::RSA_ENCRYPTION,
        }
    }

    /// Ring's form of the algorithm; ECDSA with r and s of fixed length, never DER.
    fn ring(self) -> Option<&'static dyn VerificationAlgorithm> {
        Some(match self {
            Self::Es256 => &ring_signature::ECDSA_P256_SHA256_FIXED,
            Self::Es384 => &ring_signature::ECDSA_P384_SHA384_FIXED,
            Self::Es512 => return None,
            Self::Rs256 => &ring_signature::RSA_PKCS1_2048_8192_SHA256,
            Self::Rs384 => &ring_signature::RSA_PKCS1_2048_8192_SHA384,
            Self::Rs512 => &ring_signature::RSA_PKCS1_2048_8192_SHA512,
            Self::Ps256 => &ring_signature::RSA_PSS_2048_8192_SHA256,
            Self::Ps384 => &ring_signature::RSA_PSS_2048_8192_SHA384,
            Self::Ps512 => &ring_signature::RSA_PSS_2048_8192_SHA512,
        })
    }

    /// What the card signs (and hashes once more): `hash(origin)` followed by `hash(challenge)`,
    /// both as text; the challenge is not decoded from base64.
    pub fn signed_value(self, origin: &str, challenge: &str) -> Vec<u8> {
        let mut value = digest(self.hash(), origin.as_bytes()).as_ref().to_vec();
        value.extend_from_slice(digest(self.hash(), challenge.as_bytes()).as_ref());
        value
    }

    /// Checks the token's signature under the certificate's key.
    pub fn verify(
        self,
        key: &SubjectPublicKeyInfoOwned,
        origin: &str,
        challenge: &str,
        signature: &[u8],
    ) -> Result<(), WrongSignature> {
        if !is(&key.algorithm, self.key())? {
            return Err(WrongSignature);
        }
        let message = self.signed_value(origin, challenge);
        let point_or_modulus = key.subject_public_key.as_bytes().ok_or(WrongSignature)?;
        match self.ring() {
            Some(algorithm) => UnparsedPublicKey::new(algorithm, point_or_modulus)
                .verify(&message, signature)
                .map_err(|_| WrongSignature),
            None => p521::verify_fixed(point_or_modulus, &message, signature)
                .map_err(|_| WrongSignature),
        }
    }
}

/// Checks a signature over DER, such as a certificate's, by the algorithm that it names.
pub(crate) fn verify_signed(
    key: &SubjectPublicKeyInfoOwned,
    algorithm: &AlgorithmIdentifierOwned,
    message: &[u8],
    signature: &[u8],
) -> Result<(), WrongSignature> {
    let key_bytes = key.subject_public_key.as_bytes().ok_or(WrongSignature)?;
    for known in ALGORITHMS {
        if is(algorithm, known.signature_alg_id())?
            && is(&key.algorithm, known.public_key_alg_id())?
        {
            return known
                .verify_signature(key_bytes, message, signature)
                .map_err(|_| WrongSignature);
        }
    }
    Err(WrongSignature)
}

/// Whether a parsed identifier is this one, parameters included.
fn is(
    identifier: &AlgorithmIdentifierOwned,
    known: AlgorithmIdentifier,
) -> Result<bool, WrongSignature> {
    let mut content = identifier.oid.to_der().map_err(|_| WrongSignature)?;
    if let Some(parameters) = &identifier.parameters {
        content.extend(parameters.to_der().map_err(|_| WrongSignature)?);
    }
    Ok(content == known.as_ref())
}

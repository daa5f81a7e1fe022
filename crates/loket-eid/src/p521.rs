//! ECDSA on P-521 with SHA-512, which ring lacks: some test and foreign authorities sign with it.

use p521::ecdsa::signature::hazmat::PrehashVerifier;
use p521::ecdsa::{Signature, VerifyingKey};
use ring::digest::{SHA512, digest};
use rustls_pki_types::{
    AlgorithmIdentifier, InvalidSignature, SignatureVerificationAlgorithm, alg_id,
};

/// ECDSA on P-521 over SHA-512, signature in DER.
#[derive(Debug)]
pub(crate) struct EcdsaP521Sha512;

impl SignatureVerificationAlgorithm for EcdsaP521Sha512 {
    fn verify_signature(
        &self,
        public_key: &[u8],
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), InvalidSignature> {
        let signature = Signature::from_der(signature).map_err(|_| InvalidSignature)?;
        check(public_key, message, &signature)
    }

    fn public_key_alg_id(&self) -> AlgorithmIdentifier {
        alg_id::ECDSA_P521
    }

    fn signature_alg_id(&self) -> AlgorithmIdentifier {
        alg_id::ECDSA_SHA512
    }
}

/// Checks a signature of fixed length, r and s in 66 bytes each.
pub(crate) fn verify_fixed(
    public_key: &[u8],
    message: &[u8],
    signature: &[u8],
) -> Result<(), InvalidSignature> {
    let signature = Signature::from_slice(signature).map_err(|_| InvalidSignature)?;
    check(public_key, message, &signature)
}

fn check(public_key: &[u8], message: &[u8], signature: &Signature) -> Result<(), InvalidSignature> {
    let key = VerifyingKey::from_sec1_bytes(public_key).map_err(|_| InvalidSignature)?;
    key.verify_prehash(digest(&SHA512, message).as_ref(), signature).map_err(|_| InvalidSignature)
}

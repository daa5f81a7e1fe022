//! Slow hashes: argon2id with 19 MiB, two passes and one lane (RFC 9106; the least that OWASP
//! recommends), so that each try at a stolen hash costs as much as it does here.

use argon2::password_hash::phc::{Ident, Output, ParamsString, PasswordHash, Salt};
use argon2::{Algorithm, Argon2, Params, Version};
use loket_domain::Timestamp;
use loket_domain::key::TotpSeed;
use loket_domain::port::{Hashing, KeyFault};
use loket_domain::secret::Secret;

use crate::totp;

/// Memory in KiB.
const MEMORY: u32 = 19_456;
/// Passes over the memory.
const PASSES: u32 = 2;
/// Bytes of a hash.
const LENGTH: usize = 32;

/// Passwords, activation codes and authenticator apps.
#[derive(Debug, Clone)]
pub struct Hasher {
    issuer: String,
}

impl Hasher {
    /// `issuer` is the name that an authenticator app shows beside the account; without a colon,
    /// which would end it.
    pub fn new(issuer: &str) -> Result<Self, KeyFault> {
        if issuer.trim().is_empty() || issuer.contains(':') {
            return Err(KeyFault::Internal);
        }
        Ok(Self { issuer: issuer.to_owned() })
    }
}

impl Hashing for Hasher {
    fn hash_password(&self, password: &Secret, salt: [u8; 16]) -> Result<String, KeyFault> {
        let hash = stretch(params(MEMORY, PASSES, 1)?, password, &salt)?;
        let phc = PasswordHash {
            algorithm: Ident::new("argon2id").map_err(|_| KeyFault::Internal)?,
            version: Some(Version::V0x13.into()),
            params: ParamsString::try_from(&params(MEMORY, PASSES, 1)?)
                .map_err(|_| KeyFault::Internal)?,
            salt: Some(Salt::new(&salt).map_err(|_| KeyFault::Internal)?),
            hash: Some(Output::new(&hash).map_err(|_| KeyFault::Internal)?),
        };
        Ok(phc.to_string())
    }

    fn stretch_code(&self, code: &Secret, salt: [u8; 16]) -> Result<[u8; 32], KeyFault> {
        stretch(params(MEMORY, PASSES, 1)?, code, &salt)
    }

    fn totp_address(&self, seed: &TotpSeed, account: &str) -> Result<Secret, KeyFault> {
        totp::address(&self.issuer, seed, account)
    }

    fn totp_step(
        &self,
        seed: &TotpSeed,
        code: &str,
        now: Timestamp,
        after: Option<u64>,
    ) -> Option<u64> {
        totp::step(seed, code, now, after)
    }
}

fn params(memory: u32, passes: u32, lanes: u32) -> Result<Params, KeyFault> {
    Params::new(memory, passes, lanes, Some(LENGTH)).map_err(|_| KeyFault::Internal)
}

fn stretch(params: Params, secret: &Secret, salt: &[u8]) -> Result<[u8; LENGTH], KeyFault> {
    let mut hash = [0; LENGTH];
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(secret.expose().as_bytes(), salt, &mut hash)
        .map_err(|_| KeyFault::Internal)?;
    Ok(hash)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(text: &str) -> Secret {
        Secret::new(text.to_owned())
    }

    #[test]
    fn a_hash_depends_on_password_and_salt_and_on_nothing_else() {
        let hasher = Hasher::new("Loket").unwrap();
        let phc = hasher.hash_password(&secret("drie gele fietsen"), [7; 16]).unwrap();
        assert!(phc.starts_with("$argon2id$v=19$m=19456,t=2,p=1$BwcHBwcHBwcHBwcHBwcHBw$"), "{phc}");
        assert_eq!(hasher.hash_password(&secret("drie gele fietsen"), [7; 16]).unwrap(), phc);
        for (password, salt) in [("drie gele fietsem", 7), ("", 7), ("drie gele fietsen", 8)] {
            assert_ne!(hasher.hash_password(&secret(password), [salt; 16]).unwrap(), phc);
        }
    }

    #[test]
    fn a_stretched_code_depends_on_code_and_salt() {
        let hasher = Hasher::new("Loket").unwrap();
        let one = hasher.stretch_code(&secret("4F7K9Q2M"), [1; 16]).unwrap();
        assert_eq!(hasher.stretch_code(&secret("4F7K9Q2M"), [1; 16]).unwrap(), one);
        assert_ne!(hasher.stretch_code(&secret("4F7K9Q2M"), [2; 16]).unwrap(), one);
        assert_ne!(hasher.stretch_code(&secret("4F7K9Q2N"), [1; 16]).unwrap(), one);
    }

    #[test]
    fn an_issuer_with_a_colon_is_refused() {
        assert!(Hasher::new("Loket: test").is_err());
        assert!(Hasher::new(" ").is_err());
    }
}

//! Slow hashes: argon2id with 19 MiB, two passes and one lane (RFC 9106; the least that OWASP
//! recommends), so that each try at a stolen hash costs as much as it does here.

use argon2::password_hash::phc::{Ident, Output, ParamsString, PasswordHash, Salt};
use argon2::{Algorithm, Argon2, Params, Version};
use loket_domain::Timestamp;
use loket_domain::key::TotpSeed;
use loket_domain::port::{Hashing, KeyFault};
use loket_domain::secret::Secret;
use subtle::ConstantTimeEq;

use crate::totp;

/// Memory in KiB.
const MEMORY: u32 = 19_456;
/// Passes over the memory.
const PASSES: u32 = 2;
/// Bytes of a hash.
const LENGTH: usize = 32;
/// Most memory, in KiB, and most passes that a stored hash may ask for: a row that was tampered
/// with must not stop the server.
const MOST: (u32, u32) = (262_144, 10);

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

    fn verify_password(&self, password: &Secret, phc: &str) -> bool {
        let Some((params, salt, wanted)) = read(phc) else { return false };
        stretch(params, password, &salt).is_ok_and(|hash| hash.ct_eq(&wanted).into())
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

/// Parameters, salt and hash of a PHC string, when it is one of ours.
fn read(phc: &str) -> Option<(Params, Vec<u8>, [u8; LENGTH])> {
    let stored = PasswordHash::new(phc).ok()?;
    let ours =
        stored.algorithm.as_str() == "argon2id" && stored.version == Some(Version::V0x13.into());
    let decimal = |name: &str| stored.params.get_decimal(name);
    let (memory, passes, lanes) = (decimal("m")?, decimal("t")?, decimal("p")?);
    if !ours || memory > MOST.0 || passes > MOST.1 || lanes != 1 {
        return None;
    }
    let hash = stored.hash?.as_bytes().try_into().ok()?;
    Some((params(memory, passes, lanes).ok()?, stored.salt?.as_ref().to_vec(), hash))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(text: &str) -> Secret {
        Secret::new(text.to_owned())
    }

    #[test]
    fn a_password_matches_its_own_hash_only() {
        let hasher = Hasher::new("Loket").unwrap();
        let phc = hasher.hash_password(&secret("drie gele fietsen"), [7; 16]).unwrap();
        assert!(phc.starts_with("$argon2id$v=19$m=19456,t=2,p=1$BwcHBwcHBwcHBwcHBwcHBw$"), "{phc}");
        assert!(hasher.verify_password(&secret("drie gele fietsen"), &phc));
        assert!(!hasher.verify_password(&secret("drie gele fietsem"), &phc));
        assert!(!hasher.verify_password(&secret(""), &phc));
        let other = hasher.hash_password(&secret("drie gele fietsen"), [8; 16]).unwrap();
        assert_ne!(phc, other);
    }

    #[test]
    fn a_hash_that_is_not_ours_matches_nothing() {
        let hasher = Hasher::new("Loket").unwrap();
        let phc = hasher.hash_password(&secret("drie gele fietsen"), [7; 16]).unwrap();
        for changed in [
            String::new(),
            phc.replace("argon2id", "argon2i"),
            phc.replace("v=19", "v=16"),
            phc.replace("m=19456", "m=999999999"),
            phc.replace("t=2", "t=3"),
            phc.replace("p=1", "p=2"),
            phc.rsplit_once('$').unwrap().0.to_owned(),
        ] {
            assert!(!hasher.verify_password(&secret("drie gele fietsen"), &changed), "{changed}");
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

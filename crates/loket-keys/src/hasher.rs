//! Slow hashes: argon2id with 19 MiB, two passes and one lane (RFC 9106; the least that OWASP
//! recommends), so that each try at a stolen hash costs as much as it does here.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use argon2::password_hash::phc::{Ident, Output, ParamsString, PasswordHash, Salt};
use argon2::{Algorithm, Argon2, Block, Params, Version};
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
/// Rooms that are kept for the next hash; more are made when more are hashed at a time.
const ROOMS_KEPT: usize = 4;

/// The memory of hashes, kept: to ask the system for 19 MiB each time cost a third of a hash. It is wiped
/// after each, since who reads it could try secrets without the work.
#[derive(Clone, Default)]
struct Rooms(Arc<Mutex<Vec<Vec<Block>>>>);

impl Rooms {
    fn kept(&self) -> MutexGuard<'_, Vec<Vec<Block>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn take(&self, blocks: usize) -> Vec<Block> {
        let kept = self.kept().pop();
        kept.filter(|room| room.len() == blocks).unwrap_or_else(|| vec![Block::new(); blocks])
    }

    fn give_back(&self, mut room: Vec<Block>) {
        room.fill(Block::new());
        let mut kept = self.kept();
        if kept.len() < ROOMS_KEPT {
            kept.push(room);
        }
    }
}

impl fmt::Debug for Rooms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Rooms(***)")
    }
}

/// Passwords, activation codes and authenticator apps.
#[derive(Debug, Clone)]
pub struct Hasher {
    issuer: String,
    rooms: Rooms,
}

impl Hasher {
    /// `issuer` is the name that an authenticator app shows beside the account; without a colon,
    /// which would end it.
    pub fn new(issuer: &str) -> Result<Self, KeyFault> {
        if issuer.trim().is_empty() || issuer.contains(':') {
            return Err(KeyFault::Internal);
        }
        Ok(Self { issuer: issuer.to_owned(), rooms: Rooms::default() })
    }
}

impl Hashing for Hasher {
    fn hash_password(&self, password: &Secret, salt: [u8; 16]) -> Result<String, KeyFault> {
        let hash = self.stretched(password, &salt)?;
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
        self.stretched(code, &salt)
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

impl Hasher {
    fn stretched(&self, secret: &Secret, salt: &[u8]) -> Result<[u8; LENGTH], KeyFault> {
        let params = params(MEMORY, PASSES, 1)?;
        let mut room = self.rooms.take(params.block_count());
        let mut hash = [0; LENGTH];
        let made = Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_into_with_memory(secret.expose().as_bytes(), salt, &mut hash, &mut room);
        self.rooms.give_back(room);
        made.map_err(|_| KeyFault::Internal)?;
        Ok(hash)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_room_is_wiped_before_it_is_kept() {
        let hasher = Hasher::new("Loket").unwrap();
        hasher.stretch_code(&secret("4F7K9Q2M"), [1; 16]).unwrap();
        let kept = hasher.rooms.kept();
        assert_eq!(kept.len(), 1);
        let is_empty = |block: &Block| block.as_ref().iter().all(|word| *word == 0);
        assert!(kept.iter().flatten().all(is_empty));
    }

    fn secret(text: &str) -> Secret {
        Secret::new(text.to_owned())
    }

    #[test]
    fn a_hash_depends_on_password_and_salt_and_on_nothing_else() {
        let hasher = Hasher::new("Loket").unwrap();
        let phc = hasher.hash_password(&secret("drie gele fietsen"), [7; 16]).unwrap();
        assert!(phc.starts_with("$argon2id$v=19$m=19456,t=2,p=1$BwcHBwcHBwcHBwcHBwcHBw$"), "{phc}");
        assert_eq!(hasher.hash_password(&secret("drie gele fietsen"), [7; 16]).unwrap(), phc);
        // The same as without kept memory.
        let mut plain = [0; LENGTH];
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params(MEMORY, PASSES, 1).unwrap())
            .hash_password_into(b"drie gele fietsen", &[7; 16], &mut plain)
            .unwrap();
        assert_eq!(hasher.stretch_code(&secret("drie gele fietsen"), [7; 16]).unwrap(), plain);
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

//! Slow hashes: argon2id in one lane (RFC 9106) with 19 MiB and two passes, the least that OWASP
//! recommends, so that each try at a stolen hash costs as much as it does here; activation codes with 7 MiB,
//! and five passes, which OWASP has for the same, or one, by how long they work.

use std::fmt;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use argon2::password_hash::phc::{Ident, Output, ParamsString, PasswordHash, Salt};
use argon2::{Algorithm, Argon2, Block, Params, Version};
use loket_domain::Timestamp;
use loket_domain::code::CodeCost;
use loket_domain::key::TotpSeed;
use loket_domain::port::{Hashing, KeyFault};
use loket_domain::secret::Secret;

use crate::totp;

/// Memory in KiB, and passes over it.
type Cost = (u32, u32);
const WIDE: Cost = (19_456, 2);
const DEEP: Cost = (7_168, 5);
const BRIEF: Cost = (7_168, 1);
/// Bytes of a hash.
const LENGTH: usize = 32;
/// Hashes at a time; whoever comes then waits. Without a limit some hundred tries at once would take
/// gigabytes, and all of them would be slower.
const ROOMS: usize = 4;

/// The memory of hashes, kept: to ask the system for 19 MiB each time cost a third of a hash. It is wiped
/// after each, since who reads it could try secrets without the work.
#[derive(Clone, Default)]
struct Rooms(Arc<(Mutex<Free>, Condvar)>);

#[derive(Default)]
struct Free {
    rooms: Vec<Vec<Block>>,
    in_use: usize,
}

impl Rooms {
    fn free(&self) -> MutexGuard<'_, Free> {
        self.0.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for a room and hashes in it.
    fn hash<T>(&self, blocks: usize, hash: impl FnOnce(&mut Vec<Block>) -> T) -> T {
        let waited = self.0.1.wait_while(self.free(), |free| free.in_use >= ROOMS);
        let mut free = waited.unwrap_or_else(PoisonError::into_inner);
        free.in_use += 1;
        let room = free.rooms.pop().unwrap_or_default();
        drop(free);
        let mut taken = Taken { rooms: self, room };
        taken.room.resize(blocks, Block::new());
        hash(&mut taken.room)
    }
}

/// A room in use. It is wiped and given back whatever happens: a place that a panic kept would be
/// missing for good.
struct Taken<'r> {
    rooms: &'r Rooms,
    room: Vec<Block>,
}

impl Drop for Taken<'_> {
    fn drop(&mut self) {
        let mut room = std::mem::take(&mut self.room);
        room.fill(Block::new());
        let mut free = self.rooms.free();
        free.rooms.push(room);
        free.in_use = free.in_use.saturating_sub(1);
        drop(free);
        self.rooms.0.1.notify_one();
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

    fn stretched(
        &self,
        secret: &Secret,
        salt: &[u8],
        cost: Cost,
    ) -> Result<[u8; LENGTH], KeyFault> {
        let params = params(cost)?;
        let (blocks, secret) = (params.block_count(), secret.expose().as_bytes());
        let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let mut hash = [0; LENGTH];
        self.rooms
            .hash(blocks, |room| {
                argon.hash_password_into_with_memory(secret, salt, &mut hash, room)
            })
            .map_err(|_| KeyFault::Internal)?;
        Ok(hash)
    }
}

impl Hashing for Hasher {
    fn hash_password(&self, password: &Secret, salt: [u8; 16]) -> Result<String, KeyFault> {
        let hash = self.stretched(password, &salt, WIDE)?;
        let phc = PasswordHash {
            algorithm: Ident::new("argon2id").map_err(|_| KeyFault::Internal)?,
            version: Some(Version::V0x13.into()),
            params: ParamsString::try_from(&params(WIDE)?).map_err(|_| KeyFault::Internal)?,
            salt: Some(Salt::new(&salt).map_err(|_| KeyFault::Internal)?),
            hash: Some(Output::new(&hash).map_err(|_| KeyFault::Internal)?),
        };
        Ok(phc.to_string())
    }

    fn stretch_code(
        &self,
        code: &Secret,
        salt: [u8; 16],
        cost: CodeCost,
    ) -> Result<[u8; 32], KeyFault> {
        let cost = match cost {
            CodeCost::Wide => WIDE,
            CodeCost::Deep => DEEP,
            CodeCost::Brief => BRIEF,
        };
        self.stretched(code, &salt, cost)
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

fn params((memory, passes): Cost) -> Result<Params, KeyFault> {
    Params::new(memory, passes, 1, Some(LENGTH)).map_err(|_| KeyFault::Internal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn so_many_hash_at_a_time_in_rooms_that_are_wiped() {
        let hasher = Hasher::new("Loket").unwrap();
        std::thread::scope(|threads| {
            for n in 0..3 * ROOMS {
                let hasher = &hasher;
                let salt = [u8::try_from(n).unwrap(); 16];
                let cost = if n % 2 == 0 { CodeCost::Wide } else { CodeCost::Deep };
                threads
                    .spawn(move || hasher.stretch_code(&secret("4F7K9Q2M"), salt, cost).unwrap());
            }
        });
        let free = hasher.rooms.free();
        assert!(free.rooms.len() <= ROOMS && free.in_use == 0, "{}", free.rooms.len());
        let is_empty = |block: &Block| block.as_ref().iter().all(|word| *word == 0);
        assert!(free.rooms.iter().flatten().all(is_empty));
    }

    #[test]
    fn a_panic_gives_its_room_back() {
        let rooms = Rooms::default();
        for _ in 0..2 * ROOMS {
            let broken = || rooms.hash(8, |_| panic!("a hash that breaks"));
            assert!(std::panic::catch_unwind(std::panic::AssertUnwindSafe(broken)).is_err());
        }
        assert_eq!(rooms.free().in_use, 0);
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
        for (cost, pair) in [
            (CodeCost::Wide, WIDE),
            (CodeCost::Deep, DEEP),
            (CodeCost::Brief, BRIEF),
            (CodeCost::Wide, WIDE),
        ] {
            let mut plain = [0; LENGTH];
            Argon2::new(Algorithm::Argon2id, Version::V0x13, params(pair).unwrap())
                .hash_password_into(b"drie gele fietsen", &[7; 16], &mut plain)
                .unwrap();
            let kept = hasher.stretch_code(&secret("drie gele fietsen"), [7; 16], cost).unwrap();
            assert_eq!(kept, plain, "{cost:?}");
        }
        for (password, salt) in [("drie gele fietsem", 7), ("", 7), ("drie gele fietsen", 8)] {
            assert_ne!(hasher.hash_password(&secret(password), [salt; 16]).unwrap(), phc);
        }
    }

    #[test]
    fn a_stretched_code_depends_on_code_and_salt() {
        let hasher = Hasher::new("Loket").unwrap();
        let stretched = |code, salt, cost| hasher.stretch_code(&secret(code), salt, cost).unwrap();
        let one = stretched("4F7K9Q2M", [1; 16], CodeCost::Deep);
        assert_eq!(stretched("4F7K9Q2M", [1; 16], CodeCost::Deep), one);
        assert_ne!(stretched("4F7K9Q2M", [2; 16], CodeCost::Deep), one);
        assert_ne!(stretched("4F7K9Q2N", [1; 16], CodeCost::Deep), one);
        assert_ne!(stretched("4F7K9Q2M", [1; 16], CodeCost::Wide), one);
    }

    #[test]
    fn an_issuer_with_a_colon_is_refused() {
        assert!(Hasher::new("Loket: test").is_err());
        assert!(Hasher::new(" ").is_err());
    }
}

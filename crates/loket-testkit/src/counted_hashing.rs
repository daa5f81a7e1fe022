//! Slow hashes, counted: what an answer costs must not tell whether there is an account.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use loket_domain::Timestamp;
use loket_domain::code::CodeCost;
use loket_domain::key::TotpSeed;
use loket_domain::port::{Hashing, KeyFault};
use loket_domain::secret::Secret;
use loket_keys::Hasher;

/// The real hasher, which counts what is slow: how much work an answer cost can be told by it.
#[derive(Clone)]
pub struct CountedHashing {
    hasher: Hasher,
    slow: Arc<AtomicUsize>,
}

impl CountedHashing {
    pub(crate) fn new() -> Result<Self, KeyFault> {
        Ok(Self { hasher: Hasher::new("Loket")?, slow: Arc::default() })
    }
    /// How many slow hashes were made.
    pub fn slow(&self) -> usize {
        self.slow.load(Ordering::Relaxed)
    }
}

impl Hashing for CountedHashing {
    fn hash_password(&self, password: &Secret, salt: [u8; 16]) -> Result<String, KeyFault> {
        self.slow.fetch_add(1, Ordering::Relaxed);
        self.hasher.hash_password(password, salt)
    }
    fn stretch_code(
        &self,
        code: &Secret,
        salt: [u8; 16],
        cost: CodeCost,
    ) -> Result<[u8; 32], KeyFault> {
        self.slow.fetch_add(1, Ordering::Relaxed);
        self.hasher.stretch_code(code, salt, cost)
    }
    fn totp_address(&self, seed: &TotpSeed, account: &str) -> Result<Secret, KeyFault> {
        self.hasher.totp_address(seed, account)
    }
    fn totp_step(
        &self,
        seed: &TotpSeed,
        code: &str,
        now: Timestamp,
        after: Option<u64>,
    ) -> Option<u64> {
        self.hasher.totp_step(seed, code, now, after)
    }
}

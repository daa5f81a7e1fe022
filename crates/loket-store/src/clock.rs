//! Time and randomness as parameters. The only place outside tests that reads the system's.

use std::fmt::Debug;

use loket_domain::Timestamp;
use ring::rand::{SecureRandom, SystemRandom};

/// Tells the time.
pub trait Clock: Debug + Send + Sync + 'static {
    /// Now.
    fn now(&self) -> Timestamp;
}

/// Gives random bytes of cryptographic quality (requirement AU-18).
pub trait Entropy: Debug + Send + Sync + 'static {
    /// Fills the buffer.
    ///
    /// # Errors
    /// When the system's generator fails; nothing may go on without it.
    fn fill(&self, buffer: &mut [u8]) -> Result<(), NoEntropy>;
}

/// The generator failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the random generator failed")]
pub struct NoEntropy;

/// The system's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        #[expect(clippy::disallowed_methods, reason = "this is the clock that others are given")]
        let now = std::time::SystemTime::now();
        let micros = now.duration_since(std::time::UNIX_EPOCH).map_or(0, |d| d.as_micros());
        Timestamp::from_micros(i64::try_from(micros).unwrap_or(i64::MAX))
    }
}

/// The system's generator.
#[derive(Debug, Clone, Default)]
pub struct SystemEntropy(SystemRandomHandle);

#[derive(Clone)]
struct SystemRandomHandle(SystemRandom);

impl Default for SystemRandomHandle {
    fn default() -> Self {
        Self(SystemRandom::new())
    }
}

impl Debug for SystemRandomHandle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SystemRandom")
    }
}

impl Entropy for SystemEntropy {
    fn fill(&self, buffer: &mut [u8]) -> Result<(), NoEntropy> {
        self.0.0.fill(buffer).map_err(|_| NoEntropy)
    }
}

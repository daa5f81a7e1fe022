//! Signed tokens (RFC 7515, compact form) and their keys (RFC 7517): read where others sign, made where
//! this office signs. The key decides which algorithm is possible: `none` and algorithms with a shared
//! secret do not exist here, and what is made is signed with ES256.
//!
//! It knows no claim and no clock: who may say what, and for how long, is the business of those who use
//! it.

mod read;
mod sign;

pub use read::{Jws, Key};
pub use sign::{SigningKey, half_hash};

/// Why a token or a key is of no use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum JoseFault {
    /// Too long, not in three parts, or with extensions that must be understood.
    #[error("a token cannot be read")]
    Token,
    /// None of the keys has signed it.
    #[error("a token is not signed by any of the keys")]
    Signature,
    /// A private key is no EC P-256 key in PKCS#8, or the generator failed.
    #[error("a signing key cannot be used")]
    SigningKey,
}

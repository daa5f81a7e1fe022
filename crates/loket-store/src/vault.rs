//! Sealing of personal data and secrets, and the tokens by which sealed values are found again.
//!
//! One master secret of 32 bytes, kept outside the database, gives by HKDF-SHA-256 (RFC 5869) a
//! sealing key (AES-256-GCM) and a token key (HMAC-SHA-256) per purpose, and the key that wraps the
//! secrets of the audit log. What is sealed for one purpose does not open for another. Losing the master secret loses what was sealed.

use std::fmt;

use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::{hkdf, hmac};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::clock::Entropy;
use crate::log::keys::LogKeys;

/// Sealing or opening failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum VaultError {
    /// The sealed bytes were changed, or sealed with another key or for another purpose.
    #[error("a sealed value cannot be opened")]
    NotOpened,
    /// A value could not be turned into bytes, or a key could not be derived.
    #[error("a value cannot be sealed")]
    NotSealed,
}

/// The keys of one installation.
pub struct Vault {
    sealing: LessSafeKey,
    tokens: hmac::Key,
    log: LogKeys,
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Vault(***)")
    }
}

struct Len32;
impl hkdf::KeyType for Len32 {
    fn len(&self) -> usize {
        32
    }
}

fn derive(master: &[u8; 32], label: &[u8]) -> Result<[u8; 32], VaultError> {
    let mut key = [0; 32];
    hkdf::Salt::new(hkdf::HKDF_SHA256, b"loket vault 1")
        .extract(master)
        .expand(&[label], Len32)
        .and_then(|okm| okm.fill(&mut key))
        .map_err(|_| VaultError::NotSealed)?;
    Ok(key)
}

impl Vault {
    /// Derives the keys from the master secret.
    pub fn new(master: &[u8; 32]) -> Result<Self, VaultError> {
        let sealing = UnboundKey::new(&AES_256_GCM, &derive(master, b"seal")?)
            .map_err(|_| VaultError::NotSealed)?;
        Ok(Self {
            sealing: LessSafeKey::new(sealing),
            tokens: hmac::Key::new(hmac::HMAC_SHA256, &derive(master, b"token")?),
            log: LogKeys::new(&derive(master, b"audit log")?)?,
        })
    }

    /// The secrets of the audit log.
    pub(crate) const fn log(&self) -> &LogKeys {
        &self.log
    }

    /// Seals bytes for a purpose: nonce, then ciphertext with tag. The nonce is random; one
    /// installation stays far under the 2^32 seals of a key that NIST SP 800-38D allows.
    pub fn seal(
        &self,
        purpose: &str,
        plain: &[u8],
        entropy: &dyn Entropy,
    ) -> Result<Vec<u8>, VaultError> {
        let mut nonce = [0; NONCE_LEN];
        entropy.fill(&mut nonce).map_err(|_| VaultError::NotSealed)?;
        let mut body = plain.to_vec();
        self.sealing
            .seal_in_place_append_tag(
                Nonce::assume_unique_for_key(nonce),
                Aad::from(purpose.as_bytes()),
                &mut body,
            )
            .map_err(|_| VaultError::NotSealed)?;
        let mut sealed = nonce.to_vec();
        sealed.append(&mut body);
        Ok(sealed)
    }

    /// Opens what was sealed for the same purpose.
    pub fn open(&self, purpose: &str, sealed: &[u8]) -> Result<Vec<u8>, VaultError> {
        let (nonce, body) = sealed.split_at_checked(NONCE_LEN).ok_or(VaultError::NotOpened)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| VaultError::NotOpened)?;
        let mut body = body.to_vec();
        let plain = self
            .sealing
            .open_in_place(nonce, Aad::from(purpose.as_bytes()), &mut body)
            .map_err(|_| VaultError::NotOpened)?;
        Ok(plain.to_vec())
    }

    /// Seals a value as JSON.
    pub fn seal_value<T: Serialize>(
        &self,
        purpose: &str,
        value: &T,
        entropy: &dyn Entropy,
    ) -> Result<Vec<u8>, VaultError> {
        let json = serde_json::to_vec(value).map_err(|_| VaultError::NotSealed)?;
        self.seal(purpose, &json, entropy)
    }

    /// Opens a value sealed as JSON.
    pub fn open_value<T: DeserializeOwned>(
        &self,
        purpose: &str,
        sealed: &[u8],
    ) -> Result<T, VaultError> {
        serde_json::from_slice(&self.open(purpose, sealed)?).map_err(|_| VaultError::NotOpened)
    }

    /// The token by which a value is found again without being stored: 32 bytes, the same for the
    /// same purpose and value. Also the keyed step over a stretched code (ASVS 6.5.2).
    pub fn token(&self, purpose: &str, value: &[u8]) -> [u8; 32] {
        let mut context = hmac::Context::with_key(&self.tokens);
        context.update(&u64::try_from(purpose.len()).unwrap_or(u64::MAX).to_be_bytes());
        context.update(purpose.as_bytes());
        context.update(value);
        let tag = context.sign();
        let mut token = [0; 32];
        for (to, from) in token.iter_mut().zip(tag.as_ref()) {
            *to = *from;
        }
        token
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::SystemEntropy;

    #[test]
    fn opens_only_for_its_purpose_and_key_and_unchanged() {
        let entropy = SystemEntropy::default();
        let vault = Vault::new(&[7; 32]).unwrap();
        let sealed = vault.seal("outbox", b"K7QM", &entropy).unwrap();
        assert_eq!(vault.open("outbox", &sealed).unwrap(), b"K7QM");
        assert_eq!(vault.open("person", &sealed), Err(VaultError::NotOpened));
        assert_eq!(
            Vault::new(&[8; 32]).unwrap().open("outbox", &sealed),
            Err(VaultError::NotOpened)
        );
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert_eq!(vault.open("outbox", &changed), Err(VaultError::NotOpened), "byte {at}");
        }
        assert_eq!(vault.open("outbox", &sealed[..5]), Err(VaultError::NotOpened));
    }

    #[test]
    fn tokens_are_stable_and_apart_by_purpose() {
        let vault = Vault::new(&[7; 32]).unwrap();
        assert_eq!(vault.token("number", b"1"), vault.token("number", b"1"));
        assert_ne!(vault.token("number", b"1"), vault.token("email", b"1"));
        assert_ne!(vault.token("a", b"bc"), vault.token("ab", b"c"));
    }
}

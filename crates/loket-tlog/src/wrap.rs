//! Wrapping of the secrets of months and years by a key that the database does not have. A new
//! wrapping key means wrapping some 130 secrets anew; nothing else changes.

use std::fmt;

use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use zeroize::Zeroizing;

use crate::secret::SecretName;

const PURPOSE: &str = "loket wrapped secret v1";

/// Why a secret cannot be wrapped or unwrapped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WrapFault {
    /// The module that holds the key does not answer.
    #[error("the key that wraps the secrets cannot be used now")]
    Unavailable,
    /// Changed, wrapped with another key, or the secret of another month.
    #[error("a wrapped secret cannot be unwrapped with this key under this name")]
    NotUnwrapped,
}

/// A key that wraps secrets: in a file, or in a module that never gives it away.
pub trait KeyEncryptionKey: Send + Sync {
    /// Name of the key, kept beside what it wrapped.
    fn name(&self) -> &str;
    /// Wraps a secret under its name. The caller has drawn the nonce; a module may draw its own.
    fn wrap(
        &self,
        name: SecretName,
        secret: &[u8; 32],
        nonce: [u8; NONCE_LEN],
    ) -> Result<Vec<u8>, WrapFault>;
    /// Unwraps the secret of this name.
    fn unwrap(&self, name: SecretName, wrapped: &[u8]) -> Result<Zeroizing<[u8; 32]>, WrapFault>;
}

/// A key of 32 bytes that the caller has read from a file. Wraps with AES-256-GCM: nonce, then
/// ciphertext with tag.
pub struct FileKey {
    name: String,
    key: LessSafeKey,
}

impl fmt::Debug for FileKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FileKey({}, ***)", self.name)
    }
}

impl FileKey {
    /// From the bytes of the file.
    pub fn new(name: &str, key: &[u8; 32]) -> Result<Self, WrapFault> {
        let key = UnboundKey::new(&AES_256_GCM, key).map_err(|_| WrapFault::Unavailable)?;
        Ok(Self { name: name.to_owned(), key: LessSafeKey::new(key) })
    }

    fn bound(&self, name: SecretName) -> Aad<String> {
        Aad::from(format!("{PURPOSE}\n{}\n{name}", self.name))
    }
}

impl KeyEncryptionKey for FileKey {
    fn name(&self) -> &str {
        &self.name
    }

    fn wrap(
        &self,
        name: SecretName,
        secret: &[u8; 32],
        nonce: [u8; NONCE_LEN],
    ) -> Result<Vec<u8>, WrapFault> {
        let mut body = secret.to_vec();
        self.key
            .seal_in_place_append_tag(
                Nonce::assume_unique_for_key(nonce),
                self.bound(name),
                &mut body,
            )
            .map_err(|_| WrapFault::Unavailable)?;
        Ok([nonce.as_slice(), &body].concat())
    }

    fn unwrap(&self, name: SecretName, wrapped: &[u8]) -> Result<Zeroizing<[u8; 32]>, WrapFault> {
        let (nonce, body) =
            wrapped.split_first_chunk::<NONCE_LEN>().ok_or(WrapFault::NotUnwrapped)?;
        let mut body = Zeroizing::new(body.to_vec());
        let secret = self
            .key
            .open_in_place(Nonce::assume_unique_for_key(*nonce), self.bound(name), &mut body)
            .map_err(|_| WrapFault::NotUnwrapped)?;
        <[u8; 32]>::try_from(&*secret).map(Zeroizing::new).map_err(|_| WrapFault::NotUnwrapped)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::leaf::Epoch;

    fn month(number: u64) -> SecretName {
        SecretName::Month(Epoch::try_from(number).unwrap())
    }

    #[test]
    fn a_wrapped_secret_opens_under_its_name_with_its_key_only() {
        let key = FileKey::new("kek-1", &[1; 32]).unwrap();
        let wrapped = key.wrap(month(202_611), &[7; 32], [9; 12]).unwrap();
        assert_eq!(wrapped.len(), 12 + 32 + 16);
        assert_eq!(*key.unwrap(month(202_611), &wrapped).unwrap(), [7; 32]);
        assert_eq!(key.unwrap(month(202_612), &wrapped), Err(WrapFault::NotUnwrapped));
        assert_eq!(key.unwrap(SecretName::Index(2026), &wrapped), Err(WrapFault::NotUnwrapped));
        let other = FileKey::new("kek-1", &[2; 32]).unwrap();
        assert_eq!(other.unwrap(month(202_611), &wrapped), Err(WrapFault::NotUnwrapped));
        let renamed = FileKey::new("kek-2", &[1; 32]).unwrap();
        assert_eq!(renamed.unwrap(month(202_611), &wrapped), Err(WrapFault::NotUnwrapped));
        for place in 0..wrapped.len() {
            let mut changed = wrapped.clone();
            changed[place] ^= 1;
            assert_eq!(key.unwrap(month(202_611), &changed), Err(WrapFault::NotUnwrapped));
            assert_eq!(key.unwrap(month(202_611), &wrapped[..place]), Err(WrapFault::NotUnwrapped));
        }
    }

    #[test]
    fn keys_do_not_print() {
        let key = FileKey::new("kek-1", &[1; 32]).unwrap();
        assert_eq!(format!("{key:?}"), "FileKey(kek-1, ***)");
    }
}

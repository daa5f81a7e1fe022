//! Keys of signed notes in the text forms of C2SP `signed-note`: `NAME+ID+KEY` for a verifier and
//! `PRIVATE+KEY+NAME+ID+KEY` for a signer. Only Ed25519: signature type 1 here, the cosignatures of
//! type 4 in their own module.

use std::fmt;
use std::str::FromStr;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signer, SigningKey, VerifyingKey};
use zeroize::Zeroizing;

use crate::hash::sha256;
use crate::note::Signature;

const ED25519: u8 = 1;
pub(crate) const PRIVATE: &str = "PRIVATE+KEY+";

/// Why a key or its name cannot be used. Never repeats the text, which may be a private key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyFault {
    /// Empty, longer than 255 bytes, or with a space, a plus sign or a control character.
    #[error("the name of the key is not allowed")]
    Name,
    /// Not of the form of a note key.
    #[error("the key is not written as a note key")]
    Form,
    /// The written ID is not that of the name and key.
    #[error("the ID does not fit the name and the key")]
    Id,
    /// Not Ed25519, or no valid or a weak point of the curve.
    #[error("the key is not a usable Ed25519 key")]
    Key,
}

/// Name of a key: not empty, no spaces, no plus sign; best an address without scheme that the
/// log's operator owns.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct KeyName(String);

impl KeyName {
    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Key ID: the first four bytes of the hash of name, signature type and key.
    pub(crate) fn id(&self, signature_type: u8, public: &[u8; 32]) -> u32 {
        let named = [self.0.as_bytes(), &[b'\n', signature_type], public].concat();
        let [a, b, c, d, ..] = sha256(&named);
        u32::from_be_bytes([a, b, c, d])
    }
}

impl FromStr for KeyName {
    type Err = KeyFault;
    fn from_str(text: &str) -> Result<Self, KeyFault> {
        let refused = |c: char| c.is_whitespace() || c.is_control() || c == '+';
        if text.is_empty() || text.len() > 255 || text.contains(refused) {
            return Err(KeyFault::Name);
        }
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Display for KeyName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The public key that checks notes. Prints and reads as the one-line verifier key ("vkey").
#[derive(Clone, PartialEq, Eq)]
pub struct VerifierKey {
    name: KeyName,
    id: u32,
    key: VerifyingKey,
}

impl VerifierKey {
    /// Name that the signature line carries.
    pub const fn name(&self) -> &KeyName {
        &self.name
    }
    /// First four bytes of the hash of name, type and key, big-endian.
    pub const fn id(&self) -> u32 {
        self.id
    }

    /// The bare public key, by which two keys under different names are told to be the same.
    pub fn as_bytes(&self) -> &[u8; 32] {
        self.key.as_bytes()
    }

    /// Whether this signature names this key.
    pub(crate) fn is_of(&self, signature: &Signature) -> bool {
        signature.id() == self.id && *signature.name() == self.name
    }

    /// Strict verification: no weak keys, no second form of a signature.
    pub(crate) fn verifies(&self, text: &str, signature: &Signature) -> bool {
        ed25519_dalek::Signature::from_slice(signature.bytes())
            .is_ok_and(|signature| self.key.verify_strict(text.as_bytes(), &signature).is_ok())
    }

    fn new(name: KeyName, key: VerifyingKey) -> Result<Self, KeyFault> {
        if key.is_weak() {
            return Err(KeyFault::Key);
        }
        Ok(Self { id: name.id(ED25519, key.as_bytes()), name, key })
    }
}

impl fmt::Display for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key = STANDARD.encode([&[ED25519], self.key.as_bytes().as_slice()].concat());
        write!(f, "{}+{:08x}+{key}", self.name, self.id)
    }
}

impl fmt::Debug for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VerifierKey({self})")
    }
}

impl FromStr for VerifierKey {
    type Err = KeyFault;
    fn from_str(text: &str) -> Result<Self, KeyFault> {
        let (name, id, bytes) = parts(text, ED25519)?;
        let key = VerifyingKey::from_bytes(&bytes).map_err(|_| KeyFault::Key)?;
        let key = Self::new(name, key)?;
        if key.id == id { Ok(key) } else { Err(KeyFault::Id) }
    }
}

/// The private key that signs notes; wiped when dropped, masked in `Debug`.
pub struct SignerKey {
    public: VerifierKey,
    key: SigningKey,
}

impl SignerKey {
    /// A key from 32 random bytes that the caller has drawn.
    pub fn from_seed(name: KeyName, seed: &[u8; 32]) -> Result<Self, KeyFault> {
        let key = SigningKey::from_bytes(seed);
        Ok(Self { public: VerifierKey::new(name, key.verifying_key())?, key })
    }

    /// The matching public key.
    pub const fn verifier(&self) -> &VerifierKey {
        &self.public
    }

    /// The one-line private key, for the file that keeps it.
    pub fn expose(&self) -> Zeroizing<String> {
        let mut bytes = Zeroizing::new([ED25519; 33]);
        if let Some((_, seed)) = bytes.split_first_mut() {
            seed.copy_from_slice(self.key.as_bytes());
        }
        let key = Zeroizing::new(STANDARD.encode(*bytes));
        let (name, id) = (&self.public.name, self.public.id);
        Zeroizing::new(format!("{PRIVATE}{name}+{id:08x}+{}", *key))
    }

    /// Signs the text of a note.
    pub(crate) fn sign(&self, text: &str) -> Signature {
        let bytes = self.key.sign(text.as_bytes()).to_bytes().to_vec();
        Signature::new(self.public.name.clone(), self.public.id, bytes)
    }
}

impl fmt::Debug for SignerKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SignerKey({}, ***)", self.public.name)
    }
}

impl FromStr for SignerKey {
    type Err = KeyFault;
    fn from_str(text: &str) -> Result<Self, KeyFault> {
        let (name, id, seed) = parts(text.strip_prefix(PRIVATE).ok_or(KeyFault::Form)?, ED25519)?;
        let key = Self::from_seed(name, &Zeroizing::new(seed))?;
        if key.public.id == id { Ok(key) } else { Err(KeyFault::Id) }
    }
}

/// Name, ID and the 32 bytes of `NAME+ID+KEY` with a key of this signature type.
pub(crate) fn parts(text: &str, signature_type: u8) -> Result<(KeyName, u32, [u8; 32]), KeyFault> {
    if text.len() > 400 {
        return Err(KeyFault::Form);
    }
    let (name, rest) = text.split_once('+').ok_or(KeyFault::Form)?;
    let (id, key) = rest.split_once('+').ok_or(KeyFault::Form)?;
    if id.len() != 8 || !id.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')) {
        return Err(KeyFault::Form);
    }
    let id = u32::from_str_radix(id, 16).map_err(|_| KeyFault::Form)?;
    let bytes = Zeroizing::new(STANDARD.decode(key).map_err(|_| KeyFault::Form)?);
    match bytes.split_first() {
        Some((found, key)) if *found == signature_type => {
            Ok((name.parse()?, id, key.try_into().map_err(|_| KeyFault::Key)?))
        }
        Some(_) => Err(KeyFault::Key),
        None => Err(KeyFault::Form),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // The key pair of the documentation of golang.org/x/mod/sumdb/note.
    const VKEY: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
    const SKEY: &str =
        "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";

    #[test]
    fn published_keys_read_and_print_the_same() {
        let public: VerifierKey = VKEY.parse().unwrap();
        let private: SignerKey = SKEY.parse().unwrap();
        assert_eq!(private.verifier(), &public);
        assert_eq!(public.to_string(), VKEY);
        assert_eq!(*private.expose(), SKEY);
        assert_eq!(public.id(), 0xc74f_20a3);
        assert_eq!(public.name().as_str(), "PeterNeumann");
    }

    #[test]
    fn a_private_key_does_not_print() {
        let private: SignerKey = SKEY.parse().unwrap();
        assert_eq!(format!("{private:?}"), "SignerKey(PeterNeumann, ***)");
    }

    #[test]
    fn other_keys_are_refused() {
        let fault = |text: &str| text.parse::<VerifierKey>().unwrap_err();
        assert_eq!(fault(&VKEY.replace("c74f", "c74e")), KeyFault::Id);
        assert_eq!(fault(&VKEY.replace("Peter", "peter")), KeyFault::Id);
        assert_eq!(fault(&VKEY.replace("c74f20a3", "C74F20A3")), KeyFault::Form);
        assert_eq!(fault(&VKEY.replace("+AR", "+BB")), KeyFault::Key, "another algorithm");
        assert_eq!(fault(&VKEY.replace("TW", "T")), KeyFault::Form);
        assert_eq!(fault("PeterNeumann"), KeyFault::Form);
        assert_eq!(fault(""), KeyFault::Form);
        assert_eq!(fault(&VKEY.replace("PeterNeumann", "Peter Neumann")), KeyFault::Name);
        assert_eq!(VKEY.parse::<SignerKey>().unwrap_err(), KeyFault::Form);
        let weak = STANDARD.encode([&[ED25519, 1][..], &[0; 31]].concat());
        assert_eq!(fault(&format!("PeterNeumann+00000000+{weak}")), KeyFault::Key);
    }

    #[test]
    fn names_have_no_spaces_plus_signs_or_control_characters() {
        for name in ["", "a b", "a+b", "a\u{a0}b", "a\nb", "a\u{7f}", &"a".repeat(256)] {
            assert_eq!(name.parse::<KeyName>(), Err(KeyFault::Name), "{name:?}");
        }
        assert_eq!("loket.example/log1".parse::<KeyName>().unwrap().as_str(), "loket.example/log1");
    }
}

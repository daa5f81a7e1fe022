//! Making signed tokens, with ES256.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::digest::{SHA256, digest};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use serde_json::{Value, json};

use crate::JoseFault;

/// A private key with its name. The library that signs takes randomness from its own generator only.
pub struct SigningKey {
    pair: EcdsaKeyPair,
    kid: Option<String>,
    random: SystemRandom,
}

impl SigningKey {
    /// Makes a new key: EC P-256 in PKCS#8 (DER), for keeping.
    pub fn make() -> Result<Vec<u8>, JoseFault> {
        EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new())
            .map(|made| made.as_ref().to_vec())
            .map_err(|_| JoseFault::SigningKey)
    }

    /// A kept key, with the name that its tokens carry.
    pub fn read(pkcs8: &[u8], kid: Option<String>) -> Result<Self, JoseFault> {
        let random = SystemRandom::new();
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8, &random)
            .map_err(|_| JoseFault::SigningKey)?;
        Ok(Self { pair, kid, random })
    }

    /// The public part, as a key set lists it.
    pub fn public(&self) -> Value {
        let point = self.pair.public_key().as_ref();
        let part = |from: usize, to: usize| {
            URL_SAFE_NO_PAD.encode(point.get(from..to).unwrap_or_default())
        };
        let mut key = json!({
            "kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256",
            "x": part(1, 33), "y": part(33, 65),
        });
        named(&mut key, self.kid.as_deref());
        key
    }

    /// Signs claims.
    pub fn sign(&self, claims: &Value) -> Result<String, JoseFault> {
        let mut header = json!({ "alg": "ES256", "typ": "JWT" });
        named(&mut header, self.kid.as_deref());
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let message = format!("{}.{}", part(&header), part(claims));
        let signature = self.pair.sign(&self.random, message.as_bytes());
        let signature = signature.map_err(|_| JoseFault::SigningKey)?;
        Ok(format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }
}

fn named(object: &mut Value, kid: Option<&str>) {
    if let (Some(kid), Some(object)) = (kid, object.as_object_mut()) {
        object.insert("kid".to_owned(), json!(kid));
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey({:?}, ***)", self.kid)
    }
}

/// Half of the hash of an access token, by which an ID token signed with ES256 names it (OpenID Connect
/// Core 1.0, section 3.1.3.6).
pub fn half_hash(token: &str) -> String {
    let whole = digest(&SHA256, token.as_bytes());
    URL_SAFE_NO_PAD.encode(whole.as_ref().get(..16).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{Jws, Key};

    fn key(kid: &str) -> SigningKey {
        SigningKey::read(&SigningKey::make().unwrap(), Some(kid.to_owned())).unwrap()
    }

    fn public(key: &SigningKey) -> Key {
        serde_json::from_value(key.public()).unwrap()
    }

    #[test]
    fn what_is_signed_is_read_with_the_public_part() {
        let (one, two) = (key("one"), key("two"));
        let token = one.sign(&json!({ "sub": "x" })).unwrap();
        let read = Jws::read(&token).unwrap();
        assert_eq!(read.kid.as_deref(), Some("one"));
        assert_eq!(read.verify(&[public(&two), public(&one)]).unwrap(), br#"{"sub":"x"}"#);
        let other = Jws::read(&token).unwrap().verify(&[public(&two)]);
        assert_eq!(other, Err(JoseFault::Signature));
    }

    #[test]
    fn another_kind_of_key_signs_nothing_and_none_prints() {
        assert_eq!(SigningKey::read(b"not a key", None).unwrap_err(), JoseFault::SigningKey);
        assert_eq!(format!("{:?}", key("one")), "SigningKey(Some(\"one\"), ***)");
    }

    #[test]
    fn half_of_a_hash_has_sixteen_bytes() {
        assert_eq!(
            half_hash("jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y"),
            "77QmUPtjPfzWtF2AnpK9RQ"
        );
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]
        #[test]
        fn any_text_survives_signing_and_no_changed_byte_does(text: String, at in any::<prop::sample::Index>()) {
            let signer = key("k");
            let token = signer.sign(&json!({ "text": text })).unwrap();
            let payload = Jws::read(&token).unwrap().verify(&[public(&signer)]).unwrap();
            let said: Value = serde_json::from_slice(&payload).unwrap();
            prop_assert_eq!(said["text"].as_str(), Some(text.as_str()));
            let mut bytes = token.into_bytes();
            let at = at.index(bytes.len());
            bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(bytes).unwrap();
            let believed = Jws::read(&changed).and_then(|jws| jws.verify(&[public(&signer)]));
            prop_assert!(believed.is_err());
        }
    }
}

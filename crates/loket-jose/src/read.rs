//! Reading signed tokens, and the public keys of those who sign.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, RSA_PKCS1_2048_8192_SHA256,
    RSA_PSS_2048_8192_SHA256, RsaParameters, RsaPublicKeyComponents, UnparsedPublicKey,
    VerificationAlgorithm,
};
use serde::Deserialize;

use crate::JoseFault;

/// Longest token that is read.
const LONGEST: usize = 32 * 1024;

/// A token that was cut into its parts; nothing is verified.
#[derive(Debug)]
pub struct Jws<'t> {
    /// Name of the key that is said to have signed it.
    pub kid: Option<String>,
    algorithm: String,
    message: &'t str,
    signature: Vec<u8>,
    payload: Vec<u8>,
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    kid: Option<String>,
    /// Extensions that must be understood: none is.
    crit: Option<serde::de::IgnoredAny>,
}

impl<'t> Jws<'t> {
    /// Cuts a token into its parts.
    pub fn read(token: &'t str) -> Result<Self, JoseFault> {
        if token.len() > LONGEST {
            return Err(JoseFault::Token);
        }
        let (message, signature) = token.rsplit_once('.').ok_or(JoseFault::Token)?;
        let (header, payload) = message.split_once('.').ok_or(JoseFault::Token)?;
        let decoded = |text: &str| URL_SAFE_NO_PAD.decode(text).map_err(|_| JoseFault::Token);
        let header: Header =
            serde_json::from_slice(&decoded(header)?).map_err(|_| JoseFault::Token)?;
        if header.crit.is_some() {
            return Err(JoseFault::Token);
        }
        Ok(Self {
            kid: header.kid,
            algorithm: header.alg,
            message,
            signature: decoded(signature)?,
            payload: decoded(payload)?,
        })
    }

    /// The payload, when one of the keys has signed it.
    pub fn verify(self, keys: &[Key]) -> Result<Vec<u8>, JoseFault> {
        let fits = |key: &&Key| match (&self.kid, &key.kid) {
            (Some(wanted), Some(kid)) => wanted == kid,
            _ => true,
        };
        let signed = keys
            .iter()
            .filter(fits)
            .any(|key| key.has_signed(&self.algorithm, self.message.as_bytes(), &self.signature));
        if signed { Ok(self.payload) } else { Err(JoseFault::Signature) }
    }
}

/// A public key, as a key set lists it.
#[derive(Debug, Clone, Deserialize)]
pub struct Key {
    /// Its name.
    pub kid: Option<String>,
    kty: String,
    #[serde(rename = "use")]
    used_for: Option<String>,
    alg: Option<String>,
    crv: Option<String>,
    x: Option<String>,
    y: Option<String>,
    n: Option<String>,
    e: Option<String>,
}

impl Key {
    fn has_signed(&self, algorithm: &str, message: &[u8], signature: &[u8]) -> bool {
        let other_use = self.used_for.as_deref().is_some_and(|used| used != "sig");
        let other_algorithm = self.alg.as_deref().is_some_and(|alg| alg != algorithm);
        if other_use || other_algorithm {
            return false;
        }
        match (algorithm, self.kty.as_str(), self.crv.as_deref()) {
            ("ES256", "EC", Some("P-256")) => {
                self.curve(&ECDSA_P256_SHA256_FIXED, message, signature)
            }
            ("ES384", "EC", Some("P-384")) => {
                self.curve(&ECDSA_P384_SHA384_FIXED, message, signature)
            }
            ("RS256", "RSA", None) => self.rsa(&RSA_PKCS1_2048_8192_SHA256, message, signature),
            ("PS256", "RSA", None) => self.rsa(&RSA_PSS_2048_8192_SHA256, message, signature),
            _ => false,
        }
    }

    fn curve(
        &self,
        algorithm: &'static dyn VerificationAlgorithm,
        message: &[u8],
        signature: &[u8],
    ) -> bool {
        let (Some(x), Some(y)) = (number(self.x.as_deref()), number(self.y.as_deref())) else {
            return false;
        };
        let point = [&[4], x.as_slice(), y.as_slice()].concat();
        UnparsedPublicKey::new(algorithm, point).verify(message, signature).is_ok()
    }

    fn rsa(&self, parameters: &RsaParameters, message: &[u8], signature: &[u8]) -> bool {
        let (Some(n), Some(e)) = (number(self.n.as_deref()), number(self.e.as_deref())) else {
            return false;
        };
        RsaPublicKeyComponents { n, e }.verify(parameters, message, signature).is_ok()
    }
}

fn number(text: Option<&str>) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text?).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use ring::rand::SystemRandom;
    use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};

    use super::*;

    fn signed(header: &str) -> (String, Key) {
        let random = SystemRandom::new();
        let algorithm = &ECDSA_P256_SHA256_FIXED_SIGNING;
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(algorithm, &random).unwrap();
        let pair = EcdsaKeyPair::from_pkcs8(algorithm, pkcs8.as_ref(), &random).unwrap();
        let point = pair.public_key().as_ref().to_vec();
        let part = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        let message = format!("{}.{}", part(header.as_bytes()), part(br#"{"sub":"1"}"#));
        let signature = pair.sign(&random, message.as_bytes()).unwrap();
        let key = Key {
            kid: Some("one".to_owned()),
            kty: "EC".to_owned(),
            used_for: Some("sig".to_owned()),
            alg: None,
            crv: Some("P-256".to_owned()),
            x: Some(part(&point[1..33])),
            y: Some(part(&point[33..])),
            n: None,
            e: None,
        };
        (format!("{message}.{}", part(signature.as_ref())), key)
    }

    #[test]
    fn a_token_is_believed_only_under_its_key() {
        let (token, key) = signed(r#"{"alg":"ES256","kid":"one"}"#);
        let (_, other) = signed(r#"{"alg":"ES256"}"#);
        let payload = Jws::read(&token).unwrap().verify(std::slice::from_ref(&key)).unwrap();
        assert_eq!(payload, br#"{"sub":"1"}"#);
        assert_eq!(Jws::read(&token).unwrap().verify(&[other]), Err(JoseFault::Signature));
        assert_eq!(Jws::read(&token).unwrap().verify(&[]), Err(JoseFault::Signature));
        let changed = token.replacen('.', ".A", 1);
        let read = Jws::read(&changed);
        assert!(read.map_or(true, |jws| jws.verify(std::slice::from_ref(&key)).is_err()));
        let encrypting = Key { used_for: Some("enc".to_owned()), ..key };
        assert_eq!(Jws::read(&token).unwrap().verify(&[encrypting]), Err(JoseFault::Signature));
    }

    #[test]
    fn no_algorithm_but_those_of_the_key() {
        for header in [
            r#"{"alg":"none"}"#,
            r#"{"alg":"HS256"}"#,
            r#"{"alg":"ES384"}"#,
            r#"{"alg":"RS256"}"#,
            r#"{"alg":"es256"}"#,
        ] {
            let (token, key) = signed(header);
            let verified = Jws::read(&token).unwrap().verify(&[key]);
            assert_eq!(verified, Err(JoseFault::Signature), "{header}");
        }
        let (token, _) = signed(r#"{"alg":"ES256","crit":["exp"]}"#);
        assert!(Jws::read(&token).is_err());
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "[A-Za-z0-9_.-]{0,200}") {
            if let Ok(jws) = Jws::read(&text) {
                let _ = jws.verify(&[]);
            }
        }
    }
}

//! A card in software: holds an authentication key behind a PIN with three tries, and makes
//! genuine Web eID tokens. Stands in for card, reader and native application; the server cannot
//! tell the difference but for the root that issued the certificate.

use std::fmt;
use std::sync::{Mutex, PoisonError};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ring::digest::{SHA384, digest};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair};
use subtle::ConstantTimeEq;

use crate::pki::Credential;

/// Wrong PINs in a row that block a card.
pub const PIN_TRIES: u8 = 3;

/// Why a card makes no token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CardFault {
    /// The PIN is wrong.
    WrongPin {
        /// Tries before the card blocks, 1 or more.
        left: u8,
    },
    /// Too many wrong PINs.
    Blocked,
    /// The card's key cannot sign.
    Broken,
}

impl fmt::Display for CardFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::WrongPin { left } => write!(f, "the PIN is wrong, tries left: {left}"),
            Self::Blocked => f.write_str("the card is blocked"),
            Self::Broken => f.write_str("the card cannot sign"),
        }
    }
}

impl std::error::Error for CardFault {}

/// One card. Prints nothing of what it holds.
pub struct SoftwareCard {
    certificate: Vec<u8>,
    key: EcdsaKeyPair,
    pin: String,
    tries_left: Mutex<u8>,
}

impl SoftwareCard {
    /// A card that holds this credential behind this PIN.
    pub fn new(credential: &Credential, pin: &str) -> anyhow::Result<Self> {
        let random = SystemRandom::new();
        let pkcs8 = &credential.key;
        let key = EcdsaKeyPair::from_pkcs8(&ECDSA_P384_SHA384_FIXED_SIGNING, pkcs8, &random)
            .map_err(|_| anyhow::anyhow!("the card's key is no P-384 key in PKCS#8"))?;
        Ok(Self {
            certificate: credential.certificate.clone(),
            key,
            pin: pin.to_owned(),
            tries_left: Mutex::new(PIN_TRIES),
        })
    }

    /// The authentication certificate, DER.
    pub fn certificate(&self) -> &[u8] {
        &self.certificate
    }

    /// Tries before the card blocks; 0 when it is blocked.
    pub fn tries_left(&self) -> u8 {
        *self.tries_left.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Gives the card its tries back, as a municipality does with the PUK.
    pub fn unblock(&self) {
        *self.tries_left.lock().unwrap_or_else(PoisonError::into_inner) = PIN_TRIES;
    }

    /// A `web-eid:1.0` token for the origin (as the browser writes it) and the challenge (the
    /// base64 text, not decoded), signed with ES384 when the PIN is right.
    pub fn authenticate(
        &self,
        origin: &str,
        challenge: &str,
        pin: &str,
    ) -> Result<String, CardFault> {
        self.check_pin(pin)?;
        let mut signed_value = digest(&SHA384, origin.as_bytes()).as_ref().to_vec();
        signed_value.extend_from_slice(digest(&SHA384, challenge.as_bytes()).as_ref());
        let signature =
            self.key.sign(&SystemRandom::new(), &signed_value).map_err(|_| CardFault::Broken)?;
        let token = serde_json::json!({
            "unverifiedCertificate": STANDARD.encode(&self.certificate),
            "algorithm": "ES384",
            "signature": STANDARD.encode(signature.as_ref()),
            "format": "web-eid:1.0",
            "appVersion": "https://web-eid.eu/web-eid-app/releases/software-card",
        });
        Ok(token.to_string())
    }

    fn check_pin(&self, pin: &str) -> Result<(), CardFault> {
        let mut left = self.tries_left.lock().unwrap_or_else(PoisonError::into_inner);
        if *left == 0 {
            return Err(CardFault::Blocked);
        }
        if bool::from(pin.as_bytes().ct_eq(self.pin.as_bytes())) {
            *left = PIN_TRIES;
            return Ok(());
        }
        *left -= 1;
        if *left == 0 { Err(CardFault::Blocked) } else { Err(CardFault::WrongPin { left: *left }) }
    }
}

impl fmt::Debug for SoftwareCard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SoftwareCard(***)")
    }
}

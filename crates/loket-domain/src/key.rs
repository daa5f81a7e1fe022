//! Digital keys: the means of authentication that the person makes.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Kinds of key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyKind {
    /// A WebAuthn passkey with user verification.
    Passkey,
    /// A password together with an authenticator app (TOTP).
    PasswordAndApp,
}

impl KeyKind {
    /// Stable code, as stored.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Passkey => "passkey",
            Self::PasswordAndApp => "password_and_app",
        }
    }
    /// Reads the stable code.
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Passkey, Self::PasswordAndApp].into_iter().find(|k| k.code() == code)
    }
    /// The highest level that the kind reaches (implementing regulation (EU) 2015/1502, annex
    /// 2.2.1). Both kinds show two factors and change their answer each time, which is
    /// substantial. High wants the key kept by hardware that resists an attacker with much at hand:
    /// only an authenticator on the installation's own list has shown that.
    pub const fn reaches(self, attested: bool) -> AssuranceLevel {
        match self {
            Self::Passkey if attested => AssuranceLevel::High,
            Self::Passkey | Self::PasswordAndApp => AssuranceLevel::Substantial,
        }
    }
}

/// For what a key is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyPurpose {
    /// To see whether it works.
    Check,
    /// To look after one's own keys.
    OwnKeys,
    /// To sign in at a relying party.
    RelyingParty,
}

/// Assurance levels after the eIDAS regulation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AssuranceLevel {
    /// Low.
    Low,
    /// Substantial.
    Substantial,
    /// High.
    High,
}

impl AssuranceLevel {
    /// All levels, the lowest first.
    pub const ALL: [Self; 3] = [Self::Low, Self::Substantial, Self::High];
    /// Stable code, as stored.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Substantial => "substantial",
            Self::High => "high",
        }
    }
    /// Reads the stable code.
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Low, Self::Substantial, Self::High].into_iter().find(|l| l.code() == code)
    }
    /// Level of a key: as good as the weaker of how its holder was identified and what it is.
    pub fn of_key(identified: Self, kind: KeyKind, attested: bool) -> Self {
        identified.min(kind.reaches(attested))
    }
}

/// A passkey just made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPasskey {
    /// Credential id, base64url; unique over all keys.
    pub credential_id: String,
    /// The public part as the adapter wants it back (JSON).
    pub stored: String,
}

/// A passkey just used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PasskeyUse {
    /// Credential id, base64url.
    pub credential_id: String,
    /// The public part with its new counter, to be stored again when changed.
    pub stored: Option<String>,
    /// The signature counter went backwards: perhaps a copied key (requirement AU-14).
    pub counter_regressed: bool,
}

/// Seed of an authenticator app: 20 bytes (RFC 4226 section 4, R6).
#[derive(Clone, PartialEq, Eq)]
pub struct TotpSeed([u8; 20]);

impl TotpSeed {
    /// Takes over twenty random bytes.
    pub const fn new(bytes: [u8; 20]) -> Self {
        Self(bytes)
    }
    /// The bytes, for sealing and computing.
    pub const fn expose(&self) -> &[u8; 20] {
        &self.0
    }
}

impl fmt::Debug for TotpSeed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TotpSeed(***)")
    }
}

/// A password as chosen by the person.
pub mod password {
    use crate::secret::Secret;

    /// Fewest characters beside a second factor (NIST SP 800-63B-4 section 3.1.1.2: 8; ours 10).
    pub const FEWEST: usize = 10;
    /// Most characters (long pass phrases are welcome; more only costs hashing time).
    pub const MOST: usize = 256;

    /// Why a password is not taken.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
    pub enum PasswordFault {
        /// Fewer than [`FEWEST`] characters.
        #[error("too short")]
        TooShort,
        /// More than [`MOST`] characters.
        #[error("too long")]
        TooLong,
        /// One of the commonest passwords, or one character or a run over and over.
        #[error("too common")]
        TooCommon,
    }

    /// The commonest passwords of ten or more characters, lower case; compared on the whole value.
    const COMMON: &[&str] = &[
        "1234567890",
        "0123456789",
        "0987654321",
        "1q2w3e4r5t",
        "qwertyuiop",
        "azertyuiop",
        "password12",
        "password123",
        "password1234",
        "wachtwoord",
        "wachtwoord1",
        "wachtwoord123",
        "motdepasse",
        "motdepasse1",
        "motdepasse123",
        "passwort123",
        "passwort1234",
        "welkom1234",
        "bienvenue1",
        "iloveyou12",
        "qwerty12345",
        "qwerty123456",
        "azerty12345",
        "azerty123456",
        "administrator",
        "digitalesleutel",
        "cledigitale",
        "123456789a",
        "abcdefghij",
        "abcdefghijkl",
        "football123",
        "belgium123",
        "belgie1234",
        "belgique12",
        "1234567891",
        "12345678910",
        "123456789012",
        "11223344556",
        "qazwsxedcr",
        "1qaz2wsx3edc",
        "zaq12wsxcde3",
        "letmein1234",
        "changeme123",
        "superman123",
        "princess123",
        "sunshine12",
        "sunshine123",
        "anderlecht",
        "clubbrugge",
        "standardliege",
    ];

    /// Checks length (by character, no composition rules) and the list of the commonest.
    pub fn check(password: &Secret) -> Result<(), PasswordFault> {
        let text = password.expose();
        let count = text.chars().count();
        if count < FEWEST {
            return Err(PasswordFault::TooShort);
        }
        if count > MOST {
            return Err(PasswordFault::TooLong);
        }
        let folded = text.to_lowercase();
        let mut characters = folded.chars();
        let first = characters.next();
        let repeated = characters.all(|c| Some(c) == first);
        if repeated || COMMON.contains(&folded.as_str()) {
            return Err(PasswordFault::TooCommon);
        }
        Ok(())
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn length_and_the_commonest_count_composition_does_not() {
            let check = |text: &str| check(&Secret::new(text.to_owned()));
            assert_eq!(check("kort"), Err(PasswordFault::TooShort));
            assert_eq!(check("Wachtwoord123"), Err(PasswordFault::TooCommon));
            assert_eq!(check("aaaaaaaaaaaa"), Err(PasswordFault::TooCommon));
            assert_eq!(check("drie gele fietsen"), Ok(()));
            assert_eq!(check(&"abcé".repeat(64)), Ok(()));
            assert_eq!(check(&"abcdé".repeat(52)), Err(PasswordFault::TooLong));
        }
    }
}

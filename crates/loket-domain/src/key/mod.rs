//! Digital keys: the means of authentication that the person makes.

pub mod guessing;
pub mod password;
pub mod recovery;

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
    /// An authenticator of the installation's own list made it and has shown so.
    pub attested: bool,
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

/// What the holder calls a key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct KeyName(String);

/// Most characters of a key's name.
pub const LONGEST_KEY_NAME: usize = 40;

/// Not 1 to 40 characters, or a character that does not print.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a name of a key has 1 to 40 characters that print")]
pub struct NotAKeyName;

impl KeyName {
    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for KeyName {
    type Error = NotAKeyName;
    fn try_from(text: String) -> Result<Self, NotAKeyName> {
        let text = text.trim();
        let fits = !text.is_empty()
            && text.chars().count() <= LONGEST_KEY_NAME
            && !text.chars().any(char::is_control);
        if fits { Ok(Self(text.to_owned())) } else { Err(NotAKeyName) }
    }
}

impl From<KeyName> for String {
    fn from(name: KeyName) -> Self {
        name.0
    }
}

/// Why a key works no longer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyEnd {
    /// Its holder withdrew it.
    Holder,
    /// Withdrawn at a counter, the holder identified.
    Counter,
    /// A register says that the holder has died.
    Death,
    /// Withdrawn by the operator.
    Operator,
    /// Past its validity.
    Expired,
}

impl KeyEnd {
    /// Stable code, as stored.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Holder => "holder",
            Self::Counter => "counter",
            Self::Death => "death",
            Self::Operator => "operator",
            Self::Expired => "expired",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_as_good_as_the_weaker_of_identification_and_kind() {
        use AssuranceLevel::{High, Low, Substantial};
        for (identified, kind, attested, level) in [
            (Low, KeyKind::Passkey, true, Low),
            (Substantial, KeyKind::Passkey, true, Substantial),
            (High, KeyKind::Passkey, true, High),
            (High, KeyKind::Passkey, false, Substantial),
            (High, KeyKind::PasswordAndApp, true, Substantial),
            (Low, KeyKind::PasswordAndApp, false, Low),
        ] {
            assert_eq!(AssuranceLevel::of_key(identified, kind, attested), level);
        }
    }

    #[test]
    fn a_name_of_a_key_is_short_and_prints() {
        let name = |text: &str| KeyName::try_from(text.to_owned());
        assert_eq!(name("  Téléphone  ").unwrap().as_str(), "Téléphone");
        for bad in ["", "   ", "a\nb", &"é".repeat(41)] {
            assert_eq!(name(bad), Err(NotAKeyName), "{bad}");
        }
        assert!(name(&"é".repeat(40)).is_ok());
    }
}

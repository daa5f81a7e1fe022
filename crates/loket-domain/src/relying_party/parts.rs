//! The small parts of a registration and of a request, each checked when it is made.

use std::fmt;
use std::net::IpAddr;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use url::{Host, Url};

/// What is wrong with a registration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotAParty {
    /// The identifier.
    #[error("a client id has 3 to 64 lower-case letters, digits, dots, hyphens or underscores")]
    ClientId,
    /// An address to return to.
    #[error(
        "an address to return to is https, or http on this machine, without fragment, user and password"
    )]
    Address,
    /// A key.
    #[error("a key is an EC key on P-256 as a key set lists it; 1 to 8 of them")]
    Key,
    /// Name or sector.
    #[error("name and sector have 1 to 100 characters that print")]
    Name,
    /// Too many addresses, or none.
    #[error("a relying party has 1 to 20 addresses to return to, and at most 20 after signing out")]
    Addresses,
    /// No such scope.
    #[error("the scopes that can be registered are profile, birthdate, email and national_number")]
    Scope,
}

/// Public identifier of a relying party.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ClientId(String);

impl ClientId {
    /// Checks a text.
    pub fn new(text: &str) -> Result<Self, NotAParty> {
        let plain =
            |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'.' | b'-' | b'_');
        let fits = (3..=64).contains(&text.len()) && text.bytes().all(plain);
        if fits { Ok(Self(text.to_owned())) } else { Err(NotAParty::ClientId) }
    }
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ClientId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for ClientId {
    type Error = NotAParty;
    fn try_from(text: String) -> Result<Self, NotAParty> {
        Self::new(&text)
    }
}

impl From<ClientId> for String {
    fn from(id: ClientId) -> Self {
        id.0
    }
}

/// An address of a relying party to which people are sent, compared letter by letter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ReturnAddress(String);

impl ReturnAddress {
    /// Checks a text: absolute, `https:` or `http:` on a loopback host, no fragment (RFC 6749 section
    /// 3.1.2), no user and password.
    pub fn new(text: &str) -> Result<Self, NotAParty> {
        let url = Url::parse(text).map_err(|_| NotAParty::Address)?;
        let loopback = match url.host() {
            Some(Host::Domain(name)) => name == "localhost",
            Some(Host::Ipv4(address)) => IpAddr::from(address).is_loopback(),
            Some(Host::Ipv6(address)) => IpAddr::from(address).is_loopback(),
            None => false,
        };
        let reached = url.scheme() == "https" || (url.scheme() == "http" && loopback);
        let bare =
            url.fragment().is_none() && url.username().is_empty() && url.password().is_none();
        let plain = text.len() <= 500 && text.bytes().all(|b| b.is_ascii_graphic());
        if reached && bare && plain { Ok(Self(text.to_owned())) } else { Err(NotAParty::Address) }
    }
    /// The text as it was registered.
    pub fn as_str(&self) -> &str {
        &self.0
    }
    /// Its host, for people and for the sector.
    pub fn host(&self) -> String {
        let url = Url::parse(&self.0).ok();
        url.and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_default()
    }
    /// The address with parameters of an answer added.
    pub fn with(&self, parameters: &[(&str, &str)]) -> String {
        match Url::parse(&self.0) {
            Ok(mut url) if !parameters.is_empty() => {
                url.query_pairs_mut().extend_pairs(parameters);
                url.into()
            }
            // It was parsed when it was made.
            Ok(_) | Err(_) => self.0.clone(),
        }
    }
}

impl TryFrom<String> for ReturnAddress {
    type Error = NotAParty;
    fn try_from(text: String) -> Result<Self, NotAParty> {
        Self::new(&text)
    }
}

impl From<ReturnAddress> for String {
    fn from(address: ReturnAddress) -> Self {
        address.0
    }
}

/// What a relying party may learn of a person, beside an identifier of its own sector.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Claim {
    /// Given names and surname.
    Names,
    /// Date of birth.
    BirthDate,
    /// Confirmed e-mail address.
    Email,
    /// The number of the national register: only with an authorisation of the relying party.
    Number,
}

impl Claim {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Names, Self::BirthDate, Self::Email, Self::Number];

    /// The scope that asks for it.
    pub const fn scope(self) -> &'static str {
        match self {
            Self::Names => "profile",
            Self::BirthDate => "birthdate",
            Self::Email => "email",
            Self::Number => "national_number",
        }
    }
    /// Reads a scope.
    pub fn from_scope(scope: &str) -> Result<Self, NotAParty> {
        Self::ALL.into_iter().find(|claim| claim.scope() == scope).ok_or(NotAParty::Scope)
    }
}

/// A public key of a relying party: EC on P-256.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClientKey {
    /// Its name, when it has one.
    pub kid: Option<String>,
    x: String,
    y: String,
}

impl ClientKey {
    /// Reads a key as a key set lists it; whatever is private in it is not taken over.
    pub fn read(listed: &serde_json::Value) -> Result<Self, NotAParty> {
        let text = |name: &str| listed.get(name).and_then(serde_json::Value::as_str);
        let coordinate = |name: &str| {
            text(name)
                .filter(|text| URL_SAFE_NO_PAD.decode(text).is_ok_and(|bytes| bytes.len() == 32))
                .map(str::to_owned)
                .ok_or(NotAParty::Key)
        };
        if text("kty") != Some("EC") || text("crv") != Some("P-256") || listed.get("d").is_some() {
            return Err(NotAParty::Key);
        }
        let kid = text("kid").map(|kid| kid.chars().take(128).collect());
        Ok(Self { kid, x: coordinate("x")?, y: coordinate("y")? })
    }
    /// As a key set lists it.
    pub fn listed(&self) -> serde_json::Value {
        serde_json::json!({
            "kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256",
            "kid": self.kid, "x": self.x, "y": self.y,
        })
    }
}

/// What a relying party committed to when it asked, so that a code is worth nothing to anybody else
/// (RFC 7636, S256 only).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Challenge([u8; 32]);

impl Challenge {
    /// Reads the parameter `code_challenge`.
    pub fn parse(text: &str) -> Option<Self> {
        URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok().map(Self)
    }
    /// Whether this is the text whose hash was sent: 43 to 128 characters of those that RFC 7636 allows.
    /// Comparing hashes of 256 bits leaks nothing that helps to find the text.
    pub fn is_met_by(&self, verifier: &str) -> bool {
        let plain = |b: u8| b.is_ascii_alphanumeric() || b"-._~".contains(&b);
        (43..=128).contains(&verifier.len())
            && verifier.bytes().all(plain)
            && self.0 == <[u8; 32]>::from(Sha256::digest(verifier.as_bytes()))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn where_people_may_be_sent() {
        for good in [
            "https://dienst.example.be/terug",
            "https://dienst.example.be:8443/a?b=c",
            "http://localhost:3000/cb",
            "http://127.0.0.1/cb",
            "http://[::1]:8/cb",
        ] {
            assert_eq!(ReturnAddress::new(good).map(String::from).as_deref(), Ok(good));
        }
        for bad in [
            "http://dienst.example.be/",
            "https://dienst.example.be/#deel",
            "https://u:p@dienst.example.be/",
            "https://u@dienst.example.be/",
            "javascript:alert(1)",
            "data:text/html,x",
            "dienst.example.be",
            "//dienst.example.be/",
            "https://dienst.example.be/\r\nx",
            "",
        ] {
            assert_eq!(ReturnAddress::new(bad), Err(NotAParty::Address), "{bad}");
        }
    }

    #[test]
    fn parameters_are_added_to_what_was_registered() {
        let plain = ReturnAddress::new("https://a.example/cb").unwrap();
        assert_eq!(plain.with(&[("state", "x&y")]), "https://a.example/cb?state=x%26y");
        let with = ReturnAddress::new("https://a.example/cb?one=1").unwrap();
        assert_eq!(with.with(&[("code", "2")]), "https://a.example/cb?one=1&code=2");
        assert_eq!(with.with(&[]), "https://a.example/cb?one=1");
    }

    #[test]
    fn a_verifier_meets_its_own_challenge_only() {
        // RFC 7636, appendix B.
        let challenge = Challenge::parse("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM").unwrap();
        assert!(challenge.is_met_by("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"));
        for other in ["", "short", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"] {
            assert!(!challenge.is_met_by(other), "{other}");
        }
        for bad in ["", "E9Mel", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw+cM"] {
            assert_eq!(Challenge::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn keys_of_one_kind_without_their_private_part() {
        let one = "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU";
        let key = json!({ "kty": "EC", "crv": "P-256", "x": one, "y": one, "kid": "k" });
        let read = ClientKey::read(&key).unwrap();
        assert_eq!(ClientKey::read(&read.listed()), Ok(read));
        for (name, value) in
            [("kty", "RSA"), ("crv", "P-384"), ("x", "AA"), ("y", "?"), ("d", "secret")]
        {
            let mut bad = key.clone();
            bad[name] = json!(value);
            assert_eq!(ClientKey::read(&bad), Err(NotAParty::Key), "{name}");
        }
    }

    proptest! {
        #[test]
        fn every_verifier_of_the_right_form_works(verifier in "[A-Za-z0-9._~-]{43,128}", other in "[A-Za-z0-9._~-]{43,128}") {
            let text = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()));
            let challenge = Challenge::parse(&text).unwrap();
            prop_assert!(challenge.is_met_by(&verifier));
            prop_assert!(verifier == other || !challenge.is_met_by(&other));
        }

        /// Whatever a relying party puts into its state comes back, and nothing of it becomes a parameter
        /// of its own.
        #[test]
        fn a_state_stays_one_parameter(state in "\\PC{0,60}") {
            let address = ReturnAddress::new("https://a.example/cb").unwrap().with(&[("state", &state)]);
            let pairs: Vec<_> = Url::parse(&address).unwrap().query_pairs().into_owned().collect();
            prop_assert_eq!(pairs, vec![("state".to_owned(), state)]);
        }

        #[test]
        fn no_text_makes_an_address_elsewhere(text in "\\PC{0,80}") {
            if let Ok(address) = ReturnAddress::new(&text) {
                prop_assert!(address.as_str().starts_with("https://") || address.as_str().starts_with("http://"));
                prop_assert!(!address.host().is_empty());
            }
        }
    }
}

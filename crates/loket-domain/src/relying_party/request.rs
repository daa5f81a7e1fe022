//! What a relying party asks, read from the parameters of the browser's request (OpenID Connect Core
//! 1.0, section 3.1.2.1). Nothing is answered to an address that was not registered; whom to answer is
//! therefore found first, and everything else afterwards.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{Challenge, Claim, ClientId, Registered, ReturnAddress};
use crate::id::RelyingPartyId;
use crate::key::AssuranceLevel;
use crate::language::Language;
use crate::time::Timestamp;

/// Longest value that is looked at.
const LONGEST: usize = 1000;
/// Most parameters that are looked at.
const MOST: usize = 50;

/// The parameters as they came.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Asked {
    values: BTreeMap<String, String>,
    /// A parameter came twice, or one was too long.
    broken: bool,
}

/// Why a request is not taken; the text is the code of OAuth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RequestFault {
    /// A parameter is missing, came twice, or cannot be read.
    #[error("invalid_request")]
    Invalid(&'static str),
    /// Another flow than the one with a code.
    #[error("unsupported_response_type")]
    ResponseType,
    /// `openid` is missing.
    #[error("invalid_scope")]
    Scope,
    /// A request object.
    #[error("request_not_supported")]
    RequestObject,
    /// The address of a request object.
    #[error("request_uri_not_supported")]
    RequestAddress,
}

impl RequestFault {
    /// For the developer at the relying party.
    pub const fn description(self) -> &'static str {
        match self {
            Self::Invalid(what) => what,
            Self::ResponseType => "response_type must be code",
            Self::Scope => "scope must contain openid",
            Self::RequestObject | Self::RequestAddress => "request objects are not supported",
        }
    }
}

/// What the person is to be asked, whatever was before.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Prompt {
    /// Nothing may be asked.
    pub none: bool,
    /// To show a key again.
    pub login: bool,
    /// To agree again.
    pub consent: bool,
}

/// A request that can be answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuthorizationRequest {
    /// Who asks.
    pub party: RelyingPartyId,
    /// Where the answer goes.
    pub address: ReturnAddress,
    /// Given back with the answer.
    pub state: Option<String>,
    /// Given back in the ID token.
    pub nonce: Option<String>,
    /// What the code is bound to.
    pub challenge: Challenge,
    /// What is asked for, of what the relying party is registered for.
    pub claims: BTreeSet<Claim>,
    /// What the person must be asked.
    pub prompt: Prompt,
    /// How many seconds ago a key may have been shown.
    pub max_age: Option<u64>,
    /// The lowest level that will do.
    pub level: AssuranceLevel,
    /// In which language to speak, when one of ours was asked for.
    pub language: Option<Language>,
    /// When it came.
    pub received_at: Timestamp,
}

impl Asked {
    /// From names and values. One that comes twice makes the request unreadable (RFC 6749 section 3.1).
    pub fn of(pairs: impl IntoIterator<Item = (String, String)>) -> Self {
        let mut asked = Self::default();
        for (name, value) in pairs {
            let fits = value.len() <= LONGEST && asked.values.len() < MOST;
            let twice = fits && !value.is_empty() && asked.values.insert(name, value).is_some();
            asked.broken |= twice || !fits;
        }
        asked
    }

    fn get(&self, name: &str) -> Option<&str> {
        self.values.get(name).map(String::as_str)
    }

    /// Who says to ask.
    pub fn client(&self) -> Option<ClientId> {
        if self.broken { None } else { ClientId::new(self.get("client_id")?).ok() }
    }

    /// Where the answer goes: one of the registered addresses, letter by letter.
    pub fn address(&self, registered: &Registered) -> Option<ReturnAddress> {
        let wanted = self.get("redirect_uri")?;
        registered.returns.iter().find(|address| address.as_str() == wanted).cloned()
    }

    /// Given back with the answer.
    pub fn state(&self) -> Option<&str> {
        self.get("state")
    }

    /// The request itself.
    pub fn request(
        &self,
        party: RelyingPartyId,
        registered: &Registered,
        now: Timestamp,
    ) -> Result<AuthorizationRequest, RequestFault> {
        let address = self
            .address(registered)
            .ok_or(RequestFault::Invalid("redirect_uri is not registered"))?;
        if self.get("request").is_some() {
            return Err(RequestFault::RequestObject);
        }
        if self.get("request_uri").is_some() {
            return Err(RequestFault::RequestAddress);
        }
        match self.get("response_type") {
            Some("code") => {}
            Some(_) => return Err(RequestFault::ResponseType),
            None => return Err(RequestFault::Invalid("response_type is missing")),
        }
        if self.get("response_mode").is_some_and(|mode| mode != "query") {
            return Err(RequestFault::Invalid("response_mode must be query"));
        }
        Ok(AuthorizationRequest {
            party,
            address,
            state: self.get("state").map(str::to_owned),
            nonce: self.get("nonce").map(str::to_owned),
            challenge: self.challenge()?,
            claims: self.claims(registered)?,
            prompt: self.prompt()?,
            max_age: self.max_age()?,
            level: self.level(registered.least),
            language: self.language(),
            received_at: now,
        })
    }

    fn challenge(&self) -> Result<Challenge, RequestFault> {
        if self.get("code_challenge_method") != Some("S256") {
            return Err(RequestFault::Invalid("code_challenge_method must be S256"));
        }
        self.get("code_challenge")
            .and_then(Challenge::parse)
            .ok_or(RequestFault::Invalid("code_challenge is not the hash of a code_verifier"))
    }

    /// What the relying party is not registered for, and what nobody knows, is left out (RFC 6749 section
    /// 3.3).
    fn claims(&self, registered: &Registered) -> Result<BTreeSet<Claim>, RequestFault> {
        let scopes: Vec<&str> = self.get("scope").unwrap_or_default().split(' ').collect();
        if !scopes.contains(&"openid") {
            return Err(RequestFault::Scope);
        }
        let claims = scopes.into_iter().filter_map(|scope| Claim::from_scope(scope).ok());
        Ok(claims.filter(|claim| registered.claims.contains(claim)).collect())
    }

    fn prompt(&self) -> Result<Prompt, RequestFault> {
        let mut prompt = Prompt::default();
        for word in self.get("prompt").unwrap_or_default().split(' ').filter(|w| !w.is_empty()) {
            match word {
                "none" => prompt.none = true,
                // There is one account a key: choosing one is showing a key.
                "login" | "select_account" => prompt.login = true,
                "consent" => prompt.consent = true,
                _ => {
                    return Err(RequestFault::Invalid(
                        "prompt is none, login, consent or select_account",
                    ));
                }
            }
        }
        if prompt.none && (prompt.login || prompt.consent) {
            return Err(RequestFault::Invalid("prompt none stands alone"));
        }
        Ok(prompt)
    }

    fn max_age(&self) -> Result<Option<u64>, RequestFault> {
        let read = |text: &str| {
            text.parse().map_err(|_| RequestFault::Invalid("max_age is a number of seconds"))
        };
        self.get("max_age").map(read).transpose()
    }

    /// Any of the levels will do, and a higher one is as good as each; never less than registered.
    fn level(&self, least: AssuranceLevel) -> AssuranceLevel {
        let named = self.get("acr_values").unwrap_or_default();
        let known = |acr: &str| AssuranceLevel::ALL.into_iter().find(|level| level.acr() == acr);
        named.split(' ').filter_map(known).min().map_or(least, |level| level.max(least))
    }

    fn language(&self) -> Option<Language> {
        let tags = self.get("ui_locales")?.split(' ');
        tags.filter_map(|tag| tag.split('-').next())
            .find_map(|tag| tag.to_ascii_lowercase().parse().ok())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::ClientProof;
    use super::*;

    const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
    const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);

    fn registered() -> Registered {
        Registered {
            name: "Dienst".to_owned(),
            sector: "dienst.example.be".to_owned(),
            returns: vec![ReturnAddress::new("https://dienst.example.be/cb").unwrap()],
            after_sign_out: Vec::new(),
            claims: BTreeSet::from([Claim::Names, Claim::Email]),
            least: AssuranceLevel::Low,
            proof: ClientProof::Secret { digest: [1; 32] },
        }
    }

    /// A good request with parameters changed; an empty value takes one out.
    fn asked(changes: &[(&str, &str)]) -> Asked {
        let mut values = BTreeMap::from([
            ("client_id", "dienst"),
            ("redirect_uri", "https://dienst.example.be/cb"),
            ("response_type", "code"),
            ("scope", "openid profile"),
            ("code_challenge", CHALLENGE),
            ("code_challenge_method", "S256"),
            ("state", "s"),
        ]);
        values.extend(changes.iter().copied());
        Asked::of(values.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())))
    }

    fn request(changes: &[(&str, &str)]) -> Result<AuthorizationRequest, RequestFault> {
        let party = "0190b8c4-7a3c-7000-8000-000000000001".parse().unwrap();
        asked(changes).request(party, &registered(), NOW)
    }

    #[test]
    fn what_is_asked_is_what_was_registered_and_no_more() {
        let good = request(&[("scope", "openid profile national_number unknown")]).unwrap();
        assert_eq!(good.claims, BTreeSet::from([Claim::Names]));
        assert_eq!((good.state.as_deref(), good.prompt), (Some("s"), Prompt::default()));
        assert_eq!(good.level, AssuranceLevel::Low);
    }

    #[test]
    fn every_request_that_is_refused_and_how() {
        for (changes, code) in [
            (("response_type", ""), "invalid_request"),
            (("response_type", "token"), "unsupported_response_type"),
            (("response_type", "code id_token"), "unsupported_response_type"),
            (("response_mode", "fragment"), "invalid_request"),
            (("scope", "profile"), "invalid_scope"),
            (("scope", ""), "invalid_scope"),
            (("code_challenge", ""), "invalid_request"),
            (("code_challenge", "abc"), "invalid_request"),
            (("code_challenge_method", ""), "invalid_request"),
            (("code_challenge_method", "plain"), "invalid_request"),
            (("prompt", "none login"), "invalid_request"),
            (("prompt", "sms"), "invalid_request"),
            (("max_age", "-1"), "invalid_request"),
            (("request", "a.b.c"), "request_not_supported"),
            (("request_uri", "https://dienst.example.be/r"), "request_uri_not_supported"),
        ] {
            assert_eq!(request(&[changes]).unwrap_err().to_string(), code, "{changes:?}");
        }
    }

    #[test]
    fn the_address_is_compared_letter_by_letter() {
        for other in [
            "https://dienst.example.be/cb/",
            "https://dienst.example.be/cb?x=1",
            "https://dienst.example.be/CB",
            "https://dienst.example.be:443/cb",
            "https://dienst.example.be.evil.example/cb",
            "https://dienst.example.be/cb/../x",
            "",
        ] {
            assert_eq!(asked(&[("redirect_uri", other)]).address(&registered()), None, "{other}");
        }
        assert!(asked(&[]).address(&registered()).is_some());
    }

    #[test]
    fn a_parameter_that_comes_twice_names_nobody() {
        let pair = |value: &str| ("client_id".to_owned(), value.to_owned());
        assert!(Asked::of([pair("dienst")]).client().is_some());
        assert_eq!(Asked::of([pair("dienst"), pair("ander")]).client(), None);
        let long = ("state".to_owned(), "x".repeat(1001));
        assert_eq!(Asked::of([pair("dienst"), long]).client(), None);
    }

    #[test]
    fn any_level_named_will_do_and_none_below_the_registered_one() {
        let level = |acr: &str| request(&[("acr_values", acr)]).unwrap().level;
        let (substantial, high) = (AssuranceLevel::Substantial.acr(), AssuranceLevel::High.acr());
        assert_eq!(level(high), AssuranceLevel::High);
        assert_eq!(level(&format!("{high} {substantial}")), AssuranceLevel::Substantial);
        assert_eq!(level("urn:unknown"), AssuranceLevel::Low);
        let strict = Registered { least: AssuranceLevel::High, ..registered() };
        assert_eq!(asked(&[("acr_values", substantial)]).level(strict.least), AssuranceLevel::High);
    }

    #[test]
    fn language_and_prompt() {
        let good = request(&[("ui_locales", "it de-BE nl"), ("prompt", "login consent")]).unwrap();
        assert_eq!(good.language, Some(Language::De));
        assert_eq!(good.prompt, Prompt { none: false, login: true, consent: true });
        assert_eq!(request(&[("max_age", "0")]).unwrap().max_age, Some(0));
    }

    proptest! {
        /// No parameter of anybody leads an answer elsewhere, and none makes the reading panic.
        #[test]
        fn an_answer_goes_to_a_registered_address_or_nowhere(
            pairs in prop::collection::vec(("[a-z_]{1,16}", "\\PC{0,60}"), 0..12),
            address in "https://(dienst\\.example\\.be|evil\\.example)/[a-z]{0,3}",
        ) {
            let mut all = pairs;
            all.push(("redirect_uri".to_owned(), address));
            let party = "0190b8c4-7a3c-7000-8000-000000000001".parse().unwrap();
            let asked = Asked::of(all);
            if let Some(found) = asked.address(&registered()) {
                prop_assert_eq!(found.as_str(), "https://dienst.example.be/cb");
            }
            if let Ok(request) = asked.request(party, &registered(), NOW) {
                prop_assert_eq!(request.address.as_str(), "https://dienst.example.be/cb");
                prop_assert!(request.claims.is_subset(&registered().claims));
            }
        }
    }
}

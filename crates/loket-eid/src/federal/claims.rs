//! What signed tokens say, and whether it is what was asked for (OpenID Connect Core 1.0, sections
//! 3.1.3.7 and 5.3.2).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use loket_domain::time::Timestamp;
use ring::digest::{Algorithm, SHA256, SHA384, digest};
use serde_json::{Map, Value};
use subtle::ConstantTimeEq as _;

use super::{FederalFault, FederalSettings};

/// How far the clock of the service may be from ours.
const SKEW: i64 = 60;
/// How old an ID token may be, in seconds: it was made for this very attempt.
const OLDEST: i64 = 600;

/// The claims of a signed token.
pub(super) struct Claims(Map<String, Value>);

impl Claims {
    fn read(payload: &[u8]) -> Result<Self, FederalFault> {
        serde_json::from_slice(payload).map(Self).map_err(|_| FederalFault::Token)
    }

    fn text(&self, claim: &str) -> Option<&str> {
        self.0.get(claim)?.as_str()
    }

    fn seconds(&self, claim: &str) -> Option<i64> {
        self.0.get(claim)?.as_i64()
    }

    /// Whether a claim is this text, or a list that has it.
    fn has(&self, claim: &str, wanted: &str) -> bool {
        match self.0.get(claim) {
            Some(Value::String(text)) => text == wanted,
            Some(Value::Array(list)) => list.iter().any(|entry| entry.as_str() == Some(wanted)),
            _ => false,
        }
    }

    fn check_parties(&self, settings: &FederalSettings) -> Result<(), FederalFault> {
        if self.text("iss") != Some(settings.issuer.as_str()) {
            return Err(FederalFault::Issuer);
        }
        let several = self.0.get("aud").and_then(Value::as_array).is_some_and(|all| all.len() > 1);
        let party = self.text("azp");
        let for_us = self.has("aud", &settings.client_id)
            && party.is_none_or(|party| party == settings.client_id)
            && (!several || party.is_some());
        if for_us { Ok(()) } else { Err(FederalFault::Audience) }
    }

    fn check_end(&self, now: i64) -> Result<(), FederalFault> {
        let early = self.seconds("nbf").is_some_and(|from| now + SKEW < from);
        let over = self.seconds("exp").is_some_and(|until| until + SKEW <= now);
        if early || over { Err(FederalFault::Dates) } else { Ok(()) }
    }

    fn names_method(&self, settings: &FederalSettings) -> bool {
        settings.methods.iter().any(|method| self.has(&settings.method_claim, method))
    }
}

/// The ID token.
pub(super) struct IdToken(Claims);

impl IdToken {
    pub(super) fn read(payload: &[u8]) -> Result<Self, FederalFault> {
        let claims = Claims::read(payload)?;
        if claims.text("sub").is_none_or(str::is_empty) {
            return Err(FederalFault::Token);
        }
        Ok(Self(claims))
    }

    /// Whom it is about; never empty.
    pub(super) fn subject(&self) -> &str {
        self.0.text("sub").unwrap_or_default()
    }

    pub(super) fn check(
        &self,
        settings: &FederalSettings,
        nonce: &str,
        now: Timestamp,
    ) -> Result<(), FederalFault> {
        let now = now.seconds();
        self.0.check_parties(settings)?;
        let made = self.0.seconds("iat").ok_or(FederalFault::Dates)?;
        if self.0.seconds("exp").is_none() || made > now + SKEW || made < now - OLDEST {
            return Err(FederalFault::Dates);
        }
        self.0.check_end(now)?;
        let sent = self.0.text("nonce").unwrap_or_default();
        if !bool::from(sent.as_bytes().ct_eq(nonce.as_bytes())) {
            return Err(FederalFault::Nonce);
        }
        if !settings.acr_values.iter().any(|level| self.0.has("acr", level)) {
            return Err(FederalFault::Level);
        }
        Ok(())
    }

    /// The ID token names the access token by half of its hash, when it names it.
    pub(super) fn check_access_token(&self, token: &str) -> Result<(), FederalFault> {
        let Some(named) = self.0.text("at_hash") else { return Ok(()) };
        let half = |algorithm: &'static Algorithm| {
            let whole = digest(algorithm, token.as_bytes());
            URL_SAFE_NO_PAD
                .encode(whole.as_ref().get(..whole.as_ref().len() / 2).unwrap_or_default())
        };
        if named == half(&SHA256) || named == half(&SHA384) {
            Ok(())
        } else {
            Err(FederalFault::AccessToken)
        }
    }

    pub(super) fn names_method(&self, settings: &FederalSettings) -> bool {
        self.0.names_method(settings)
    }
}

/// What the service says of the person.
pub(super) struct UserInfo(Claims);

impl UserInfo {
    pub(super) fn read(payload: &[u8]) -> Result<Self, FederalFault> {
        Claims::read(payload).map(Self)
    }

    pub(super) fn check(
        &self,
        settings: &FederalSettings,
        subject: &str,
        now: Timestamp,
    ) -> Result<(), FederalFault> {
        self.0.check_parties(settings)?;
        self.0.check_end(now.seconds())?;
        if self.0.text("sub") == Some(subject) { Ok(()) } else { Err(FederalFault::Subject) }
    }

    pub(super) fn text(&self, claim: &str) -> Option<&str> {
        self.0.text(claim)
    }

    pub(super) fn names_method(&self, settings: &FederalSettings) -> bool {
        self.0.names_method(settings)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use loket_domain::secret::Secret;
    use loket_domain::ssin::Synthetic;
    use serde_json::json;

    use super::*;

    const NOW: i64 = 1_780_000_000;

    fn settings() -> FederalSettings {
        FederalSettings {
            issuer: "https://idp.example.be".to_owned(),
            allow_loopback_http: false,
            endpoints: None,
            client_id: "loket".to_owned(),
            client_secret: Secret::new("secret".to_owned()),
            redirect_uri: "https://loket.example.be/sign-in/federal/return".to_owned(),
            scopes: vec!["openid".to_owned()],
            acr_values: vec!["level500".to_owned()],
            method_claim: "amr".to_owned(),
            methods: vec!["eid".to_owned()],
            number_claim: "egovNRN".to_owned(),
            given_names_claim: "given_name".to_owned(),
            surname_claim: "family_name".to_owned(),
            synthetic: Synthetic::Accepted,
            timeout: Duration::from_secs(5),
        }
    }

    fn good() -> Value {
        json!({
            "iss": "https://idp.example.be", "aud": "loket", "sub": "7", "nonce": "n", "acr": "level500",
            "amr": ["eid", "level500"], "iat": NOW, "exp": NOW + 300,
        })
    }

    fn judge(claims: &Value) -> Result<(), FederalFault> {
        let now = Timestamp::from_seconds(NOW);
        IdToken::read(claims.to_string().as_bytes())?.check(&settings(), "n", now)
    }

    #[test]
    fn each_claim_that_is_wrong_has_its_own_code() {
        assert_eq!(judge(&good()), Ok(()));
        for (claim, value, fault) in [
            ("iss", json!("https://idp.example.be/"), FederalFault::Issuer),
            ("aud", json!("another"), FederalFault::Audience),
            ("aud", json!(["loket", "another"]), FederalFault::Audience),
            ("azp", json!("another"), FederalFault::Audience),
            ("nonce", json!("m"), FederalFault::Nonce),
            ("nonce", json!(null), FederalFault::Nonce),
            ("acr", json!("level400"), FederalFault::Level),
            ("acr", json!(null), FederalFault::Level),
            ("exp", json!(NOW - 60), FederalFault::Dates),
            ("exp", json!(null), FederalFault::Dates),
            ("iat", json!(NOW + 61), FederalFault::Dates),
            ("iat", json!(NOW - 601), FederalFault::Dates),
            ("nbf", json!(NOW + 61), FederalFault::Dates),
            ("sub", json!(""), FederalFault::Token),
        ] {
            let mut claims = good();
            claims[claim] = value.clone();
            assert_eq!(judge(&claims), Err(fault), "{claim} {value}");
        }
        let mut several = good();
        several["aud"] = json!(["loket", "another"]);
        several["azp"] = json!("loket");
        assert_eq!(judge(&several), Ok(()));
    }

    #[test]
    fn method_access_token_and_subject() {
        let id = |claims: &Value| IdToken::read(claims.to_string().as_bytes()).unwrap();
        assert!(id(&good()).names_method(&settings()));
        let mut other = good();
        other["amr"] = json!("itsme");
        assert!(!id(&other).names_method(&settings()));
        // OpenID Connect Core 1.0, appendix A.3: the hash of a known access token.
        let token = "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y";
        other["at_hash"] = json!("77QmUPtjPfzWtF2AnpK9RQ");
        assert_eq!(id(&other).check_access_token(token), Ok(()));
        assert_eq!(id(&other).check_access_token("x"), Err(FederalFault::AccessToken));
        let info = UserInfo::read(good().to_string().as_bytes()).unwrap();
        let now = Timestamp::from_seconds(NOW);
        assert_eq!(info.check(&settings(), "7", now), Ok(()));
        assert_eq!(info.check(&settings(), "8", now), Err(FederalFault::Subject));
    }
}

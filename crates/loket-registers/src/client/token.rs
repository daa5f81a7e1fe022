//! The token of the client credentials grant, with the client's assertion signed by its own key
//! (RFC 7523, `private_key_jwt`). Kept in memory until shortly before its end; fetched once at a
//! time.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use loket_domain::Timestamp;
use loket_domain::secret::Secret;
use loket_jose::SigningKey;
use ring::rand::{SecureRandom as _, SystemRandom};
use serde::Deserialize;
use serde_json::json;
use tokio::sync::Mutex;

use super::ClientFault;

/// Tells the time for assertions.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// How long an assertion is good.
const ASSERTION: Duration = Duration::from_secs(60);
/// A token that ends sooner than this is not used any more.
const MARGIN: Duration = Duration::from_secs(15);
/// Longest life that is believed.
const LONGEST: Duration = Duration::from_hours(1);
/// Largest answer of the token service.
const LARGEST: usize = 16 * 1024;

/// How a token is asked for.
#[derive(Clone)]
pub struct TokenSettings {
    /// Address of the token service.
    pub endpoint: String,
    /// This installation there.
    pub client_id: String,
    /// Whom the assertion is for; usually the issuer or the endpoint.
    pub audience: String,
    /// Scope, separated by spaces; empty for none.
    pub scope: String,
    /// Name of the key there, when it has one.
    pub key_id: Option<String>,
    /// EC P-256 key in PKCS#8 (DER).
    pub key: Vec<u8>,
}

impl fmt::Debug for TokenSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenSettings").field("endpoint", &self.endpoint).finish_non_exhaustive()
    }
}

#[derive(Deserialize)]
struct TokenAnswer {
    access_token: String,
    token_type: String,
    #[serde(default)]
    expires_in: u64,
}

/// The token and who gets it.
pub(super) struct Tokens {
    settings: TokenSettings,
    key: SigningKey,
    random: SystemRandom,
    clock: Clock,
    kept: Mutex<Option<(Secret, Timestamp)>>,
}

impl fmt::Debug for Tokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Tokens(***)")
    }
}

impl Tokens {
    pub(super) fn new(settings: TokenSettings, clock: Clock) -> Result<Self, ClientFault> {
        let key = SigningKey::read(&settings.key, settings.key_id.clone())
            .map_err(|_| ClientFault::TokenKey)?;
        Ok(Self { settings, key, random: SystemRandom::new(), clock, kept: Mutex::default() })
    }

    /// A token that is good now; `None` when there is none to be had.
    pub(super) async fn current(&self, http: &reqwest::Client) -> Option<Secret> {
        // Held while one is fetched, so that a queue of questions fetches one token.
        let mut kept = self.kept.lock().await;
        let now = (self.clock)();
        if let Some((token, until)) = &*kept
            && now.plus(MARGIN) < *until
        {
            return Some(token.clone());
        }
        let fresh = self.fetch(http, now).await;
        if fresh.is_none() {
            tracing::warn!("the token service of the registers gave no token");
        }
        kept.clone_from(&fresh);
        fresh.map(|(token, _)| token)
    }

    /// A register did not take the token: the next call fetches another.
    pub(super) async fn forget(&self) {
        *self.kept.lock().await = None;
    }

    async fn fetch(&self, http: &reqwest::Client, now: Timestamp) -> Option<(Secret, Timestamp)> {
        let assertion = self.assertion(now)?;
        let mut fields = vec![
            ("grant_type", "client_credentials"),
            ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
            ("client_assertion", assertion.expose()),
        ];
        if !self.settings.scope.is_empty() {
            fields.push(("scope", &self.settings.scope));
        }
        let form =
            url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let request = http
            .post(&self.settings.endpoint)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(form);
        let mut response = request.send().await.ok().filter(|r| r.status().is_success())?;
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.ok()? {
            body.extend_from_slice(&chunk);
            if body.len() > LARGEST {
                return None;
            }
        }
        let answer: TokenAnswer = serde_json::from_slice(&body).ok()?;
        let usable = answer.token_type.eq_ignore_ascii_case("bearer")
            && !answer.access_token.is_empty()
            && answer.access_token.bytes().all(|b| b.is_ascii_graphic());
        let life = Duration::from_secs(answer.expires_in).min(LONGEST);
        usable.then(|| (Secret::new(answer.access_token), now.plus(life)))
    }

    /// The signed assertion: who we are, to whom, good for a minute, used once (RFC 7523 section 3).
    fn assertion(&self, now: Timestamp) -> Option<Secret> {
        let mut id = [0_u8; 16];
        self.random.fill(&mut id).ok()?;
        let claims = json!({
            "iss": self.settings.client_id,
            "sub": self.settings.client_id,
            "aud": self.settings.audience,
            "jti": URL_SAFE_NO_PAD.encode(id),
            "iat": now.seconds(),
            "exp": now.plus(ASSERTION).seconds(),
        });
        self.key.sign(&claims).ok().map(Secret::new)
    }
}

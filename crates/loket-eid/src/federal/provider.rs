//! The service over HTTP: its description, its keys, the exchange of a code, userinfo. Follows no
//! redirect, uses no proxy, stops at size and deadline, and asks only addresses that may be asked.

use std::sync::Arc;
use std::time::Duration;

use loket_domain::time::Timestamp;
use loket_jose::{Jws, Key};
use reqwest::header::{ACCEPT, CONTENT_TYPE};
use reqwest::redirect::Policy;
use reqwest::{Client, RequestBuilder, Response};
use serde::Deserialize;
use tokio::sync::Mutex;
use url::Url;

use super::{FederalFault, FederalSettings, FederalSettingsFault};

/// Most bytes of an answer.
const MOST: usize = 256 * 1024;
/// Most keys that are looked at.
const MOST_KEYS: usize = 64;
/// Between two questions for keys, however many unknown ones tokens name.
const KEYS_REST: Duration = Duration::from_mins(1);

/// The description (OpenID Connect Discovery 1.0, section 3), as far as it is used.
#[derive(Debug, Clone, Deserialize)]
struct Description {
    issuer: String,
    authorization_endpoint: Url,
    token_endpoint: Url,
    userinfo_endpoint: Url,
    jwks_uri: Url,
}

/// What a code is exchanged for.
#[derive(Deserialize)]
pub(super) struct Tokens {
    pub(super) access_token: String,
    pub(super) id_token: String,
    token_type: String,
}

#[derive(Deserialize)]
struct KeySet {
    keys: Vec<Key>,
}

#[derive(Default)]
struct Kept {
    description: Option<Description>,
    keys: Arc<[Key]>,
    asked_at: Option<Timestamp>,
}

pub(super) struct Provider {
    client: Client,
    settings: FederalSettings,
    kept: Mutex<Kept>,
}

impl Provider {
    pub(super) fn new(settings: &FederalSettings) -> Result<Self, FederalSettingsFault> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let roots = rustls::RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
        let tls = rustls::ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|_| FederalSettingsFault::Client)?
            .with_root_certificates(roots)
            .with_no_client_auth();
        let client = Client::builder()
            .tls_backend_preconfigured(tls)
            .redirect(Policy::none())
            .no_proxy()
            .timeout(settings.timeout)
            .build()
            .map_err(|_| FederalSettingsFault::Client)?;
        let description = settings.endpoints.clone().map(|given| Description {
            issuer: settings.issuer.clone(),
            authorization_endpoint: given.authorization,
            token_endpoint: given.token,
            userinfo_endpoint: given.userinfo,
            jwks_uri: given.keys,
        });
        let kept = Mutex::new(Kept { description, ..Kept::default() });
        Ok(Self { client, settings: settings.clone(), kept })
    }

    pub(super) async fn authorization_address(&self) -> Result<Url, FederalFault> {
        Ok(self.description().await?.authorization_endpoint)
    }

    /// Exchanges a code. What the service refuses is the code; everything else is its own trouble.
    pub(super) async fn exchange(
        &self,
        code: &str,
        verifier: &str,
    ) -> Result<Tokens, FederalFault> {
        let description = self.description().await?;
        let fields = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", self.settings.redirect_uri.as_str()),
            ("code_verifier", verifier),
        ];
        // RFC 6749 section 2.3.1: both are form-encoded before they are put together.
        let encoded = |text: &str| -> String {
            url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
        };
        let (client, secret) =
            (encoded(&self.settings.client_id), encoded(self.settings.client_secret.expose()));
        let form: String =
            url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let request = self
            .client
            .post(description.token_endpoint)
            .basic_auth(client, Some(secret))
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(ACCEPT, "application/json")
            .body(form);
        let answer = send(request).await?;
        if answer.status().as_u16() == 400 {
            return Err(FederalFault::Code);
        }
        let tokens: Tokens = json(answer).await?;
        if !tokens.token_type.eq_ignore_ascii_case("bearer") {
            return Err(FederalFault::Unavailable);
        }
        Ok(tokens)
    }

    /// The signed userinfo; one that is not signed is refused.
    pub(super) async fn userinfo(&self, access_token: &str) -> Result<String, FederalFault> {
        let description = self.description().await?;
        let request = self
            .client
            .get(description.userinfo_endpoint)
            .bearer_auth(access_token)
            .header(ACCEPT, "application/jwt");
        let answer = send(request).await?;
        if !answer.status().is_success() {
            return Err(FederalFault::Unavailable);
        }
        let kind = answer.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let kind = kind.and_then(|kind| kind.split(';').next()).unwrap_or_default().trim();
        if !kind.eq_ignore_ascii_case("application/jwt") {
            return Err(FederalFault::Token);
        }
        String::from_utf8(bounded(answer).await?).map_err(|_| FederalFault::Token)
    }

    /// The payload of a token, when a key of the service has signed it. Keys are asked for again
    /// when the token names one that is not known, once a minute at most.
    pub(super) async fn verify(
        &self,
        token: &str,
        now: Timestamp,
    ) -> Result<Vec<u8>, FederalFault> {
        let token = token.trim();
        let jws = Jws::read(token)?;
        let keys = self.keys(jws.kid.as_deref(), now).await?;
        Ok(jws.verify(&keys)?)
    }

    async fn keys(&self, kid: Option<&str>, now: Timestamp) -> Result<Arc<[Key]>, FederalFault> {
        let address = self.description().await?.jwks_uri;
        let mut kept = self.kept.lock().await;
        let known = kept.keys.iter().any(|key| kid.is_none() || key.kid.as_deref() == kid);
        let rested = kept.asked_at.is_none_or(|at| at.plus(KEYS_REST) <= now);
        if !known && rested {
            kept.asked_at = Some(now);
            let set: KeySet = json(send(self.client.get(address)).await?).await?;
            kept.keys = set.keys.into_iter().take(MOST_KEYS).collect();
        }
        Ok(Arc::clone(&kept.keys))
    }

    /// The description, asked for once. It must name the very issuer, and addresses that may be
    /// asked.
    async fn description(&self) -> Result<Description, FederalFault> {
        let mut kept = self.kept.lock().await;
        if let Some(description) = &kept.description {
            return Ok(description.clone());
        }
        let issuer = self.settings.issuer.trim_end_matches('/');
        let address = format!("{issuer}/.well-known/openid-configuration");
        let found: Description = json(send(self.client.get(address)).await?).await?;
        let asked = [
            &found.authorization_endpoint,
            &found.token_endpoint,
            &found.userinfo_endpoint,
            &found.jwks_uri,
        ];
        if found.issuer != self.settings.issuer
            || !asked.iter().all(|url| self.settings.may_ask(url))
        {
            return Err(FederalFault::Issuer);
        }
        kept.description = Some(found.clone());
        Ok(found)
    }
}

async fn send(request: RequestBuilder) -> Result<Response, FederalFault> {
    request.send().await.map_err(|_| FederalFault::Unavailable)
}

async fn json<T: serde::de::DeserializeOwned>(answer: Response) -> Result<T, FederalFault> {
    if !answer.status().is_success() {
        return Err(FederalFault::Unavailable);
    }
    let body = bounded(answer).await?;
    serde_json::from_slice(&body).map_err(|_| FederalFault::Unavailable)
}

async fn bounded(mut answer: Response) -> Result<Vec<u8>, FederalFault> {
    let mut body = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(|_| FederalFault::Unavailable)? {
        if body.len() + chunk.len() > MOST {
            return Err(FederalFault::Unavailable);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

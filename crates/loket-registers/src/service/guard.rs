//! The door of the service, as the real ones have it: a bearer token that the one allowed client
//! gets for an assertion signed by its key (client credentials, RFC 7523). Mutual TLS is the
//! listener's part.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::{Request, State};
use axum::http::header::{AUTHORIZATION, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum::{Json, Router};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use loket_domain::Timestamp;
use ring::rand::{SecureRandom as _, SystemRandom};
use ring::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};
use serde::Deserialize;
use serde_json::json;

use super::problem::problem;
use crate::wire::urn;

/// How long a token is good.
const TOKEN: Duration = Duration::from_secs(300);
/// Longest life of an assertion.
const ASSERTION: Duration = Duration::from_secs(120);

/// Who may ask.
#[derive(Debug, Clone)]
pub struct AllowedClient {
    /// Its name.
    pub client_id: String,
    /// Whom its assertions must be for.
    pub audience: String,
    /// Its public key: an uncompressed P-256 point, 65 bytes.
    pub public_key: Vec<u8>,
}

#[derive(Debug, Default)]
struct Given {
    /// Assertions that were used, until they end by themselves.
    used: HashMap<String, Timestamp>,
    /// Tokens that were given, until they end.
    tokens: HashMap<String, Timestamp>,
}

/// The door.
#[derive(Debug, Clone)]
pub(crate) struct Guard {
    client: Arc<AllowedClient>,
    given: Arc<Mutex<Given>>,
}

#[derive(Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    aud: String,
    jti: String,
    exp: i64,
}

#[derive(Deserialize)]
struct Header {
    alg: String,
}

impl Guard {
    pub(crate) fn new(client: AllowedClient) -> Self {
        Self { client: Arc::new(client), given: Arc::default() }
    }

    /// `POST /token`, open to whoever can sign.
    pub(crate) fn router(&self) -> Router {
        Router::new().route("/token", axum::routing::post(token)).with_state(self.clone())
    }

    /// Checks an assertion and gives a token; `None` when anything of it is not right.
    fn admit(&self, assertion: &str, now: Timestamp) -> Option<String> {
        let (message, signature) = assertion.rsplit_once('.')?;
        let (header, claims) = message.split_once('.')?;
        let read = |part: &str| URL_SAFE_NO_PAD.decode(part).ok();
        let header: Header = serde_json::from_slice(&read(header)?).ok()?;
        let key = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, &self.client.public_key);
        key.verify(message.as_bytes(), &read(signature)?).ok()?;
        let claims: Claims = serde_json::from_slice(&read(claims)?).ok()?;
        let until = Timestamp::from_seconds(claims.exp);
        let good = header.alg == "ES256"
            && claims.iss == self.client.client_id
            && claims.sub == self.client.client_id
            && claims.aud == self.client.audience
            && (8..=64).contains(&claims.jti.len())
            && now < until
            && until <= now.plus(ASSERTION);
        if !good {
            return None;
        }
        let mut random = [0_u8; 32];
        SystemRandom::new().fill(&mut random).ok()?;
        let token = URL_SAFE_NO_PAD.encode(random);
        let mut given = self.given.lock().ok()?;
        given.used.retain(|_, until| *until > now);
        given.tokens.retain(|_, until| *until > now);
        if given.used.insert(claims.jti, until).is_some() {
            return None;
        }
        given.tokens.insert(token.clone(), now.plus(TOKEN));
        Some(token)
    }

    fn knows(&self, token: &str, now: Timestamp) -> bool {
        self.given.lock().is_ok_and(|given| given.tokens.get(token).is_some_and(|end| now < *end))
    }
}

async fn token(State(guard): State<Guard>, body: Bytes) -> Response {
    let fields: HashMap<_, _> = url::form_urlencoded::parse(&body).into_owned().collect();
    let field = |name: &str| fields.get(name).map(String::as_str).unwrap_or_default();
    let asks = field("grant_type") == "client_credentials"
        && field("client_assertion_type")
            == "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
    let given = asks.then(|| guard.admit(field("client_assertion"), super::now())).flatten();
    match given {
        Some(token) => Json(json!({
            "access_token": token, "token_type": "Bearer", "expires_in": TOKEN.as_secs(),
        }))
        .into_response(),
        None => {
            (StatusCode::UNAUTHORIZED, Json(json!({ "error": "invalid_client" }))).into_response()
        }
    }
}

/// Stands before every route of the registers but health.
pub(crate) async fn admit(State(guard): State<Guard>, request: Request, next: Next) -> Response {
    let sent = request.headers().get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    let token = sent.and_then(|value| value.strip_prefix("Bearer "));
    let open = request.uri().path().ends_with("/health");
    if open || token.is_some_and(|token| guard.knows(token, super::now())) {
        return next.run(request).await;
    }
    let kind = if token.is_some() { urn::INVALID_TOKEN } else { urn::NO_TOKEN };
    let mut refused = problem(StatusCode::UNAUTHORIZED, kind, Vec::new());
    refused.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    refused
}

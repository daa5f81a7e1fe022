//! What the server of a relying party asks: who we are, which keys sign, tokens for a code, and what the
//! person agreed to tell (OpenID Connect Core and Discovery 1.0, RFC 6749, 7636, 9207). It decides nothing
//! and makes no token: the office does. Errors are those of OAuth and say no more than it prescribes.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{ConnectInfo, State};
use axum::http::header::{
    AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE,
};
use axum::http::{Extensions, HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use loket_app::Failure;
use loket_app::office::PartyProof;
use loket_domain::Refusal;
use loket_domain::key::AssuranceLevel;
use loket_domain::relying_party::{Claim, TOKEN_WORKS};
use loket_domain::secret::Secret;
use serde_json::{Value, json};

use crate::ApiState;

/// How the assertion of a relying party is named (RFC 7523).
const ASSERTION: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
/// How long a key set may be kept: far less than a key is published before it signs.
const KEY_SET_AGE: &str = "public, max-age=3600";

/// Why a call gets no answer, as OAuth names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum OauthFault {
    Request(&'static str),
    Client,
    Grant,
    GrantType,
    Token,
    TooMany,
    Broken,
}

impl IntoResponse for OauthFault {
    fn into_response(self) -> Response {
        let (status, code, what) = match self {
            Self::Request(what) => (StatusCode::BAD_REQUEST, "invalid_request", what),
            Self::Client => (StatusCode::UNAUTHORIZED, "invalid_client", "not proved"),
            Self::Grant => (
                StatusCode::BAD_REQUEST,
                "invalid_grant",
                "the code is unknown, used, over, or not for this client, address or verifier",
            ),
            Self::GrantType => (
                StatusCode::BAD_REQUEST,
                "unsupported_grant_type",
                "grant_type must be authorization_code",
            ),
            Self::Token => (StatusCode::UNAUTHORIZED, "invalid_token", "the token opens nothing"),
            Self::TooMany => (StatusCode::TOO_MANY_REQUESTS, "slow_down", "too many wrong tries"),
            Self::Broken => (StatusCode::SERVICE_UNAVAILABLE, "temporarily_unavailable", "later"),
        };
        let body = Json(json!({ "error": code, "error_description": what }));
        let mut response = (status, body).into_response();
        let headers = response.headers_mut();
        match self {
            Self::Client => {
                headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Basic realm=\"token\""));
            }
            Self::Token => {
                let wants = HeaderValue::from_static("Bearer error=\"invalid_token\"");
                headers.insert(WWW_AUTHENTICATE, wants);
            }
            Self::TooMany | Self::Broken => {
                headers.insert(RETRY_AFTER, HeaderValue::from_static("60"));
            }
            Self::Request(_) | Self::Grant | Self::GrantType => {}
        }
        response
    }
}

fn broken(failure: &Failure) -> OauthFault {
    tracing::error!(%failure, "a relying party got no answer");
    OauthFault::Broken
}

/// Who we are.
pub(crate) async fn discovery(State(state): State<ApiState>) -> Json<Value> {
    let issuer = state.office.issuer();
    let at = |path: &str| format!("{issuer}{path}");
    let scopes: Vec<&str> = std::iter::once("openid").chain(Claim::ALL.map(Claim::scope)).collect();
    Json(json!({
        "issuer": issuer,
        "authorization_endpoint": at("/authorize"),
        "token_endpoint": at("/token"),
        "userinfo_endpoint": at("/userinfo"),
        "jwks_uri": at("/jwks"),
        "end_session_endpoint": at("/end-session"),
        "scopes_supported": scopes,
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code"],
        "acr_values_supported": AssuranceLevel::ALL.map(AssuranceLevel::acr),
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": ["ES256"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "private_key_jwt"],
        "token_endpoint_auth_signing_alg_values_supported": ["ES256"],
        "claims_supported": [
            "sub", "acr", "amr", "auth_time", "given_name", "family_name", "birthdate", "email",
            "email_verified", "national_number",
        ],
        "ui_locales_supported": ["nl", "fr", "de", "en"],
        "prompt_values_supported": ["none", "login", "consent", "select_account"],
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": true,
        "claims_parameter_supported": false,
        "request_parameter_supported": false,
        "request_uri_parameter_supported": false,
    }))
}

/// Which keys sign.
pub(crate) async fn key_set(State(state): State<ApiState>) -> Response {
    match state.office.key_set().await {
        Ok(keys) => {
            let kind = (CONTENT_TYPE, HeaderValue::from_static("application/jwk-set+json"));
            let age = (CACHE_CONTROL, HeaderValue::from_static(KEY_SET_AGE));
            ([kind, age], keys.to_string()).into_response()
        }
        Err(failure) => broken(&failure).into_response(),
    }
}

/// The fields of a form; one that comes twice makes it unreadable.
struct Fields(Vec<(String, String)>);

impl Fields {
    fn read(headers: &HeaderMap, body: &[u8]) -> Result<Self, OauthFault> {
        let kind = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
        if kind.and_then(|kind| kind.split(';').next()) != Some("application/x-www-form-urlencoded")
        {
            return Err(OauthFault::Request("the body must be a form"));
        }
        let fields: Vec<_> = url::form_urlencoded::parse(body).into_owned().collect();
        let twice = fields.iter().enumerate().any(|(place, (name, _))| {
            fields.iter().skip(place + 1).any(|(other, _)| other == name)
        });
        if twice { Err(OauthFault::Request("a parameter came twice")) } else { Ok(Self(fields)) }
    }

    fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(field, _)| field == name).map(|(_, value)| value.as_str())
    }

    fn needed(&self, name: &'static str, what: &'static str) -> Result<&str, OauthFault> {
        self.get(name).filter(|value| !value.is_empty()).ok_or(OauthFault::Request(what))
    }
}

/// Tokens for a code.
pub(crate) async fn token(
    State(state): State<ApiState>,
    extensions: Extensions,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    exchanged(&state, address(&extensions), &headers, &body).await.unwrap_or_else(|fault| {
        let mut response = fault.into_response();
        response.headers_mut().insert("pragma", HeaderValue::from_static("no-cache"));
        response
    })
}

async fn exchanged(
    state: &ApiState,
    address: Option<String>,
    headers: &HeaderMap,
    body: &[u8],
) -> Result<Response, OauthFault> {
    let fields = Fields::read(headers, body)?;
    let proof = proof(headers, &fields)?;
    let party = match state.office.prove_party(proof, address.as_deref()).await {
        Ok(party) => party,
        Err(Failure::Refused(Refusal::TooManyTries)) => return Err(OauthFault::TooMany),
        Err(Failure::Refused(_)) => return Err(OauthFault::Client),
        Err(failure) => return Err(broken(&failure)),
    };
    if fields.get("client_id").is_some_and(|client| client != party.client.as_str()) {
        return Err(OauthFault::Client);
    }
    match fields.get("grant_type") {
        Some("authorization_code") => {}
        Some(_) => return Err(OauthFault::GrantType),
        None => return Err(OauthFault::Request("grant_type is missing")),
    }
    let code = fields.needed("code", "code is missing")?;
    let verifier = fields.needed("code_verifier", "code_verifier is missing")?;
    let redirect = fields.needed("redirect_uri", "redirect_uri is missing")?;
    match state.office.exchange_code(&party, (code, verifier), redirect, address).await {
        Ok(tokens) => Ok(Json(json!({
            "access_token": tokens.access.expose(),
            "token_type": "Bearer",
            "expires_in": TOKEN_WORKS.as_secs(),
            "id_token": tokens.id,
            "scope": tokens.scope,
        }))
        .into_response()),
        Err(Failure::Refused(_)) => Err(OauthFault::Grant),
        Err(failure) => Err(broken(&failure)),
    }
}

/// One proof, and one only (RFC 6749 section 2.3).
fn proof(headers: &HeaderMap, fields: &Fields) -> Result<PartyProof, OauthFault> {
    let basic = headers.get(AUTHORIZATION);
    if fields.get("client_secret").is_some() {
        return Err(OauthFault::Client);
    }
    match (basic, fields.get("client_assertion")) {
        (Some(_), Some(_)) => Err(OauthFault::Request("two proofs of the client")),
        (Some(header), None) => {
            let (client, secret) = basic_parts(header).ok_or(OauthFault::Client)?;
            Ok(PartyProof::Secret { client, secret: Secret::new(secret) })
        }
        (None, Some(assertion)) if fields.get("client_assertion_type") == Some(ASSERTION) => {
            Ok(PartyProof::Assertion(Secret::new(assertion.to_owned())))
        }
        (None, _) => Err(OauthFault::Client),
    }
}

/// Both parts are form-encoded before they are put together (RFC 6749 section 2.3.1).
fn basic_parts(header: &HeaderValue) -> Option<(String, String)> {
    let plain = STANDARD.decode(header.to_str().ok()?.strip_prefix("Basic ")?).ok()?;
    let plain = String::from_utf8(plain).ok()?;
    let (client, secret) = plain.split_once(':')?;
    let decoded = |text: &str| {
        let pair = format!("v={text}");
        url::form_urlencoded::parse(pair.as_bytes()).next().map(|(_, value)| value.into_owned())
    };
    Some((decoded(client)?, decoded(secret)?))
}

/// What the person agreed to tell.
pub(crate) async fn userinfo(
    State(state): State<ApiState>,
    extensions: Extensions,
    headers: HeaderMap,
) -> Response {
    let header = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    let Some(token) = header.and_then(|header| header.strip_prefix("Bearer ")) else {
        return OauthFault::Token.into_response();
    };
    let token = Secret::new(token.to_owned());
    match state.office.release_claims(&token, address(&extensions)).await {
        Ok(claims) => Json(claims).into_response(),
        Err(Failure::Refused(_)) => OauthFault::Token.into_response(),
        Err(failure) => broken(&failure).into_response(),
    }
}

fn address(extensions: &Extensions) -> Option<String> {
    let found = extensions.get::<ConnectInfo<std::net::SocketAddr>>();
    found.map(|ConnectInfo(address)| address.ip().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_parts_of_a_basic_proof_are_decoded() {
        let header = |text: &str| {
            HeaderValue::from_str(&format!("Basic {}", STANDARD.encode(text))).unwrap()
        };
        let parts = basic_parts(&header("dienst%2Ea:a%3Ab+c")).unwrap();
        assert_eq!(parts, ("dienst.a".to_owned(), "a:b c".to_owned()));
        assert_eq!(basic_parts(&header("dienst")), None);
        assert_eq!(basic_parts(&HeaderValue::from_static("Bearer x")), None);
    }

    #[test]
    fn a_form_has_each_field_once() {
        let mut headers = HeaderMap::new();
        assert!(Fields::read(&headers, b"a=1").is_err());
        let kind = HeaderValue::from_static("application/x-www-form-urlencoded; charset=utf-8");
        headers.insert(CONTENT_TYPE, kind);
        assert_eq!(Fields::read(&headers, b"a=1&b=2").ok().unwrap().get("b"), Some("2"));
        assert!(Fields::read(&headers, b"a=1&a=1").is_err());
    }
}

//! The REST front door, by the Belgif guide: problems as `application/problem+json`, a description
//! at `/doc/openapi.yaml`, the state of the service at `/health`.
//!
//! One more door to the same commands as the pages: it decides no rule, sees no SQL, and shows no
//! personal data. Counter software of organisations has no part in it yet; the gateway for short
//! messages reports here what became of them, and the servers of relying parties ask here (`openid`,
//! with the errors of OAuth).

mod health;
mod openid;
mod problem;
mod receipts;

use axum::Router;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderValue, StatusCode};
use axum::middleware;
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get, post};
use loket_app::Office;
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::timeout::TimeoutLayer;

pub use problem::Problem;
pub use receipts::{ReceiptDoor, ReceiptForm};

/// Largest body of a receipt; real ones have some hundred bytes.
const LARGEST_BODY: usize = 16 * 1024;
/// Longest time for a request (DESIGN section 8).
const LONGEST_REQUEST: std::time::Duration = std::time::Duration::from_secs(10);

/// What the calls need.
#[derive(Clone)]
pub struct ApiState {
    /// The office.
    pub office: Office,
    /// Door of the gateway for short messages; without one it has none here.
    pub receipts: Option<ReceiptDoor>,
}

/// The description of every call.
pub const OPENAPI: &str = include_str!("openapi.yaml");

/// All calls with their limits.
pub fn router(state: ApiState) -> Router {
    Router::new()
        .route("/health", get(health::show))
        .route("/doc/openapi.yaml", get(description))
        .route(
            "/v1/messageReceipts",
            post(receipts::take)
                .get(receipts::take)
                .fallback(async || Problem::MethodNotAllowed("GET, POST")),
        )
        .route("/.well-known/openid-configuration", get(openid::discovery))
        .route("/jwks", get(openid::key_set))
        .route("/token", post(openid::token))
        .route("/userinfo", get(openid::userinfo).post(openid::userinfo))
        .route("/v1/{*rest}", any(async || Problem::NotFound))
        .layer(RequestBodyLimitLayer::new(LARGEST_BODY))
        .layer(TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, LONGEST_REQUEST))
        .layer(middleware::map_response(guarded))
        .with_state(state)
}

async fn description() -> Response {
    let kind = HeaderValue::from_static("application/yaml; charset=utf-8");
    ([(CONTENT_TYPE, kind)], OPENAPI).into_response()
}

/// Nothing is kept, and nothing of an answer runs in a browser.
async fn guarded(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(
        CONTENT_SECURITY_POLICY,
        HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'"),
    );
    response
}

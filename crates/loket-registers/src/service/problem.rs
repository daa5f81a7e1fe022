//! Problems after RFC 9457 with the Belgif fields, and reading bodies strictly.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::de::DeserializeOwned;

use crate::wire::{Issue, Problem, urn};

/// Largest question that is read.
const LARGEST: usize = 64 * 1024;

/// A problem document.
pub(crate) fn problem(status: StatusCode, kind: &str, issues: Vec<Issue>) -> Response {
    let body = Problem {
        kind: kind.to_owned(),
        title: status.canonical_reason().unwrap_or_default().to_owned(),
        status: status.as_u16(),
        issues,
    };
    let mut response = (status, Json(body)).into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    if matches!(status, StatusCode::SERVICE_UNAVAILABLE | StatusCode::TOO_MANY_REQUESTS) {
        headers.insert(RETRY_AFTER, HeaderValue::from_static("30"));
    }
    response
}

/// The problem that something is wrong with one field of the body.
pub(crate) fn bad(kind: &str, name: &str) -> Response {
    problem(StatusCode::BAD_REQUEST, urn::BAD_REQUEST, vec![Issue::new(kind, name)])
}

/// A body that fits its schema to the letter: an unknown field is refused.
pub(crate) struct Strict<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Strict<T> {
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        let too_large = || problem(StatusCode::PAYLOAD_TOO_LARGE, urn::TOO_LARGE, Vec::new());
        let bytes = Bytes::from_request(request, state).await.map_err(|_| too_large())?;
        if bytes.len() > LARGEST {
            return Err(too_large());
        }
        serde_json::from_slice(&bytes).map(Self).map_err(|fault| {
            // serde says which field it is only in words, and the words are not passed on.
            let unknown = fault.to_string().starts_with("unknown field");
            bad(if unknown { urn::UNKNOWN_INPUT } else { urn::SCHEMA }, "")
        })
    }
}

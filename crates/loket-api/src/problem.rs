//! The one place that turns what went wrong into a problem document (RFC 9457, with the types of
//! the Belgif guide). A problem says what to do differently and nothing of the inside.

use axum::Json;
use axum::http::header::{ALLOW, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::json;

/// Why a call was not carried out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Problem {
    /// The body cannot be read; says what is expected.
    BadRequest(&'static str),
    /// No token, or not the right one.
    NoAccessToken,
    /// There is no such call.
    NotFound,
    /// The call exists by another method.
    MethodNotAllowed(&'static str),
    /// The database does not answer.
    Unavailable,
}

impl Problem {
    const fn status(self) -> StatusCode {
        match self {
            Self::BadRequest(_) => StatusCode::BAD_REQUEST,
            Self::NoAccessToken => StatusCode::UNAUTHORIZED,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed(_) => StatusCode::METHOD_NOT_ALLOWED,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    /// The last part of the type, as the Belgif guide names it.
    const fn kind(self) -> &'static str {
        match self {
            Self::BadRequest(_) => "badRequest",
            Self::NoAccessToken => "noAccessToken",
            Self::NotFound => "resourceNotFound",
            Self::MethodNotAllowed(_) => "methodNotAllowed",
            Self::Unavailable => "serviceUnavailable",
        }
    }

    const fn title(self) -> &'static str {
        match self {
            Self::BadRequest(_) => "Bad Request",
            Self::NoAccessToken => "No Access Token",
            Self::NotFound => "Resource Not Found",
            Self::MethodNotAllowed(_) => "Method Not Allowed",
            Self::Unavailable => "Service Unavailable",
        }
    }

    const fn detail(self) -> &'static str {
        match self {
            Self::BadRequest(detail) => detail,
            Self::NoAccessToken => "Send the configured token as Authorization: Bearer.",
            Self::NotFound => "The calls are described at /doc/openapi.yaml.",
            Self::MethodNotAllowed(_) => "The header Allow names the method of this call.",
            Self::Unavailable => "Nothing was kept. Send the same again after a while.",
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = self.status();
        let body = json!({
            "type": format!("urn:problem-type:belgif:{}", self.kind()),
            "title": self.title(),
            "status": status.as_u16(),
            "detail": self.detail(),
        });
        let mut response = (status, Json(body)).into_response();
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        match self {
            Self::NoAccessToken => {
                headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
            }
            Self::MethodNotAllowed(allowed) => {
                headers.insert(ALLOW, HeaderValue::from_static(allowed));
            }
            Self::Unavailable => {
                headers.insert(RETRY_AFTER, HeaderValue::from_static("30"));
            }
            Self::BadRequest(_) | Self::NotFound => {}
        }
        response
    }
}

//! What every answer has in common: status, form, body, and the problems of the Belgif guide.

use reqwest::StatusCode;
use reqwest::header::{CONTENT_TYPE, HeaderMap};
use serde::de::DeserializeOwned;

use crate::wire::{Issue, Problem, urn};

/// An answer as it came.
pub(super) struct Read {
    pub(super) status: StatusCode,
    pub(super) form: Form,
    pub(super) body: Vec<u8>,
}

/// What an answer says it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Answer,
    Problem,
    /// A page of a proxy, or nothing said.
    Other,
}

impl Form {
    pub(super) fn of(headers: &HeaderMap) -> Self {
        let text = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let kind = text.and_then(|text| text.split(';').next()).unwrap_or_default().trim();
        match kind.to_ascii_lowercase().as_str() {
            "application/json" => Self::Answer,
            "application/problem+json" => Self::Problem,
            _ => Self::Other,
        }
    }
}

/// What an answer is, before its content is known.
pub(super) enum Kind<T> {
    /// The content, in its schema.
    Content(T),
    /// A refusal of the whole question.
    Forbidden {
        /// The organisation is not inscribed for the person; else not allowed at all.
        not_inscribed: bool,
    },
    /// Something is wrong with the question.
    Bad(Vec<Issue>),
    /// Too many persons fit.
    TooWide,
    /// Nothing of it can be trusted.
    Unreadable,
}

impl Read {
    /// Reads strictly: only what says it is an answer is read as one.
    pub(super) fn kind<T: DeserializeOwned>(&self) -> Kind<T> {
        match (self.status, self.form) {
            (StatusCode::OK, Form::Answer) => {
                serde_json::from_slice(&self.body).map_or(Kind::Unreadable, Kind::Content)
            }
            (StatusCode::BAD_REQUEST | StatusCode::FORBIDDEN, Form::Problem) => self.problem(),
            _ => Kind::Unreadable,
        }
    }

    fn problem<T>(&self) -> Kind<T> {
        let Ok(problem) = serde_json::from_slice::<Problem>(&self.body) else {
            return Kind::Unreadable;
        };
        match (self.status, problem.kind.as_str()) {
            (StatusCode::FORBIDDEN, kind) => {
                Kind::Forbidden { not_inscribed: kind == urn::NOT_INSCRIBED }
            }
            (_, urn::BAD_REQUEST) => Kind::Bad(problem.issues),
            (_, urn::TOO_WIDE) => Kind::TooWide,
            _ => Kind::Unreadable,
        }
    }
}

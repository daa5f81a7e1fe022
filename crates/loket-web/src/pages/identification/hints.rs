//! What a link may say to the page it opens: codes only, never anything about a person. An address
//! that somebody changed by hand opens the page as if nothing had been said.

use std::convert::Infallible;

use axum::extract::{FromRequestParts, Query};
use axum::http::request::Parts;
use serde::Deserialize;

/// What the link said.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Hints {
    /// The page before no longer fitted the dossier.
    pub(crate) moved: Option<String>,
    /// Code of a reason to propose.
    pub(crate) reason: Option<String>,
    /// Name of a check to answer anew.
    pub(crate) check: Option<String>,
}

impl<S: Send + Sync> FromRequestParts<S> for Hints {
    type Rejection = Infallible;
    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Infallible> {
        Ok(Query::try_from_uri(&parts.uri).map_or_else(|_| Self::default(), |Query(hints)| hints))
    }
}

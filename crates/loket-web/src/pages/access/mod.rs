//! Signing in and out, and the terms of use.

use axum::Router;

use crate::WebState;

/// Its pages.
pub(crate) fn router() -> Router<WebState> {
    Router::new()
}

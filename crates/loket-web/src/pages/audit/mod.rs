//! The auditor's pages.

use axum::Router;

use crate::WebState;

/// Its pages.
pub(crate) fn router() -> Router<WebState> {
    Router::new()
}

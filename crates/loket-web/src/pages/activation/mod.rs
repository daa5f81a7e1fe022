//! The person's way from the link to the key: one thing a page.

use axum::Router;

use crate::WebState;

/// Its pages.
pub(crate) fn router() -> Router<WebState> {
    Router::new()
}

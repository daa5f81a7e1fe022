//! Pages about the service, for everybody.

use axum::Router;

use crate::WebState;

/// Its pages.
pub(crate) fn router() -> Router<WebState> {
    Router::new()
}

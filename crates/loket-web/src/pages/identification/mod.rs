//! Who it is: the register's answer, the procedure, its checks, the decision.

use axum::Router;

use crate::WebState;

/// Its pages.
pub(crate) fn router() -> Router<WebState> {
    Router::new()
}

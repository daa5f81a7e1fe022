//! Whether this server may be sent requests. Only what this server itself needs decides: a register
//! that is down is shown on the page of the state of the service, and stops nobody from reading.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::ApiState;

pub(crate) async fn show(State(state): State<ApiState>) -> Response {
    let health = state.office.health().await;
    let word = |up: bool| if up { "UP" } else { "DOWN" };
    let status = if health.database { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let body = json!({
        "status": word(health.database),
        "details": {
            "database": { "status": word(health.database) },
            "registers": { "status": word(health.registers) },
        },
    });
    (status, Json(body)).into_response()
}

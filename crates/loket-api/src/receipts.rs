//! What became of short messages, as their gateway reports it. A receipt that comes twice, late or
//! for an unknown message is taken and changes nothing, so that a gateway cannot learn which
//! messages exist and need not be told to stop.

use axum::body::Bytes;
use axum::extract::State;
use axum::http::header::AUTHORIZATION;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use loket_app::Failure;
use loket_domain::id::MessageId;
use serde::Deserialize;
use subtle::ConstantTimeEq as _;

use crate::{ApiState, Problem};

/// A receipt. Fields that gateways add are let be.
#[derive(Debug, Deserialize)]
struct Receipt {
    /// Our reference, as it was sent with the message.
    reference: MessageId,
    status: Status,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
enum Status {
    /// The telephone has it.
    Delivered,
    /// It will never have it.
    Failed,
}

pub(crate) async fn take(
    State(state): State<ApiState>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    let token = state.receipt_token.as_ref().ok_or(Problem::NotFound)?;
    let sent = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    let sent =
        sent.and_then(|value| value.strip_prefix("Bearer ")).ok_or(Problem::NoAccessToken)?;
    if !bool::from(token.expose().as_bytes().ct_eq(sent.as_bytes())) {
        tracing::warn!("a delivery receipt came with a wrong token");
        return Err(Problem::NoAccessToken);
    }
    let receipt = read(&body)?;
    let delivered = receipt.status == Status::Delivered;
    match state.office.record_receipt(receipt.reference, delivered).await {
        Ok(()) => Ok(StatusCode::NO_CONTENT.into_response()),
        Err(Failure::Refused(refusal)) => {
            tracing::error!(code = refusal.code(), "a delivery receipt was refused");
            Err(Problem::Unavailable)
        }
        Err(Failure::Broken(error)) => {
            tracing::error!(%error, "a delivery receipt could not be kept");
            Err(Problem::Unavailable)
        }
    }
}

fn read(body: &[u8]) -> Result<Receipt, Problem> {
    serde_json::from_slice(body).map_err(|_| {
        Problem::BadRequest("Send JSON with reference and status (delivered or failed).")
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_receipt_names_a_message_and_one_of_two_outcomes() {
        let of = |status: &str| {
            let reference = "0190b8c4-7a3c-7000-8000-000000000001";
            read(format!(r#"{{"reference":"{reference}","status":"{status}","id":7}}"#).as_bytes())
        };
        assert_eq!(of("delivered").unwrap().status, Status::Delivered);
        assert_eq!(of("failed").unwrap().status, Status::Failed);
        assert!(of("buffered").is_err());
        assert!(read(br#"{"reference":"7","status":"failed"}"#).is_err());
        assert!(read(b"").is_err());
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(body in prop::collection::vec(any::<u8>(), 0..400)) {
            let _ = read(&body);
        }
    }
}

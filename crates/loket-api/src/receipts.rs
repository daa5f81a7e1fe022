//! What became of short messages, as their gateway reports it in the form that the configuration
//! describes. A receipt that comes twice, late or for an unknown message is taken and changes
//! nothing, so that a gateway cannot learn which messages exist and need not be told to stop.

use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::http::header::AUTHORIZATION;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use loket_app::Failure;
use loket_domain::caller::Door;
use loket_domain::contact::Channel;
use loket_domain::port::{Receipt, ReceiptOf, ReceiptOutcome};
use loket_domain::secret::Secret;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use subtle::ConstantTimeEq as _;

use crate::{ApiState, Problem};

/// Deepest path into a receipt, and longest value that is looked at.
const LONGEST: usize = 128;

/// How the gateway writes its receipts: names of the fields, and what the status may say. Fields of
/// JSON may stand deeper, by a path such as `results.0.status`; parameters of a form or of the
/// address have plain names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ReceiptForm {
    /// Field with our identifier, as it was sent with the message.
    pub reference: Option<String>,
    /// Field with the gateway's own identifier, for one that does not give ours back.
    pub id: Option<String>,
    /// Field with what became of it.
    pub status: String,
    /// What it says when the telephone has it.
    pub delivered: Vec<String>,
    /// What it says when it never will; anything else is still on its way.
    pub failed: Vec<String>,
}

impl Default for ReceiptForm {
    fn default() -> Self {
        Self {
            reference: Some("reference".to_owned()),
            id: None,
            status: "status".to_owned(),
            delivered: vec!["delivered".to_owned()],
            failed: vec!["failed".to_owned()],
        }
    }
}

/// The door of the gateway: its token, and how it writes.
#[derive(Clone)]
pub struct ReceiptDoor {
    /// Token, as `Authorization: Bearer`, or as the password of `Authorization: Basic` for a gateway
    /// that knows nothing else.
    pub token: Secret,
    /// How it writes.
    pub form: ReceiptForm,
}

pub(crate) async fn take(
    State(state): State<ApiState>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
    body: Bytes,
) -> Result<Response, Problem> {
    let door = state.receipts.as_ref().ok_or(Problem::NotFound)?;
    admitted(&door.token, &headers)?;
    let receipt = read(&door.form, query.as_deref(), &body)?;
    match state.office.record_receipt(Channel::Sms, &receipt, Door::Api).await {
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

fn admitted(token: &Secret, headers: &HeaderMap) -> Result<(), Problem> {
    let sent = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    let sent = sent.and_then(token_of).ok_or(Problem::NoAccessToken)?;
    if !bool::from(token.expose().as_bytes().ct_eq(&sent)) {
        tracing::warn!("a delivery receipt came with a wrong token");
        return Err(Problem::NoAccessToken);
    }
    Ok(())
}

fn token_of(header: &str) -> Option<Vec<u8>> {
    if let Some(token) = header.strip_prefix("Bearer ") {
        return Some(token.as_bytes().to_vec());
    }
    let plain = STANDARD.decode(header.strip_prefix("Basic ")?).ok()?;
    let password = plain.iter().position(|byte| *byte == b':')? + 1;
    plain.get(password..).map(<[u8]>::to_vec)
}

fn read(form: &ReceiptForm, query: Option<&str>, body: &[u8]) -> Result<Receipt, Problem> {
    let json = serde_json::from_slice::<Value>(body).ok().filter(Value::is_object);
    let told = |field: &str| {
        let found = match &json {
            Some(json) => at(json, field),
            None => parameter(body, field),
        };
        found.or_else(|| parameter(query.unwrap_or_default().as_bytes(), field))
    };
    let unreadable = Problem::BadRequest("Send the fields of a receipt as they are configured.");
    let status = told(&form.status).ok_or(unreadable)?;
    let own = form.reference.as_deref().and_then(told);
    let of = match (own, form.id.as_deref().and_then(told)) {
        (Some(own), _) => ReceiptOf::Message(own.parse().map_err(|_| unreadable)?),
        (None, Some(id)) => ReceiptOf::Reference(id),
        (None, None) => return Err(unreadable),
    };
    let says = |list: &[String]| list.contains(&status);
    let outcome = if says(&form.delivered) {
        ReceiptOutcome::Delivered
    } else if says(&form.failed) {
        ReceiptOutcome::Failed { cause: "gateway_receipt".to_owned() }
    } else {
        ReceiptOutcome::Underway
    };
    Ok(Receipt { of, outcome })
}

/// The text or number at a path of a JSON receipt.
fn at(json: &Value, path: &str) -> Option<String> {
    let found = path.split('.').try_fold(json, |value, step| match value {
        Value::Array(items) => items.get(step.parse::<usize>().ok()?),
        other => other.get(step),
    })?;
    match found {
        Value::String(text) if text.len() <= LONGEST => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// The first parameter of a name in a form or an address.
fn parameter(pairs: &[u8], name: &str) -> Option<String> {
    let mut pairs = url::form_urlencoded::parse(pairs);
    let (_, value) = pairs.find(|(field, _)| field == name)?;
    (value.len() <= LONGEST).then(|| value.into_owned())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const OURS: &str = "0190b8c4-7a3c-7000-8000-000000000001";

    fn failed() -> ReceiptOutcome {
        ReceiptOutcome::Failed { cause: "gateway_receipt".to_owned() }
    }

    #[test]
    fn a_receipt_names_a_message_and_its_outcome() {
        let of = |status: &str| {
            let body = format!(r#"{{"reference":"{OURS}","status":"{status}","id":7}}"#);
            read(&ReceiptForm::default(), None, body.as_bytes()).map(|receipt| receipt.outcome)
        };
        assert_eq!(of("delivered"), Ok(ReceiptOutcome::Delivered));
        assert_eq!(of("failed"), Ok(failed()));
        assert_eq!(of("buffered"), Ok(ReceiptOutcome::Underway));
        for body in [r#"{"reference":"7","status":"failed"}"#, r#"{"status":"failed"}"#, "", "[1]"]
        {
            assert!(read(&ReceiptForm::default(), None, body.as_bytes()).is_err(), "{body}");
        }
    }

    #[test]
    fn a_gateway_may_write_in_its_own_way() {
        let form = ReceiptForm {
            reference: None,
            id: Some("results.0.messageId".to_owned()),
            status: "results.0.status.name".to_owned(),
            delivered: vec!["DELIVERED_TO_HANDSET".to_owned()],
            failed: vec!["UNDELIVERABLE".to_owned()],
        };
        let body = r#"{"results":[{"messageId":"a-1","status":{"name":"UNDELIVERABLE"}}]}"#;
        let receipt = read(&form, None, body.as_bytes()).unwrap();
        assert_eq!(receipt.of, ReceiptOf::Reference("a-1".to_owned()));
        assert_eq!(receipt.outcome, failed());
        // Kannel: a GET with what the request put into the address.
        let kannel = ReceiptForm {
            reference: Some("ref".to_owned()),
            status: "type".to_owned(),
            delivered: vec!["1".to_owned()],
            failed: vec!["2".to_owned(), "16".to_owned()],
            ..ReceiptForm::default()
        };
        let query = format!("ref={OURS}&type=16");
        assert_eq!(read(&kannel, Some(&query), b"").unwrap().outcome, failed());
        let receipt = read(&kannel, None, query.as_bytes()).unwrap();
        assert_eq!(receipt.of, ReceiptOf::Message(OURS.parse().unwrap()));
    }

    #[test]
    fn the_token_comes_as_bearer_or_as_a_password() {
        assert_eq!(token_of("Bearer abc"), Some(b"abc".to_vec()));
        assert_eq!(token_of("Basic Z2F0ZXdheTphOmI="), Some(b"a:b".to_vec()));
        for other in ["abc", "Basic ???", "Basic Z2F0ZXdheQ==", ""] {
            assert_eq!(token_of(other), None, "{other}");
        }
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(
            body in prop::collection::vec(any::<u8>(), 0..400), query in "\\PC{0,40}",
            path in "[a-z0-9.]{0,12}",
        ) {
            let form = ReceiptForm { id: Some(path.clone()), status: path, ..ReceiptForm::default() };
            let _ = read(&form, Some(&query), &body);
        }
    }
}

//! What a gateway's answer means, by its status, by what it says of patience, and by its body.

use std::time::Duration;

use loket_domain::port::HandOver;
use reqwest::header::RETRY_AFTER;
use reqwest::{Response, StatusCode};
use serde_json::Value;

use super::description::SmsAnswer;
use crate::reference;

/// Most bytes of an answer.
const MOST: usize = 64 * 1024;

pub(super) async fn judge(described: &SmsAnswer, answer: Response) -> HandOver {
    let status = answer.status();
    if status.is_success() && !described.later_statuses.contains(&status.as_u16()) {
        let body = body(answer).await;
        return said(described, body.as_deref());
    }
    let cause = format!("http_{}", status.as_u16());
    let ours = [
        StatusCode::UNAUTHORIZED,
        StatusCode::FORBIDDEN,
        StatusCode::REQUEST_TIMEOUT,
        StatusCode::TOO_MANY_REQUESTS,
    ];
    let later = ours.contains(&status) || described.later_statuses.contains(&status.as_u16());
    if status.is_client_error() && !later {
        HandOver::Refused { cause }
    } else {
        HandOver::Unavailable { cause, retry_after: retry_after(&answer) }
    }
}

/// `Retry-After` in seconds; a date there is not followed, the usual pauses are.
fn retry_after(answer: &Response) -> Option<Duration> {
    let text = answer.headers().get(RETRY_AFTER)?.to_str().ok()?;
    text.trim().parse().ok().map(Duration::from_secs)
}

/// The whole body, within its bound. The message is taken already when it is asked for: an answer
/// that is too long, broken off or unreadable only means that it says nothing.
async fn body(mut answer: Response) -> Option<String> {
    let mut body = Vec::new();
    while let Some(chunk) = answer.chunk().await.ok()? {
        if body.len() + chunk.len() > MOST {
            return None;
        }
        body.extend_from_slice(&chunk);
    }
    String::from_utf8(body).ok()
}

/// What a body of 2xx says.
fn said(described: &SmsAnswer, body: Option<&str>) -> HandOver {
    let json: Option<Value> = body.and_then(|text| serde_json::from_str(text).ok());
    if !described.taken.is_empty() {
        let outcome = match &described.outcome {
            Some(path) => json.as_ref().and_then(|json| at(json, path)),
            None => body.map(str::to_owned),
        };
        let is = |wanted: &String| {
            outcome.as_ref().is_some_and(|outcome| match described.outcome {
                Some(_) => outcome == wanted,
                None => outcome.starts_with(wanted.as_str()),
            })
        };
        if described.refused.iter().any(is) {
            return HandOver::Refused { cause: "gateway_refused".to_owned() };
        }
        if !described.taken.iter().any(is) {
            return HandOver::TryLater { cause: "gateway_later".to_owned() };
        }
    }
    HandOver::Accepted { reference: taken_as(described, body, json.as_ref()) }
}

/// The gateway's own identifier, when it gave one that may stand in the trail.
fn taken_as(described: &SmsAnswer, body: Option<&str>, json: Option<&Value>) -> Option<String> {
    let given = match &described.id_after {
        Some(before) => {
            let after = body?.split_once(before.as_str())?.1;
            after.split_whitespace().next()?.to_owned()
        }
        None => at(json?, &described.id)?,
    };
    reference(&given)
}

/// The text or number at a place such as `messages.0.id`.
fn at(json: &Value, path: &str) -> Option<String> {
    let found = path.split('.').try_fold(json, |value, step| match value {
        Value::Array(items) => items.get(step.parse::<usize>().ok()?),
        other => other.get(step),
    })?;
    match found {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(yes) => Some(yes.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn accepted(reference: Option<&str>) -> HandOver {
        HandOver::Accepted { reference: reference.map(str::to_owned) }
    }

    #[test]
    fn an_identifier_is_found_where_the_gateway_puts_it() {
        let nested = SmsAnswer { id: "messages.0.id".to_owned(), ..SmsAnswer::default() };
        assert_eq!(said(&nested, Some(r#"{"messages":[{"id":"a-1"}]}"#)), accepted(Some("a-1")));
        assert_eq!(said(&nested, Some(r#"{"messages":[]}"#)), accepted(None));
        let plain = SmsAnswer { id_after: Some("ID: ".to_owned()), ..SmsAnswer::default() };
        assert_eq!(said(&plain, Some("OK\nID: 77 ok")), accepted(Some("77")));
        assert_eq!(said(&SmsAnswer::default(), Some(r#"{"id":12}"#)), accepted(Some("12")));
        assert_eq!(said(&SmsAnswer::default(), Some("no json")), accepted(None));
        assert_eq!(said(&SmsAnswer::default(), None), accepted(None));
        // What might be a number or address is not kept.
        assert_eq!(said(&SmsAnswer::default(), Some(r#"{"id":"+32470123456"}"#)), accepted(None));
    }

    #[test]
    fn a_body_may_say_no_under_a_status_that_says_yes() {
        let json = SmsAnswer {
            outcome: Some("status".to_owned()),
            taken: vec!["queued".to_owned()],
            refused: vec!["invalid".to_owned()],
            ..SmsAnswer::default()
        };
        let refused = HandOver::Refused { cause: "gateway_refused".to_owned() };
        let later = HandOver::TryLater { cause: "gateway_later".to_owned() };
        assert_eq!(said(&json, Some(r#"{"status":"queued","id":"1"}"#)), accepted(Some("1")));
        assert_eq!(said(&json, Some(r#"{"status":"invalid"}"#)), refused);
        assert_eq!(said(&json, Some(r#"{"status":"busy"}"#)), later);
        assert_eq!(said(&json, Some("")), later);
        let text = SmsAnswer {
            taken: vec!["0:".to_owned(), "3:".to_owned()],
            refused: vec!["4:".to_owned()],
            ..SmsAnswer::default()
        };
        assert_eq!(said(&text, Some("0: Accepted for delivery")), accepted(None));
        assert_eq!(said(&text, Some("4: Invalid number")), refused);
        assert_eq!(said(&text, Some("Temporal failure")), later);
    }

    proptest! {
        #[test]
        fn no_body_makes_it_panic(body in "\\PC{0,200}", path in "[a-z0-9.]{0,12}") {
            let described = SmsAnswer { id: path.clone(), outcome: Some(path), ..SmsAnswer::default() };
            let _ = said(&described, Some(&body));
        }
    }
}

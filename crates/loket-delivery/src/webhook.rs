//! States of keys to the federal authentication service: one signed POST each, as
//! `docs/operations/hand-over.md` describes it for the receiver.
//!
//! The signature is that of the Standard Webhooks specification, so that receivers have a library for it:
//! HMAC-SHA-256 over identifier, moment and body. The identifier stays the same when a state is sent again.
//! A person's number stands in the body and nowhere else. Redirects are not followed and proxies of the
//! environment are not used: what is sent goes to the configured host only.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use loket_domain::Timestamp;
use loket_domain::hand_over::KeyAnnouncement;
use loket_domain::port::{Answer, HandOver, KeyReceiver};
use loket_domain::secret::Secret;
use reqwest::header::{CONTENT_TYPE, RETRY_AFTER};
use reqwest::{Client, Response, Url};
use ring::hmac;
use serde_json::json;

use crate::sms::{address, cause, client};
use crate::{Clock, DeliveryFault};

/// Shortest key, in bytes.
const SHORTEST_KEY: usize = 24;
/// Longest patience that an answer may ask for, as far as it is read.
const LONGEST_PATIENCE: u64 = 24 * 3600;

/// How to reach the receiver.
#[derive(Debug, Clone)]
pub struct WebhookSettings {
    /// Address of the POST: `https:`, or `http:` on loopback.
    pub url: String,
    /// The key that both sides have: `whsec_` and its base64.
    pub secret: Secret,
    /// Time for one state.
    pub timeout: Duration,
}

/// Hands states over by webhook.
pub struct Webhook {
    client: Client,
    url: Url,
    key: hmac::Key,
    clock: Clock,
}

impl Webhook {
    /// Checks the settings; connects to nothing yet.
    pub fn new(settings: &WebhookSettings, clock: Clock) -> Result<Self, DeliveryFault> {
        let encoded = settings.secret.expose().trim().strip_prefix("whsec_");
        let key = encoded.and_then(|text| STANDARD.decode(text).ok());
        let key = key
            .filter(|key| key.len() >= SHORTEST_KEY)
            .ok_or(DeliveryFault::Setting("secret_file"))?;
        Ok(Self {
            client: client(settings.timeout)?,
            url: address(&settings.url)?,
            key: hmac::Key::new(hmac::HMAC_SHA256, &key),
            clock,
        })
    }

    async fn post(&self, announcement: &KeyAnnouncement) -> HandOver {
        let id = announcement.id.to_string();
        let moment = (self.clock)().seconds();
        let body = body(announcement);
        let signed = hmac::sign(&self.key, format!("{id}.{moment}.{body}").as_bytes());
        let request = self
            .client
            .post(self.url.clone())
            .header(CONTENT_TYPE, "application/json")
            .header("webhook-id", id)
            .header("webhook-timestamp", moment)
            .header("webhook-signature", format!("v1,{}", STANDARD.encode(signed)))
            .body(body);
        match request.send().await {
            Ok(answer) => judge(&answer),
            Err(error) => {
                HandOver::Unavailable { cause: cause(&error).to_owned(), retry_after: None }
            }
        }
    }
}

impl KeyReceiver for Webhook {
    fn announce<'a>(&'a self, announcement: &'a KeyAnnouncement) -> Answer<'a, HandOver> {
        Box::pin(self.post(announcement))
    }
}

fn body(announcement: &KeyAnnouncement) -> String {
    let state = &announcement.state;
    json!({
        "type": if state.ended.is_some() { "key.ended" } else { "key.active" },
        "timestamp": moment(state.since),
        "data": {
            "key": state.key,
            "ssin": state.ssin,
            "kind": state.kind,
            "level": state.level,
            "expiresAt": moment(state.expires_at),
            "endReason": state.ended,
        },
    })
    .to_string()
}

fn moment(at: Timestamp) -> String {
    at.to_string()
}

/// What the receiver says. A state that it cannot take is one thing; a receiver that is down, throttles,
/// or does not know us is another, and says nothing of the state.
fn judge(answer: &Response) -> HandOver {
    let status = answer.status().as_u16();
    let cause = format!("http_{status}");
    match status {
        200..=299 => HandOver::Accepted { reference: None },
        400 | 409 | 413 | 415 | 422 => HandOver::Refused { cause },
        408 | 425 | 500 => HandOver::TryLater { cause },
        _ => {
            let patience = answer.headers().get(RETRY_AFTER).and_then(|v| v.to_str().ok());
            let seconds = patience.and_then(|text| text.parse::<u64>().ok());
            let retry_after = seconds.map(|s| Duration::from_secs(s.min(LONGEST_PATIENCE)));
            HandOver::Unavailable { cause, retry_after }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    fn settings(url: &str, secret: &str) -> WebhookSettings {
        let timeout = Duration::from_secs(1);
        WebhookSettings { url: url.to_owned(), secret: Secret::new(secret.to_owned()), timeout }
    }

    #[test]
    fn settings_that_cannot_work_are_refused_at_start() {
        let clock: Clock = Arc::new(|| Timestamp::from_seconds(0));
        let fault = |settings: &WebhookSettings| Webhook::new(settings, Arc::clone(&clock)).err();
        let (url, key) =
            ("https://fas.example.be/keys", format!("whsec_{}", STANDARD.encode([7; 24])));
        assert_eq!(fault(&settings(url, &key)), None);
        assert_eq!(fault(&settings("http://127.0.0.1:1/keys", &key)), None);
        let plain = settings("http://fas.example.be/keys", &key);
        assert_eq!(fault(&plain), Some(DeliveryFault::PlainBeyondLoopback));
        for secret in ["", "secret", "whsec_", "whsec_???", "whsec_c2hvcnQ="] {
            let wrong = fault(&settings(url, secret));
            assert_eq!(wrong, Some(DeliveryFault::Setting("secret_file")), "{secret}");
        }
    }
}

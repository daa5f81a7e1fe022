//! Short messages to an HTTP gateway.
//!
//! # What the gateway is asked
//!
//! One request for each message, to the configured address:
//!
//! ```text
//! POST <url> HTTP/1.1
//! Authorization: Bearer <token>
//! Idempotency-Key: 0190b8c4-7a3c-7000-8000-000000000001
//! Content-Type: application/json
//!
//! {"to":"+32470123456","text":"…","sender":"LOKET","reference":"0190b8c4-7a3c-7000-8000-000000000001"}
//! ```
//!
//! `to` is in E.164 form. `reference` and `Idempotency-Key` are the identifier of the message and
//! stay the same when it is sent again, so that a gateway that keeps them sends one short message.
//!
//! # What its answer means
//!
//! | answer | meaning |
//! | --- | --- |
//! | 2xx, with or without `{"id": "…"}` (text or number) | taken; `id` is kept as the gateway's reference |
//! | 401, 403, 408, 429, 5xx, any redirect | try later: the fault is the gateway's or this office's |
//! | any other 4xx | refused: this number or text will never be taken |
//!
//! An answer takes at most 10 seconds, and at most 64 KiB of it are read. Redirects are not
//! followed and proxies of the environment are not used: the token goes to the configured host
//! only.

use std::time::Duration;

use loket_domain::contact::Destination;
use loket_domain::port::{Answer, HandOver, Messenger, OutgoingMessage};
use loket_domain::secret::Secret;
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Client, Response, StatusCode, Url};
use serde::{Deserialize, Serialize};

use crate::{DeliveryFault, is_loopback, is_tls_fault, reference};

/// Longest time for one message.
const LONGEST: Duration = Duration::from_secs(10);
/// Most bytes of an answer.
const MOST: usize = 64 * 1024;
/// Header that makes a repeated request harmless.
const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// How to reach the gateway and as whom to write.
#[derive(Debug, Clone)]
pub struct SmsSettings {
    /// Address of the request: `https:`, or `http:` on loopback.
    pub url: String,
    /// Bearer token of this office at the gateway.
    pub token: Secret,
    /// Sender shown on the telephone: 3 to 11 letters, digits or spaces, or a number as `+32…`
    /// (requirement S-02: fixed, so that people learn it).
    pub sender: String,
    /// Time for one message, more than zero and at most 10 seconds.
    pub timeout: Duration,
}

/// Sends short messages through one gateway.
#[derive(Debug)]
pub struct SmsGateway {
    client: Client,
    url: Url,
    sender: String,
}

#[derive(Serialize)]
struct Request<'a> {
    to: &'a str,
    text: &'a str,
    sender: &'a str,
    reference: String,
}

#[derive(Deserialize)]
struct Taken {
    id: Option<serde_json::Value>,
}

impl SmsGateway {
    /// Checks the settings; connects to nothing yet.
    pub fn new(settings: &SmsSettings) -> Result<Self, DeliveryFault> {
        if settings.timeout.is_zero() || settings.timeout > LONGEST {
            return Err(DeliveryFault::Setting("timeout"));
        }
        if !is_sender(&settings.sender) {
            return Err(DeliveryFault::Setting("sender"));
        }
        Ok(Self {
            url: address(&settings.url)?,
            client: client(settings)?,
            sender: settings.sender.clone(),
        })
    }

    async fn hand_over(&self, message: &OutgoingMessage) -> HandOver {
        let Destination::Sms(number) = &message.to else {
            return HandOver::Refused { cause: "channel".to_owned() };
        };
        let id = message.id.to_string();
        let request =
            self.client.post(self.url.clone()).header(IDEMPOTENCY_KEY, &id).json(&Request {
                to: number.e164(),
                text: message.text.expose(),
                sender: &self.sender,
                reference: id.clone(),
            });
        match request.send().await {
            Ok(answer) => judge(answer).await,
            Err(error) => HandOver::TryLater { cause: cause(&error).to_owned() },
        }
    }
}

impl Messenger for SmsGateway {
    fn send<'a>(&'a self, message: &'a OutgoingMessage) -> Answer<'a, HandOver> {
        Box::pin(self.hand_over(message))
    }
}

fn client(settings: &SmsSettings) -> Result<Client, DeliveryFault> {
    // The TLS library wants one provider of cryptography for the process; a second installation
    // of the same one changes nothing.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let mut bearer = HeaderValue::from_str(&format!("Bearer {}", settings.token.expose()))
        .map_err(|_| DeliveryFault::Setting("token"))?;
    bearer.set_sensitive(true);
    Client::builder()
        .default_headers(HeaderMap::from_iter([(AUTHORIZATION, bearer)]))
        .redirect(reqwest::redirect::Policy::none())
        .referer(false)
        .no_proxy()
        .timeout(settings.timeout)
        .build()
        .map_err(|_| DeliveryFault::Tls)
}

fn address(text: &str) -> Result<Url, DeliveryFault> {
    let url = Url::parse(text).map_err(|_| DeliveryFault::Setting("url"))?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(DeliveryFault::Setting("url"));
    }
    match (url.scheme(), url.host_str()) {
        ("https", Some(_)) => Ok(url),
        ("http", Some(host)) if is_loopback(host) => Ok(url),
        ("http", Some(_)) => Err(DeliveryFault::PlainBeyondLoopback),
        _ => Err(DeliveryFault::Setting("url")),
    }
}

fn is_sender(text: &str) -> bool {
    match text.strip_prefix('+') {
        Some(digits) => {
            (4..=15).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit())
        }
        None => {
            (3..=11).contains(&text.len())
                && text.trim() == text
                && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b' ')
        }
    }
}

async fn judge(answer: Response) -> HandOver {
    let status = answer.status();
    if status.is_success() {
        return HandOver::Accepted { reference: taken_as(answer).await };
    }
    let cause = format!("http_{}", status.as_u16());
    let ours = [
        StatusCode::UNAUTHORIZED,
        StatusCode::FORBIDDEN,
        StatusCode::REQUEST_TIMEOUT,
        StatusCode::TOO_MANY_REQUESTS,
    ];
    if status.is_client_error() && !ours.contains(&status) {
        HandOver::Refused { cause }
    } else {
        HandOver::TryLater { cause }
    }
}

/// The gateway's reference. The message is taken already: an answer that is too long, broken off
/// or unreadable only means that there is none.
async fn taken_as(mut answer: Response) -> Option<String> {
    let mut body = Vec::new();
    while let Some(chunk) = answer.chunk().await.ok()? {
        if body.len() + chunk.len() > MOST {
            return None;
        }
        body.extend_from_slice(&chunk);
    }
    match serde_json::from_slice::<Taken>(&body).ok()?.id? {
        serde_json::Value::String(id) => reference(&id),
        serde_json::Value::Number(id) => reference(&id.to_string()),
        _ => None,
    }
}

fn cause(error: &reqwest::Error) -> &'static str {
    if error.is_timeout() {
        "timeout"
    } else if is_tls_fault(error) {
        "tls"
    } else {
        "connect"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(url: &str, sender: &str) -> SmsSettings {
        SmsSettings {
            url: url.to_owned(),
            token: Secret::new("t0ken".to_owned()),
            sender: sender.to_owned(),
            timeout: LONGEST,
        }
    }

    fn fault(settings: &SmsSettings) -> Option<DeliveryFault> {
        SmsGateway::new(settings).err()
    }

    #[test]
    fn settings_that_cannot_work_are_refused_at_start() {
        let good = "https://gateway.example.be/v1/messages";
        assert_eq!(fault(&settings(good, "LOKET")), None);
        assert_eq!(fault(&settings("http://127.0.0.1:8025/messages", "LOKET")), None);
        assert_eq!(
            fault(&settings("http://gateway.example.be/", "LOKET")),
            Some(DeliveryFault::PlainBeyondLoopback)
        );
        for url in ["ftp://gateway.example.be/", "https://a:b@gateway.example.be/", "messages"] {
            assert_eq!(
                fault(&settings(url, "LOKET")),
                Some(DeliveryFault::Setting("url")),
                "{url}"
            );
        }
        for sender in ["", "LO", " LOKET", "LOKET\r\n", "TWELVELETTER", "+32a", "+32"] {
            let fault = fault(&settings(good, sender));
            assert_eq!(fault, Some(DeliveryFault::Setting("sender")), "{sender}");
        }
        let broken =
            SmsSettings { token: Secret::new("a\nb".to_owned()), ..settings(good, "LOKET") };
        assert_eq!(fault(&broken), Some(DeliveryFault::Setting("token")));
        let slow = SmsSettings { timeout: Duration::from_secs(11), ..settings(good, "LOKET") };
        assert_eq!(fault(&slow), Some(DeliveryFault::Setting("timeout")));
    }

    #[test]
    fn the_token_does_not_print() {
        let gateway = SmsGateway::new(&settings("https://gateway.example.be/", "LOKET")).unwrap();
        assert!(!format!("{gateway:?}").contains("t0ken"));
    }
}

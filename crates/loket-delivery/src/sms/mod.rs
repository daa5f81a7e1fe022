//! Short messages to an HTTP gateway, asked as the configuration describes it
//! ([`SmsRequest`]); one request for each message.
//!
//! The identifier of the message stays the same when it is sent again, so that a gateway that keeps
//! it sends one short message. An answer takes at most 10 seconds, and at most 64 KiB of it are
//! read. Redirects are not followed and proxies of the environment are not used: the token goes to
//! the configured host only.

mod answer;
mod description;

use std::time::Duration;

use loket_domain::contact::Destination;
use loket_domain::port::{Answer, HandOver, Messenger, OutgoingMessage};
use loket_domain::secret::Secret;
use reqwest::header::CONTENT_TYPE;
use reqwest::{Client, Method, RequestBuilder, Url};

use crate::{DeliveryFault, is_loopback, is_tls_fault};
use description::{Body, Fill};
pub use description::{SmsAnswer, SmsMethod, SmsRequest};

/// Longest time for one message.
const LONGEST: Duration = Duration::from_secs(10);

/// How to reach the gateway and as whom to write.
#[derive(Debug, Clone)]
pub struct SmsSettings {
    /// Address of the request: `https:`, or `http:` on loopback.
    pub url: String,
    /// The request, and what its answer means.
    pub request: SmsRequest,
    /// Secret of this office at the gateway.
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
    request: SmsRequest,
    token: Secret,
    sender: String,
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
        if settings.token.expose().contains(|c: char| c.is_control()) {
            return Err(DeliveryFault::Setting("token"));
        }
        settings.request.check()?;
        Ok(Self {
            url: address(&settings.url)?,
            client: client(settings.timeout)?,
            request: settings.request.clone(),
            token: settings.token.clone(),
            sender: settings.sender.clone(),
        })
    }

    async fn hand_over(&self, message: &OutgoingMessage) -> HandOver {
        let Destination::Sms(number) = &message.to else {
            return HandOver::Unfit { cause: "channel".to_owned() };
        };
        let id = message.id.to_string();
        let fill = Fill {
            to: number.e164(),
            text: message.text.expose(),
            sender: &self.sender,
            id: &id,
            token: &self.token,
        };
        let Ok(request) = self.asked(&fill) else {
            return HandOver::Unfit { cause: "field".to_owned() };
        };
        match request.send().await {
            Ok(answer) => answer::judge(&self.request.answer, answer).await,
            Err(error) => {
                HandOver::Unavailable { cause: cause(&error).to_owned(), retry_after: None }
            }
        }
    }

    fn asked(&self, fill: &Fill<'_>) -> Result<RequestBuilder, DeliveryFault> {
        let method = match self.request.method {
            SmsMethod::Get => Method::GET,
            SmsMethod::Post => Method::POST,
            SmsMethod::Put => Method::PUT,
        };
        let mut url = self.url.clone();
        for (name, value) in self.request.query_pairs(fill)? {
            url.query_pairs_mut().append_pair(&name, &value);
        }
        let asked = self.client.request(method, url).headers(self.request.header_map(fill)?);
        Ok(match self.request.body(fill)? {
            Body::None => asked,
            Body::Json(body) => asked.json(&body),
            Body::Form(fields) => {
                let body = url::form_urlencoded::Serializer::new(String::new())
                    .extend_pairs(fields)
                    .finish();
                asked.header(CONTENT_TYPE, "application/x-www-form-urlencoded").body(body)
            }
        })
    }
}

impl Messenger for SmsGateway {
    fn send<'a>(&'a self, message: &'a OutgoingMessage) -> Answer<'a, HandOver> {
        Box::pin(self.hand_over(message))
    }
}

pub(crate) fn client(timeout: Duration) -> Result<Client, DeliveryFault> {
    // The TLS library wants one provider of cryptography for the process; a second installation
    // of the same one changes nothing.
    let _ = rustls::crypto::ring::default_provider().install_default();
    Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .referer(false)
        .no_proxy()
        .timeout(timeout)
        .build()
        .map_err(|_| DeliveryFault::Tls)
}

pub(crate) fn address(text: &str) -> Result<Url, DeliveryFault> {
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

pub(crate) fn is_sender(text: &str) -> bool {
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

pub(crate) fn cause(error: &reqwest::Error) -> &'static str {
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
            request: SmsRequest::default(),
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

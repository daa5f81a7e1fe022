//! Hands messages over: mail to an SMTP relay ([`smtp`]), short messages to an HTTP gateway
//! ([`sms`]) or a message centre ([`smpp`]), states of keys to a webhook ([`webhook`]); and reads mail
//! that comes back ([`bounce`]).
//!
//! Handing over is all it does. It writes no text, keeps nothing, decides no rule and does not
//! retry: the outbox does, with what [`HandOver`](loket_domain::port::HandOver) says. A fault of
//! this office's own (a wrong password at the relay, a relay without TLS) is always "try later",
//! never "refused", because a refusal marks the person's contact point as bad.

use std::net::IpAddr;
use std::sync::Arc;

use loket_domain::Timestamp;

pub mod bounce;
pub mod gsm7;
mod mail;
pub mod smpp;
pub mod sms;
pub mod smtp;
pub mod webhook;

pub use smpp::{Smpp, SmppSettings, SmppTls};
pub use sms::{SmsAnswer, SmsGateway, SmsMethod, SmsRequest, SmsSettings};
pub use smtp::{Returns, Smtp, SmtpCredentials, SmtpSettings, SmtpTls};
pub use webhook::{Webhook, WebhookSettings};

/// Where the adapters take the moment from that they write into a message.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// A setting with which no messenger can be made. Found at start, never while sending.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DeliveryFault {
    /// TLS is switched off (or the address is `http:`) for a host that is not this machine.
    #[error("without TLS only a loopback host is allowed")]
    PlainBeyondLoopback,
    /// The named setting has a value that cannot be used.
    #[error("the setting {0} cannot be used")]
    Setting(&'static str),
    /// The trusted roots or the TLS client could not be set up.
    #[error("the TLS client cannot be set up")]
    Tls,
}

/// Whether the host name can only mean this machine.
fn is_loopback(host: &str) -> bool {
    let bare = host.strip_prefix('[').and_then(|h| h.strip_suffix(']')).unwrap_or(host);
    bare.eq_ignore_ascii_case("localhost")
        || bare.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// A reference as a relay or gateway gives it, when it is short and of a form that cannot be an
/// address: it is stored in the trail.
fn reference(text: &str) -> Option<String> {
    let fits = (1..=128).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"._:-".contains(&b));
    fits.then(|| text.to_owned())
}

/// Whether a TLS fault lies behind an error: a certificate that does not verify, no common
/// version, a broken handshake.
fn is_tls_fault(error: &(dyn std::error::Error + 'static)) -> bool {
    let mut cause = Some(error);
    while let Some(fault) = cause {
        if fault.is::<rustls::Error>() {
            return true;
        }
        // An I/O error hides the error that it carries from `source`.
        if let Some(io) = fault.downcast_ref::<std::io::Error>()
            && let Some(inner) = io.get_ref()
            && is_tls_fault(inner)
        {
            return true;
        }
        cause = fault.source();
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_is_loopback() {
        for host in ["localhost", "LOCALHOST", "127.0.0.1", "127.8.0.1", "::1", "[::1]"] {
            assert!(is_loopback(host), "{host}");
        }
        for host in ["localhost.example.be", "10.0.0.1", "0.0.0.0", "relay.example.be", ""] {
            assert!(!is_loopback(host), "{host}");
        }
    }

    #[test]
    fn a_reference_is_short_and_no_address() {
        assert_eq!(reference("4bX-9.z:1_a"), Some("4bX-9.z:1_a".to_owned()));
        for text in ["", "an@example.be", "+32470123456", "a b", &"x".repeat(129)] {
            assert_eq!(reference(text), None, "{text}");
        }
    }
}

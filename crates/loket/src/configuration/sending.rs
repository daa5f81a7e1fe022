//! Short messages, and how fast messages go out.

use std::path::PathBuf;
use std::time::Duration;

use loket_api::ReceiptForm;
use loket_delivery::SmsRequest;
use loket_domain::delivery::{LaneRules, Rate, SendingRules};
use serde::Deserialize;

/// Short messages: by one way or the other.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sms {
    /// Sender shown on the telephone.
    pub sender: String,
    /// A gateway asked over HTTP.
    pub http: Option<HttpGateway>,
    /// A message centre asked by SMPP 3.4.
    pub smpp: Option<MessageCentre>,
    /// What the gateway reports at `/v1/messageReceipts`; without it that address does not exist.
    pub receipts: Option<Receipts>,
}

impl Sms {
    pub(super) fn check(&self) -> Result<(), String> {
        if self.http.is_some() == self.smpp.is_some() {
            return Err("sms: give either [sms.http] or [sms.smpp]".to_owned());
        }
        Ok(())
    }
}

/// Protection of the connection to a message centre.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SmppEncryption {
    /// TLS from the first octet.
    Tls,
    /// None, because the line itself is private.
    NoneOnPrivateLine,
    /// None, for a message centre on this machine.
    NoneOnLoopback,
}

/// A message centre asked by SMPP 3.4.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MessageCentre {
    /// Host name, which its certificate must have.
    pub host: String,
    /// Port.
    pub port: u16,
    /// Protection.
    #[serde(default = "tls")]
    pub encryption: SmppEncryption,
    /// Name of this office there.
    pub system_id: String,
    /// File with its password.
    pub password_file: PathBuf,
    /// Kind of system.
    #[serde(default)]
    pub system_type: String,
    /// Certificate (DER or PEM) of its own authority, when it is not a public one.
    pub extra_root_file: Option<PathBuf>,
}

const fn tls() -> SmppEncryption {
    SmppEncryption::Tls
}

/// A gateway asked over HTTP.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HttpGateway {
    /// Address of the request: `https:`, or `http:` on loopback.
    pub url: String,
    /// File with the secret of this office at the gateway.
    pub token_file: PathBuf,
    /// The request, and what its answer means; by default the one that the manual describes.
    #[serde(default)]
    pub request: SmsRequest,
}

/// What the gateway reports.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Receipts {
    /// File with the token that the gateway must send.
    pub token_file: PathBuf,
    /// How it writes.
    #[serde(default)]
    pub form: ReceiptForm,
}

/// How fast messages go out. Each server keeps to these by itself.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Sending {
    /// Tries that may fail, while others get through, before a message is set apart; 2 to 50.
    pub tries: u32,
    /// Mails under way at one time; 1 to 64.
    pub mails_at_once: u32,
    /// Mails a second; 1 to 10,000.
    pub mails_a_second: u32,
    /// Mails a minute to one domain; 1 to 600,000.
    pub mails_a_minute_to_a_domain: u32,
    /// Short messages under way at one time; 1 to 64.
    pub texts_at_once: u32,
    /// Short messages a second; 1 to 10,000.
    pub texts_a_second: u32,
    /// Messages an hour to one address or number; 1 to 100.
    pub an_hour_to_an_address: u32,
}

impl Default for Sending {
    fn default() -> Self {
        let rules = SendingRules::default();
        Self {
            tries: rules.tries,
            mails_at_once: rules.mail.at_once,
            mails_a_second: rules.mail.rate.count,
            mails_a_minute_to_a_domain: rules.per_domain.count,
            texts_at_once: rules.sms.at_once,
            texts_a_second: rules.sms.rate.count,
            an_hour_to_an_address: rules.per_address.count,
        }
    }
}

impl Sending {
    pub(super) fn check(&self) -> Result<(), String> {
        let all = [
            ("tries", self.tries, 2, 50),
            ("mails_at_once", self.mails_at_once, 1, 64),
            ("mails_a_second", self.mails_a_second, 1, 10_000),
            ("mails_a_minute_to_a_domain", self.mails_a_minute_to_a_domain, 1, 600_000),
            ("texts_at_once", self.texts_at_once, 1, 64),
            ("texts_a_second", self.texts_a_second, 1, 10_000),
            ("an_hour_to_an_address", self.an_hour_to_an_address, 1, 100),
        ];
        for (name, value, least, most) in all {
            if value < least || value > most {
                return Err(format!("sending.{name}: {least} to {most}"));
            }
        }
        Ok(())
    }

    /// As the office takes them.
    pub fn rules(&self) -> SendingRules {
        let (second, minute) = (Duration::from_secs(1), Duration::from_mins(1));
        let rate = |count, period| Rate { count, period };
        SendingRules {
            tries: self.tries,
            mail: LaneRules {
                at_once: self.mails_at_once,
                rate: rate(self.mails_a_second, second),
            },
            sms: LaneRules { at_once: self.texts_at_once, rate: rate(self.texts_a_second, second) },
            per_address: rate(self.an_hour_to_an_address, Duration::from_hours(1)),
            per_domain: rate(self.mails_a_minute_to_a_domain, minute),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_are_those_of_the_office() {
        Sending::default().check().unwrap();
        assert_eq!(Sending::default().rules(), SendingRules::default());
        let none = Sending { texts_a_second: 0, ..Sending::default() };
        assert_eq!(none.check().unwrap_err(), "sending.texts_a_second: 1 to 10000");
    }

    #[test]
    fn a_gateway_is_described_in_the_file() {
        let text = r#"
            sender = "LOKET"
            [http]
            url = "https://gateway.example.be/sms/2/text"
            token_file = "sms.token"
            [http.request]
            headers = { Authorization = "App {token}" }
            json = { messages = [{ from = "{sender}", text = "{text}", destinations = [{ to = "{digits}", messageId = "{id}" }] }] }
            answer = { id = "messages.0.messageId", outcome = "messages.0.status.groupName", taken = ["PENDING"], refused = ["REJECTED"] }
            [receipts]
            token_file = "receipts.token"
            form = { reference = "results.0.messageId", status = "results.0.status.groupName", delivered = ["DELIVERED"], failed = ["UNDELIVERABLE"] }
        "#;
        let sms: Sms = toml::from_str(text).unwrap();
        sms.check().unwrap();
        let request = sms.http.unwrap().request;
        assert_eq!(request.headers.len(), 1, "a given table takes the place of the usual headers");
        assert_eq!(request.answer.taken, ["PENDING"]);
        assert!(toml::from_str::<Sms>(&text.replace("json =", "jsno =")).is_err());
    }
}

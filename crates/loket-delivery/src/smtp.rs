//! Mail to an SMTP relay (RFC 5321), over TLS from the first byte or by STARTTLS (RFC 8314,
//! RFC 3207), with authentication (RFC 4954) when the relay wants it.
//!
//! One connection for each message, thirty seconds for all of it. A password is never sent over a
//! connection without TLS, and a relay that stops offering STARTTLS gets no mail when STARTTLS is
//! required: the mail waits. What the relay answers is reduced to its code; its text, which often
//! repeats the address, goes nowhere.

use std::time::Duration;

use lettre::address::{Address, Envelope};
use lettre::message::Mailbox;
use lettre::transport::smtp::Error as SmtpError;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{
    AsyncSmtpConnection, Certificate, TlsParameters, TlsParametersBuilder,
};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::{ClientId, Extension, MailBodyParameter, MailParameter};
use lettre::transport::smtp::response::Response;
use loket_domain::contact::{Destination, EmailAddress};
use loket_domain::port::{Answer, HandOver, Messenger, OutgoingMessage};
use loket_domain::secret::Secret;
use serde::{Deserialize, Serialize};

use crate::{Clock, DeliveryFault, is_loopback, is_tls_fault, mail, reference};

/// Longest time for one message, from connecting to the last answer.
const LONGEST: Duration = Duration::from_secs(30);
/// How long the relay gets to answer our farewell, after the message is decided.
const FAREWELL: Duration = Duration::from_secs(2);

/// When the connection to the relay is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SmtpTls {
    /// From the first byte (port 465): what RFC 8314 recommends.
    Implicit,
    /// By STARTTLS (port 587); a relay that does not offer it gets nothing.
    Starttls,
    /// By STARTTLS where the relay offers it, in the clear otherwise. Whoever can change the
    /// traffic can strip the offer, so this is for a relay on a trusted network.
    StarttlsWhereOffered,
    /// Never; only for a relay on this machine.
    NoneOnLoopback,
}

/// Name and password at the relay.
#[derive(Debug, Clone)]
pub struct SmtpCredentials {
    /// Name of the account.
    pub username: String,
    /// Its password, sent over TLS only (or on loopback).
    pub password: Secret,
}

/// How to reach the relay and as whom to write.
#[derive(Debug, Clone)]
pub struct SmtpSettings {
    /// Host name or address; also the name that the certificate must have.
    pub host: String,
    /// Port: 465 for implicit TLS, 587 for STARTTLS.
    pub port: u16,
    /// Encryption of the connection.
    pub tls: SmtpTls,
    /// Account at the relay, when it wants one.
    pub credentials: Option<SmtpCredentials>,
    /// Address in `From` and in the envelope; its domain also ends the `Message-ID`.
    pub from: EmailAddress,
    /// Name shown beside the address.
    pub from_name: Option<String>,
    /// Own host name for EHLO.
    pub hello_name: String,
    /// DER certificate to trust beside the public roots, for a relay with its own authority.
    pub extra_root: Option<Vec<u8>>,
    /// Time for one message, more than zero and at most 30 seconds.
    pub timeout: Duration,
}

/// Sends mail through one relay.
pub struct Smtp {
    host: String,
    port: u16,
    tls: SmtpTls,
    parameters: TlsParameters,
    credentials: Option<Credentials>,
    from: Mailbox,
    hello: ClientId,
    timeout: Duration,
    clock: Clock,
}

impl Smtp {
    /// Checks the settings; connects to nothing yet.
    pub fn new(settings: SmtpSettings, clock: Clock) -> Result<Self, DeliveryFault> {
        if settings.tls == SmtpTls::NoneOnLoopback && !is_loopback(&settings.host) {
            return Err(DeliveryFault::PlainBeyondLoopback);
        }
        if settings.timeout.is_zero() || settings.timeout > LONGEST {
            return Err(DeliveryFault::Setting("timeout"));
        }
        let from = mail::address(&settings.from).map_err(|_| DeliveryFault::Setting("from"))?;
        let name = settings.from_name.as_deref().map(mail::field).transpose();
        let name = name.map_err(|_| DeliveryFault::Setting("from_name"))?;
        Ok(Self {
            parameters: parameters(&settings)?,
            hello: hello(&settings.hello_name)?,
            from: Mailbox::new(name.map(str::to_owned), from),
            credentials: settings
                .credentials
                .map(|c| Credentials::new(c.username, c.password.expose().to_owned())),
            host: settings.host,
            port: settings.port,
            tls: settings.tls,
            timeout: settings.timeout,
            clock,
        })
    }

    async fn hand_over(&self, message: &OutgoingMessage) -> HandOver {
        let Destination::Email(to) = &message.to else {
            return refused("channel");
        };
        let (envelope, raw) = match mail::compose(message, to, &self.from, (self.clock)()) {
            Ok(composed) => composed,
            Err(unfit) => return refused(unfit.code()),
        };
        let session = async {
            let mut relay = match self.connect().await {
                Ok(relay) => relay,
                Err(cause) => return (HandOver::TryLater { cause }, None),
            };
            (transfer(&mut relay, &envelope, &raw).await, Some(relay))
        };
        let Ok((outcome, relay)) = tokio::time::timeout(self.timeout, session).await else {
            return later("timeout");
        };
        if let Some(mut relay) = relay {
            // The message is decided; the farewell must not hold up or change the outcome.
            tokio::spawn(async move { tokio::time::timeout(FAREWELL, relay.abort()).await });
        }
        outcome
    }

    /// A connection ready for a message. Whatever goes wrong here is no fault of the recipient.
    async fn connect(&self) -> Result<AsyncSmtpConnection, String> {
        let implicit = (self.tls == SmtpTls::Implicit).then(|| self.parameters.clone());
        let mut relay = AsyncSmtpConnection::connect_tokio1(
            (self.host.as_str(), self.port),
            Some(self.timeout),
            &self.hello,
            implicit,
            None,
        )
        .await
        .map_err(|error| cause(&error))?;
        if matches!(self.tls, SmtpTls::Starttls | SmtpTls::StarttlsWhereOffered) {
            if relay.can_starttls() {
                relay
                    .starttls(self.parameters.clone(), &self.hello)
                    .await
                    .map_err(|error| cause(&error))?;
            } else if self.tls == SmtpTls::Starttls {
                return Err("tls".to_owned());
            }
        }
        if let Some(credentials) = &self.credentials {
            if !relay.is_encrypted() && self.tls != SmtpTls::NoneOnLoopback {
                return Err("tls".to_owned());
            }
            relay.auth(&[Mechanism::Plain, Mechanism::Login], credentials).await.map_err(
                |error| if error.is_client() { "auth".to_owned() } else { cause(&error) },
            )?;
        }
        Ok(relay)
    }
}

impl Messenger for Smtp {
    fn send<'a>(&'a self, message: &'a OutgoingMessage) -> Answer<'a, HandOver> {
        Box::pin(self.hand_over(message))
    }
}

fn parameters(settings: &SmtpSettings) -> Result<TlsParameters, DeliveryFault> {
    let mut builder = TlsParametersBuilder::new(settings.host.clone());
    if let Some(der) = &settings.extra_root {
        let root = Certificate::from_der(der.clone()).map_err(|_| DeliveryFault::Tls)?;
        builder = builder.add_root_certificate(root);
    }
    builder.build_rustls().map_err(|_| DeliveryFault::Tls)
}

fn hello(name: &str) -> Result<ClientId, DeliveryFault> {
    match url::Host::parse(name) {
        Ok(url::Host::Domain(name)) => Ok(ClientId::Domain(name)),
        Ok(url::Host::Ipv4(address)) => Ok(ClientId::Ipv4(address)),
        Ok(url::Host::Ipv6(address)) => Ok(ClientId::Ipv6(address)),
        Err(_) => Err(DeliveryFault::Setting("hello_name")),
    }
}

/// One mail transaction. Only from RCPT on can a 5xx mean the recipient or this message; a refused
/// MAIL means this office.
async fn transfer(relay: &mut AsyncSmtpConnection, envelope: &Envelope, raw: &[u8]) -> HandOver {
    let mut options = vec![];
    let plain = |address: &Address| AsRef::<str>::as_ref(address).is_ascii();
    if !envelope.to().iter().all(plain) || !raw.is_ascii() {
        let server = relay.server_info();
        if !server.supports_feature(Extension::SmtpUtfEight)
            || !server.supports_feature(Extension::EightBitMime)
        {
            return refused("smtputf8");
        }
        options.push(MailParameter::SmtpUtfEight);
        options.push(MailParameter::Body(MailBodyParameter::EightBitMime));
    }
    let mail = Mail::new(envelope.from().cloned(), options);
    if let Err(error) = relay.command(mail).await {
        return HandOver::TryLater { cause: cause(&error) };
    }
    for recipient in envelope.to() {
        if let Err(error) = relay.command(Rcpt::new(recipient.clone(), vec![])).await {
            return judged(&error);
        }
    }
    if let Err(error) = relay.command(Data).await {
        return judged(&error);
    }
    match relay.message(raw).await {
        Ok(response) => HandOver::Accepted { reference: queue_name(&response) },
        Err(error) => judged(&error),
    }
}

fn judged(error: &SmtpError) -> HandOver {
    let cause = cause(error);
    // 530 and 535 ask for authentication: again this office's own fault (RFC 4954 section 6).
    if error.is_permanent() && !["smtp_530", "smtp_535"].contains(&cause.as_str()) {
        HandOver::Refused { cause }
    } else {
        HandOver::TryLater { cause }
    }
}

fn cause(error: &SmtpError) -> String {
    if let Some(code) = error.status() {
        format!("smtp_{code}")
    } else if error.is_timeout() {
        "timeout".to_owned()
    } else if error.is_tls() || is_tls_fault(error) {
        "tls".to_owned()
    } else {
        "connect".to_owned()
    }
}

/// The relay's own name for the message, in the forms of the common servers: `queued as NAME` and
/// `id=NAME`. Any other text might hold an address and is left out.
fn queue_name(response: &Response) -> Option<String> {
    let line = response.first_line()?;
    let name = line.split_once("queued as ").or_else(|| line.split_once("id="))?.1;
    reference(name.split([' ', ';', ',']).next()?)
}

fn refused(cause: &str) -> HandOver {
    HandOver::Refused { cause: cause.to_owned() }
}

fn later(cause: &str) -> HandOver {
    HandOver::TryLater { cause: cause.to_owned() }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use lettre::transport::smtp::response::{Category, Code, Detail, Severity};
    use loket_domain::Timestamp;

    use super::*;

    fn settings() -> SmtpSettings {
        SmtpSettings {
            host: "relay.example.be".to_owned(),
            port: 465,
            tls: SmtpTls::Implicit,
            credentials: None,
            from: "loket@example.be".parse().unwrap(),
            from_name: None,
            hello_name: "loket.example.be".to_owned(),
            extra_root: None,
            timeout: Duration::from_secs(30),
        }
    }

    fn fault(settings: SmtpSettings) -> Option<DeliveryFault> {
        Smtp::new(settings, Arc::new(|| Timestamp::from_seconds(0))).err()
    }

    #[test]
    fn settings_that_cannot_work_are_refused_at_start() {
        assert_eq!(fault(settings()), None);
        let plain = SmtpSettings { tls: SmtpTls::NoneOnLoopback, ..settings() };
        assert_eq!(fault(plain.clone()), Some(DeliveryFault::PlainBeyondLoopback));
        assert_eq!(fault(SmtpSettings { host: "localhost".to_owned(), ..plain }), None);
        let long = SmtpSettings { timeout: Duration::from_secs(31), ..settings() };
        assert_eq!(fault(long), Some(DeliveryFault::Setting("timeout")));
        let hello = SmtpSettings { hello_name: "a b\r\n".to_owned(), ..settings() };
        assert_eq!(fault(hello), Some(DeliveryFault::Setting("hello_name")));
        let name = SmtpSettings { from_name: Some("a\nb".to_owned()), ..settings() };
        assert_eq!(fault(name), Some(DeliveryFault::Setting("from_name")));
        let root = SmtpSettings { extra_root: Some(vec![1, 2, 3]), ..settings() };
        assert_eq!(fault(root), Some(DeliveryFault::Tls));
    }

    #[test]
    fn a_queue_name_is_kept_and_an_address_is_not() {
        let code = Code::new(Severity::PositiveCompletion, Category::MailSystem, Detail::Zero);
        let name = |text: &str| queue_name(&Response::new(code, vec![text.to_owned()]));
        assert_eq!(name("2.0.0 Ok: queued as 4bXz9"), Some("4bXz9".to_owned()));
        assert_eq!(name("OK id=1tFk-0001-Ab"), Some("1tFk-0001-Ab".to_owned()));
        assert_eq!(name("OK an@example.be queued"), None);
        assert_eq!(name("queued as an@example.be"), None);
        assert_eq!(name(""), None);
    }
}

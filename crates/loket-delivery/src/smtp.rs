//! Mail to an SMTP relay (RFC 5321), over TLS from the first byte or by STARTTLS (RFC 8314,
//! RFC 3207), with authentication (RFC 4954) when the relay wants it.
//!
//! A connection takes one message after another and is kept for a while; a message gets thirty
//! seconds at most, connecting included. A password is never sent over a connection without TLS, and
//! a relay that stops offering STARTTLS gets no mail when STARTTLS is required: the mail waits. What the relay answers is reduced to its code; its text, which often
//! repeats the address, goes nowhere.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use lettre::address::Envelope;
use lettre::message::Mailbox;
use lettre::transport::smtp::Error as SmtpError;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{
    AsyncSmtpConnection, Certificate, TlsParameters, TlsParametersBuilder,
};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::ClientId;
use lettre::transport::smtp::response::Response;
use loket_domain::contact::{Destination, EmailAddress};
use loket_domain::delivery::ReturnTag;
use loket_domain::id::MessageId;
use loket_domain::port::{Answer, HandOver, Messenger, OutgoingMessage};
use loket_domain::secret::Secret;
use serde::{Deserialize, Serialize};
use tokio::time::Instant;

use crate::mail::{self, Unfit};
use crate::{Clock, DeliveryFault, is_loopback, is_tls_fault, reference};

/// Longest time for one message, from connecting to the last answer.
const LONGEST: Duration = Duration::from_secs(30);
/// How long the relay gets to answer our farewell, after the message is decided.
const FAREWELL: Duration = Duration::from_secs(2);
/// How long a connection without work is kept; relays hang up after a minute or more.
const IDLE: Duration = Duration::from_secs(20);
/// Messages that one connection takes; many relays allow a hundred.
const MESSAGES: u32 = 100;

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
    /// Where mail that cannot be delivered comes back; without it, to `from`, unread.
    pub returns: Option<Returns>,
    /// DER certificate to trust beside the public roots, for a relay with its own authority.
    pub extra_root: Option<Vec<u8>>,
    /// Time for one message, more than zero and at most 30 seconds.
    pub timeout: Duration,
}

/// Where mail comes back: `LOCAL+TAG@DOMAIN`, a tag for each message (RFC 5233 subaddressing).
#[derive(Clone)]
pub struct Returns {
    /// The address without tag.
    pub address: EmailAddress,
    /// Gives the tag of a message, which nobody else can make.
    pub tag: Arc<dyn Fn(MessageId) -> ReturnTag + Send + Sync>,
}

impl std::fmt::Debug for Returns {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Returns").field("address", &self.address).finish_non_exhaustive()
    }
}

/// A connection that waits for its next message.
struct Idle {
    relay: AsyncSmtpConnection,
    /// Messages that it has taken.
    taken: u32,
    since: Instant,
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
    returns: Option<Returns>,
    idle: Mutex<Vec<Idle>>,
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
        if let Some(returns) = &settings.returns {
            // Every tag is as long as this one.
            let tag = ReturnTag { message: uuid::Uuid::nil().into(), proof: [0; 8] };
            mail::return_address(&returns.address, tag)
                .map_err(|_| DeliveryFault::Setting("returns"))?;
        }
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
            returns: settings.returns,
            idle: Mutex::default(),
        })
    }

    /// Whether the relay would take mail: it answers, its certificate verifies where TLS is wanted, and
    /// it accepts the account. Says the code of what is wrong; sends nothing.
    pub async fn reach(&self) -> Result<(), String> {
        let reached = tokio::time::timeout(self.timeout, self.connect()).await;
        let mut relay = reached.map_err(|_| "timeout".to_owned())??;
        // What it says to the farewell does not matter.
        let _ = tokio::time::timeout(FAREWELL, relay.abort()).await;
        Ok(())
    }

    async fn hand_over(&self, message: &OutgoingMessage) -> HandOver {
        let Destination::Email(to) = &message.to else {
            return HandOver::Unfit { cause: "channel".to_owned() };
        };
        let returned = self.returns.as_ref().map(|returns| {
            let tag = (returns.tag)(message.id);
            mail::return_address(&returns.address, tag)
        });
        let composed = returned
            .transpose()
            .and_then(|back| mail::compose(message, to, &self.from, back, (self.clock)()));
        let (envelope, raw) = match composed {
            Ok(composed) => composed,
            Err(unfit @ Unfit::Field) => return HandOver::Unfit { cause: unfit.code().to_owned() },
            Err(unfit @ Unfit::Address) => return refused(unfit.code()),
        };
        let session = self.session(&envelope, &raw);
        match tokio::time::timeout(self.timeout, session).await {
            Ok(outcome) => outcome,
            Err(_) => unavailable("timeout"),
        }
    }

    /// One message over a kept connection or a new one.
    async fn session(&self, envelope: &Envelope, raw: &[u8]) -> HandOver {
        if let Some(mut kept) = self.kept() {
            match transfer(&mut kept.relay, envelope, raw).await {
                // It was closed while it waited; nothing was said of this message yet.
                Told::Stale => {}
                Told::Outcome(outcome) => {
                    self.keep_or_leave(kept, &outcome);
                    return outcome;
                }
            }
        }
        let mut fresh = match self.connect().await {
            Ok(relay) => Idle { relay, taken: 0, since: Instant::now() },
            Err(cause) => return unavailable(&cause),
        };
        match transfer(&mut fresh.relay, envelope, raw).await {
            Told::Stale => unavailable("connect"),
            Told::Outcome(outcome) => {
                self.keep_or_leave(fresh, &outcome);
                outcome
            }
        }
    }

    fn connections(&self) -> MutexGuard<'_, Vec<Idle>> {
        // A vector of connections is whole after every statement.
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A connection that waits and is not too old.
    fn kept(&self) -> Option<Idle> {
        let mut idle = self.connections();
        let now = Instant::now();
        idle.retain(|kept| now.duration_since(kept.since) < IDLE);
        idle.pop()
    }

    /// After a message that was taken the connection is ready for the next one; after anything else
    /// it is in the middle of a transaction, or broken.
    fn keep_or_leave(&self, mut used: Idle, outcome: &HandOver) {
        used.taken += 1;
        if matches!(outcome, HandOver::Accepted { .. }) && used.taken < MESSAGES {
            used.since = Instant::now();
            self.connections().push(used);
            return;
        }
        // The message is decided; the farewell must not hold up or change the outcome.
        tokio::spawn(async move { tokio::time::timeout(FAREWELL, used.relay.abort()).await });
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

/// What a transaction told.
enum Told {
    /// The connection was gone before the relay heard anything of the message.
    Stale,
    /// What became of the message.
    Outcome(HandOver),
}

/// One mail transaction. Only from RCPT on can a 5xx mean the recipient or this message; a refused
/// MAIL means this office.
async fn transfer(relay: &mut AsyncSmtpConnection, envelope: &Envelope, raw: &[u8]) -> Told {
    let mail = Mail::new(envelope.from().cloned(), vec![]);
    if let Err(error) = relay.command(mail).await {
        let gone = error.status().is_none() && !error.is_timeout();
        return if gone { Told::Stale } else { Told::Outcome(unavailable(&cause(&error))) };
    }
    Told::Outcome(match content(relay, envelope, raw).await {
        Ok(response) => HandOver::Accepted { reference: queue_name(&response) },
        Err(error) => judged(&error),
    })
}

/// Recipients and text; the relay's answer to the last byte.
async fn content(
    relay: &mut AsyncSmtpConnection,
    envelope: &Envelope,
    raw: &[u8],
) -> Result<Response, SmtpError> {
    for recipient in envelope.to() {
        relay.command(Rcpt::new(recipient.clone(), vec![])).await?;
    }
    relay.command(Data).await?;
    relay.message(raw).await
}

fn judged(error: &SmtpError) -> HandOver {
    let cause = cause(error);
    // 530 and 535 ask for authentication and 421 closes the channel: no fault of the recipient
    // (RFC 4954 section 6, RFC 5321 section 3.8). Without a code nothing was answered at all.
    let service = ["smtp_421", "smtp_530", "smtp_535"].contains(&cause.as_str());
    if error.status().is_none() || service {
        HandOver::Unavailable { cause, retry_after: None }
    } else if error.is_permanent() {
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

fn unavailable(cause: &str) -> HandOver {
    HandOver::Unavailable { cause: cause.to_owned(), retry_after: None }
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
            returns: None,
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
        let tag = Arc::new(|message| ReturnTag { message, proof: [0; 8] });
        let address = "a-rather-long-local-part@example.be".parse().unwrap();
        let returns = SmtpSettings { returns: Some(Returns { address, tag }), ..settings() };
        assert_eq!(fault(returns), Some(DeliveryFault::Setting("returns")));
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

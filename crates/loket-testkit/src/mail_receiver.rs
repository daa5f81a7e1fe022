//! An SMTP server that keeps what it receives, to test and to show the sending of mail with real
//! connections, real STARTTLS and real refusals. It delivers nothing to anybody.
//!
//! It speaks EHLO, STARTTLS, AUTH PLAIN, MAIL, RCPT, DATA, RSET, NOOP, VRFY and QUIT with
//! PIPELINING, SIZE, 8BITMIME and SMTPUTF8 (RFC 5321, 3207, 4954, 2920, 1870, 6152, 6531), on
//! loopback or wherever it is bound; its certificate is made at start and signed by itself.

mod parsed;
mod session;

use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use anyhow::{Context, Result};
use loket_domain::Timestamp;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use serde::{Deserialize, Serialize};
use tokio::net::TcpListener;
use tokio::task::{JoinHandle, JoinSet};
use tokio_rustls::TlsAcceptor;

use crate::kept::{Kept, locked};

/// Where a receiver takes the moment from at which a message arrived.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// When the receiver offers TLS.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailTls {
    /// Never: what a relay looks like whose STARTTLS somebody strips.
    None,
    /// By STARTTLS.
    Starttls,
    /// From the first byte.
    Implicit,
}

/// What the receiver does with mail for one recipient.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailBehaviour {
    /// Takes it.
    Accept,
    /// Answers RCPT with 550.
    Refuse,
    /// Answers RCPT with 451.
    Later,
    /// Reads all of DATA and closes the connection without an answer; `kept` says whether the
    /// message was kept all the same, so that the sender's next try makes a double.
    DropAfterData {
        /// Whether the message is kept.
        kept: bool,
    },
    /// Takes it after waiting this long with the answer to RCPT.
    Slow(Duration),
}

/// How a receiver is made.
#[derive(Clone)]
pub struct MailOptions {
    /// When it offers TLS.
    pub tls: MailTls,
    /// Name and password that it asks for before MAIL, when it asks.
    pub credentials: Option<(String, String)>,
    /// Largest message, in bytes.
    pub largest: usize,
    /// Folder in which messages outlive the receiver.
    pub folder: Option<PathBuf>,
    /// Tells the moment of arrival.
    pub clock: Clock,
}

impl MailOptions {
    /// STARTTLS, no password, messages up to 1 MiB, in memory only.
    pub fn new(clock: Clock) -> Self {
        Self { tls: MailTls::Starttls, credentials: None, largest: 1 << 20, folder: None, clock }
    }
}

/// A received mail. It has no `Debug`: it holds addresses and codes.
#[derive(Clone, Serialize, Deserialize)]
pub struct ReceivedMail {
    /// Envelope sender; empty for a bounce.
    pub from: String,
    /// Envelope recipients.
    pub to: Vec<String>,
    /// When the last byte was there.
    pub received_at: Timestamp,
    /// Whether it came over TLS.
    pub encrypted: bool,
    /// Header fields in order, unfolded, encoded words (RFC 2047) decoded.
    pub headers: Vec<(String, String)>,
    /// First `text/plain` part, decoded.
    pub text: Option<String>,
    /// First `text/html` part, decoded.
    pub html: Option<String>,
    /// The message as it came, after dot-unstuffing; bytes that are not UTF-8 are replaced.
    pub raw: String,
}

impl ReceivedMail {
    /// Value of the first header field of that name, in any case.
    pub fn header(&self, name: &str) -> Option<&str> {
        let (_, value) = self.headers.iter().find(|(n, _)| n.eq_ignore_ascii_case(name))?;
        Some(value)
    }
    /// The subject, or nothing.
    pub fn subject(&self) -> &str {
        self.header("Subject").unwrap_or_default()
    }
}

/// What the sessions of one receiver share.
struct Desk {
    options: MailOptions,
    kept: Kept<ReceivedMail>,
    behaviours: Mutex<HashMap<String, MailBehaviour>>,
    acceptor: TlsAcceptor,
}

impl Desk {
    fn behaviour(&self, recipient: &str) -> MailBehaviour {
        let behaviours = locked(&self.behaviours);
        behaviours.get(&recipient.to_lowercase()).copied().unwrap_or(MailBehaviour::Accept)
    }
}

/// A running receiver; it stops when it is dropped.
pub struct MailReceiver {
    addr: SocketAddr,
    certificate: Vec<u8>,
    desk: Arc<Desk>,
    accepting: JoinHandle<()>,
}

impl MailReceiver {
    /// Binds and begins to accept; port 0 takes a free one.
    pub async fn start(bind: SocketAddr, options: MailOptions) -> Result<Self> {
        let listener = TcpListener::bind(bind).await.context("the mail receiver cannot bind")?;
        let addr = listener.local_addr()?;
        let (acceptor, certificate) = certificate(addr.ip())?;
        let kept = Kept::open(options.folder.clone()).await?;
        let desk = Arc::new(Desk { options, kept, behaviours: Mutex::default(), acceptor });
        let accepting = tokio::spawn(accept(listener, Arc::clone(&desk)));
        Ok(Self { addr, certificate, desk, accepting })
    }

    /// Where it listens.
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// Its certificate (DER), for the sender's trusted roots; it names `localhost`, `127.0.0.1`,
    /// `::1` and the bound address.
    pub fn certificate_der(&self) -> &[u8] {
        &self.certificate
    }

    /// Changes what happens to mail for one recipient, from its next RCPT on.
    pub fn set_behaviour(&self, recipient: &str, behaviour: MailBehaviour) {
        locked(&self.desk.behaviours).insert(recipient.to_lowercase(), behaviour);
    }

    /// Everything received, oldest first, earlier runs included.
    pub fn messages(&self) -> Vec<ReceivedMail> {
        self.desk.kept.all()
    }

    /// The first message that is wanted, waiting for it at most until the deadline.
    pub async fn wait_for(
        &self,
        wanted: impl Fn(&ReceivedMail) -> bool,
        deadline: Duration,
    ) -> Result<ReceivedMail> {
        self.desk.kept.wait_for(wanted, deadline).await
    }

    /// Closes the port and every connection.
    pub async fn stop(mut self) {
        self.accepting.abort();
        let _ = (&mut self.accepting).await;
    }
}

impl Drop for MailReceiver {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn accept(listener: TcpListener, desk: Arc<Desk>) {
    // The sessions end with this task: dropping the set aborts them.
    let mut sessions = JoinSet::new();
    loop {
        tokio::select! {
            Some(_) = sessions.join_next() => {}
            accepted = listener.accept() => {
                if let Ok((socket, _)) = accepted {
                    // A broken connection is the client's; there is nobody to tell.
                    let desk = Arc::clone(&desk);
                    sessions.spawn(async move { session::serve(socket, &desk).await.ok() });
                }
            }
        }
    }
}

fn certificate(bound: IpAddr) -> Result<(TlsAcceptor, Vec<u8>)> {
    let names =
        ["localhost".to_owned(), "127.0.0.1".to_owned(), "::1".to_owned(), bound.to_string()];
    let made = rcgen::generate_simple_self_signed(names)?;
    let der = made.cert.der().clone();
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(made.signing_key.serialize_der()));
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(vec![der.clone()], key)?;
    Ok((TlsAcceptor::from(Arc::new(config)), der.to_vec()))
}

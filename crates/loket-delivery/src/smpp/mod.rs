//! Short messages by SMPP 3.4 to a message centre, over TLS or on a line that is named as private.
//! One bound transceiver is kept; receipts come back over it.
//!
//! SMPP has no key by which a message centre could tell a repeated message: a message whose answer
//! was lost is sent again and may arrive twice, never not at all.

mod link;
mod pdu;
mod receipt;

use std::sync::Arc;
use std::time::Duration;

use loket_domain::contact::Destination;
use loket_domain::port::{Answer, HandOver, Messenger, OutgoingMessage, Receipt};
use loket_domain::secret::Secret;
use rustls::pki_types::{CertificateDer, ServerName};
use tokio::net::TcpStream;
use tokio::sync::{Mutex, mpsc, oneshot};
use tokio_rustls::TlsConnector;

use crate::sms::is_sender;
use crate::{DeliveryFault, gsm7, is_loopback, is_tls_fault, reference};
use link::{Broken, Incoming, Link, RECEIPTS, Submit};
use pdu::Writer;

/// Longest time for one message.
const LONGEST: Duration = Duration::from_secs(10);
/// Between two looks whether the connection is still there, for the receipts.
const LOOK: Duration = Duration::from_secs(5);
/// Submits that wait for the connection.
const SUBMITS: usize = 64;
/// Version 3.4.
const VERSION: u8 = 0x34;
/// Types of numbers and their plans: international numbers in E.164, names without a plan.
const INTERNATIONAL: [u8; 2] = [1, 1];
const NAME: [u8; 2] = [5, 0];
/// Default alphabet of the message centre, and UCS-2.
const DEFAULT_ALPHABET: u8 = 0;
const UCS2: u8 = 8;
/// Asks for a receipt in the end, whatever it is.
const WITH_RECEIPT: u8 = 1;

/// How the connection is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SmppTls {
    /// TLS from the first octet, with a verified certificate.
    Tls,
    /// None, because the line itself is private (a VPN, a leased line): said in so many words.
    NoneOnPrivateLine,
    /// None; only for a message centre on this machine.
    NoneOnLoopback,
}

/// How to reach the message centre and as whom.
#[derive(Debug, Clone)]
pub struct SmppSettings {
    /// Host name or address; also the name that the certificate must have.
    pub host: String,
    /// Port.
    pub port: u16,
    /// Protection.
    pub tls: SmppTls,
    /// Name of this office there, at most 15 characters.
    pub system_id: String,
    /// Its password, at most 8 characters as the protocol has it.
    pub password: Secret,
    /// Kind of system, as the operator of the message centre says; mostly empty.
    pub system_type: String,
    /// Sender shown on the telephone.
    pub sender: String,
    /// DER certificate to trust beside the public roots.
    pub extra_root: Option<Vec<u8>>,
    /// Time for one message, more than zero and at most 10 seconds.
    pub timeout: Duration,
}

/// Sends short messages through one message centre.
pub struct Smpp {
    settings: SmppSettings,
    connector: TlsConnector,
    name: ServerName<'static>,
    link: Mutex<Option<mpsc::Sender<Submit>>>,
    found: mpsc::Sender<Incoming>,
    receipts: Mutex<(mpsc::Receiver<Incoming>, Option<oneshot::Sender<()>>)>,
}

impl Smpp {
    /// Checks the settings; connects to nothing yet.
    pub fn new(settings: SmppSettings) -> Result<Self, DeliveryFault> {
        let plain =
            |text: &str, most| text.len() <= most && text.bytes().all(|b| b.is_ascii_graphic());
        if settings.tls == SmppTls::NoneOnLoopback && !is_loopback(&settings.host) {
            return Err(DeliveryFault::PlainBeyondLoopback);
        }
        if settings.timeout.is_zero() || settings.timeout > LONGEST {
            return Err(DeliveryFault::Setting("timeout"));
        }
        if !is_sender(&settings.sender) {
            return Err(DeliveryFault::Setting("sender"));
        }
        if settings.system_id.is_empty() || !plain(&settings.system_id, 15) {
            return Err(DeliveryFault::Setting("system_id"));
        }
        if !plain(settings.password.expose(), 8) {
            return Err(DeliveryFault::Setting("password"));
        }
        if !plain(&settings.system_type, 12) {
            return Err(DeliveryFault::Setting("system_type"));
        }
        let (found, receipts) = mpsc::channel(RECEIPTS);
        Ok(Self {
            connector: connector(settings.extra_root.as_deref())?,
            name: ServerName::try_from(settings.host.clone())
                .map_err(|_| DeliveryFault::Setting("host"))?,
            settings,
            link: Mutex::default(),
            found,
            receipts: Mutex::new((receipts, None)),
        })
    }

    /// Whether the message centre takes this office; says the code of what is wrong.
    pub async fn reach(&self) -> Result<(), String> {
        let reached = tokio::time::timeout(self.settings.timeout, self.connect()).await;
        // Nobody submits over it: it unbinds at once.
        reached.map_err(|_| "timeout".to_owned())?.map(drop)
    }

    async fn hand_over(&self, message: &OutgoingMessage) -> HandOver {
        let Destination::Sms(number) = &message.to else {
            return unfit("channel");
        };
        let Some(body) = self.submit(number.e164(), message.text.expose()) else {
            return unfit("too_long");
        };
        match tokio::time::timeout(self.settings.timeout, self.submitted(body)).await {
            Ok(outcome) => outcome,
            Err(_) => unavailable("timeout", None),
        }
    }

    async fn submitted(&self, body: Vec<u8>) -> HandOver {
        let link = match self.linked().await {
            Ok(link) => link,
            Err(cause) => return unavailable(&cause, None),
        };
        let (answer, answered) = oneshot::channel();
        if link.send(Submit { body, answer }).await.is_err() {
            return unavailable("connect", None);
        }
        match answered.await {
            Ok((status, id)) => judge(status, id.as_deref()),
            // The connection broke: whether the message was taken is not known.
            Err(_) => unavailable("connect", None),
        }
    }

    /// The bound connection, made anew when there is none.
    async fn linked(&self) -> Result<mpsc::Sender<Submit>, String> {
        let mut kept = self.link.lock().await;
        if let Some(link) = kept.as_ref().filter(|link| !link.is_closed()) {
            return Ok(link.clone());
        }
        *kept = None;
        let made = tokio::time::timeout(self.settings.timeout, self.connect()).await;
        let link = made.map_err(|_| "timeout".to_owned())??;
        *kept = Some(link.clone());
        Ok(link)
    }

    async fn connect(&self) -> Result<mpsc::Sender<Submit>, String> {
        let address = (self.settings.host.trim_matches(['[', ']']), self.settings.port);
        let stream = TcpStream::connect(address).await.map_err(|_| "connect".to_owned())?;
        // A question waits for its answer: holding small packets back only makes it slower.
        let _ = stream.set_nodelay(true);
        let (submit, submits) = mpsc::channel(SUBMITS);
        let found = self.found.clone();
        match self.settings.tls {
            SmppTls::Tls => {
                let stream = self.connector.connect(self.name.clone(), stream).await;
                let stream = stream.map_err(|error| {
                    if is_tls_fault(&error) { "tls".to_owned() } else { "connect".to_owned() }
                })?;
                let link = Link::bind(stream, self.bind()).await.map_err(cause)?;
                tokio::spawn(async move { ended(link.serve(submits, found).await) });
            }
            SmppTls::NoneOnPrivateLine | SmppTls::NoneOnLoopback => {
                let link = Link::bind(stream, self.bind()).await.map_err(cause)?;
                tokio::spawn(async move { ended(link.serve(submits, found).await) });
            }
        }
        Ok(submit)
    }

    fn bind(&self) -> Vec<u8> {
        Writer::default()
            .text(&self.settings.system_id)
            .text(self.settings.password.expose())
            .text(&self.settings.system_type)
            .octets(&[VERSION, 0, 0])
            .text("")
            .done()
    }

    /// Body of a `submit_sm`; `None` when the text does not fit one short message.
    fn submit(&self, to: &str, text: &str) -> Option<Vec<u8>> {
        let (coding, octets) = if gsm7::fits_one_sms(text) {
            (DEFAULT_ALPHABET, gsm7::octets(text)?)
        } else if gsm7::segments(text).parts == 1 {
            (UCS2, text.encode_utf16().flat_map(u16::to_be_bytes).collect())
        } else {
            return None;
        };
        let sender = self.settings.sender.as_str();
        let (kind, name) = match sender.strip_prefix('+') {
            Some(digits) => (INTERNATIONAL, digits),
            None => (NAME, sender),
        };
        let body = Writer::default()
            .text("")
            .octets(&kind)
            .text(name)
            .octets(&INTERNATIONAL)
            .text(to.trim_start_matches('+'))
            .octets(&[0, 0, 0])
            .text("")
            .text("")
            .octets(&[WITH_RECEIPT, 0, coding, 0, u8::try_from(octets.len()).ok()?])
            .octets(&octets);
        Some(body.done())
    }

    async fn next_receipt(&self) -> Receipt {
        let mut receipts = self.receipts.lock().await;
        // Who asks for the next one has kept the last one.
        if let Some(kept) = receipts.1.take() {
            let _ = kept.send(());
        }
        loop {
            // Receipts come over a connection that nobody may have needed for sending yet.
            let link = self.linked().await;
            let looking = tokio::time::timeout(LOOK, receipts.0.recv()).await;
            if let Ok(Some(incoming)) = looking {
                receipts.1 = Some(incoming.kept);
                return incoming.receipt;
            }
            if link.is_err() {
                tokio::time::sleep(LOOK).await;
            }
        }
    }
}

impl Messenger for Smpp {
    fn send<'a>(&'a self, message: &'a OutgoingMessage) -> Answer<'a, HandOver> {
        Box::pin(self.hand_over(message))
    }
    fn receipt(&self) -> Answer<'_, Receipt> {
        Box::pin(self.next_receipt())
    }
}

fn connector(extra_root: Option<&[u8]>) -> Result<TlsConnector, DeliveryFault> {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let mut roots: rustls::RootCertStore = webpki_roots::TLS_SERVER_ROOTS.iter().cloned().collect();
    if let Some(der) = extra_root {
        roots.add(CertificateDer::from(der.to_vec())).map_err(|_| DeliveryFault::Tls)?;
    }
    let settings =
        rustls::ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
    Ok(TlsConnector::from(Arc::new(settings)))
}

fn ended(broken: Broken) {
    tracing::warn!(?broken, "the connection to the message centre ended; it is made anew");
}

fn cause(broken: Broken) -> String {
    match broken {
        Broken::Refused(status) => format!("smpp_bind_{status}"),
        Broken::Io | Broken::Malformed | Broken::Closed | Broken::Silent => "connect".to_owned(),
    }
}

/// What a status means (section 5.1.3).
fn judge(status: u32, id: Option<&str>) -> HandOver {
    let code = format!("smpp_{status}");
    match status {
        0 => HandOver::Accepted { reference: id.and_then(reference) },
        // ESME_RTHROTTLED, ESME_RMSGQFUL: too much at once.
        0x58 => unavailable("smpp_throttled", Some(Duration::from_secs(1))),
        0x14 => unavailable("smpp_throttled", Some(Duration::from_secs(5))),
        // Bound wrongly or not at all.
        0x04 | 0x05 | 0x0d | 0x0e | 0x0f => unavailable(&code, None),
        // ESME_RINVDSTADR, ESME_RINVDSTTON, ESME_RINVDSTNPI: this number.
        0x0b | 0x50 | 0x51 => HandOver::Refused { cause: code },
        // A field of ours is wrong for this message centre.
        0x01
        | 0x02
        | 0x03
        | 0x06
        | 0x07
        | 0x0a
        | 0x15
        | 0x43
        | 0x48
        | 0x49
        | 0x53
        | 0x61
        | 0x62
        | 0xc0..=0xc4 => HandOver::Unfit { cause: code },
        _ => HandOver::TryLater { cause: code },
    }
}

fn unavailable(cause: &str, retry_after: Option<Duration>) -> HandOver {
    HandOver::Unavailable { cause: cause.to_owned(), retry_after }
}

fn unfit(cause: &str) -> HandOver {
    HandOver::Unfit { cause: cause.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings() -> SmppSettings {
        SmppSettings {
            host: "smsc.example.be".to_owned(),
            port: 3550,
            tls: SmppTls::Tls,
            system_id: "loket".to_owned(),
            password: Secret::new("geheim".to_owned()),
            system_type: String::new(),
            sender: "LOKET".to_owned(),
            extra_root: None,
            timeout: LONGEST,
        }
    }

    #[test]
    fn settings_that_cannot_work_are_refused_at_start() {
        let fault = |settings| Smpp::new(settings).err();
        assert_eq!(fault(settings()), None);
        let plain = SmppSettings { tls: SmppTls::NoneOnLoopback, ..settings() };
        assert_eq!(fault(plain), Some(DeliveryFault::PlainBeyondLoopback));
        let long = Secret::new("nine-char".to_owned());
        let long = SmppSettings { password: long, ..settings() };
        assert_eq!(fault(long), Some(DeliveryFault::Setting("password")));
        let nobody = SmppSettings { system_id: String::new(), ..settings() };
        assert_eq!(fault(nobody), Some(DeliveryFault::Setting("system_id")));
    }

    #[test]
    fn a_text_travels_in_the_alphabet_that_it_needs_or_not_at_all() {
        let smpp = Smpp::new(settings()).unwrap();
        let submit = smpp.submit("+32470123456", "Code: €").unwrap();
        let head = b"\0\x05\0LOKET\0\x01\x0132470123456\0\0\0\0\0\0\x01\0\0\0\x08Code: \x1be";
        assert_eq!(submit, head);
        let wide = smpp.submit("+32470123456", "ê").unwrap();
        assert!(wide.ends_with(&[1, 0, UCS2, 0, 2, 0, 0xea]));
        assert_eq!(smpp.submit("+32470123456", &"a".repeat(161)), None);
        assert_eq!(smpp.submit("+32470123456", &"ê".repeat(71)), None);
    }

    #[test]
    fn each_status_has_its_meaning() {
        assert_eq!(judge(0, Some("7f")), HandOver::Accepted { reference: Some("7f".to_owned()) });
        let second = Some(Duration::from_secs(1));
        assert_eq!(judge(0x58, None), unavailable("smpp_throttled", second));
        assert_eq!(judge(0x0b, None), HandOver::Refused { cause: "smpp_11".to_owned() });
        assert_eq!(judge(0x08, None), HandOver::TryLater { cause: "smpp_8".to_owned() });
        assert_eq!(judge(0x01, None), unfit("smpp_1"));
        assert_eq!(judge(0x0e, None), unavailable("smpp_14", None));
    }
}

//! What the outside world must offer. Other crates implement these traits and the program wires
//! them together; nothing here does input or output itself.
//!
//! A port never decides a rule of the office and never writes to the audit trail: it answers, and
//! the command that needed the answer records it.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use crate::caller::{CardRefusal, ProvedPerson};
use crate::code::CodeCost;
use crate::contact::Destination;
use crate::hand_over::KeyAnnouncement;
use crate::id::MessageId;
use crate::key::{NewPasskey, PasskeyUse, TotpSeed};
use crate::language::Language;
use crate::registration::NotIdentifiedReason;
use crate::secret::Secret;
use crate::time::Timestamp;

/// The boxed future of a port: ports are chosen at run time, so their futures have no name.
pub type Answer<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Proves who holds a Belgian eID card (issue "Signing in with a Belgian eID").
pub trait CardVerifier: Send + Sync + 'static {
    /// Checks a Web eID authentication token (JSON text as the browser sent it) against the
    /// challenge that this session was given: form, certificate, path, policies, revocation,
    /// signature, in that order. `now` decides every date.
    fn verify<'a>(
        &'a self,
        token: &'a str,
        challenge: &'a str,
        now: Timestamp,
    ) -> Answer<'a, Result<ProvedPerson, CardRefusal>>;

    /// Checks a certificate whose key has signed a TLS handshake; the certificates after the first
    /// came along and may help to find a path. Everything but a token's signature is checked as
    /// for a token.
    fn prove_certificate<'a>(
        &'a self,
        chain: &'a [Vec<u8>],
        now: Timestamp,
    ) -> Answer<'a, Result<ProvedPerson, CardRefusal>>;

    /// Looks again whether a certificate that signed in (DER) is still valid and not revoked.
    fn recheck<'a>(
        &'a self,
        certificate: &'a [u8],
        now: Timestamp,
    ) -> Answer<'a, Result<(), CardRefusal>>;
}

/// One attempt at the federal service: random values that are kept here until the answer.
#[derive(Debug, Clone)]
pub struct FederalAttempt {
    /// Comes back beside the code.
    pub state: Secret,
    /// Comes back inside the signed answer.
    pub nonce: Secret,
    /// Shows that who exchanges the code is who asked for it (RFC 7636): 43 to 128 characters.
    pub verifier: Secret,
}

/// The federal authentication service.
pub trait FederalSignIn: Send + Sync + 'static {
    /// Where to send the person.
    fn begin<'a>(&'a self, attempt: &'a FederalAttempt) -> Answer<'a, Result<String, CardRefusal>>;
    /// Exchanges the code and checks everything that the service says.
    fn finish<'a>(
        &'a self,
        code: &'a str,
        attempt: &'a FederalAttempt,
        now: Timestamp,
    ) -> Answer<'a, Result<ProvedPerson, CardRefusal>>;
}

/// Passkeys (WebAuthn level 3, user verification required).
pub trait Passkeys: Send + Sync + 'static {
    /// Options for the browser (JSON) and the state to keep on the server until the answer.
    /// Authenticators with a passkey among `existing` (each as stored in [`NewPasskey::stored`])
    /// make no second one.
    fn start_registration(
        &self,
        user: uuid::Uuid,
        label: &str,
        existing: &[String],
    ) -> Result<(String, Secret), KeyFault>;
    /// Checks the browser's answer (JSON) against the kept state.
    fn finish_registration(&self, state: &Secret, answer: &str) -> Result<NewPasskey, KeyFault>;
    /// Options and state for signing in with any passkey that the browser has for this site.
    fn start_sign_in(&self) -> Result<(String, Secret), KeyFault>;
    /// The user handle that the browser's answer names, before it is checked.
    fn named_user(&self, answer: &str) -> Result<uuid::Uuid, KeyFault>;
    /// Checks the answer against the state and the stored passkeys of the named user (each as
    /// stored in [`NewPasskey::stored`]).
    fn finish_sign_in(
        &self,
        state: &Secret,
        answer: &str,
        stored: &[String],
    ) -> Result<PasskeyUse, KeyFault>;
}

/// Passwords, authenticator apps and activation codes: slow hashes and TOTP.
pub trait Hashing: Send + Sync + 'static {
    /// argon2id of a password as a PHC string, the same for the same password and salt. Slow on
    /// purpose: call it on a blocking thread.
    fn hash_password(&self, password: &Secret, salt: [u8; 16]) -> Result<String, KeyFault>;
    /// argon2id of an activation code with its own salt: 32 bytes that still need the keyed step
    /// of the store's vault. Slow on purpose.
    fn stretch_code(
        &self,
        code: &Secret,
        salt: [u8; 16],
        cost: CodeCost,
    ) -> Result<[u8; 32], KeyFault>;
    /// The `otpauth:` address of a seed, for the QR code and the link.
    fn totp_address(&self, seed: &TotpSeed, account: &str) -> Result<Secret, KeyFault>;
    /// The step number (Unix time / 30) whose code matches, within one step of skew (RFC 6238
    /// section 5.2), and later than `after` so that no code works twice.
    fn totp_step(
        &self,
        seed: &TotpSeed,
        code: &str,
        now: Timestamp,
        after: Option<u64>,
    ) -> Option<u64>;
}

/// Why a key could not be made or used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyFault {
    /// The browser's answer is not of the expected form.
    #[error("the answer cannot be read")]
    Unreadable,
    /// The answer does not fit the challenge, the site or the key.
    #[error("the answer does not fit")]
    Mismatch,
    /// The authenticator did not verify its user.
    #[error("the user was not verified")]
    NotVerified,
    /// The adapter itself failed.
    #[error("the key adapter failed")]
    Internal,
}

/// A message ready to go. Its text parts are made when it is sent, in the person's language.
#[derive(Debug, Clone)]
pub struct OutgoingMessage {
    /// Stays the same over retries: Message-ID of a mail, idempotency key of an SMS.
    pub id: MessageId,
    /// Where to.
    pub to: Destination,
    /// Language of the parts.
    pub language: Language,
    /// Subject of a mail; empty for an SMS.
    pub subject: String,
    /// Plain text.
    pub text: Secret,
    /// HTML part of a mail, saying the same as the plain text.
    pub html: Option<Secret>,
}

/// What became of handing a message over. Who is at fault decides what follows: the recipient is
/// told of nothing that the relay or this office did wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HandOver {
    /// The relay or gateway took it; with its own reference, when it gave one.
    Accepted {
        /// Reference of the relay or gateway, at most 128 characters.
        reference: Option<String>,
    },
    /// Not this message now: try it again later (a greylisting server, a full mailbox).
    TryLater {
        /// Short code for the trail, such as `smtp_451`.
        cause: String,
    },
    /// The service itself does not answer as one that works: no message gets through.
    Unavailable {
        /// Short code for the trail: `connect`, `timeout`, `tls`, `http_503`.
        cause: String,
        /// How long it asks to be left alone.
        retry_after: Option<Duration>,
    },
    /// This address or number will never take it.
    Refused {
        /// Short code for the trail.
        cause: String,
    },
    /// The message cannot be sent as it is, whoever it is for: a fault of ours.
    Unfit {
        /// Short code for the trail.
        cause: String,
    },
}

/// Sends messages on one channel. Does not retry: the outbox does.
pub trait Messenger: Send + Sync + 'static {
    /// Hands the message over, or says why not, within the adapter's own deadline (30 s at most).
    fn send<'a>(&'a self, message: &'a OutgoingMessage) -> Answer<'a, HandOver>;

    /// The next receipt that comes back by the adapter's own connection; never, for an adapter
    /// without one. Asking for the next one says that the last one is kept.
    fn receipt(&self) -> Answer<'_, Receipt> {
        Box::pin(std::future::pending())
    }
}

/// What a relay or gateway tells later of a message that it took.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// Of which message.
    pub of: ReceiptOf,
    /// What became of it.
    pub outcome: ReceiptOutcome,
}

/// How a receipt names its message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReceiptOf {
    /// By our identifier.
    Message(MessageId),
    /// By the reference that the gateway gave when it took the message.
    Reference(String),
}

/// What a receipt tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReceiptOutcome {
    /// The telephone or mailbox has it.
    Delivered,
    /// It will never have it.
    Failed {
        /// Short code for the trail.
        cause: String,
    },
    /// Still on its way.
    Underway,
}

/// What the printed slip says.
#[derive(Debug, Clone)]
pub struct Slip {
    /// Language of the person.
    pub language: Language,
    /// Reference of the registration, such as `2026-004512`.
    pub reference: String,
    /// Name of the organisation whose counter it is.
    pub organisation: String,
    /// The activation code, grouped for reading.
    pub code: Secret,
    /// Until when code and link are valid.
    pub valid_until: Timestamp,
    /// When the slip is made (also the PDF's fixed time).
    pub made_at: Timestamp,
    /// How the address in the mail begins, to be compared.
    pub portal: String,
    /// The page on which the person begins, for the QR code; never the link's token.
    pub begin: String,
    /// Telephone of the service desk in this language.
    pub service_desk: String,
}

/// What the letter says to a person who was not identified. Nothing from a register, and no reproach.
#[derive(Debug, Clone)]
pub struct RefusalLetter {
    /// Language of the person.
    pub language: Language,
    /// Reference of the registration, such as `2026-004512`.
    pub reference: String,
    /// Name of the organisation whose counter it is.
    pub organisation: String,
    /// Why, from which follows what to bring or whom to turn to.
    pub reason: NotIdentifiedReason,
    /// When the letter is made (also the PDF's fixed time).
    pub made_at: Timestamp,
    /// Telephone of the service desk in this language.
    pub service_desk: String,
}

/// What the report of a bundle of evidence says to people. Nothing vouches for it but the files beside
/// it.
#[derive(Debug, Clone)]
pub struct EvidenceReport {
    /// Language of whoever exports.
    pub language: Language,
    /// What was asked, as lines of label and value.
    pub asked: Vec<(String, String)>,
    /// The events, in order.
    pub events: Vec<ReportedEvent>,
    /// When the report is made (also the PDF's fixed time).
    pub made_at: Timestamp,
}

/// One event of a report.
#[derive(Debug, Clone)]
pub struct ReportedEvent {
    /// Name of its files in the bundle.
    pub name: String,
    /// When, as people read it.
    pub when: String,
    /// Who, and for which organisation.
    pub who: String,
    /// What, in a sentence.
    pub what: String,
    /// Its fields, as one line each.
    pub details: Vec<String>,
}

/// Takes over the states of keys for the federal authentication service.
pub trait KeyReceiver: Send + Sync + 'static {
    /// Hands one over; the same one again must change nothing there.
    fn announce<'a>(&'a self, announcement: &'a KeyAnnouncement) -> Answer<'a, HandOver>;
}

/// Prints.
pub trait Printer: Send + Sync + 'static {
    /// One A5 page as PDF (PDF/A-2a, PDF/UA-1).
    fn slip(&self, slip: &Slip) -> Result<Vec<u8>, PrintFault>;
    /// One A4 page as PDF (PDF/A-2a, PDF/UA-1).
    fn letter(&self, letter: &RefusalLetter) -> Result<Vec<u8>, PrintFault>;
    /// A4 pages as PDF (PDF/A-2a, PDF/UA-1).
    fn evidence(&self, report: &EvidenceReport) -> Result<Vec<u8>, PrintFault>;
}

/// The document could not be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the document could not be made: {0}")]
pub struct PrintFault(pub String);

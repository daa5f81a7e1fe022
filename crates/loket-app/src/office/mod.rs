//! The office: the store and the ports, and the journeys that need both. A journey runs commands
//! and asks the outside world between them, never inside one.

mod activation;
mod address;
mod card_host;
mod evidence;
mod federal;
mod guide;
mod invitation;
mod key_check;
mod key_making;
mod key_proof;
mod look_up;
mod own_keys;
mod party_tokens;
mod relying;
mod sessions;
mod sign_in;
mod staff;

use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use loket_domain::Timestamp;
use loket_domain::caller::{Caller, Door};
use loket_domain::contact::Channel;
use loket_domain::delivery::SendingRules;
use loket_domain::id::{RequestId, SessionId};
use loket_domain::message::Wording;
use loket_domain::port::{
    CardVerifier, FederalSignIn, Hashing, KeyReceiver, Messenger, Passkeys, Printer,
};
use loket_domain::procedure::Procedures;
use loket_domain::register::PersonRegister;
use loket_domain::ssin::Synthetic;
use loket_store::{Call, Command, Disclosure, Failure, Store, StoreError};
use subtle::ConstantTimeEq as _;
use tokio::sync::Notify;

use crate::commands::enter_contact::Sharing;
use crate::sending::Gates;

pub use activation::{ActivationPass, CodeEntry, Progress};
pub use address::{AddressPass, ConsentLine, ContactLinkView};
pub use card_host::CardHostVisit;
pub use evidence::{EvidenceWish, Exported, Limits, NotedExport, Worded, zipped};
pub use federal::FederalVisit;
pub use guide::{Guide, GuideStep};
pub use key_making::{AppSetUp, Maker, SetUpFailure};
pub use own_keys::KeySession;
pub use party_tokens::{PartyProof, PartyTokens};
pub use relying::PartySession;
use sessions::RefusedCards;

pub use key_proof::{PasswordTry, ProvedKey};
pub use sign_in::{Challenge, Place, SignInFailure, SignedIn};
pub use staff::{Colleague, DeskView, Masthead, QueuedCheck};

/// Purpose of the seal on a form's own value.
const WISH: &str = "wish";

/// What the outside world offers.
pub struct Ports {
    /// Proves who holds a card.
    pub cards: Box<dyn CardVerifier>,
    /// The federal authentication service, where this installation uses it.
    pub federal: Option<Box<dyn FederalSignIn>>,
    /// The registers.
    pub register: Box<dyn PersonRegister>,
    /// Passkeys.
    pub passkeys: Box<dyn Passkeys>,
    /// Passwords, authenticator apps, activation codes.
    pub hashing: Arc<dyn Hashing>,
    /// Prints slips.
    pub printer: Arc<dyn Printer>,
    /// Sends mail.
    pub mail: Box<dyn Messenger>,
    /// Sends short messages.
    pub sms: Box<dyn Messenger>,
    /// Takes over the states of keys, where this installation hands them over.
    pub key_receiver: Option<Box<dyn KeyReceiver>>,
    /// Puts messages into words.
    pub wording: Box<dyn Wording>,
}

/// Settings of the office (DESIGN section 8).
#[derive(Debug, Clone)]
pub struct OfficeSettings {
    /// Public address without a trailing slash, such as `https://loket.example.be`.
    pub portal: String,
    /// Whether numbers that no living person can have are accepted.
    pub synthetic: Synthetic,
    /// How long an activation link works.
    pub link_works: Duration,
    /// How long a code by SMS works.
    pub sms_code_works: Duration,
    /// How long a code on paper works; never longer than its link.
    pub paper_code_works: Duration,
    /// How addresses of several persons are taken.
    pub sharing: Sharing,
    /// How long a key works.
    pub key_works: Duration,
    /// How long each step of waiting takes for an officer who looks up very fast.
    pub slow_step: Duration,
    /// Version of the consent text.
    pub consent_version: String,
    /// Telephone of the service desk, Dutch line.
    pub service_desk_nl: String,
    /// Telephone of the service desk, French line.
    pub service_desk_fr: String,
    /// How messages are sent.
    pub sending: SendingRules,
}

impl Default for OfficeSettings {
    fn default() -> Self {
        let day = Duration::from_hours(24);
        Self {
            portal: "http://localhost:8080".to_owned(),
            synthetic: Synthetic::Refused,
            link_works: day * 14,
            sms_code_works: day,
            paper_code_works: day * 14,
            sharing: Sharing::default(),
            key_works: day * 3652,
            slow_step: Duration::from_millis(150),
            consent_version: loket_domain::consent::NEWEST.version.to_owned(),
            service_desk_nl: "02 000 00 01".to_owned(),
            service_desk_fr: "02 000 00 02".to_owned(),
            sending: SendingRules::default(),
        }
    }
}

/// The office. Cheap to clone.
#[derive(Clone)]
pub struct Office(Arc<Inner>);

struct Inner {
    store: Store,
    ports: Ports,
    settings: OfficeSettings,
    procedures: Arc<Procedures>,
    wake_mail: Notify,
    wake_sms: Notify,
    gates: Gates,
    refused_cards: RefusedCards,
}

impl Office {
    /// Joins the store and the ports.
    pub fn new(
        store: Store,
        ports: Ports,
        settings: OfficeSettings,
        procedures: Procedures,
    ) -> Self {
        let procedures = Arc::new(procedures);
        let refused_cards = RefusedCards::default();
        let (wake_mail, wake_sms) = (Notify::new(), Notify::new());
        let gates = Gates::new(settings.sending);
        Self(Arc::new(Inner {
            store,
            ports,
            settings,
            procedures,
            wake_mail,
            wake_sms,
            gates,
            refused_cards,
        }))
    }

    /// The settings.
    pub fn settings(&self) -> &OfficeSettings {
        &self.0.settings
    }

    /// The identification procedures of this installation.
    pub fn procedures(&self) -> Arc<Procedures> {
        Arc::clone(&self.0.procedures)
    }

    /// Now, by the store's clock.
    pub fn now(&self) -> Timestamp {
        self.0.store.now()
    }

    /// A new identifier for a form's wish.
    pub fn new_request(&self) -> Result<RequestId, StoreError> {
        self.0.store.new_id()
    }

    /// A call of a member of staff from a page.
    pub fn staff_call(
        &self,
        session: SessionId,
        request: RequestId,
        address: Option<String>,
    ) -> Call {
        Call { caller: Caller::Staff(session), door: Door::Web, request, address }
    }

    /// Runs a command and wakes the sender of messages, in case it queued one.
    pub async fn run<C: Command>(&self, call: Call, command: C) -> Result<C::Output, Failure> {
        let output = self.0.store.run(call, command).await?;
        self.0.wake_mail.notify_one();
        self.0.wake_sms.notify_one();
        Ok(output)
    }

    /// Runs a command and hands out the key to the personal data in its output.
    pub async fn disclose<C: Command>(
        &self,
        call: Call,
        command: C,
    ) -> Result<(C::Output, Disclosure), Failure> {
        self.0.store.disclose(call, command).await
    }

    /// A form's own value: a request id sealed together with what the form is bound to (the
    /// session, the activation pass), so that no other site and no other session can send it
    /// (requirement AU-04), and a double click carries the same wish.
    pub fn new_wish(&self, bound_to: &str) -> Result<String, StoreError> {
        let request: RequestId = self.new_request()?;
        let plain = format!("{request} {bound_to}");
        Ok(URL_SAFE_NO_PAD.encode(self.0.store.seal(WISH, plain.as_bytes())?))
    }

    /// Reads a form's own value; `None` when it was changed or is bound to something else.
    pub fn read_wish(&self, bound_to: &str, text: &str) -> Option<RequestId> {
        let sealed = URL_SAFE_NO_PAD.decode(text).ok()?;
        let plain = self.0.store.vault().open(WISH, &sealed).ok()?;
        let plain = String::from_utf8(plain).ok()?;
        let (request, bound) = plain.split_once(' ')?;
        if bool::from(bound.as_bytes().ct_eq(bound_to.as_bytes())) {
            request.parse().ok()
        } else {
            None
        }
    }

    /// Whether the database and the register service answer: for readiness and the status page.
    pub async fn health(&self) -> Health {
        Health {
            database: self.0.store.is_ready().await,
            registers: self.0.ports.register.reachable().await,
        }
    }

    pub(crate) fn store(&self) -> &Store {
        &self.0.store
    }
    pub(crate) fn ports(&self) -> &Ports {
        &self.0.ports
    }
    pub(crate) fn refused_cards(&self) -> &RefusedCards {
        &self.0.refused_cards
    }
    pub(crate) fn gates(&self) -> &Gates {
        &self.0.gates
    }
    pub(crate) async fn woken(&self, channel: Channel) {
        match channel {
            Channel::Email => self.0.wake_mail.notified().await,
            Channel::Sms | Channel::Paper => self.0.wake_sms.notified().await,
        }
    }

    /// A call of a job.
    pub fn job_call(&self, name: &'static str) -> Result<Call, StoreError> {
        Ok(Call {
            caller: Caller::Job(name),
            door: Door::Job,
            request: self.0.store.new_id()?,
            address: None,
        })
    }

    /// A call of the operator at the command line.
    pub fn operator_call(&self, account: &str) -> Result<Call, StoreError> {
        Ok(Call {
            caller: Caller::Operator { account: account.to_owned() },
            door: Door::Cli,
            request: self.0.store.new_id()?,
            address: None,
        })
    }

    /// Ends the writer after the front doors are closed.
    pub async fn close(self) {
        let store = self.0.store.clone();
        drop(self);
        store.close().await;
    }
}

/// What answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Health {
    /// The database.
    pub database: bool,
    /// The register service.
    pub registers: bool,
}

//! Joins the parts: from a [`Plan`] to a running office and its router. Knows every crate, decides
//! no rule.

mod messages;
mod plan;

use std::sync::Arc;

use axum::Router;
use loket_api::{ApiState, ReceiptDoor};
use loket_app::commands::record_server::Configured;
use loket_app::{Office, Ports, Store, StoreError};
use loket_delivery::{DeliveryFault, Smpp, SmsGateway, Smtp, Webhook};
use loket_documents::TypstPrinter;
use loket_domain::Timestamp;
use loket_domain::port::{FederalSignIn, KeyFault, KeyReceiver, Messenger};
use loket_domain::procedure::{ProcedureFault, Procedures};
use loket_domain::register::PersonRegister;
use loket_eid::federal::{Federal, FederalSettingsFault};
use loket_eid::{HttpFetcher, NonceSource, SettingsFault, WebEid};
use loket_keys::{Hasher, WebauthnKeys};
use loket_registers::{Client, ClientFault};
use loket_store::{Clock as _, Entropy as _, SystemClock, SystemEntropy, Vault, VaultError};
use loket_text::messages::Letters;
use loket_web::{WebSettings, WebState};

use crate::audit::attesters::AttesterPlan;
use crate::audit::signer::{self, SignFault, Signer};

pub use messages::SmsPlan;
#[cfg(feature = "demo")]
pub(crate) use messages::{MESSAGE_TIMEOUT, receipts, returns, sms, smtp};
pub use plan::{CardHostPlan, Plan};
#[cfg(feature = "demo")]
pub(crate) use plan::{SERVICE_NAME, federal_settings, passkeys};

/// Why the parts do not fit together, by the table of the configuration.
#[derive(Debug, thiserror::Error)]
pub enum WiringFault {
    /// The signer of the audit log.
    #[error("audit: {0}")]
    Signer(#[from] SignFault),
    /// The database or its keys.
    #[error("database: {0}")]
    Store(#[from] StoreError),
    /// The master secret.
    #[error("key_file: {0}")]
    Vault(#[from] VaultError),
    /// Signing in with a card.
    #[error("eid: {0}")]
    Eid(#[from] SettingsFault),
    /// The federal authentication service.
    #[error("federal: {0}")]
    Federal(#[from] FederalSettingsFault),
    /// The registers.
    #[error("registers: {0}")]
    Registers(#[from] ClientFault),
    /// Mail.
    #[error("smtp: {0}")]
    Smtp(DeliveryFault),
    /// Short messages.
    #[error("sms: {0}")]
    Sms(DeliveryFault),
    /// Handing over the states of keys.
    #[error("hand_over: {0}")]
    HandOver(DeliveryFault),
    /// Passkeys and authenticator apps.
    #[error("origin: {0}")]
    Keys(#[from] KeyFault),
    /// A shipped procedure: the program itself is broken.
    #[error("procedures: {0}")]
    Procedures(#[from] ProcedureFault),
}

/// The parts, joined.
pub struct House {
    /// For the tables that the command line lists; it changes nothing through it.
    pub store: Store,
    /// Every act goes through it.
    pub office: Office,
    /// Signs the audit log.
    pub signer: Arc<Signer>,
    /// Who attests it.
    pub attesters: Arc<AttesterPlan>,
    /// Who approves every purge of it.
    pub purge_approved_by: Option<[String; 2]>,
    /// What the configuration says, for the trail.
    pub configured: Option<Configured>,
    settings: WebSettings,
    receipts: Option<ReceiptDoor>,
    card_host: Option<CardHostPlan>,
}

impl House {
    /// Checks every setting, opens the database, brings its schema up to date, and holds its audit log
    /// to what was signed: when it is another, nothing is written. Connects to nothing else.
    pub async fn open(plan: Plan) -> Result<Self, WiringFault> {
        let house = Box::pin(Self::open_unchecked(plan)).await?;
        match house.signer.check(&house.store).await {
            Err(fault) if !fault.stops_writing() => return Err(fault.into()),
            Err(fault) => signer::alarm(&fault, &house.store),
            Ok(()) => {}
        }
        Ok(house)
    }

    /// The same without looking at what was signed: only for beginning a new log.
    pub async fn open_unchecked(plan: Plan) -> Result<Self, WiringFault> {
        let ports = ports(&plan)?;
        let procedures = Procedures::shipped()?;
        let vault = Vault::new(&plan.master)?;
        let settings = WebSettings {
            origin: plan.office.portal.clone(),
            card_host: plan.card_host.as_ref().map(|host| host.origin.clone()),
            terms_version: plan.store.terms_version.clone(),
            demo: plan.demo,
        };
        let (receipts, card_host) = (plan.receipts, plan.card_host);
        let clock = Arc::new(SystemClock);
        let entropy = Arc::new(SystemEntropy::default());
        let store = Store::open(plan.store, vault, clock, entropy).await?;
        let signer = Arc::new(Signer::open(plan.signer, &store).await?);
        let office = Office::new(store.clone(), ports, plan.office, procedures);
        let attesters = Arc::new(plan.attesters);
        let (purge_approved_by, configured) = (plan.purge_approved_by, plan.configured);
        Ok(Self {
            store,
            office,
            signer,
            attesters,
            purge_approved_by,
            configured,
            settings,
            receipts,
            card_host,
        })
    }

    /// Every front door of the server.
    pub fn router(&self) -> Router {
        let state =
            WebState { office: self.office.clone(), settings: Arc::new(self.settings.clone()) };
        let api = ApiState { office: self.office.clone(), receipts: self.receipts.clone() };
        loket_web::router(state).merge(loket_api::router(api))
    }

    /// The host that asks for the card's certificate, when there is one, with its page.
    pub fn card_host(&self) -> Option<(&CardHostPlan, Router)> {
        let settings = Arc::new(self.settings.clone());
        let state = WebState { office: self.office.clone(), settings };
        self.card_host.as_ref().map(|plan| (plan, loket_web::card_host::router(state)))
    }

    /// Waits until everything queued is written. Call it when the front doors are closed.
    pub async fn close(self) {
        drop(self.store);
        self.office.close().await;
    }
}

fn now() -> Timestamp {
    SystemClock.now()
}

fn ports(plan: &Plan) -> Result<Ports, WiringFault> {
    let fetcher = HttpFetcher::new(&plan.eid.ocsp)?;
    let cards = WebEid::new(plan.eid.clone(), Arc::new(fetcher), nonces())?;
    let federal: Option<Box<dyn FederalSignIn>> = match &plan.federal {
        Some(settings) => Some(Box::new(Federal::new(settings.clone())?)),
        None => None,
    };
    let hasher: Hasher = Hasher::new(&plan.service_name)?;
    Ok(Ports {
        cards: Box::new(cards),
        federal,
        register: register_client(plan)?,
        passkeys: Box::new(WebauthnKeys::new(&plan.passkeys)?),
        hashing: Arc::new(hasher),
        printer: Arc::new(TypstPrinter::new()),
        mail: Box::new(mail_relay(plan)?),
        sms: short_messages(plan)?,
        key_receiver: key_receiver(plan)?,
        wording: Box::new(Letters {
            service_desk_nl: plan.office.service_desk_nl.clone(),
            service_desk_fr: plan.office.service_desk_fr.clone(),
        }),
    })
}

fn key_receiver(plan: &Plan) -> Result<Option<Box<dyn KeyReceiver>>, WiringFault> {
    let Some(settings) = &plan.hand_over else { return Ok(None) };
    let webhook = Webhook::new(settings, Arc::new(now)).map_err(WiringFault::HandOver)?;
    Ok(Some(Box::new(webhook)))
}

/// The relay for mail.
pub fn mail_relay(plan: &Plan) -> Result<Smtp, WiringFault> {
    Smtp::new(plan.smtp.clone(), Arc::new(now)).map_err(WiringFault::Smtp)
}

fn short_messages(plan: &Plan) -> Result<Box<dyn Messenger>, WiringFault> {
    match &plan.sms {
        SmsPlan::Http(settings) => {
            Ok(Box::new(SmsGateway::new(settings).map_err(WiringFault::Sms)?))
        }
        SmsPlan::Smpp(settings) => {
            Ok(Box::new(Smpp::new(settings.clone()).map_err(WiringFault::Sms)?))
        }
    }
}

/// Nonces of OCSP questions. Should the generator fail, the nonce is all zeros: the answer must
/// still carry it back and be signed and fresh, so nothing old is believed for it; and the same
/// failure stops every command of the store.
fn nonces() -> NonceSource {
    let entropy = SystemEntropy::default();
    Arc::new(move || {
        let mut nonce = [0; 32];
        if entropy.fill(&mut nonce).is_err() {
            tracing::error!("the random generator failed");
        }
        nonce
    })
}

/// The client of the registers.
pub fn register_client(plan: &Plan) -> Result<Box<dyn PersonRegister>, WiringFault> {
    Ok(Box::new(Client::new(plan.registers.clone(), Arc::new(now))?))
}

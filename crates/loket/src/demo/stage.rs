//! What stands around the server in a demonstration: certificate authority and cards, receivers for
//! mail and short messages, the register service. Everything is kept in one folder.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result};
use loket_api::{ReceiptDoor, ReceiptForm};
use loket_app::OfficeSettings;
use loket_delivery::{SmsRequest, SmsSettings, SmtpSettings, SmtpTls};
use loket_domain::Timestamp;
use loket_domain::secret::Secret;
use loket_domain::ssin::Synthetic;
use loket_eid::OcspSettings;
use loket_eid::federal::FederalSettings;
use loket_registers::service::{self, Faults, Population};
use loket_registers::{ClientSettings, TlsSettings};
use loket_store::{Clock as _, Engine, Limits, SystemClock};
use loket_testkit::card::SoftwareCard;
use loket_testkit::mail_receiver::{MailOptions, MailReceiver};
use loket_testkit::pki::{
    AUTHENTICATION_POLICY, DemoAuthority, Holder, OcspResponder, Validity, self_signed,
};
use loket_testkit::sms_receiver::{SmsCallback, SmsOptions, SmsReceiver};
use loket_web::DemoHead;
use loket_web::card_host::CardHostTls;
use rustls::pki_types::PrivateKeyDer;
use serde::Deserialize;
use tokio::net::TcpListener;

use super::Given;
use super::people::{Colleague, PIN, colleagues};
use crate::audit::attesters::AttesterPlan;
use crate::audit::signer::SignerPlan;
use crate::configuration::{Federal, Files, Sms, Smtp, make_key_file};
use crate::wiring::{
    CardHostPlan, MESSAGE_TIMEOUT, Plan, SERVICE_NAME, SmsPlan, federal_settings, passkeys,
    receipts, returns, sms, smtp,
};

const DAY: Duration = Duration::from_secs(24 * 3600);
/// Token of the short-message gateway; the gateway listens on loopback and sends nothing.
const SMS_TOKEN: &str = "demonstration";
/// Token with which the gateway reports delivery.
const RECEIPT_TOKEN: &str = "demonstration-receipts";

/// How many people the registers know.
const PERSONS: u32 = 20_000;
/// From which they are made: the same people in every demonstration.
const SEED: u64 = 1;

/// A card and whose it is.
pub(super) struct HeldCard {
    pub(super) colleague: Colleague,
    pub(super) card: SoftwareCard,
}

/// Everything around the server.
pub(super) struct Stage {
    folder: PathBuf,
    registers: SocketAddr,
    card_host: SocketAddr,
    federal: Option<FederalSettings>,
    /// File with the tables of another relay and gateway.
    messages: Option<PathBuf>,
    origin: String,
    port: u16,
    authority: DemoAuthority,
    pub(super) cards: Vec<HeldCard>,
    pub(super) responder: OcspResponder,
    /// How the registers misbehave.
    pub(super) faults: Faults,
    pub(super) mail: MailReceiver,
    pub(super) sms: SmsReceiver,
}

fn now() -> Timestamp {
    SystemClock.now()
}

impl Stage {
    /// Finds or makes everything in the folder and starts what listens.
    pub(super) async fn set(folder: &Path, port: u16, given: Given<'_>) -> Result<Self> {
        let authorities = folder.join("eid");
        let moment = now();
        let validity = Validity { from: moment.minus(DAY), until: moment.plus(DAY * 1000) };
        let authority = DemoAuthority::load_or_make(&authorities, validity, moment)
            .context("the demonstration's certificate authority")?;
        let responder = OcspResponder::new(&authority, Arc::new(now))?;
        let cards = colleagues()
            .into_iter()
            .map(|colleague| deal(colleague, &authority, &authorities, validity, port))
            .collect::<Result<_>>()
            .context("the cards")?;
        let (mail, sms) = tokio::try_join!(
            MailReceiver::start(loopback(), mail_options(folder)),
            SmsReceiver::start(loopback(), sms_options(folder, port)),
        )?;
        let faults = Faults::default();
        let registers = serve_registers(&faults).await.context("the register service")?;
        Ok(Self {
            folder: folder.to_owned(),
            registers,
            card_host: free_address().await?,
            faults,
            federal: given.federal.map(|file| federal_of(file, port)).transpose()?,
            messages: given.messages.map(Path::to_owned),
            origin: format!("http://localhost:{port}"),
            port,
            authority,
            cards,
            responder,
            mail,
            sms,
        })
    }

    /// Public origin of the pages.
    pub(super) fn origin(&self) -> &str {
        &self.origin
    }

    /// The settings of every part.
    pub(super) fn plan(&self) -> Result<Plan> {
        let ways = match &self.messages {
            Some(file) => self.given_ways(file)?,
            None => self.own_ways()?,
        };
        Ok(Plan {
            master: self.master()?,
            store: loket_store::Settings {
                engine: Engine::Sqlite {
                    path: self.folder.join("loket.db").to_string_lossy().into_owned(),
                },
                node: "demo".to_owned(),
                terms_version: "2026-01".to_owned(),
                hands_keys_over: false,
                limits: Limits::default(),
            },
            signer: SignerPlan {
                base: "localhost/audit".to_owned(),
                key: self.folder.join("loket.audit.key"),
                state: self.folder.join("loket.audit.state"),
            },
            attesters: AttesterPlan::default(),
            purge_approved_by: None,
            office: OfficeSettings {
                portal: self.origin.clone(),
                synthetic: Synthetic::Accepted,
                ..OfficeSettings::default()
            },
            eid: self.eid(),
            registers: ClientSettings {
                national: format!("http://{}/national", self.registers),
                bis: format!("http://{}/bis", self.registers),
                legal_context: "demonstration".to_owned(),
                deadline: Duration::from_secs(3),
                tls: TlsSettings::default(),
                token: None,
            },
            passkeys: passkeys("localhost", &self.origin),
            service_name: SERVICE_NAME.to_owned(),
            smtp: ways.smtp,
            sms: ways.sms,
            card_host: Some(self.card_host()?),
            federal: self.federal.clone(),
            hand_over: None,
            receipts: ways.receipts,
            configured: None,
            demo: Some(DemoHead {
                script: "/demo/extension.js".to_owned(),
                style: "/demo/demo.css".to_owned(),
                page: "/demo".to_owned(),
            }),
        })
    }

    /// On this machine under another name than the pages: `127.0.0.1` beside `localhost`.
    fn card_host(&self) -> Result<CardHostPlan> {
        let host = self_signed(&["127.0.0.1"])?;
        let key = PrivateKeyDer::try_from(host.key).map_err(anyhow::Error::msg)?;
        Ok(CardHostPlan {
            listen: self.card_host,
            origin: format!("https://{}", self.card_host),
            tls: CardHostTls::new(vec![host.certificate.into()], key)?,
        })
    }

    fn master(&self) -> Result<[u8; 32]> {
        let name = Path::new("loket.key");
        let file = self.folder.join(name);
        if !file.exists() {
            make_key_file(&file)?;
        }
        Ok(Files::new(self.folder.clone()).master_secret(name)?)
    }

    fn eid(&self) -> loket_eid::Settings {
        loket_eid::Settings {
            origin: self.origin.clone(),
            allow_loopback_http: true,
            anchors: vec![self.authority.root().to_vec()],
            intermediates: vec![self.authority.citizen_ca().to_vec()],
            policies: vec![AUTHENTICATION_POLICY.to_owned()],
            ocsp: OcspSettings {
                allowed_hosts: vec![format!("127.0.0.1:{}", self.port)],
                ..OcspSettings::default()
            },
            synthetic: Synthetic::Accepted,
        }
    }

    /// By the receivers of this stage.
    fn own_ways(&self) -> Result<Ways> {
        let address = self.mail.addr();
        Ok(Ways {
            smtp: SmtpSettings {
                host: address.ip().to_string(),
                port: address.port(),
                tls: SmtpTls::Starttls,
                credentials: None,
                from: "loket@demo.example".parse()?,
                from_name: Some(SERVICE_NAME.to_owned()),
                hello_name: "localhost".to_owned(),
                returns: Some(returns("terug@demo.example".parse()?, &self.master()?)?),
                extra_root: Some(self.mail.certificate_der().to_vec()),
                timeout: MESSAGE_TIMEOUT,
            },
            sms: SmsPlan::Http(SmsSettings {
                url: self.sms.url(),
                request: SmsRequest::default(),
                token: Secret::new(SMS_TOKEN.to_owned()),
                sender: "LOKET".to_owned(),
                timeout: MESSAGE_TIMEOUT,
            }),
            receipts: Some(ReceiptDoor {
                token: Secret::new(RECEIPT_TOKEN.to_owned()),
                form: ReceiptForm::default(),
            }),
        })
    }

    /// By a relay and a gateway that a file names as a configuration does.
    fn given_ways(&self, file: &Path) -> Result<Ways> {
        let tables: Tables = toml::from_str(&std::fs::read_to_string(file)?)?;
        let files = Files::new(file.parent().unwrap_or(Path::new("")).to_owned());
        Ok(Ways {
            smtp: smtp(&tables.smtp, &files, "localhost", &self.master()?)?,
            sms: sms(&tables.sms, &files)?,
            receipts: receipts(&tables.sms, &files)?,
        })
    }
}

/// How messages leave and what comes back.
struct Ways {
    smtp: SmtpSettings,
    sms: SmsPlan,
    receipts: Option<ReceiptDoor>,
}

/// The tables of a configuration about messages.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Tables {
    smtp: Smtp,
    sms: Sms,
}

/// Starts the register service with everybody in it. It ends with the program.
async fn serve_registers(faults: &Faults) -> Result<SocketAddr> {
    let listener = TcpListener::bind(loopback()).await?;
    let address = listener.local_addr()?;
    let population = Arc::new(Population::generate(PERSONS, SEED));
    let router = service::router(&population, faults);
    tokio::spawn(async move {
        if let Err(error) = service::serve(listener, router, std::future::pending()).await {
            tracing::error!(%error, "the register service has ended");
        }
    });
    Ok(address)
}

/// A table `[federal]` as a configuration file has it, with an issuer on this machine.
fn federal_of(file: &Path, port: u16) -> Result<FederalSettings> {
    let table: Federal = toml::from_str(&std::fs::read_to_string(file)?)?;
    let folder = file.parent().unwrap_or(Path::new("")).to_owned();
    let secret = Files::new(folder).secret(&table.client_secret_file)?;
    let strict = federal_settings(&table, secret, &format!("http://localhost:{port}"));
    Ok(FederalSettings { allow_loopback_http: true, synthetic: Synthetic::Accepted, ..strict })
}

/// An address that nobody has; whoever takes it in the moment between is told at the start.
async fn free_address() -> Result<SocketAddr> {
    Ok(TcpListener::bind(loopback()).await?.local_addr()?)
}

/// A free port of this machine, for nobody else.
fn loopback() -> SocketAddr {
    SocketAddr::from((Ipv4Addr::LOCALHOST, 0))
}

fn mail_options(folder: &Path) -> MailOptions {
    MailOptions { folder: Some(folder.join("mail")), ..MailOptions::new(Arc::new(now)) }
}

fn sms_options(folder: &Path, port: u16) -> SmsOptions {
    SmsOptions {
        token: SMS_TOKEN.to_owned(),
        callback: Some(SmsCallback {
            url: format!("http://127.0.0.1:{port}/v1/messageReceipts"),
            token: RECEIPT_TOKEN.to_owned(),
        }),
        folder: Some(folder.join("sms")),
        clock: Arc::new(now),
    }
}

/// The card of a colleague, kept in the folder or new.
fn deal(
    colleague: Colleague,
    authority: &DemoAuthority,
    folder: &Path,
    validity: Validity,
    port: u16,
) -> Result<HeldCard> {
    let holder = Holder {
        given_names: colleague.persona.given_names.to_owned(),
        surname: colleague.persona.surname.to_owned(),
        ssin: colleague.ssin,
    };
    let name = format!("card-{}", colleague.key());
    let ocsp = format!("http://127.0.0.1:{port}/demo/ocsp");
    let credential = authority.load_or_issue(folder, &name, &holder, (validity, now()), &ocsp)?;
    Ok(HeldCard { colleague, card: SoftwareCard::new(&credential, PIN)? })
}

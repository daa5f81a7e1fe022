//! What the parts are made from: settings of each, resolved, without a file in between. A
//! configuration file gives one, and so does the demonstration.

use std::net::SocketAddr;
use std::time::Duration;

use loket_api::ReceiptDoor;
use loket_app::OfficeSettings;
use loket_app::commands::record_server::Configured;
use loket_delivery::{SmtpSettings, WebhookSettings};
use loket_domain::secret::Secret;
use loket_domain::ssin::Synthetic;
use loket_eid::OcspSettings;
use loket_eid::federal::{Endpoints, FederalSettings};
use loket_eid::settings::BELGIAN_AUTHENTICATION_POLICIES;
use loket_keys::{AllowedAuthenticator, PasskeySettings};
use loket_registers::{ClientSettings, TlsSettings, TokenSettings};
use loket_store::Engine;
use loket_tlog::Authority;
use loket_web::DemoHead;
use loket_web::card_host::CardHostTls;
use ring::digest::{SHA256, digest};

use super::messages::{self, SmsPlan};
use crate::audit::attesters::{AttesterPlan, AuthorityPlan, WitnessPlan};
use crate::audit::signer::SignerPlan;
use crate::configuration::{Configuration, ConfigurationFault, Federal, Files, Loaded};

/// Settings of every part.
pub struct Plan {
    /// The master secret.
    pub master: [u8; 32],
    /// The store.
    pub store: loket_store::Settings,
    /// The signer of the audit log.
    pub signer: SignerPlan,
    /// Who attests the audit log.
    pub attesters: AttesterPlan,
    /// Who approves every purge of the audit log.
    pub purge_approved_by: Option<[String; 2]>,
    /// The office.
    pub office: OfficeSettings,
    /// Signing in with a card.
    pub eid: loket_eid::Settings,
    /// The registers.
    pub registers: ClientSettings,
    /// Passkeys.
    pub passkeys: PasskeySettings,
    /// Name that authenticator apps and passkeys show.
    pub service_name: String,
    /// Mail.
    pub smtp: SmtpSettings,
    /// Short messages.
    pub sms: SmsPlan,
    /// Door at which the gateway reports delivery; without one it cannot.
    pub receipts: Option<ReceiptDoor>,
    /// The host that asks for the card's certificate.
    pub card_host: Option<CardHostPlan>,
    /// The federal authentication service.
    pub federal: Option<FederalSettings>,
    /// Where the states of keys are handed over.
    pub hand_over: Option<WebhookSettings>,
    /// What the configuration says, for the trail; a demonstration has none.
    pub configured: Option<Configured>,
    /// What a demonstration adds to every page.
    pub demo: Option<DemoHead>,
}

/// The host that asks for the card's certificate.
#[derive(Clone)]
pub struct CardHostPlan {
    /// Address and port to listen on.
    pub listen: SocketAddr,
    /// Public origin.
    pub origin: String,
    /// Certificate and key.
    pub tls: CardHostTls,
}

fn card_host(
    configuration: &Configuration,
    files: &Files,
) -> Result<Option<CardHostPlan>, ConfigurationFault> {
    let Some(host) = &configuration.card_host else { return Ok(None) };
    let (certificate, key) = (files.place(&host.certificate_file), files.place(&host.key_file));
    let tls = CardHostTls::read(&certificate, &key).map_err(|fault| {
        ConfigurationFault::Content { what: fault.to_string(), file: certificate }
    })?;
    Ok(Some(CardHostPlan { listen: host.listen, origin: host.origin.clone(), tls }))
}

impl Plan {
    /// From a configuration and the files that it names.
    pub fn of(loaded: &Loaded) -> Result<Self, ConfigurationFault> {
        let Loaded { configuration, files, told } = loaded;
        let master = files.master_secret(&configuration.key_file)?;
        Ok(Self {
            master,
            store: store(configuration, files)?,
            signer: SignerPlan {
                base: format!("{}/audit", configuration.host()),
                key: files.place(&configuration.audit.key_file),
                state: files.place(&configuration.audit.state_file),
            },
            attesters: attesters(configuration, files)?,
            purge_approved_by: configuration.audit.purge_approved_by.clone(),
            office: office(configuration),
            eid: eid(configuration, files)?,
            registers: registers(configuration, files)?,
            passkeys: PasskeySettings {
                allowed: allowed(configuration, files)?,
                ..passkeys(&configuration.host(), &configuration.origin)
            },
            service_name: SERVICE_NAME.to_owned(),
            smtp: messages::smtp(&configuration.smtp, files, &configuration.host(), &master)?,
            sms: messages::sms(&configuration.sms, files)?,
            receipts: messages::receipts(&configuration.sms, files)?,
            card_host: card_host(configuration, files)?,
            federal: federal(configuration, files)?,
            hand_over: messages::hand_over(configuration, files)?,
            configured: Some(told.clone()),
            demo: None,
        })
    }

    /// Checks what can be checked without opening or connecting to anything.
    pub fn check(&self) -> Result<(), super::WiringFault> {
        super::ports(self).map(drop)
    }
}

/// Longest time for one answer of the federal service.
const FEDERAL_TIMEOUT: Duration = Duration::from_secs(5);
/// Name of the service, the same in all languages.
pub(crate) const SERVICE_NAME: &str = "Loket";

pub(crate) fn passkeys(host: &str, origin: &str) -> PasskeySettings {
    PasskeySettings {
        rp_id: host.to_owned(),
        rp_origin: origin.to_owned(),
        rp_name: SERVICE_NAME.to_owned(),
        allowed: Vec::new(),
    }
}

/// The authenticators with which passkeys may be made.
fn allowed(
    configuration: &Configuration,
    files: &Files,
) -> Result<Vec<AllowedAuthenticator>, ConfigurationFault> {
    let models = &configuration.keys.allowed_authenticators;
    let read = models.iter().map(|model| {
        Ok(AllowedAuthenticator {
            aaguid: model.aaguid,
            root: files.certificate(&model.root_file)?,
            name: model.name.clone(),
        })
    });
    read.collect()
}

pub(crate) fn engine(
    configuration: &Configuration,
    files: &Files,
) -> Result<Engine, ConfigurationFault> {
    let database = &configuration.database;
    match (&database.sqlite, &database.postgres_url_file) {
        (Some(path), _) => {
            Ok(Engine::Sqlite { path: files.place(path).to_string_lossy().into_owned() })
        }
        (None, Some(file)) => Ok(Engine::Postgres { url: files.secret(file)?.expose().to_owned() }),
        // The check at reading has refused this already.
        (None, None) => Err(ConfigurationFault::value("database", "none is given")),
    }
}

fn store(
    configuration: &Configuration,
    files: &Files,
) -> Result<loket_store::Settings, ConfigurationFault> {
    Ok(loket_store::Settings {
        engine: engine(configuration, files)?,
        node: configuration.node.clone(),
        terms_version: configuration.terms.staff.clone(),
        hands_keys_over: configuration.hand_over.is_some(),
        limits: loket_store::Limits {
            session_idle: configuration.limits.session_idle(),
            session_at_most: configuration.limits.session_at_most(),
            ..loket_store::Limits::default()
        },
    })
}

/// Who attests the audit log.
fn attesters(
    configuration: &Configuration,
    files: &Files,
) -> Result<AttesterPlan, ConfigurationFault> {
    let audit = &configuration.audit;
    let witnesses = audit.witnesses.iter().map(|witness| {
        let key = witness.key().map_err(|fault| ConfigurationFault::value("audit", fault))?;
        Ok(WitnessPlan { url: witness.url.clone(), key })
    });
    let time_stamps = audit.time_stamps.as_ref().map(|stamps| {
        let trusted = files.chain(&stamps.ca_file)?;
        let trusted = trusted.iter().map(|der| Authority::from_der(der)).collect::<Result<_, _>>();
        let trusted = trusted.map_err(|fault| ConfigurationFault::Content {
            file: files.place(&stamps.ca_file),
            what: fault.to_string(),
        })?;
        let stop_after = Duration::from_hours(stamps.stop_after_hours.into());
        Ok(AuthorityPlan { url: stamps.url.clone(), trusted, stop_after })
    });
    Ok(AttesterPlan {
        witnesses: witnesses.collect::<Result<_, ConfigurationFault>>()?,
        quorum: audit.quorum(),
        time_stamps: time_stamps.transpose()?,
    })
}

fn office(configuration: &Configuration) -> OfficeSettings {
    let limits = &configuration.limits;
    OfficeSettings {
        portal: configuration.origin.clone(),
        // Numbers that no living person can have are for the demonstration and for tests.
        synthetic: Synthetic::Refused,
        link_works: limits.link_works(),
        sms_code_works: limits.sms_code_works(),
        paper_code_works: limits.paper_code_works(),
        sharing: limits.sharing(),
        key_works: limits.key_works(),
        slow_step: OfficeSettings::default().slow_step,
        consent_version: configuration.terms.consent.clone(),
        service_desk_nl: configuration.service_desk.nl.clone(),
        service_desk_fr: configuration.service_desk.fr.clone(),
        sending: configuration.sending.rules(),
    }
}

/// The roots, each of which the configuration names by its fingerprint: a file that somebody puts
/// into the folder does not become a root by that alone.
fn pinned(
    configuration: &Configuration,
    files: &Files,
) -> Result<Vec<Vec<u8>>, ConfigurationFault> {
    let roots = files.certificates(&configuration.eid.anchors)?;
    for root in &roots {
        let found = hex::encode(digest(&SHA256, root));
        let named = &configuration.eid.anchor_fingerprints;
        if !named.iter().any(|pin| pin.eq_ignore_ascii_case(&found)) {
            let what = format!(
                "a root with fingerprint {found}, which eid.anchor_fingerprints does not name"
            );
            let file = files.place(&configuration.eid.anchors);
            return Err(ConfigurationFault::Content { file, what });
        }
    }
    Ok(roots)
}

fn eid(
    configuration: &Configuration,
    files: &Files,
) -> Result<loket_eid::Settings, ConfigurationFault> {
    let mut ocsp = OcspSettings::default();
    if let Some(hosts) = &configuration.eid.ocsp_hosts {
        ocsp.allowed_hosts.clone_from(hosts);
    }
    ocsp.hosts_without_nonce.clone_from(&configuration.eid.ocsp_hosts_without_nonce);
    Ok(loket_eid::Settings {
        origin: configuration.origin.clone(),
        allow_loopback_http: false,
        anchors: pinned(configuration, files)?,
        intermediates: files.certificates(&configuration.eid.intermediates)?,
        policies: BELGIAN_AUTHENTICATION_POLICIES.map(str::to_owned).to_vec(),
        ocsp,
        synthetic: Synthetic::Refused,
    })
}

fn registers(
    configuration: &Configuration,
    files: &Files,
) -> Result<ClientSettings, ConfigurationFault> {
    let registers = &configuration.registers;
    let identity = match (&registers.client_certificate_file, &registers.client_key_file) {
        (Some(chain), Some(key)) => Some((files.chain(chain)?, files.private_key(key)?)),
        _ => None,
    };
    let root =
        registers.extra_root_file.as_ref().map(|file| files.certificate(file)).transpose()?;
    let token = match &registers.token {
        Some(token) => Some(TokenSettings {
            endpoint: token.endpoint.clone(),
            client_id: token.client_id.clone(),
            audience: token.audience.clone().unwrap_or_else(|| token.endpoint.clone()),
            scope: token.scope.clone(),
            key_id: token.key_id.clone(),
            key: files.private_key(&token.key_file)?,
        }),
        None => None,
    };
    Ok(ClientSettings {
        national: registers.national_url.clone(),
        bis: registers.bis_url.clone(),
        legal_context: registers.legal_context.clone(),
        deadline: Duration::from_secs(registers.deadline_seconds),
        tls: TlsSettings { extra_roots: root.into_iter().collect(), identity },
        token,
    })
}

fn federal(
    configuration: &Configuration,
    files: &Files,
) -> Result<Option<FederalSettings>, ConfigurationFault> {
    let Some(table) = &configuration.federal else { return Ok(None) };
    let secret = files.secret(&table.client_secret_file)?;
    Ok(Some(federal_settings(table, secret, &configuration.origin)))
}

/// The settings of the federal door for pages at an origin; strict about addresses and numbers.
pub(crate) fn federal_settings(table: &Federal, secret: Secret, origin: &str) -> FederalSettings {
    FederalSettings {
        issuer: table.issuer.clone(),
        allow_loopback_http: false,
        endpoints: table.endpoints.as_ref().map(|given| Endpoints {
            authorization: given.authorization.clone(),
            token: given.token.clone(),
            userinfo: given.userinfo.clone(),
            keys: given.keys.clone(),
        }),
        client_id: table.client_id.clone(),
        client_secret: secret,
        redirect_uri: format!("{origin}/sign-in/federal/return"),
        scopes: table.scopes.clone(),
        acr_values: table.acr_values.clone(),
        method_claim: table.method_claim.clone(),
        methods: table.methods.clone(),
        number_claim: table.number_claim.clone(),
        given_names_claim: table.given_names_claim.clone(),
        surname_claim: table.surname_claim.clone(),
        synthetic: Synthetic::Refused,
        timeout: FEDERAL_TIMEOUT,
    }
}

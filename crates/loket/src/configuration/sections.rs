//! The tables of the configuration file.

use std::net::SocketAddr;
use std::path::PathBuf;

use loket_domain::consent::{ConsentText, NEWEST};
use loket_eid::settings::BELGIAN_ROOTS;
use serde::Deserialize;
use url::Url;

/// Where everything is kept: exactly one of the two.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Database {
    /// File of the embedded database; its folder must exist.
    pub sqlite: Option<PathBuf>,
    /// File with the `postgres://` address, which may hold a password.
    pub postgres_url_file: Option<PathBuf>,
}

impl Database {
    pub(super) fn check(&self) -> Result<(), String> {
        if self.sqlite.is_some() == self.postgres_url_file.is_some() {
            return Err("database: give either sqlite or postgres_url_file".to_owned());
        }
        Ok(())
    }
}

/// The registers.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Registers {
    /// Base address of the National Register, without a trailing slash: `https:`, or `http:` on
    /// loopback.
    pub national_url: String,
    /// Base address of the BIS register.
    pub bis_url: String,
    /// Legal context that every question names.
    #[serde(default = "default_legal_context")]
    pub legal_context: String,
    /// For a whole question, both registers and one retry included; 1 to 8 seconds, so that the
    /// page is answered in time.
    #[serde(default = "default_deadline")]
    pub deadline_seconds: u64,
    /// Certificate (DER or PEM) of the registers' own authority, when it is not a public one.
    pub extra_root_file: Option<PathBuf>,
    /// Own certificate with what stands between it and its root (PEM), for mutual TLS.
    pub client_certificate_file: Option<PathBuf>,
    /// The key of that certificate (PEM).
    pub client_key_file: Option<PathBuf>,
    /// Client credentials, where the registers want a token.
    pub token: Option<RegisterToken>,
}

/// Client credentials by `private_key_jwt` (RFC 7523).
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RegisterToken {
    /// Address of the token service.
    pub endpoint: String,
    /// This office there.
    pub client_id: String,
    /// Whom the assertion is for; by default the endpoint.
    pub audience: Option<String>,
    /// Scope, separated by spaces.
    #[serde(default)]
    pub scope: String,
    /// Name of the key there.
    pub key_id: Option<String>,
    /// EC P-256 key (PEM, PKCS#8).
    pub key_file: PathBuf,
}

fn default_legal_context() -> String {
    "local-registration-authority".to_owned()
}

const fn default_deadline() -> u64 {
    3
}

impl Registers {
    pub(super) fn check(&self) -> Result<(), String> {
        if !(1..=8).contains(&self.deadline_seconds) {
            return Err("registers.deadline_seconds: 1 to 8".to_owned());
        }
        check_address("registers.national_url", &self.national_url)?;
        check_address("registers.bis_url", &self.bis_url)?;
        if self.client_certificate_file.is_some() != self.client_key_file.is_some() {
            return Err(
                "registers: client_certificate_file and client_key_file belong together".to_owned()
            );
        }
        let endpoint = self.token.as_ref().map(|token| token.endpoint.as_str());
        endpoint.map_or(Ok(()), |endpoint| check_address("registers.token.endpoint", endpoint))
    }
}

pub(super) fn check_address(key: &str, address: &str) -> Result<(), String> {
    let url = Url::parse(address).map_err(|error| format!("{key}: {error}"))?;
    let loopback = match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost",
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    if url.scheme() == "https" || (url.scheme() == "http" && loopback) {
        return Ok(());
    }
    Err(format!("{key}: must be https:, or http: on loopback"))
}

/// When the connection to the relay is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SmtpEncryption {
    /// From the first byte, port 465.
    Implicit,
    /// By STARTTLS, port 587; nothing is sent without it.
    Starttls,
    /// By STARTTLS where the relay offers it, for a relay on a trusted network.
    StarttlsWhereOffered,
    /// Never; only for a relay on this machine.
    NoneOnLoopback,
}

/// The relay for mail.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Smtp {
    /// Host name of the relay, which its certificate must have.
    pub host: String,
    /// Port; by default 465 for implicit TLS and 587 otherwise.
    port: Option<u16>,
    /// Encryption.
    #[serde(default = "default_encryption")]
    pub encryption: SmtpEncryption,
    /// Account at the relay, when it wants one.
    pub username: Option<String>,
    /// File with the account's password.
    pub password_file: Option<PathBuf>,
    /// Address of the sender.
    pub from: String,
    /// Name of the sender.
    pub from_name: Option<String>,
    /// Own host name; by default the host of the origin.
    pub hello_name: Option<String>,
    /// Address to which undeliverable mail comes back, with a tag after a plus for each message; a
    /// transport hands what comes there to `loket delivery bounce`.
    pub returns: Option<String>,
    /// Certificate (DER or PEM) of the relay's own authority, when it is not a public one.
    pub extra_root_file: Option<PathBuf>,
}

impl Smtp {
    /// The port, given or by default.
    pub fn port(&self) -> u16 {
        let usual = if self.encryption == SmtpEncryption::Implicit { 465 } else { 587 };
        self.port.unwrap_or(usual)
    }
}

const fn default_encryption() -> SmtpEncryption {
    SmtpEncryption::Starttls
}

/// The host that asks for the card's certificate in the TLS handshake.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CardHost {
    /// Address and port to listen on; browsers must reach it without a proxy that ends TLS.
    pub listen: SocketAddr,
    /// Its public origin: `https://host[:port]`, another host name than the pages have.
    pub origin: String,
    /// Its certificate with what stands between it and its root, PEM.
    pub certificate_file: PathBuf,
    /// The key of the certificate, PEM.
    pub key_file: PathBuf,
}

impl CardHost {
    pub(super) fn check(&self, pages: &str) -> Result<(), String> {
        let name = |origin: &str| {
            Url::parse(origin)
                .ok()
                .filter(|url| url.scheme() == "https")?
                .host_str()
                .map(str::to_owned)
        };
        let own = name(&self.origin)
            .filter(|_| !self.origin.ends_with('/'))
            .ok_or("card_host.origin: https://host[:port], without a path")?;
        // A browser that showed a card to a host name keeps showing it there.
        if name(pages).is_some_and(|other| other == own) {
            return Err("card_host.origin: another host name than the pages".to_owned());
        }
        Ok(())
    }
}

/// Digital keys.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Keys {
    /// Models of authenticators with which passkeys may be made; without any, every authenticator
    /// that verifies its user will do, and no attestation is asked for.
    pub allowed_authenticators: Vec<AllowedAuthenticator>,
}

/// A model of authenticator.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AllowedAuthenticator {
    /// What it is, for people.
    pub name: String,
    /// Identifier of the model (AAGUID).
    pub aaguid: uuid::Uuid,
    /// Root certificate of its maker (DER or PEM).
    pub root_file: PathBuf,
}

/// The federal authentication service (OpenID Connect).
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Federal {
    /// Issuer, exactly as its tokens name it.
    pub issuer: String,
    /// This office at the service.
    pub client_id: String,
    /// File with its secret there.
    pub client_secret_file: PathBuf,
    /// Scopes.
    #[serde(default = "federal_scopes")]
    pub scopes: Vec<String>,
    /// Levels of assurance, any of which must be there.
    pub acr_values: Vec<String>,
    /// Claim that names the method.
    #[serde(default = "federal_method_claim")]
    pub method_claim: String,
    /// Values of which it must have one.
    #[serde(default = "federal_methods")]
    pub methods: Vec<String>,
    /// Claim of userinfo with the number.
    #[serde(default = "federal_number_claim")]
    pub number_claim: String,
    /// Claim with the given names.
    #[serde(default = "federal_given_names_claim")]
    pub given_names_claim: String,
    /// Claim with the surname.
    #[serde(default = "federal_surname_claim")]
    pub surname_claim: String,
    /// Addresses, when the service publishes no description of itself.
    pub endpoints: Option<FederalEndpoints>,
}

/// Addresses of the federal service.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FederalEndpoints {
    /// Where people are sent.
    pub authorization: Url,
    /// Where a code is exchanged.
    pub token: Url,
    /// Where userinfo is.
    pub userinfo: Url,
    /// Where its keys are.
    pub keys: Url,
}

fn federal_scopes() -> Vec<String> {
    ["openid", "profile", "egovnrn"].map(str::to_owned).to_vec()
}
fn federal_method_claim() -> String {
    "amr".to_owned()
}
fn federal_methods() -> Vec<String> {
    vec!["eid".to_owned()]
}
fn federal_number_claim() -> String {
    "egovNRN".to_owned()
}
fn federal_given_names_claim() -> String {
    "givenName".to_owned()
}
fn federal_surname_claim() -> String {
    "surname".to_owned()
}

/// Handing the states of keys over to the federal authentication service.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HandOver {
    /// Address of the webhook: `https:`, or `http:` on loopback.
    pub url: String,
    /// File with the key that both sides have: `whsec_` and its base64.
    pub secret_file: PathBuf,
}

/// Signing in with a card.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Eid {
    /// Folder with the pinned root certificates (`.der`, `.crt`, `.cer` or `.pem`).
    pub anchors: PathBuf,
    /// SHA-256 of each root that may be in that folder, in hexadecimal digits; by default those of
    /// the Belgian roots.
    pub anchor_fingerprints: Vec<String>,
    /// Folder with the issuing authorities.
    pub intermediates: PathBuf,
    /// Hosts of the OCSP responders that may be asked; by default the two Belgian ones.
    pub ocsp_hosts: Option<Vec<String>>,
    /// Those among them that cannot answer with a nonce.
    pub ocsp_hosts_without_nonce: Vec<String>,
}

impl Default for Eid {
    fn default() -> Self {
        Self {
            anchors: PathBuf::from("eid/anchors"),
            intermediates: PathBuf::from("eid/intermediates"),
            anchor_fingerprints: BELGIAN_ROOTS.map(str::to_owned).to_vec(),
            ocsp_hosts: None,
            ocsp_hosts_without_nonce: Vec::new(),
        }
    }
}

/// Telephone of the service desk, one line for each language of the clause.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServiceDesk {
    /// Dutch line, also for German and English.
    pub nl: String,
    /// French line.
    pub fr: String,
}

/// Versions of the texts that people accept; a new version is asked for again.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Terms {
    /// Terms of use for staff.
    pub staff: String,
    /// Consent of the person at the counter; one of the versions that the program has.
    pub consent: String,
}

impl Default for Terms {
    fn default() -> Self {
        Self { staff: "2026-01".to_owned(), consent: NEWEST.version.to_owned() }
    }
}

impl Terms {
    pub(super) fn check(&self) -> Result<(), String> {
        if ConsentText::of(&self.consent).is_some() {
            return Ok(());
        }
        let known = ConsentText::ALL.map(|text| text.version).join(", ");
        Err(format!("terms.consent: one of {known}"))
    }
}

/// Form of the lines on standard error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

/// What the server writes to standard error. Never personal data, whatever the level.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Log {
    /// Form of the lines.
    pub format: LogFormat,
    /// Levels, such as `info` or `warn,loket_web=debug`.
    pub filter: String,
}

impl Default for Log {
    fn default() -> Self {
        Self { format: LogFormat::Text, filter: "info,sqlx=warn".to_owned() }
    }
}

impl Log {
    pub(super) fn check(&self) -> Result<(), String> {
        self.filter
            .parse::<tracing_subscriber::EnvFilter>()
            .map(drop)
            .map_err(|error| format!("log.filter: {error}"))
    }
}

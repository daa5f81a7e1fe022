//! The configuration: one TOML file. Unknown keys are refused, secrets stand in files of their own
//! that the file names, and paths are relative to the folder of the file.
//!
//! Nothing here connects to anything. What a number may be stands with it: the defaults are those
//! of the design, and only a stricter value is accepted.

mod audit;
mod fault;
mod files;
mod initial;
mod limits;
mod sections;
mod sending;
mod told;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use loket_app::commands::record_server::Configured;
use serde::Deserialize;

pub use audit::{Audit, TimeStamps, Witness};
pub use fault::ConfigurationFault;
pub use files::{Files, make_key_file, make_witness_key};
pub use initial::{Made, write_initial};
pub use limits::Limits;
pub use sections::{
    CardHost, Database, Eid, Federal, HandOver, Keys, Log, LogFormat, Registers, ServiceDesk, Smtp,
    SmtpEncryption, Terms,
};
pub use sending::{HttpGateway, MessageCentre, Receipts, Sending, SmppEncryption, Sms};

/// Longest configuration file, in bytes.
const LONGEST: u64 = 256 * 1024;

/// Everything that an installation decides.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Configuration {
    /// Name of this server in the trail; each node has its own.
    #[serde(default = "default_node")]
    pub node: String,
    /// Address and port to listen on. TLS ends at the proxy in front.
    #[serde(default = "default_listen")]
    pub listen: SocketAddr,
    /// Public origin as the browser writes it: `https://host`, with a port only when not 443.
    pub origin: String,
    /// File with the master secret: 64 hexadecimal digits, readable by its owner only.
    #[serde(default = "default_key_file")]
    pub key_file: PathBuf,
    /// Where everything is kept.
    pub database: Database,
    /// The audit log: its signer, and who attests it.
    #[serde(default)]
    pub audit: Audit,
    /// The registers.
    pub registers: Registers,
    /// The relay for mail.
    pub smtp: Smtp,
    /// The gateway for short messages.
    pub sms: Sms,
    /// Signing in with a card.
    #[serde(default)]
    pub eid: Eid,
    /// Digital keys.
    #[serde(default)]
    pub keys: Keys,
    /// The host that asks for the card's certificate; without it that door is closed.
    pub card_host: Option<CardHost>,
    /// The federal authentication service; without it that door is closed.
    pub federal: Option<Federal>,
    /// Where the states of keys are handed over; without it they are not.
    pub hand_over: Option<HandOver>,
    /// Telephone of the service desk.
    pub service_desk: ServiceDesk,
    /// Versions of the texts that people accept.
    #[serde(default)]
    pub terms: Terms,
    /// Time limits.
    #[serde(default)]
    pub limits: Limits,
    /// How fast messages go out.
    #[serde(default)]
    pub sending: Sending,
    /// What the server writes to standard error.
    #[serde(default)]
    pub log: Log,
}

fn default_node() -> String {
    "loket".to_owned()
}

fn default_listen() -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], 8080))
}

fn default_key_file() -> PathBuf {
    PathBuf::from("loket.key")
}

/// A configuration that was read, with the place from which its paths count.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// What the file says.
    pub configuration: Configuration,
    /// Finds and reads the files that it names.
    pub files: Files,
    /// What it says, for the trail.
    pub told: Configured,
}

/// Reads and checks a configuration file; the files that it names are read later, each where it
/// is needed.
pub fn load(path: &Path) -> Result<Loaded, ConfigurationFault> {
    let text = files::read_text(path, LONGEST)?;
    let fault = |what| ConfigurationFault::Content { file: path.to_owned(), what };
    let (configuration, told) = (parse(&text).map_err(fault)?, told::told(&text).map_err(fault)?);
    let folder = path.parent().unwrap_or_else(|| Path::new("")).to_owned();
    Ok(Loaded { configuration, files: Files::new(folder), told })
}

/// Reads and checks the text of a configuration file; the error says what to change.
pub fn parse(text: &str) -> Result<Configuration, String> {
    let configuration: Configuration =
        toml::from_str(text).map_err(|error| error.to_string().trim_end().to_owned())?;
    configuration.check()?;
    Ok(configuration)
}

impl Configuration {
    fn check(&self) -> Result<(), String> {
        let node = &self.node;
        let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '.';
        if node.is_empty() || node.len() > 64 || !node.chars().all(plain) {
            return Err("node: 1 to 64 letters, digits, dots and hyphens".to_owned());
        }
        check_origin(&self.origin)?;
        self.database.check()?;
        self.audit.check()?;
        self.registers.check()?;
        self.card_host.as_ref().map_or(Ok(()), |host| host.check(&self.origin))?;
        self.terms.check()?;
        self.limits.check()?;
        self.sms.check()?;
        self.sending.check()?;
        self.log.check()
    }

    /// Host of the origin, to which passkeys are bound.
    pub fn host(&self) -> String {
        url::Url::parse(&self.origin)
            .ok()
            .and_then(|origin| origin.host_str().map(str::to_owned))
            .unwrap_or_default()
    }
}

/// Cookies and cards need a secure origin; only the demonstration may be on `http://localhost`,
/// and it has no configuration file.
fn check_origin(origin: &str) -> Result<(), String> {
    let good = url::Url::parse(origin)
        .is_ok_and(|url| url.scheme() == "https" && url.origin().ascii_serialization() == origin);
    if good {
        return Ok(());
    }
    Err("origin: must be https://host or https://host:port, without a path".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const LEAST: &str = r#"
        origin = "https://loket.example.be"
        [database]
        sqlite = "loket.db"
        [registers]
        national_url = "https://registers.example.be/national"
        bis_url = "https://registers.example.be/bis"
        [smtp]
        host = "relay.example.be"
        from = "loket@example.be"
        [sms]
        sender = "LOKET"
        [sms.http]
        url = "https://gateway.example.be/messages"
        token_file = "sms.token"
        [service_desk]
        nl = "02 000 00 01"
        fr = "02 000 00 02"
    "#;

    #[test]
    fn the_least_file_gets_the_defaults_of_the_design() {
        let read = parse(LEAST).unwrap();
        assert_eq!(read.listen.to_string(), "127.0.0.1:8080");
        assert_eq!(read.host(), "loket.example.be");
        let limits = &read.limits;
        assert_eq!((limits.session_idle_minutes, limits.session_hours), (15, 12));
        assert_eq!((limits.link_days, limits.sms_code_hours, limits.key_years), (14, 24, 10));
        assert_eq!(read.smtp.port(), 587);
    }

    #[test]
    fn an_unknown_key_is_refused_by_name() {
        for (place, with) in [("[sms]", "[sms]\ncolour = 1"), ("origin", "oirgin = 1\norigin")] {
            let fault = parse(&LEAST.replacen(place, with, 1)).unwrap_err();
            assert!(fault.contains("colour") || fault.contains("oirgin"), "{fault}");
        }
    }

    #[test]
    fn an_origin_is_what_a_browser_writes_and_secure() {
        for bad in ["http://loket.example.be", "http://localhost:8080", "https://a.be/", "x"] {
            let text = LEAST.replacen("https://loket.example.be", bad, 1);
            assert!(parse(&text).unwrap_err().starts_with("origin:"), "{bad}");
        }
    }

    #[test]
    fn a_limit_may_only_be_stricter() {
        let with = |line: &str| parse(&format!("{LEAST}\n[limits]\n{line}"));
        assert_eq!(with("link_days = 1").unwrap().limits.link_days, 1);
        for bad in
            ["link_days = 15", "link_days = 0", "session_idle_minutes = 16", "key_years = 11"]
        {
            assert!(with(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn exactly_one_database() {
        let two = LEAST.replacen("sqlite =", "postgres_url_file = \"pg\"\nsqlite =", 1);
        assert!(parse(&two).unwrap_err().contains("database"));
        let none = LEAST.replacen("sqlite = \"loket.db\"", "", 1);
        assert!(parse(&none).unwrap_err().contains("database"));
    }
}

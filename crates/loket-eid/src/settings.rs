//! What an installation decides about sign-in with a card. Checked once, at start: a wrong
//! setting stops the program instead of refusing every card later.

use std::time::Duration;

use loket_domain::ssin::Synthetic;
use url::{Host, Url};
use x509_cert::der::oid::ObjectIdentifier;

/// Authentication policies of the Belgian citizen and foreigner cards, from Root CA to Root CA6.
pub const BELGIAN_AUTHENTICATION_POLICIES: [&str; 10] = [
    "2.16.56.1.1.1.2.2",
    "2.16.56.1.1.1.7.2",
    "2.16.56.9.1.1.2.2",
    "2.16.56.9.1.1.7.2",
    "2.16.56.10.1.1.2.2",
    "2.16.56.10.1.1.7.2",
    "2.16.56.12.1.1.2.2",
    "2.16.56.12.1.1.7.2",
    "2.16.56.13.6.1.1.1000",
    "2.16.56.13.6.2.1.1000",
];

/// Hosts of the two Belgian OCSP services.
pub const BELGIAN_OCSP_HOSTS: [&str; 2] = ["ocsp.eid.belgium.be", "ocsp.eidpki.belgium.be"];

/// SHA-256 of Belgium Root CA3, of both certificates of Root CA4, and of Root CA6.
pub const BELGIAN_ROOTS: [&str; 4] = [
    "a8d14e945e3e5156bcae5e39737cf6a1b1f51028bbbf982f50ce5f4c05568b4d",
    "c3fbf37259af0954eeea4282dd1c7226a54e7150f7c29a2c495ba34dbfe09ca0",
    "702dd5c1a093cf0a9d71fadd9bf9a7c5857d89fb73b716e867228b3c2beb968f",
    "9c872bc979a7c09a58d4a274c199e5cb16cfa9b9618d98bc9a9988e984b8495c",
];

/// Settings of the Web eID door.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Origin of the site as the browser writes it: `https://host` with a port only when it is
    /// not 443, no path.
    pub origin: String,
    /// Whether `http` on a loopback host is a good origin: for the demonstration and tests.
    pub allow_loopback_http: bool,
    /// Pinned roots, DER. At least one.
    pub anchors: Vec<Vec<u8>>,
    /// Issuing authorities, DER; trusted only as far as they chain to an anchor.
    pub intermediates: Vec<Vec<u8>>,
    /// Certificate policies (dotted OIDs) of which a card must have one. At least one.
    pub policies: Vec<String>,
    /// How revocation is checked.
    pub ocsp: OcspSettings,
    /// Whether numbers that no living person can have are accepted.
    pub synthetic: Synthetic,
}

/// Limits of an OCSP check. The defaults are those of the Web eID reference library.
#[derive(Debug, Clone)]
pub struct OcspSettings {
    /// Hosts to which no nonce is sent, written as below; from all others it is demanded back.
    pub hosts_without_nonce: Vec<String>,
    /// How old an answer's `thisUpdate` may be, inclusive; above zero.
    pub max_age: Duration,
    /// How far the responder's clock may be from ours, inclusive.
    pub skew: Duration,
    /// From connecting to the last byte of the answer; above zero.
    pub timeout: Duration,
    /// Hosts that may be asked, as `host`, or `host:port` when the port is not 80.
    pub allowed_hosts: Vec<String>,
}

impl Default for OcspSettings {
    fn default() -> Self {
        Self {
            hosts_without_nonce: Vec::new(),
            max_age: Duration::from_mins(2),
            skew: Duration::from_mins(15),
            timeout: Duration::from_secs(5),
            allowed_hosts: BELGIAN_OCSP_HOSTS.map(str::to_owned).to_vec(),
        }
    }
}

impl OcspSettings {
    /// Whether this address may be asked: plain http (answers are signed) on a listed host.
    pub fn allows(&self, url: &Url) -> bool {
        url.scheme() == "http"
            && url.username().is_empty()
            && url.password().is_none()
            && is_among(url, &self.allowed_hosts)
    }

    /// Whether a nonce is sent to this address.
    pub fn sends_nonce(&self, url: &Url) -> bool {
        !is_among(url, &self.hosts_without_nonce)
    }

    pub(crate) fn check(&self) -> Result<(), SettingsFault> {
        if self.max_age.is_zero() || self.timeout.is_zero() {
            return Err(SettingsFault::Limits);
        }
        Ok(())
    }
}

/// Whether the host of an address, with its port when that is not 80, is in a list.
fn is_among(url: &Url, hosts: &[String]) -> bool {
    let Some(host) = url.host_str() else { return false };
    let place = url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"));
    hosts.iter().any(|listed| listed.eq_ignore_ascii_case(&place))
}

/// What is wrong with the settings.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SettingsFault {
    /// Not `https://host[:port]` (nor, where allowed, `http` on a loopback host).
    #[error("the origin must be https://host[:port], without a path and without a default port")]
    Origin,
    /// Without a root no card can be trusted.
    #[error("at least one root certificate is needed")]
    NoAnchor,
    /// A root or issuing authority that is no CA certificate in DER; counted from zero in the
    /// list of roots followed by the list of issuing authorities.
    #[error("certificate {0} of the roots and issuing authorities is not a CA certificate in DER")]
    Authority(usize),
    /// An empty list of policies, or one that is no dotted OID.
    #[error("the policies must be dotted object identifiers, at least one")]
    Policies,
    /// A zero age or deadline.
    #[error("the OCSP age and deadline must be above zero")]
    Limits,
    /// The HTTP client could not be made.
    #[error("the OCSP client could not be made")]
    Client,
}

pub(crate) fn check_origin(origin: &str, loopback_http: bool) -> Result<(), SettingsFault> {
    let url = Url::parse(origin).map_err(|_| SettingsFault::Origin)?;
    let scheme_ok = match url.scheme() {
        "https" => true,
        "http" => loopback_http && is_loopback(&url),
        _ => false,
    };
    // The browser's own serialisation leaves out path, default port, user and capitals; whatever
    // differs from it could never match a signature.
    if scheme_ok && url.origin().ascii_serialization() == origin {
        Ok(())
    } else {
        Err(SettingsFault::Origin)
    }
}

pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

pub(crate) fn read_policies(policies: &[String]) -> Result<Vec<ObjectIdentifier>, SettingsFault> {
    if policies.is_empty() {
        return Err(SettingsFault::Policies);
    }
    policies
        .iter()
        .map(|text| ObjectIdentifier::new(text).map_err(|_| SettingsFault::Policies))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_are_what_a_browser_writes() {
        for good in ["https://ria.ee", "https://ria.ee:8443", "https://127.0.0.1:1"] {
            assert_eq!(check_origin(good, false), Ok(()), "{good}");
        }
        for bad in [
            "",
            "not-url",
            "https://ria.ee/x",
            "http://ria.ee",
            "ria://ria.ee",
            "https:///ria.ee",
            "https://ria.ee/",
            "https://ria.ee?x=1",
            "https://ria.ee#x",
            "https://u@ria.ee",
            "https://ria.ee:443",
            "https://RIA.ee",
            "http://localhost:8080",
        ] {
            assert_eq!(check_origin(bad, false), Err(SettingsFault::Origin), "{bad}");
        }
    }

    #[test]
    fn plain_http_only_on_loopback_and_only_when_told() {
        for good in ["http://localhost:8080", "http://127.0.0.1:1", "http://[::1]:9"] {
            assert_eq!(check_origin(good, true), Ok(()), "{good}");
            assert_eq!(check_origin(good, false), Err(SettingsFault::Origin), "{good}");
        }
        assert_eq!(check_origin("http://localhost.example", true), Err(SettingsFault::Origin));
    }

    #[test]
    fn only_listed_hosts_are_asked() {
        let settings = OcspSettings {
            allowed_hosts: vec!["ocsp.example".into(), "127.0.0.1:81".into()],
            ..OcspSettings::default()
        };
        let allows = |text: &str| settings.allows(&Url::parse(text).unwrap());
        assert!(allows("http://ocsp.example/x"));
        assert!(allows("http://OCSP.example:80/"));
        assert!(allows("http://127.0.0.1:81/ocsp"));
        assert!(!allows("http://ocsp.example:81/"));
        assert!(!allows("http://127.0.0.1/"));
        assert!(!allows("https://ocsp.example/"));
        assert!(!allows("http://user@ocsp.example/"));
        assert!(!allows("http://ocsp.example.evil/"));
    }

    #[test]
    fn the_belgian_policies_are_object_identifiers() {
        let texts: Vec<String> = BELGIAN_AUTHENTICATION_POLICIES.map(str::to_owned).to_vec();
        assert_eq!(read_policies(&texts).unwrap().len(), 10);
        assert_eq!(read_policies(&[]), Err(SettingsFault::Policies));
        assert_eq!(read_policies(&["1.x".to_owned()]), Err(SettingsFault::Policies));
    }

    #[test]
    fn limits_of_zero_are_refused() {
        let zero = OcspSettings { max_age: Duration::ZERO, ..OcspSettings::default() };
        assert_eq!(zero.check(), Err(SettingsFault::Limits));
        assert_eq!(OcspSettings::default().check(), Ok(()));
    }
}

//! What an installation decides about the federal service.

use std::time::Duration;

use loket_domain::secret::Secret;
use loket_domain::ssin::Synthetic;
use url::Url;

use crate::settings::is_loopback;

/// Settings of the federal door.
#[derive(Debug, Clone)]
pub struct FederalSettings {
    /// Issuer, exactly as its tokens name it.
    pub issuer: String,
    /// Whether `http` on a loopback host is a good issuer: for the demonstration and tests.
    pub allow_loopback_http: bool,
    /// Its addresses, when it publishes no description of itself.
    pub endpoints: Option<Endpoints>,
    /// This office at the service.
    pub client_id: String,
    /// Its secret there (`client_secret_basic`).
    pub client_secret: Secret,
    /// Where the service sends people back to.
    pub redirect_uri: String,
    /// Scopes; `openid` is among them.
    pub scopes: Vec<String>,
    /// Levels of assurance that are asked for, any of which must be there. At least one.
    pub acr_values: Vec<String>,
    /// Claim that names the method, as text or as a list.
    pub method_claim: String,
    /// Values of which it must have one. At least one.
    pub methods: Vec<String>,
    /// Claim of userinfo with the number.
    pub number_claim: String,
    /// Claim with the given names.
    pub given_names_claim: String,
    /// Claim with the surname.
    pub surname_claim: String,
    /// Whether numbers that no living person can have are accepted.
    pub synthetic: Synthetic,
    /// Longest time for one answer of the service.
    pub timeout: Duration,
}

/// Addresses of the service.
#[derive(Debug, Clone)]
pub struct Endpoints {
    /// Where people are sent.
    pub authorization: Url,
    /// Where a code is exchanged.
    pub token: Url,
    /// Where userinfo is.
    pub userinfo: Url,
    /// Where its keys are.
    pub keys: Url,
}

/// What is wrong with the settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FederalSettingsFault {
    /// Not `https://…`, or with a query.
    #[error("the issuer must be an https address without a query")]
    Issuer,
    /// Without levels and methods any sign-in would do.
    #[error("acr_values and methods must each have at least one entry")]
    Demands,
    /// OpenID Connect needs its scope.
    #[error("the scopes must include openid")]
    Scopes,
    /// The HTTP client could not be made.
    #[error("the HTTP client could not be made")]
    Client,
}

impl FederalSettings {
    pub(super) fn check(&self) -> Result<(), FederalSettingsFault> {
        let issuer = Url::parse(&self.issuer).map_err(|_| FederalSettingsFault::Issuer)?;
        if !self.may_ask(&issuer) || issuer.query().is_some() {
            return Err(FederalSettingsFault::Issuer);
        }
        if self.acr_values.is_empty() || self.methods.is_empty() {
            return Err(FederalSettingsFault::Demands);
        }
        if !self.scopes.iter().any(|scope| scope == "openid") {
            return Err(FederalSettingsFault::Scopes);
        }
        Ok(())
    }

    /// Only over TLS, and without a password in the address.
    pub(super) fn may_ask(&self, url: &Url) -> bool {
        let scheme = match url.scheme() {
            "https" => true,
            "http" => self.allow_loopback_http && is_loopback(url),
            _ => false,
        };
        scheme && url.username().is_empty() && url.password().is_none()
    }
}

//! The federal authentication service, by OpenID Connect: code flow with PKCE, state and nonce, and
//! userinfo that is signed. What it says is believed only when the level of assurance and the
//! method are those that the settings demand. It keeps no attempt and opens no session.

mod claims;
mod provider;
mod settings;

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use loket_domain::caller::{CardRefusal, ProvedPerson, SignInMethod};
use loket_domain::port::{Answer, FederalAttempt, FederalSignIn};
use loket_domain::ssin::Ssin;
use loket_domain::time::Timestamp;
use loket_jose::JoseFault;
use ring::digest::{SHA256, digest};
use url::Url;

pub use settings::{Endpoints, FederalSettings, FederalSettingsFault};

use claims::{IdToken, UserInfo};
use provider::Provider;

/// Why nobody was proved. The text is the stable code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FederalFault {
    /// The service does not answer, or not as described.
    #[error("federal_unavailable")]
    Unavailable,
    /// The code was not taken.
    #[error("federal_code_refused")]
    Code,
    /// No JWS of three parts, or an algorithm that is not on the list.
    #[error("federal_token_unreadable")]
    Token,
    /// No key of the service fits, or the signature does not.
    #[error("federal_signature_invalid")]
    Signature,
    /// Another issuer.
    #[error("federal_issuer_mismatch")]
    Issuer,
    /// Meant for somebody else.
    #[error("federal_audience_mismatch")]
    Audience,
    /// Over, or from the future.
    #[error("federal_token_dates")]
    Dates,
    /// Of another attempt.
    #[error("federal_nonce_mismatch")]
    Nonce,
    /// The access token is another than the one that the ID token names.
    #[error("federal_access_token_mismatch")]
    AccessToken,
    /// The level of assurance is not the one that is demanded.
    #[error("federal_level_too_low")]
    Level,
    /// Not signed in with an eID card.
    #[error("federal_method_not_eid")]
    Method,
    /// Userinfo about somebody else.
    #[error("federal_subject_mismatch")]
    Subject,
    /// No valid number.
    #[error("federal_number_invalid")]
    Number,
}

impl From<JoseFault> for FederalFault {
    fn from(fault: JoseFault) -> Self {
        match fault {
            JoseFault::Signature => Self::Signature,
            JoseFault::Token | JoseFault::SigningKey => Self::Token,
        }
    }
}

impl From<FederalFault> for CardRefusal {
    fn from(fault: FederalFault) -> Self {
        match fault {
            FederalFault::Unavailable => Self::FederalUnavailable,
            FederalFault::Code
            | FederalFault::Token
            | FederalFault::Signature
            | FederalFault::Issuer
            | FederalFault::Audience
            | FederalFault::Dates
            | FederalFault::Nonce
            | FederalFault::AccessToken
            | FederalFault::Level
            | FederalFault::Method
            | FederalFault::Subject
            | FederalFault::Number => Self::FederalRefused,
        }
    }
}

/// The service, as this installation uses it.
pub struct Federal {
    settings: FederalSettings,
    provider: Provider,
}

impl Federal {
    /// Checks the settings; connects to nothing yet.
    pub fn new(settings: FederalSettings) -> Result<Self, FederalSettingsFault> {
        settings.check()?;
        let provider = Provider::new(&settings)?;
        Ok(Self { settings, provider })
    }

    async fn address(&self, attempt: &FederalAttempt) -> Result<String, FederalFault> {
        let mut address = self.provider.authorization_address().await?;
        let challenge = digest(&SHA256, attempt.verifier.expose().as_bytes());
        address
            .query_pairs_mut()
            .append_pair("response_type", "code")
            .append_pair("client_id", &self.settings.client_id)
            .append_pair("redirect_uri", &self.settings.redirect_uri)
            .append_pair("scope", &self.settings.scopes.join(" "))
            .append_pair("state", attempt.state.expose())
            .append_pair("nonce", attempt.nonce.expose())
            .append_pair("code_challenge", &URL_SAFE_NO_PAD.encode(challenge))
            .append_pair("code_challenge_method", "S256")
            .append_pair("acr_values", &self.settings.acr_values.join(" "))
            // A colleague's session at the service must not sign anybody in here.
            .append_pair("prompt", "login");
        Ok(Url::into(address))
    }

    async fn prove(
        &self,
        code: &str,
        attempt: &FederalAttempt,
        now: Timestamp,
    ) -> Result<ProvedPerson, FederalFault> {
        let tokens = self.provider.exchange(code, attempt.verifier.expose()).await?;
        let payload = self.provider.verify(&tokens.id_token, now).await?;
        let id = IdToken::read(&payload)?;
        id.check(&self.settings, attempt.nonce.expose(), now)?;
        id.check_access_token(&tokens.access_token)?;
        let signed = self.provider.userinfo(&tokens.access_token).await?;
        let payload = self.provider.verify(&signed, now).await?;
        let info = UserInfo::read(&payload)?;
        info.check(&self.settings, id.subject(), now)?;
        if !id.names_method(&self.settings) && !info.names_method(&self.settings) {
            return Err(FederalFault::Method);
        }
        self.person(&info, id.subject(), now)
    }

    fn person(
        &self,
        info: &UserInfo,
        subject: &str,
        at: Timestamp,
    ) -> Result<ProvedPerson, FederalFault> {
        let text = |claim: &str| info.text(claim).unwrap_or_default().trim().to_owned();
        let number = text(&self.settings.number_claim);
        let ssin =
            Ssin::parse(&number, self.settings.synthetic).map_err(|_| FederalFault::Number)?;
        Ok(ProvedPerson {
            ssin,
            given_names: text(&self.settings.given_names_claim),
            surname: text(&self.settings.surname_claim),
            method: SignInMethod::Federal,
            card_fingerprint: who(&self.settings.issuer, subject),
            certificate: Vec::new(),
            at,
        })
    }
}

/// The service shows no certificate: issuer and subject stand in its place.
fn who(issuer: &str, subject: &str) -> [u8; 32] {
    let mut fingerprint = [0; 32];
    let whole = digest(&SHA256, format!("{issuer}\n{subject}").as_bytes());
    for (to, from) in fingerprint.iter_mut().zip(whole.as_ref()) {
        *to = *from;
    }
    fingerprint
}

/// Logs the precise code; everybody else gets the coarse one.
fn refused(fault: FederalFault) -> CardRefusal {
    tracing::warn!(code = %fault, "the federal service proved nobody");
    fault.into()
}

impl FederalSignIn for Federal {
    fn begin<'a>(&'a self, attempt: &'a FederalAttempt) -> Answer<'a, Result<String, CardRefusal>> {
        Box::pin(async move { self.address(attempt).await.map_err(refused) })
    }

    fn finish<'a>(
        &'a self,
        code: &'a str,
        attempt: &'a FederalAttempt,
        now: Timestamp,
    ) -> Answer<'a, Result<ProvedPerson, CardRefusal>> {
        Box::pin(async move { self.prove(code, attempt, now).await.map_err(refused) })
    }
}

impl fmt::Debug for Federal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Federal").field("issuer", &self.settings.issuer).finish_non_exhaustive()
    }
}

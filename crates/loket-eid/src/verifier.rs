//! The Web eID door: puts the checks of this crate in their order. Keeps nothing between calls.

use std::fmt;
use std::sync::Arc;

use loket_domain::caller::{CardRefusal, ProvedPerson, SignInMethod};
use loket_domain::port::{Answer, CardVerifier};
use loket_domain::ssin::Synthetic;
use loket_domain::time::Timestamp;
use x509_cert::Certificate;
use x509_cert::der::oid::ObjectIdentifier;

use crate::certificate::{CardCertificate, Subject};
use crate::ocsp::{OcspFault, OcspFetcher, Question};
use crate::path::Authorities;
use crate::settings::{OcspSettings, Settings, SettingsFault, check_origin, read_policies};
use crate::token::AuthToken;

/// Gives 32 fresh random bytes at each call, for the nonce of an OCSP question.
pub type NonceSource = Arc<dyn Fn() -> [u8; 32] + Send + Sync>;

/// Verifies Web eID tokens by the settings of this installation.
pub struct WebEid {
    origin: String,
    authorities: Authorities,
    policies: Vec<ObjectIdentifier>,
    ocsp: OcspSettings,
    synthetic: Synthetic,
    fetcher: Arc<dyn OcspFetcher>,
    nonces: NonceSource,
}

/// A token that has passed every check that needs no network and no challenge.
struct Examined<'a> {
    token: AuthToken,
    card: CardCertificate,
    subject: Subject,
    issuer: &'a Certificate,
}

impl WebEid {
    /// Checks the settings; reads roots, issuing authorities and policies.
    pub fn new(
        settings: Settings,
        fetcher: Arc<dyn OcspFetcher>,
        nonces: NonceSource,
    ) -> Result<Self, SettingsFault> {
        check_origin(&settings.origin, settings.allow_loopback_http)?;
        settings.ocsp.check()?;
        Ok(Self {
            authorities: Authorities::new(&settings.anchors, &settings.intermediates)?,
            policies: read_policies(&settings.policies)?,
            origin: settings.origin,
            ocsp: settings.ocsp,
            synthetic: settings.synthetic,
            fetcher,
            nonces,
        })
    }

    fn examine(&self, token: &str, now: Timestamp) -> Result<Examined<'_>, CardRefusal> {
        let token = AuthToken::read(token)?;
        let card = CardCertificate::from_der(token.certificate()?)?;
        card.check_purpose()?;
        card.check_dates(now)?;
        let issuer = self.authorities.issuer_of(&card, now)?.parsed();
        card.check_policies(&self.policies)?;
        let subject = card.subject(self.synthetic)?;
        Ok(Examined { token, card, subject, issuer })
    }

    /// Asks the responder that the certificate names. The address is only believed after the path
    /// has been checked, and only when its host is listed.
    async fn check_revocation(
        &self,
        card: &CardCertificate,
        issuer: &Certificate,
        now: Timestamp,
    ) -> Result<(), OcspFault> {
        let url = card.ocsp_address().ok_or(OcspFault::NoResponder)?;
        if !self.ocsp.allows(&url) {
            return Err(OcspFault::NoResponder);
        }
        let nonce = self.ocsp.nonce.then(|| (self.nonces)());
        let question = Question::new(card.parsed(), issuer, nonce)?;
        let reply = self.fetcher.fetch(&url, question.to_der()?).await?;
        question.judge(&reply, issuer, &self.ocsp, now)
    }

    async fn prove(
        &self,
        token: &str,
        challenge: &str,
        now: Timestamp,
    ) -> Result<ProvedPerson, CardRefusal> {
        if challenge.is_empty() {
            return Err(CardRefusal::ChallengeMissing);
        }
        let Examined { token, card, subject, issuer } = self.examine(token, now)?;
        if let Err(fault) = self.check_revocation(&card, issuer, now).await {
            tracing::warn!(code = %fault, "a card's revocation check did not say good");
            return Err(fault.into());
        }
        let key = &card.parsed().tbs_certificate.subject_public_key_info;
        token
            .algorithm()
            .verify(key, &self.origin, challenge, &token.signature()?)
            .map_err(|_| CardRefusal::SignatureWrong)?;
        Ok(ProvedPerson {
            ssin: subject.ssin,
            given_names: subject.given_names,
            surname: subject.surname,
            method: SignInMethod::WebEid,
            card_fingerprint: card.fingerprint(),
            at: now,
        })
    }
}

impl CardVerifier for WebEid {
    fn verify<'a>(
        &'a self,
        token: &'a str,
        challenge: &'a str,
        now: Timestamp,
    ) -> Answer<'a, Result<ProvedPerson, CardRefusal>> {
        Box::pin(self.prove(token, challenge, now))
    }
}

impl fmt::Debug for WebEid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WebEid").field("origin", &self.origin).finish_non_exhaustive()
    }
}

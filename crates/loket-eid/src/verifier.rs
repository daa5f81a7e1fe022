//! The Web eID door: puts the checks of this crate in their order. Keeps nothing between calls.

use std::fmt;
use std::sync::Arc;

use loket_domain::caller::{CardRefusal, ProvedPerson, SignInMethod};
use loket_domain::port::{Answer, CardVerifier};
use loket_domain::ssin::Synthetic;
use loket_domain::time::Timestamp;
use x509_cert::Certificate;

use crate::certificate::{CardCertificate, PolicyRule, Subject, authority_key, may_sign_documents};
use crate::fault::CardFault;
use crate::ocsp::{OcspFault, OcspFetcher, Question, is_issued_by};
use crate::path::Authorities;
use crate::settings::{OcspSettings, Settings, SettingsFault, check_origin, read_policies};
use crate::token::{AuthToken, MOST_CERTIFICATES};

/// Gives 32 fresh random bytes at each call, for the nonce of an OCSP question.
pub type NonceSource = Arc<dyn Fn() -> [u8; 32] + Send + Sync>;

/// The checks that need neither network nor settings of an installation.
#[derive(Debug)]
pub struct Rules {
    /// Pinned roots and issuing authorities.
    pub authorities: Authorities,
    /// Which policies a certificate must and may not have.
    pub policies: PolicyRule,
}

/// A token whose form, certificate, path and policies are right. Its signature and revocation
/// are still to be checked.
#[derive(Debug)]
pub struct Examined {
    token: AuthToken,
    card: CardCertificate,
    issuer: Certificate,
}

impl Rules {
    /// Form, purpose, dates, path, policies and, in format 1.1, the signing certificates.
    pub fn examine(&self, token: &str, now: Timestamp) -> Result<Examined, CardFault> {
        let token = AuthToken::read(token)?;
        let card = CardCertificate::from_der(token.certificate()?)?;
        let issuer = self.issuer_of(&card, || token.intermediates(), now)?;
        for signing in token.signing_certificates()? {
            check_signing(&CardCertificate::from_der(signing)?, &card, &issuer, now)?;
        }
        Ok(Examined { token, card, issuer })
    }
}

impl Rules {
    /// Purpose, policies, dates and path of a certificate, in this order; gives its issuer.
    /// `helpers` came along with it and are looked at last.
    fn issuer_of(
        &self,
        card: &CardCertificate,
        helpers: impl FnOnce() -> Result<Vec<Vec<u8>>, CardFault>,
        now: Timestamp,
    ) -> Result<Certificate, CardFault> {
        card.check_purpose()?;
        card.check_forbidden(&self.policies)?;
        card.check_dates(now)?;
        let issuer = self.authorities.issuer_of(card, &helpers()?, now)?;
        card.check_required(&self.policies)?;
        Ok(issuer)
    }
}

/// The certificate with which the same card signs documents. It is not used; one that does not
/// belong to the card means that the token was put together by somebody else.
fn check_signing(
    signing: &CardCertificate,
    card: &CardCertificate,
    issuer: &Certificate,
    now: Timestamp,
) -> Result<(), CardFault> {
    if !signing.names_the_same_as(card) {
        return Err(CardFault::SigningCertificateSubject);
    }
    if !may_sign_documents(signing.parsed()) {
        return Err(CardFault::SigningCertificatePurpose);
    }
    if authority_key(signing.parsed()) != authority_key(card.parsed())
        || !is_issued_by(signing.parsed(), issuer)
    {
        return Err(CardFault::SigningCertificateIssuer);
    }
    signing.check_dates(now).map_err(|_| CardFault::SigningCertificateDates)
}

impl Examined {
    /// The certificate in the token.
    pub const fn card(&self) -> &CardCertificate {
        &self.card
    }

    /// The authority that issued it.
    pub const fn issuer(&self) -> &Certificate {
        &self.issuer
    }

    /// Whether the card signed this origin and this challenge.
    pub fn check_signature(&self, origin: &str, challenge: &str) -> Result<(), CardFault> {
        check_signature(&self.token, &self.card, origin, challenge)
    }
}

/// Whether the key of a certificate signed this origin and this challenge, whatever the
/// certificate is worth.
pub fn check_signature(
    token: &AuthToken,
    card: &CardCertificate,
    origin: &str,
    challenge: &str,
) -> Result<(), CardFault> {
    if challenge.is_empty() {
        return Err(CardFault::NonceMissing);
    }
    let key = &card.parsed().tbs_certificate.subject_public_key_info;
    token
        .algorithm()
        .verify(key, origin, challenge, &token.signature()?)
        .map_err(|_| CardFault::SignatureInvalid)
}

/// Verifies Web eID tokens by the settings of this installation.
pub struct WebEid {
    origin: String,
    rules: Rules,
    ocsp: OcspSettings,
    synthetic: Synthetic,
    fetcher: Arc<dyn OcspFetcher>,
    nonces: NonceSource,
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
        let required = Some(read_policies(&settings.policies)?);
        let authorities = Authorities::new(&settings.anchors, &settings.intermediates)?;
        authorities.check()?;
        let rules = Rules { authorities, policies: PolicyRule { required, forbidden: Vec::new() } };
        Ok(Self {
            origin: settings.origin,
            rules,
            ocsp: settings.ocsp,
            synthetic: settings.synthetic,
            fetcher,
            nonces,
        })
    }

    /// Dates, path and revocation of a certificate that signed in before.
    async fn look_again(&self, certificate: &[u8], now: Timestamp) -> Result<(), CardFault> {
        let card = CardCertificate::from_der(certificate.to_vec())?;
        card.check_dates(now)?;
        let issuer = self.rules.authorities.issuer_of(&card, &[], now)?;
        Ok(self.check_revocation(&card, &issuer, now).await?)
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
        let nonce = self.ocsp.sends_nonce(&url).then(|| (self.nonces)());
        let nonce = nonce.as_ref().map(<[u8; 32]>::as_slice);
        let question = Question::new(card.parsed(), issuer, nonce)?;
        let reply = self.fetcher.fetch(&url, question.to_der()?).await?;
        question.judge(&reply, issuer, &self.ocsp, now)
    }

    async fn prove(
        &self,
        token: &str,
        challenge: &str,
        now: Timestamp,
    ) -> Result<ProvedPerson, CardFault> {
        let examined = self.rules.examine(token, now)?;
        let subject = examined.card.subject(self.synthetic)?;
        self.check_revocation(&examined.card, &examined.issuer, now).await?;
        examined.check_signature(&self.origin, challenge)?;
        Ok(proved(&examined.card, subject, SignInMethod::WebEid, now))
    }

    async fn prove_chain(
        &self,
        chain: &[Vec<u8>],
        now: Timestamp,
    ) -> Result<ProvedPerson, CardFault> {
        let (first, helpers) = chain.split_first().ok_or(CardFault::CertificateMissing)?;
        if helpers.len() > MOST_CERTIFICATES {
            return Err(CardFault::Intermediates);
        }
        let card = CardCertificate::from_der(first.clone())?;
        let issuer = self.rules.issuer_of(&card, || Ok(helpers.to_vec()), now)?;
        let subject = card.subject(self.synthetic)?;
        self.check_revocation(&card, &issuer, now).await?;
        Ok(proved(&card, subject, SignInMethod::MutualTls, now))
    }
}

fn proved(
    card: &CardCertificate,
    subject: Subject,
    method: SignInMethod,
    at: Timestamp,
) -> ProvedPerson {
    ProvedPerson {
        ssin: subject.ssin,
        given_names: subject.given_names,
        surname: subject.surname,
        method,
        card_fingerprint: card.fingerprint(),
        certificate: card.der().to_vec(),
        at,
    }
}

/// Logs the precise code; everybody else gets the coarse one.
fn refused(fault: CardFault) -> CardRefusal {
    tracing::warn!(code = %fault, "a card is not accepted");
    fault.into()
}

impl CardVerifier for WebEid {
    fn verify<'a>(
        &'a self,
        token: &'a str,
        challenge: &'a str,
        now: Timestamp,
    ) -> Answer<'a, Result<ProvedPerson, CardRefusal>> {
        Box::pin(async move { self.prove(token, challenge, now).await.map_err(refused) })
    }

    fn prove_certificate<'a>(
        &'a self,
        chain: &'a [Vec<u8>],
        now: Timestamp,
    ) -> Answer<'a, Result<ProvedPerson, CardRefusal>> {
        Box::pin(async move { self.prove_chain(chain, now).await.map_err(refused) })
    }

    fn recheck<'a>(
        &'a self,
        certificate: &'a [u8],
        now: Timestamp,
    ) -> Answer<'a, Result<(), CardRefusal>> {
        Box::pin(async move { self.look_again(certificate, now).await.map_err(refused) })
    }
}

impl fmt::Debug for WebEid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WebEid").field("origin", &self.origin).finish_non_exhaustive()
    }
}

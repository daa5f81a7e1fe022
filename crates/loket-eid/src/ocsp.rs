//! Whether a certificate is revoked, by RFC 6960: the question, and the judgement of the answer.
//! Fails closed: whatever is not a fresh, signed "good" for the very certificate and nonce is a
//! fault. Does not fetch and does not cache.

use loket_domain::caller::CardRefusal;
use loket_domain::port::Answer;
use loket_domain::time::Timestamp;
use ring::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use url::Url;
use x509_cert::Certificate;
use x509_cert::der::asn1::{Null, ObjectIdentifier, OctetString};
use x509_cert::der::{self, Decode, Encode};
use x509_cert::ext::Extension;
use x509_cert::spki::AlgorithmIdentifierOwned;
use x509_ocsp::{
    BasicOcspResponse, CertId, CertStatus, OcspGeneralizedTime, OcspRequest, OcspResponse,
    OcspResponseStatus, Request, ResponderId, TbsRequest,
};

use crate::certificate::{in_date, may_sign_ocsp};
use crate::settings::OcspSettings;
use crate::signature::verify_signed;

const SHA1: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.14.3.2.26");
const BASIC: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.48.1.1");
const NONCE: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.48.1.2");

/// Most bytes of an answer.
pub const MAX_ANSWER: usize = 64 * 1024;
/// Most certificates that an answer may enclose.
const MAX_CERTIFICATES: usize = 8;

/// Why a certificate does not count as good. The text is the stable code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OcspFault {
    /// Revoked or suspended.
    #[error("certificate_revoked")]
    Revoked,
    /// The responder does not know the certificate.
    #[error("certificate_status_unknown")]
    StatusUnknown,
    /// The certificate names no responder, or one that may not be asked.
    #[error("ocsp_no_responder")]
    NoResponder,
    /// No answer, not HTTP 200, another content type, too long or too late.
    #[error("ocsp_transport")]
    Transport,
    /// Not an OCSP answer in DER, or with a critical extension that we do not know.
    #[error("ocsp_malformed")]
    Malformed,
    /// The responder says that it cannot answer.
    #[error("ocsp_unsuccessful")]
    Unsuccessful,
    /// Not exactly one answer in the answer.
    #[error("ocsp_wrong_number_of_responses")]
    NumberOfResponses,
    /// An answer about another certificate.
    #[error("ocsp_cert_id_mismatch")]
    CertId,
    /// The responder is neither the issuer nor delegated directly by it.
    #[error("ocsp_responder_not_trusted")]
    ResponderNotTrusted,
    /// The responder's certificate is not valid now.
    #[error("ocsp_responder_expired")]
    ResponderExpired,
    /// The answer's signature does not fit.
    #[error("ocsp_signature_invalid")]
    Signature,
    /// Older than the limit, or past its next update.
    #[error("ocsp_stale")]
    Stale,
    /// Further ahead of our clock than the limit.
    #[error("ocsp_from_the_future")]
    FromTheFuture,
    /// The next update lies before this one.
    #[error("ocsp_window_invalid")]
    Window,
    /// The nonce is missing or another one.
    #[error("ocsp_nonce_mismatch")]
    Nonce,
}

impl From<OcspFault> for CardRefusal {
    fn from(fault: OcspFault) -> Self {
        match fault {
            OcspFault::Revoked | OcspFault::StatusUnknown => Self::CertificateRevoked,
            _ => Self::RevocationUnavailable,
        }
    }
}

/// What the transport brought.
#[derive(Debug, Clone)]
pub struct Reply {
    /// HTTP status.
    pub status: u16,
    /// The Content-Type header; empty when there was none.
    pub content_type: String,
    /// At most [`MAX_ANSWER`] bytes.
    pub body: Vec<u8>,
}

/// Brings a question to a responder: POST, no redirects, within deadline and size.
pub trait OcspFetcher: Send + Sync + 'static {
    /// Posts the DER of a request. `url` has passed [`OcspSettings::allows`].
    fn fetch<'a>(&'a self, url: &'a Url, request: Vec<u8>) -> Answer<'a, Result<Reply, OcspFault>>;
}

/// A question about one certificate.
#[derive(Debug)]
pub struct Question {
    cert_id: CertId,
    nonce: Option<Vec<u8>>,
}

impl Question {
    /// Asks about `subject`, issued by `issuer`; SHA-1 only names the issuer here, as every
    /// responder expects.
    pub fn new(
        subject: &Certificate,
        issuer: &Certificate,
        nonce: Option<&[u8]>,
    ) -> Result<Self, OcspFault> {
        let cert_id = cert_id(subject, issuer).map_err(|_| OcspFault::Malformed)?;
        Ok(Self { cert_id, nonce: nonce.map(<[u8]>::to_vec) })
    }

    /// The request in DER.
    pub fn to_der(&self) -> Result<Vec<u8>, OcspFault> {
        self.request().and_then(|request| request.to_der()).map_err(|_| OcspFault::Malformed)
    }

    fn request(&self) -> der::Result<OcspRequest> {
        let request_extensions = match &self.nonce {
            Some(nonce) => Some(vec![Extension {
                extn_id: NONCE,
                critical: false,
                extn_value: OctetString::new(OctetString::new(nonce.as_slice())?.to_der()?)?,
            }]),
            None => None,
        };
        let request = Request { req_cert: self.cert_id.clone(), single_request_extensions: None };
        Ok(OcspRequest {
            tbs_request: TbsRequest {
                request_list: vec![request],
                request_extensions,
                ..TbsRequest::default()
            },
            optional_signature: None,
        })
    }

    /// `Ok` only for a fresh "good" by a responder that may speak for `issuer`.
    pub fn judge(
        &self,
        reply: &Reply,
        issuer: &Certificate,
        limits: &OcspSettings,
        now: Timestamp,
    ) -> Result<(), OcspFault> {
        self.judge_by(reply, limits, now, |basic| check_responder(basic, issuer, now))
    }

    /// The same for an answer that only this very responder may give.
    pub fn judge_designated(
        &self,
        reply: &Reply,
        responder: &Certificate,
        limits: &OcspSettings,
        now: Timestamp,
    ) -> Result<(), OcspFault> {
        self.judge_by(reply, limits, now, |basic| check_designated(basic, responder, now))
    }

    fn judge_by(
        &self,
        reply: &Reply,
        limits: &OcspSettings,
        now: Timestamp,
        check_responder: impl FnOnce(&BasicOcspResponse) -> Result<(), OcspFault>,
    ) -> Result<(), OcspFault> {
        let basic = read(reply)?;
        let [single] = basic.tbs_response_data.responses.as_slice() else {
            return Err(OcspFault::NumberOfResponses);
        };
        if !same_certificate(&single.cert_id, &self.cert_id) {
            return Err(OcspFault::CertId);
        }
        check_responder(&basic)?;
        let next = single.next_update.map(moment).transpose()?;
        check_window(moment(single.this_update)?, next, limits, now)?;
        match single.cert_status {
            CertStatus::Good(_) => self.check_nonce(&basic),
            CertStatus::Revoked(_) => Err(OcspFault::Revoked),
            CertStatus::Unknown(_) => Err(OcspFault::StatusUnknown),
        }
    }

    /// Demanded when one was sent. Some responders leave out the inner OCTET STRING.
    fn check_nonce(&self, basic: &BasicOcspResponse) -> Result<(), OcspFault> {
        let Some(sent) = self.nonce.as_deref() else { return Ok(()) };
        let mut nonces = basic
            .tbs_response_data
            .response_extensions
            .iter()
            .flatten()
            .filter(|extension| extension.extn_id == NONCE);
        let (Some(nonce), None) = (nonces.next(), nonces.next()) else {
            return Err(OcspFault::Nonce);
        };
        let raw = nonce.extn_value.as_bytes();
        let nested = OctetString::from_der(raw).is_ok_and(|inner| inner.as_bytes() == sent);
        if nested || raw == sent { Ok(()) } else { Err(OcspFault::Nonce) }
    }
}

fn cert_id(subject: &Certificate, issuer: &Certificate) -> der::Result<CertId> {
    let sha1 = |bytes: &[u8]| OctetString::new(digest(&SHA1_FOR_LEGACY_USE_ONLY, bytes).as_ref());
    let key = &issuer.tbs_certificate.subject_public_key_info.subject_public_key;
    Ok(CertId {
        hash_algorithm: AlgorithmIdentifierOwned { oid: SHA1, parameters: Some(Null.into()) },
        issuer_name_hash: sha1(&subject.tbs_certificate.issuer.to_der()?)?,
        issuer_key_hash: sha1(key.raw_bytes())?,
        serial_number: subject.tbs_certificate.serial_number.clone(),
    })
}

/// Hash parameters may be NULL or absent; everything else must be what was asked.
fn same_certificate(one: &CertId, other: &CertId) -> bool {
    one.hash_algorithm.oid == other.hash_algorithm.oid
        && one.issuer_name_hash == other.issuer_name_hash
        && one.issuer_key_hash == other.issuer_key_hash
        && one.serial_number == other.serial_number
}

fn read(reply: &Reply) -> Result<BasicOcspResponse, OcspFault> {
    let kind = reply.content_type.split(';').next().unwrap_or_default().trim();
    if reply.status != 200
        || !kind.eq_ignore_ascii_case("application/ocsp-response")
        || reply.body.len() > MAX_ANSWER
    {
        return Err(OcspFault::Transport);
    }
    let response = OcspResponse::from_der(&reply.body).map_err(|_| OcspFault::Malformed)?;
    if response.response_status != OcspResponseStatus::Successful {
        return Err(OcspFault::Unsuccessful);
    }
    let bytes = response.response_bytes.ok_or(OcspFault::Malformed)?;
    if bytes.response_type != BASIC {
        return Err(OcspFault::Malformed);
    }
    let basic =
        BasicOcspResponse::from_der(bytes.response.as_bytes()).map_err(|_| OcspFault::Malformed)?;
    let unknown_and_critical = basic
        .tbs_response_data
        .response_extensions
        .iter()
        .chain(
            basic.tbs_response_data.responses.iter().filter_map(|r| r.single_extensions.as_ref()),
        )
        .flatten()
        .any(|extension| extension.critical && extension.extn_id != NONCE);
    let enclosed = basic.certs.as_ref().map_or(0, Vec::len);
    if unknown_and_critical || enclosed > MAX_CERTIFICATES {
        return Err(OcspFault::Malformed);
    }
    Ok(basic)
}

/// The responder is the issuing authority, or has a certificate issued by it for this purpose. A
/// responder of another authority of the same hierarchy, or of the root, may not speak for it.
fn check_responder(
    basic: &BasicOcspResponse,
    issuer: &Certificate,
    now: Timestamp,
) -> Result<(), OcspFault> {
    let named = &basic.tbs_response_data.responder_id;
    let mut fault = OcspFault::ResponderNotTrusted;
    for responder in basic.certs.iter().flatten().chain(std::iter::once(issuer)) {
        if !is_named(responder, named) {
            continue;
        }
        match may_speak_for(responder, issuer, now).and_then(|()| check_signature(basic, responder))
        {
            Ok(()) => return Ok(()),
            Err(why) => fault = why,
        }
    }
    Err(fault)
}

/// The answer is by the designated responder, which is valid now.
fn check_designated(
    basic: &BasicOcspResponse,
    responder: &Certificate,
    now: Timestamp,
) -> Result<(), OcspFault> {
    if !is_named(responder, &basic.tbs_response_data.responder_id) {
        return Err(OcspFault::ResponderNotTrusted);
    }
    if !in_date(responder, now) {
        return Err(OcspFault::ResponderExpired);
    }
    check_signature(basic, responder)
}

fn is_named(certificate: &Certificate, responder: &ResponderId) -> bool {
    let holder = &certificate.tbs_certificate;
    match responder {
        ResponderId::ByName(name) => *name == holder.subject,
        ResponderId::ByKey(hash) => {
            let key = holder.subject_public_key_info.subject_public_key.raw_bytes();
            hash.as_bytes() == digest(&SHA1_FOR_LEGACY_USE_ONLY, key).as_ref()
        }
    }
}

fn may_speak_for(
    responder: &Certificate,
    issuer: &Certificate,
    now: Timestamp,
) -> Result<(), OcspFault> {
    if responder == issuer {
        return Ok(());
    }
    if !may_sign_ocsp(responder) || !is_issued_by(responder, issuer) {
        return Err(OcspFault::ResponderNotTrusted);
    }
    if in_date(responder, now) { Ok(()) } else { Err(OcspFault::ResponderExpired) }
}

/// Whether a certificate names this authority as its issuer and is signed by its key.
pub(crate) fn is_issued_by(certificate: &Certificate, issuer: &Certificate) -> bool {
    let Ok(message) = certificate.tbs_certificate.to_der() else { return false };
    certificate.tbs_certificate.issuer == issuer.tbs_certificate.subject
        && verify_signed(
            &issuer.tbs_certificate.subject_public_key_info,
            &certificate.signature_algorithm,
            &message,
            certificate.signature.raw_bytes(),
        )
        .is_ok()
}

fn check_signature(basic: &BasicOcspResponse, responder: &Certificate) -> Result<(), OcspFault> {
    let message = basic.tbs_response_data.to_der().map_err(|_| OcspFault::Malformed)?;
    verify_signed(
        &responder.tbs_certificate.subject_public_key_info,
        &basic.signature_algorithm,
        &message,
        basic.signature.raw_bytes(),
    )
    .map_err(|_| OcspFault::Signature)
}

fn check_window(
    this: Timestamp,
    next: Option<Timestamp>,
    limits: &OcspSettings,
    now: Timestamp,
) -> Result<(), OcspFault> {
    let now = Timestamp::from_seconds(now.seconds());
    if this > now.plus(limits.skew) {
        return Err(OcspFault::FromTheFuture);
    }
    if now > this.plus(limits.max_age) {
        return Err(OcspFault::Stale);
    }
    match next {
        Some(next) if next < this => Err(OcspFault::Window),
        Some(next) if now > next.plus(limits.skew) => Err(OcspFault::Stale),
        _ => Ok(()),
    }
}

fn moment(time: OcspGeneralizedTime) -> Result<Timestamp, OcspFault> {
    i64::try_from(time.0.to_unix_duration().as_secs())
        .map(Timestamp::from_seconds)
        .map_err(|_| OcspFault::Malformed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn window(this: &str, next: Option<&str>) -> Result<(), OcspFault> {
        let moment = |text| Timestamp::parse(text).unwrap();
        let now = moment("2026-01-01T12:00:00Z");
        check_window(moment(this), next.map(moment), &OcspSettings::default(), now)
    }

    #[test]
    fn an_answer_is_fresh_within_its_limits() {
        let (second_ago, later) = ("2026-01-01T11:59:59Z", "2026-01-01T11:58:01Z");
        assert_eq!(window(later, Some("2026-01-01T11:58:02Z")), Ok(()));
        assert_eq!(window(later, Some("2026-01-01T11:58:00Z")), Err(OcspFault::Window));
        assert_eq!(window("2026-01-01T11:30:00Z", None), Err(OcspFault::Stale));
        assert_eq!(window("2026-01-01T12:30:00Z", None), Err(OcspFault::FromTheFuture));
        assert_eq!(window(second_ago, Some(second_ago)), Ok(()));
    }

    #[test]
    fn the_next_update_counts_when_answers_may_be_old() {
        let moment = |text| Timestamp::parse(text).unwrap();
        let day = std::time::Duration::from_hours(24);
        let limits = OcspSettings { max_age: day, ..OcspSettings::default() };
        let judge = |next| {
            let (this, now) = (moment("2026-01-01T08:00:00Z"), moment("2026-01-01T12:00:00Z"));
            check_window(this, Some(moment(next)), &limits, now)
        };
        assert_eq!(judge("2026-01-01T11:45:00Z"), Ok(()));
        assert_eq!(judge("2026-01-01T11:44:59Z"), Err(OcspFault::Stale));
    }

    #[test]
    fn only_a_revoked_or_unknown_card_is_called_revoked() {
        use CardRefusal::{CertificateRevoked, RevocationUnavailable};
        assert_eq!(CardRefusal::from(OcspFault::Revoked), CertificateRevoked);
        assert_eq!(CardRefusal::from(OcspFault::StatusUnknown), CertificateRevoked);
        assert_eq!(CardRefusal::from(OcspFault::Nonce), RevocationUnavailable);
        assert_eq!(CardRefusal::from(OcspFault::Transport), RevocationUnavailable);
    }
}

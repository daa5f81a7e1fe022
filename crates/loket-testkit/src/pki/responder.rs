//! The OCSP responder of the demonstration authority. Every certificate counts as good until it
//! is told otherwise; it keeps nothing and believes every request.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use anyhow::{Result, anyhow};
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use loket_domain::time::Timestamp;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P384_SHA384_ASN1_SIGNING, EcdsaKeyPair};
use x509_cert::Certificate;
use x509_cert::der::asn1::{BitString, GeneralizedTime, Null};
use x509_cert::der::{Decode, Encode};
use x509_cert::ext::pkix::CrlReason;
use x509_cert::spki::AlgorithmIdentifierOwned;
use x509_ocsp::{
    BasicOcspResponse, CertStatus, OcspGeneralizedTime, OcspRequest, OcspResponse, ResponderId,
    ResponseData, RevokedInfo, SingleResponse, Version,
};

use super::{DemoAuthority, oid};

const ECDSA_WITH_SHA384: &str = "1.2.840.10045.4.3.3";
const NONCE: &str = "1.3.6.1.5.5.7.48.1.2";

/// Where the responder takes the time from.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// What the responder says about a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// Not revoked.
    Good,
    /// Revoked for good, by key compromise.
    Revoked,
    /// On hold: a card that is suspended or not yet activated.
    Suspended,
    /// Never heard of.
    Unknown,
    /// No answer at all: HTTP 503, for showing what happens when the service is down.
    Unavailable,
}

/// A running responder's memory, shared by its clones.
#[derive(Clone)]
pub struct OcspResponder {
    shared: Arc<Shared>,
}

struct Shared {
    certificate: Certificate,
    key: EcdsaKeyPair,
    clock: Clock,
    random: SystemRandom,
    /// By serial number, as in the certificate.
    statuses: RwLock<HashMap<Vec<u8>, Status>>,
}

impl OcspResponder {
    /// Answers for the cards of `authority`, with the delegated certificate that it holds.
    pub fn new(authority: &DemoAuthority, clock: Clock) -> Result<Self> {
        let random = SystemRandom::new();
        let key = &authority.responder.key;
        let key = EcdsaKeyPair::from_pkcs8(&ECDSA_P384_SHA384_ASN1_SIGNING, key, &random)
            .map_err(|_| anyhow!("the responder's key cannot be read"))?;
        let certificate = authority.responder.parsed()?;
        let statuses = RwLock::default();
        Ok(Self { shared: Arc::new(Shared { certificate, key, clock, random, statuses }) })
    }

    /// From now on says this about a card's certificate (DER).
    pub fn set(&self, certificate: &[u8], status: Status) -> Result<()> {
        let serial = Certificate::from_der(certificate)?.tbs_certificate.serial_number;
        let mut statuses = self.shared.statuses.write().unwrap_or_else(PoisonError::into_inner);
        statuses.insert(serial.as_bytes().to_vec(), status);
        Ok(())
    }

    fn status(&self, serial: &[u8]) -> Status {
        let statuses = self.shared.statuses.read().unwrap_or_else(PoisonError::into_inner);
        statuses.get(serial).copied().unwrap_or(Status::Good)
    }

    /// The answer in DER; `None` for a certificate whose status is [`Status::Unavailable`].
    fn answer(&self, request: &OcspRequest) -> Result<Option<Vec<u8>>> {
        let now = GeneralizedTime::from_unix_duration(Duration::from_secs(u64::try_from(
            (self.shared.clock)().seconds(),
        )?))?;
        let mut responses = Vec::new();
        for asked in &request.tbs_request.request_list {
            let status = match self.status(asked.req_cert.serial_number.as_bytes()) {
                Status::Good => CertStatus::good(),
                Status::Revoked => revoked(now, CrlReason::KeyCompromise),
                Status::Suspended => revoked(now, CrlReason::CertificateHold),
                Status::Unknown => CertStatus::Unknown(Null),
                Status::Unavailable => return Ok(None),
            };
            let this_update = OcspGeneralizedTime(now);
            responses.push(SingleResponse::new(asked.req_cert.clone(), status, this_update));
        }
        let nonce = oid(NONCE)?;
        let echoed: Vec<_> = request
            .tbs_request
            .request_extensions
            .iter()
            .flatten()
            .filter(|extension| extension.extn_id == nonce)
            .cloned()
            .collect();
        let data = ResponseData {
            version: Version::default(),
            responder_id: ResponderId::ByName(
                self.shared.certificate.tbs_certificate.subject.clone(),
            ),
            produced_at: OcspGeneralizedTime(now),
            responses,
            response_extensions: (!echoed.is_empty()).then_some(echoed),
        };
        self.sign(data).map(Some)
    }

    fn sign(&self, tbs_response_data: ResponseData) -> Result<Vec<u8>> {
        let signature = self
            .shared
            .key
            .sign(&self.shared.random, &tbs_response_data.to_der()?)
            .map_err(|_| anyhow!("the answer cannot be signed"))?;
        let basic = BasicOcspResponse {
            tbs_response_data,
            signature_algorithm: AlgorithmIdentifierOwned {
                oid: oid(ECDSA_WITH_SHA384)?,
                parameters: None,
            },
            signature: BitString::from_bytes(signature.as_ref())?,
            certs: Some(vec![self.shared.certificate.clone()]),
        };
        Ok(OcspResponse::successful(basic)?.to_der()?)
    }
}

/// `POST /ocsp`, as RFC 6960 appendix A has it.
pub fn ocsp_router(responder: OcspResponder) -> Router {
    Router::new().route("/ocsp", post(respond)).with_state(responder)
}

async fn respond(State(responder): State<OcspResponder>, body: Bytes) -> Response {
    let answer = match OcspRequest::from_der(&body) {
        Ok(request) => responder.answer(&request),
        Err(_) => OcspResponse::malformed_request().to_der().map(Some).map_err(Into::into),
    };
    match answer {
        Ok(Some(der)) => ([(CONTENT_TYPE, "application/ocsp-response")], der).into_response(),
        Ok(None) => StatusCode::SERVICE_UNAVAILABLE.into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

fn revoked(at: GeneralizedTime, reason: CrlReason) -> CertStatus {
    CertStatus::Revoked(RevokedInfo {
        revocation_time: OcspGeneralizedTime(at),
        revocation_reason: Some(reason),
    })
}

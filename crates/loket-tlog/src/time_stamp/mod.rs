//! Time-stamps (RFC 3161): the request over the text of a checkpoint, and the check of what an
//! authority answered. An accepted token says that the checkpoint, and with it every leaf below,
//! existed at its time; whoever holds our keys today cannot have made it later.

mod token;

use x509_tsp::{MessageImprint, TimeStampReq, TimeStampResp, TspVersion};

use x509_cert::der::asn1::{Int, OctetString};
use x509_cert::der::oid::ObjectIdentifier;
use x509_cert::der::{Decode, Encode};
use x509_cert::spki::AlgorithmIdentifierOwned;

use crate::hash::sha256;

pub use token::{Authority, TimeStamp};

/// Most bytes of a response that are read.
pub const MAX_TIME_STAMP_BYTES: usize = 1 << 17;

const SHA_256: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.1");
/// Accepted, and accepted with changes (RFC 3161 section 2.4.2).
const GRANTED: [u8; 2] = [0, 1];

/// Why a time-stamp is not accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TimeStampFault {
    /// Larger than is read.
    #[error("the time-stamp is too large")]
    TooLarge,
    /// Not of the form of RFC 3161.
    #[error("not a time-stamp of RFC 3161")]
    Form,
    /// The authority refused.
    #[error("the authority refused to stamp")]
    Refused,
    /// It is over something else.
    #[error("the time-stamp is over another text")]
    Imprint,
    /// It answers another request.
    #[error("the time-stamp answers another request")]
    Nonce,
    /// The signature or what it must cover is wrong.
    #[error("the signature of the time-stamp does not verify")]
    Signature,
    /// The signer is not known, not for time-stamps only, or was not valid at that time.
    #[error("the signer of the time-stamp is no trusted authority for time-stamps")]
    Signer,
    /// A certificate that is to be trusted cannot be read.
    #[error("a certificate of an authority cannot be read")]
    Authority,
}

/// The body of a request for a time-stamp over a text, as `application/timestamp-query`. The caller
/// has drawn the nonce.
pub fn time_stamp_request(text: &[u8], nonce: [u8; 8]) -> Result<Vec<u8>, TimeStampFault> {
    let hash_algorithm = AlgorithmIdentifierOwned { oid: SHA_256, parameters: None };
    let hashed_message = OctetString::new(sha256(text)).map_err(|_| TimeStampFault::Form)?;
    let request = TimeStampReq {
        version: TspVersion::V1,
        message_imprint: MessageImprint { hash_algorithm, hashed_message },
        req_policy: None,
        nonce: Some(Int::new(&positive(nonce)).map_err(|_| TimeStampFault::Form)?),
        cert_req: true,
        extensions: None,
    };
    request.to_der().map_err(|_| TimeStampFault::Form)
}

/// A positive number that DER writes in eight bytes.
const fn positive(mut nonce: [u8; 8]) -> [u8; 8] {
    nonce[0] = nonce[0] & 0x3f | 0x40;
    nonce
}

/// Checks the response (`application/timestamp-reply`, or a `.tsr` file) over a text against these
/// authorities. With a nonce, it must answer that very request.
pub fn verify_time_stamp(
    response: &[u8],
    text: &[u8],
    nonce: Option<[u8; 8]>,
    authorities: &[Authority],
) -> Result<TimeStamp, TimeStampFault> {
    if response.len() > MAX_TIME_STAMP_BYTES {
        return Err(TimeStampFault::TooLarge);
    }
    let response = TimeStampResp::from_der(response).map_err(|_| TimeStampFault::Form)?;
    if !GRANTED.contains(&(response.status.status as u8)) {
        return Err(TimeStampFault::Refused);
    }
    let token = response.time_stamp_token.ok_or(TimeStampFault::Form)?;
    token::verify(&token, &sha256(text), nonce.map(positive), authorities)
}

//! Who calls: the proved person behind a card, the session of a member of staff, the applicant
//! with link or code, the operator at the command line, or a job of the program itself.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::id::{ContactPointId, InvitationId, KeyId, PersonId, RelyingPartyId, SessionId};
use crate::ssin::Ssin;
use crate::time::Timestamp;

/// The one result of every sign-in door: who holds the card, as its certificate says.
#[derive(Clone, PartialEq, Eq)]
pub struct ProvedPerson {
    /// Number from the certificate's serialNumber.
    pub ssin: Ssin,
    /// All given names from the certificate.
    pub given_names: String,
    /// Surname from the certificate.
    pub surname: String,
    /// The door that proved it.
    pub method: SignInMethod,
    /// SHA-256 of the certificate's DER; of issuer and subject where the federal service shows none.
    pub card_fingerprint: [u8; 32],
    /// The certificate's DER: kept sealed with the session, so that its revocation can be looked at
    /// again while the session lasts; empty where the federal service shows none.
    pub certificate: Vec<u8>,
    /// When it was proved.
    pub at: Timestamp,
}

impl fmt::Debug for ProvedPerson {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ProvedPerson({:?}, {})", self.method, self.at)
    }
}

/// Doors by which staff sign in (SEED-23: a Belgian eID and nothing else).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SignInMethod {
    /// Web eID token.
    WebEid,
    /// The certificate of the card in a TLS handshake.
    MutualTls,
    /// The federal authentication service, by OpenID Connect.
    Federal,
}

impl SignInMethod {
    /// Stable code, as stored.
    pub const fn code(self) -> &'static str {
        match self {
            Self::WebEid => "web_eid",
            Self::MutualTls => "mutual_tls",
            Self::Federal => "federal",
        }
    }
    /// Reads a stable code.
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::WebEid, Self::MutualTls, Self::Federal]
            .into_iter()
            .find(|method| method.code() == code)
    }
}

/// Why a session was ended by something else than its own sign-out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SessionEndReason {
    /// The holder ended it from another session.
    EndedElsewhere,
    /// The last valid role at the organisation was withdrawn or has ended.
    RoleLost,
    /// The card was found revoked at a re-check.
    CardRevoked,
    /// The card could not be re-checked for too long.
    CardUnchecked,
}

impl SessionEndReason {
    /// Stable code, as stored.
    pub const fn code(self) -> &'static str {
        match self {
            Self::EndedElsewhere => "ended_elsewhere",
            Self::RoleLost => "role_lost",
            Self::CardRevoked => "card_revoked",
            Self::CardUnchecked => "card_unchecked",
        }
    }
    /// Reads a stable code.
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::EndedElsewhere, Self::RoleLost, Self::CardRevoked, Self::CardUnchecked]
            .into_iter()
            .find(|reason| reason.code() == code)
    }
}

/// Why a card was refused. The browser gets one generic page; the trail gets the code.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, thiserror::Error,
)]
#[serde(rename_all = "snake_case")]
pub enum CardRefusal {
    /// Token too long, too short, not JSON, or of another format.
    #[error("token_unreadable")]
    TokenUnreadable,
    /// The certificate cannot be read.
    #[error("certificate_unreadable")]
    CertificateUnreadable,
    /// Not for authentication (key usage, extended key usage).
    #[error("certificate_purpose")]
    CertificatePurpose,
    /// None of the allowed authentication policies.
    #[error("certificate_policy")]
    CertificatePolicy,
    /// Not yet or no longer valid.
    #[error("certificate_dates")]
    CertificateDates,
    /// No path to a pinned root.
    #[error("certificate_untrusted")]
    CertificateUntrusted,
    /// The subject has no single valid number.
    #[error("certificate_subject")]
    CertificateSubject,
    /// Revoked or suspended.
    #[error("certificate_revoked")]
    CertificateRevoked,
    /// Revocation could not be checked: fail closed, with a page that says whom to call.
    #[error("revocation_unavailable")]
    RevocationUnavailable,
    /// The signature does not fit origin, challenge and certificate.
    #[error("signature_wrong")]
    SignatureWrong,
    /// There is no open challenge for this session, or it has expired.
    #[error("challenge_missing")]
    ChallengeMissing,
    /// The federal service does not answer.
    #[error("federal_unavailable")]
    FederalUnavailable,
    /// What the federal service says is not what is demanded.
    #[error("federal_refused")]
    FederalRefused,
}

impl CardRefusal {
    /// Stable code for the trail.
    pub fn code(self) -> String {
        self.to_string()
    }
}

/// Who calls a command.
#[derive(Debug, Clone)]
pub enum Caller {
    /// A person who has just proved to hold a card and has no session yet.
    Card(ProvedPerson),
    /// A member of staff in a session; grants are loaded inside the transaction.
    Staff(SessionId),
    /// The person who opened an activation link.
    Applicant(InvitationId),
    /// Somebody who opened a link that was mailed to a contact point.
    AddressHolder(ContactPointId),
    /// A person who shows a key on the sign-in check page.
    KeyHolder {
        /// Whose key.
        person: PersonId,
        /// Which key.
        key: KeyId,
    },
    /// The server of a relying party that has proved to be itself, or has a token.
    RelyingParty(RelyingPartyId),
    /// Somebody with an account on the operator's machine, at the command line.
    Operator {
        /// Name of that account, as the operating system has it.
        account: String,
    },
    /// A job of the program itself; never for a human act (SEED-47).
    Job(&'static str),
}

/// Which front door a call came through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Door {
    /// A page.
    Web,
    /// The REST API.
    Api,
    /// The command line.
    Cli,
    /// A job.
    Job,
}

impl Door {
    /// Stable code, as stored.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Web => "web",
            Self::Api => "api",
            Self::Cli => "cli",
            Self::Job => "job",
        }
    }
}

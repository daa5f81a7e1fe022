//! Relying parties: services at which a person signs in with a key, what each was registered for, and
//! what they may ask. Pure; who has shown a key, and what was agreed, are arguments.

mod parts;
mod request;
mod rotation;
mod step;

use std::collections::BTreeSet;
use std::time::Duration;

use serde::{Deserialize, Serialize};

pub use parts::{Challenge, Claim, ClientId, ClientKey, NotAParty, ReturnAddress};
pub use request::{Asked, AuthorizationRequest, Prompt, RequestFault};
pub use rotation::{KeyTimes, LEAD, NewKeyDue, due, published, signing};
pub use step::{AnswerError, GivenConsent, NextStep, SHOWN_FOR, ShownKey, next_step};

use crate::key::AssuranceLevel;

/// How long a code may take from the browser to the relying party's server.
pub const CODE_WORKS: Duration = Duration::from_secs(60);
/// How long ID tokens and access tokens work.
pub const TOKEN_WORKS: Duration = Duration::from_secs(300);

/// How a relying party proves at the token endpoint that it is itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "method", rename_all = "snake_case")]
pub enum ClientProof {
    /// A secret of 256 random bits, of which only the SHA-256 is kept (`client_secret_basic`).
    Secret {
        /// The digest.
        digest: [u8; 32],
    },
    /// Assertions signed with one of these keys (`private_key_jwt`).
    Keys {
        /// The public keys.
        keys: Vec<ClientKey>,
    },
}

/// What a relying party was registered for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Registered {
    /// What people call it, as the pages show it.
    pub name: String,
    /// The sector within which a person has one and the same identifier.
    pub sector: String,
    /// Where answers may go.
    pub returns: Vec<ReturnAddress>,
    /// Where people may go after signing out.
    pub after_sign_out: Vec<ReturnAddress>,
    /// What it may learn of a person, if the person agrees.
    pub claims: BTreeSet<Claim>,
    /// The lowest level with which anybody signs in there.
    pub least: AssuranceLevel,
    /// How it proves to be itself.
    pub proof: ClientProof,
}

/// Longest name and longest sector.
const LONGEST: usize = 100;
/// Most addresses of one kind.
const MOST_ADDRESSES: usize = 20;

impl Registered {
    /// Checks what the types of the fields do not say by themselves.
    pub fn check(&self) -> Result<(), NotAParty> {
        let plain = |text: &str| {
            !text.trim().is_empty()
                && text.chars().count() <= LONGEST
                && !text.chars().any(char::is_control)
        };
        if !plain(&self.name) || !plain(&self.sector) {
            return Err(NotAParty::Name);
        }
        if !(1..=MOST_ADDRESSES).contains(&self.returns.len())
            || self.after_sign_out.len() > MOST_ADDRESSES
        {
            return Err(NotAParty::Addresses);
        }
        match &self.proof {
            ClientProof::Keys { keys } if !(1..=8).contains(&keys.len()) => Err(NotAParty::Key),
            ClientProof::Keys { .. } | ClientProof::Secret { .. } => Ok(()),
        }
    }
}

impl AssuranceLevel {
    /// The level as `acr` names it (eIDAS, as the SAML profile of the eIDAS network writes it).
    pub const fn acr(self) -> &'static str {
        match self {
            Self::Low => "http://eidas.europa.eu/LoA/low",
            Self::Substantial => "http://eidas.europa.eu/LoA/substantial",
            Self::High => "http://eidas.europa.eu/LoA/high",
        }
    }
}

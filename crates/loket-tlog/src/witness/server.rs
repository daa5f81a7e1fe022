//! How a witness decides.

use crate::checkpoint::{Checkpoint, CheckpointFault, decimal};
use crate::cosignature::{WitnessKey, WitnessSigner};
use crate::edge::MAX_SIZE;
use crate::hash::Hash;
use crate::key::VerifierKey;
use crate::note::{NoteFault, Signature};
use crate::proof::verify_consistency;

use super::request::{AddCheckpoint, RequestFault};
use super::{SIZE_TYPE, TEXT_TYPE};

/// A kept head that cannot be read back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the kept head is not a size and a root")]
pub struct HeadFault;

/// The last head that was signed for one log. Prints and reads as two lines, size and root.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// Number of leaves.
    pub size: u64,
    /// Root.
    pub root: Hash,
}

impl std::fmt::Display for Head {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}\n{}\n", self.size, self.root)
    }
}

impl std::str::FromStr for Head {
    type Err = HeadFault;
    fn from_str(text: &str) -> Result<Self, HeadFault> {
        let (size, root) = text.split_once('\n').ok_or(HeadFault)?;
        let root = root.strip_suffix('\n').ok_or(HeadFault)?;
        let size = decimal(size).ok_or(HeadFault)?;
        Ok(Self { size, root: root.parse().map_err(|_| HeadFault)? })
    }
}

/// Why a head does not follow the last one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotExtended {
    /// Smaller than what was signed last: an old state was restored.
    #[error("the log is smaller than when it was last signed, at size {0}")]
    Smaller(u64),
    /// The same size with another root: two histories.
    #[error("the log has another root at the same size {0}")]
    Forked(u64),
    /// The proof does not lead from the one to the other.
    #[error("the proof does not show that the log only grew")]
    Proof,
}

impl Head {
    /// The head after this one (none: before the first), if it only grew. For witness and signer
    /// alike: what fails here is never signed.
    pub fn follow(
        last: Option<&Self>,
        next: &Checkpoint,
        proof: &[Hash],
    ) -> Result<Self, NotExtended> {
        let head = Self { size: next.size, root: next.root };
        if let Some(last) = last {
            if next.size < last.size {
                return Err(NotExtended::Smaller(last.size));
            }
            if next.size == last.size && next.root != last.root {
                return Err(NotExtended::Forked(last.size));
            }
        }
        let (size, root) =
            last.map_or((0, crate::hash::empty_root()), |last| (last.size, last.root));
        let grown = next.size <= MAX_SIZE
            && verify_consistency(size, &root, next.size, &next.root, proof).is_ok();
        if grown { Ok(head) } else { Err(NotExtended::Proof) }
    }
}

/// A log that a witness follows.
#[derive(Debug, Clone)]
pub struct WitnessedLog {
    /// Its keys, all of one name, which is its origin; several while it changes keys.
    pub keys: Vec<VerifierKey>,
}

/// A witness: its key and the logs that it follows.
#[derive(Debug)]
pub struct Witness {
    signer: WitnessSigner,
    logs: Vec<WitnessedLog>,
}

/// Why a witness does not cosign.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// Not a request.
    #[error(transparent)]
    Request(#[from] RequestFault),
    /// The text of the note is no checkpoint that is witnessed here.
    #[error("not a checkpoint")]
    Checkpoint,
    /// It follows no log of this origin.
    #[error("the log is not known here")]
    UnknownLog,
    /// No key of that log has signed.
    #[error("no known key of the log has signed")]
    Unsigned,
    /// The old size is larger than the new one.
    #[error("the old size is larger than the size of the checkpoint")]
    OldSize,
    /// It has cosigned another size last.
    #[error("the last cosigned size is {0}")]
    Conflict(u64),
    /// The same size with another root.
    #[error("another root was cosigned at this size")]
    Forked(u64),
    /// The proof does not verify.
    #[error("the consistency proof does not verify")]
    Proof,
}

/// An answer over HTTP.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// Status.
    pub status: u16,
    /// Type of the body.
    pub content_type: &'static str,
    /// Body.
    pub body: String,
}

impl Refused {
    /// The answer that the protocol has for it.
    pub fn answer(&self) -> Answer {
        let (status, content_type) = match self {
            Self::Request(RequestFault::TooLarge) => (413, TEXT_TYPE),
            Self::Request(_) | Self::Checkpoint | Self::OldSize => (400, TEXT_TYPE),
            Self::UnknownLog => (404, TEXT_TYPE),
            Self::Unsigned => (403, TEXT_TYPE),
            Self::Conflict(_) | Self::Forked(_) => (409, SIZE_TYPE),
            Self::Proof => (422, TEXT_TYPE),
        };
        let body = match self {
            Self::Conflict(size) | Self::Forked(size) => format!("{size}\n"),
            other => format!("{other}\n"),
        };
        Answer { status, content_type, body }
    }
}

/// What a witness may answer once the new head is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cosigned {
    /// Origin of the log.
    pub origin: String,
    /// The head to keep in place of the last one.
    pub head: Head,
    /// The signature line.
    pub signature: Signature,
}

impl Cosigned {
    /// The answer, to be sent only after the head is durable.
    pub fn answer(&self) -> Answer {
        Answer { status: 200, content_type: TEXT_TYPE, body: self.signature.to_string() }
    }
}

impl Witness {
    /// A witness for these logs.
    pub const fn new(signer: WitnessSigner, logs: Vec<WitnessedLog>) -> Self {
        Self { signer, logs }
    }

    /// Its public key.
    pub const fn key(&self) -> &WitnessKey {
        self.signer.public()
    }

    /// The known origin that a request is about: what to load the last head by. Nothing is
    /// verified yet.
    pub fn origin(&self, request: &AddCheckpoint) -> Result<&str, Refused> {
        let origin = request.checkpoint.text().lines().next().unwrap_or_default();
        let keys = self.logs.iter().flat_map(|log| &log.keys);
        keys.map(|key| key.name().as_str()).find(|name| *name == origin).ok_or(Refused::UnknownLog)
    }

    /// Decides over a request, given the head that was cosigned last for its origin, at a time in
    /// seconds since 1970 UTC. Whoever calls it lets no other request for that origin in between
    /// until the new head is durable.
    pub fn decide(
        &self,
        request: &AddCheckpoint,
        last: Option<&Head>,
        now: u64,
    ) -> Result<Cosigned, Refused> {
        let origin = self.origin(request)?;
        let keys: Vec<VerifierKey> = self
            .logs
            .iter()
            .flat_map(|log| &log.keys)
            .filter(|key| key.name().as_str() == origin)
            .cloned()
            .collect();
        request.checkpoint.verify(&keys).map_err(|_: NoteFault| Refused::Unsigned)?;
        let checkpoint: Checkpoint =
            request.checkpoint.text().parse().map_err(|_: CheckpointFault| Refused::Checkpoint)?;
        if request.old > checkpoint.size {
            return Err(Refused::OldSize);
        }
        let size = last.map_or(0, |last| last.size);
        if request.old != size {
            return Err(Refused::Conflict(size));
        }
        let head = Head::follow(last, &checkpoint, &request.proof).map_err(|why| match why {
            NotExtended::Smaller(size) => Refused::Conflict(size),
            NotExtended::Forked(size) => Refused::Forked(size),
            NotExtended::Proof => Refused::Proof,
        })?;
        let signature = self.signer.cosign(request.checkpoint.text(), now);
        Ok(Cosigned { origin: origin.to_owned(), head, signature })
    }
}

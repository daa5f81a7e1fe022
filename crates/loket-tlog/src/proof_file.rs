//! Proof files (C2SP `tlog-proof`): that a leaf stands in a log, with the cosigned checkpoint, to be
//! checked offline.

use std::fmt;
use std::str::FromStr;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::checkpoint::decimal;
use crate::hash::{Hash, leaf_hash};
use crate::note::{MAX_NOTE_BYTES, Note, NoteFault};
use crate::policy::{Accepted, NotAccepted, Policy};
use crate::proof::{ProofFault, verify_inclusion};

const FIRST_LINE: &str = "c2sp.org/tlog-proof@v1";
const MAX_HASHES: usize = 63;
/// Most bytes of extra material.
const MAX_EXTRA: usize = 1 << 16;

/// Why a text is no proof file, or proves nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProofFileFault {
    /// Larger than is read.
    #[error("the proof is too large")]
    TooLarge,
    /// Not of the form.
    #[error("the text has not the form of a tlog-proof")]
    Form,
    /// The checkpoint is no note.
    #[error(transparent)]
    Note(#[from] NoteFault),
    /// The checkpoint is not accepted.
    #[error(transparent)]
    NotAccepted(#[from] NotAccepted),
    /// The leaf does not stand there.
    #[error(transparent)]
    Proof(#[from] ProofFault),
}

/// A proof file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProofFile {
    /// Extra material. Nothing vouches for it.
    pub extra: Option<Vec<u8>>,
    /// Index of the leaf.
    pub index: u64,
    /// Inclusion proof.
    pub hashes: Vec<Hash>,
    /// Checkpoint with its signatures.
    pub checkpoint: Note,
}

impl ProofFile {
    /// Accepts the checkpoint by the policy, and the leaf by its hash at its index below it.
    pub fn verify(&self, leaf: &[u8], policy: &Policy) -> Result<Accepted, ProofFileFault> {
        let accepted = policy.accept(&self.checkpoint)?;
        let (size, root) = (accepted.checkpoint.size, &accepted.checkpoint.root);
        verify_inclusion(&leaf_hash(leaf), self.index, size, &self.hashes, root)?;
        Ok(accepted)
    }
}

impl fmt::Display for ProofFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{FIRST_LINE}")?;
        if let Some(extra) = &self.extra {
            writeln!(f, "extra {}", STANDARD.encode(extra))?;
        }
        writeln!(f, "index {}", self.index)?;
        self.hashes.iter().try_for_each(|hash| writeln!(f, "{hash}"))?;
        write!(f, "\n{}", self.checkpoint)
    }
}

impl FromStr for ProofFile {
    type Err = ProofFileFault;
    fn from_str(text: &str) -> Result<Self, ProofFileFault> {
        if text.len() > MAX_NOTE_BYTES {
            return Err(ProofFileFault::TooLarge);
        }
        let (head, checkpoint) = text.split_once("\n\n").ok_or(ProofFileFault::Form)?;
        let mut lines = head.split('\n').peekable();
        if lines.next() != Some(FIRST_LINE) {
            return Err(ProofFileFault::Form);
        }
        let extra = match lines.next_if(|line| line.starts_with("extra ")) {
            Some(line) => Some(extra(line).ok_or(ProofFileFault::Form)?),
            None => None,
        };
        let index = lines.next().and_then(|line| line.strip_prefix("index ")).and_then(decimal);
        let hashes: Vec<Hash> =
            lines.map(str::parse).collect::<Result<_, _>>().map_err(|_| ProofFileFault::Form)?;
        match index {
            Some(index) if hashes.len() <= MAX_HASHES => {
                Ok(Self { extra, index, hashes, checkpoint: Note::parse(checkpoint)? })
            }
            _ => Err(ProofFileFault::Form),
        }
    }
}

fn extra(line: &str) -> Option<Vec<u8>> {
    let bytes = STANDARD.decode(line.strip_prefix("extra ")?).ok()?;
    (bytes.len() <= MAX_EXTRA).then_some(bytes)
}

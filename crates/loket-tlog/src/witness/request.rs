//! The body of `add-checkpoint`: the size that the witness has, a consistency proof from it, and
//! the new checkpoint.

use std::fmt;
use std::str::FromStr;

use crate::checkpoint::decimal;
use crate::hash::Hash;
use crate::note::{Note, NoteFault};

/// Most bytes of a request: the longest proof and a checkpoint with many cosignatures.
pub const MAX_REQUEST_BYTES: usize = 1 << 16;
const MAX_PROOF_LINES: usize = 63;

/// Why a body is no request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RequestFault {
    /// Longer than [`MAX_REQUEST_BYTES`].
    #[error("the request is larger than {MAX_REQUEST_BYTES} bytes")]
    TooLarge,
    /// No line with the old size, no empty line, or a line of the proof that is no hash.
    #[error("the request is not an old size, a proof, an empty line and a checkpoint")]
    Form,
    /// More than 63 lines of proof.
    #[error("the proof has more than {MAX_PROOF_LINES} lines")]
    Proof,
    /// The checkpoint is no note.
    #[error(transparent)]
    Note(#[from] NoteFault),
}

/// What a log asks of a witness.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddCheckpoint {
    /// Size of the checkpoint that the witness cosigned last; zero when it never did.
    pub old: u64,
    /// Consistency proof from there.
    pub proof: Vec<Hash>,
    /// The new checkpoint, signed by the log.
    pub checkpoint: Note,
}

impl fmt::Display for AddCheckpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "old {}", self.old)?;
        self.proof.iter().try_for_each(|hash| writeln!(f, "{hash}"))?;
        write!(f, "\n{}", self.checkpoint)
    }
}

impl FromStr for AddCheckpoint {
    type Err = RequestFault;
    fn from_str(body: &str) -> Result<Self, RequestFault> {
        if body.len() > MAX_REQUEST_BYTES {
            return Err(RequestFault::TooLarge);
        }
        let (head, checkpoint) = body.split_once("\n\n").ok_or(RequestFault::Form)?;
        let mut lines = head.split('\n');
        let old = lines.next().and_then(|line| line.strip_prefix("old ")).and_then(decimal);
        let proof: Vec<Hash> =
            lines.map(str::parse).collect::<Result<_, _>>().map_err(|_| RequestFault::Form)?;
        if proof.len() > MAX_PROOF_LINES {
            return Err(RequestFault::Proof);
        }
        let old = old.ok_or(RequestFault::Form)?;
        Ok(Self { old, proof, checkpoint: Note::parse(checkpoint)? })
    }
}

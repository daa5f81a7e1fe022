//! The transparency log's mathematics: the Merkle tree of RFC 6962 section 2.1, its proofs, signed
//! notes (C2SP `signed-note`) and checkpoints (C2SP `tlog-checkpoint`).
//!
//! Everything here is pure: no storage, no clock, no randomness. A leaf is bytes; what they mean,
//! and that a checkpoint is never signed for a smaller or a forked tree, is the caller's business.

mod checkpoint;
mod edge;
mod hash;
mod key;
mod note;
mod proof;

pub use checkpoint::{Checkpoint, CheckpointFault};
pub use edge::{MAX_SIZE, RightEdge, RightEdgeFault};
pub use hash::{Hash, HashFault, empty_root, leaf_hash, node_hash};
pub use key::{KeyFault, KeyName, SignerKey, VerifierKey};
pub use note::{MAX_NOTE_BYTES, MAX_SIGNATURES, Note, NoteFault, Signature};
pub use proof::{
    LeafHashes, ProofFault, ReadFault, consistency_path, consistency_proof, inclusion_path,
    inclusion_proof, subtree_root, verify_consistency, verify_inclusion,
};

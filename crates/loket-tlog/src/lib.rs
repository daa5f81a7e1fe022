//! The transparency log of the audit trail: what a leaf says and hides, the Merkle tree of RFC 6962
//! section 2.1 with its proofs and tiles, signed notes, checkpoints, cosignatures and policies (C2SP),
//! time-stamps (RFC 3161), and the verifier of an evidence bundle.
//!
//! Everything here is pure: no storage, no network, no clock, no randomness. It knows nothing of the
//! office either and is usable alone. That a checkpoint is never signed for a smaller or a forked
//! tree is the business of who holds the key: see [`Head::follow`].

mod cbor;
mod checkpoint;
mod cosignature;
mod edge;
mod evidence;
mod hash;
mod key;
mod leaf;
mod note;
mod pieces;
mod policy;
mod proof;
mod proof_file;
mod sealed;
mod secret;
mod tile;
mod time_stamp;
mod witness;
mod words;
mod wrap;

pub use cbor::CborFault;
pub use checkpoint::{Checkpoint, CheckpointFault};
pub use cosignature::{WitnessKey, WitnessSigner};
pub use edge::{MAX_SIZE, RightEdge, RightEdgeFault};
pub use evidence::{
    ArchiveFault, CHECKPOINT_FILE, Complete, Dated, EvidenceFault, Files, LEAF_ENDING,
    MAX_EVIDENCE, MAX_EVIDENCE_FILE, MAX_EVIDENCE_FILES, OPENINGS_ENDING, OpenedValue,
    PROOF_ENDING, ProvedEvent, ProvedHead, QUERY_FILE, Query, QueryToken, RangeOfLeaves,
    TIME_STAMP_FILE, Verdict, read_zip, verify_evidence, write_zip,
};
pub use hash::{Hash, HashFault, empty_root, leaf_hash, node_hash, sha256_hex};
pub use key::{KeyFault, KeyName, SignerKey, VerifierKey};
pub use leaf::{
    Code, Commitment, Epoch, EventId, Leaf, LeafFault, LeafHead, MAX_COMMITMENTS, MAX_LEAF_BYTES,
    MAX_TOKENS, NameFault, NodeName, Slot, Token, TokenKind,
};
pub use note::{MAX_NOTE_BYTES, MAX_SIGNATURES, Note, NoteFault, Signature};
pub use policy::{
    Accepted, MAX_OF_A_KIND, NotAccepted, Policy, PolicyFault, PolicyLog, PolicyWitness,
};
pub use proof::{
    LeafHashes, ProofFault, ReadFault, consistency_path, consistency_proof, inclusion_path,
    inclusion_proof, subtree_root, verify_consistency, verify_inclusion,
};
pub use proof_file::{ProofFile, ProofFileFault};
pub use sealed::{MAX_SEALED_BYTES, SealedFault};
pub use secret::{
    EventSecret, IndexKey, IndexSecret, MonthSecret, Opening, Salt, SecretName, SlotValue,
};
pub use tile::{
    AuthenticTiles, BundleFault, MAX_ENTRY_BYTES, MAX_FINDINGS, MAX_LEVEL, TILE_WIDTH, TileAddress,
    TileAddressFault, TileEdge, TileEdgeFault, TileFault, TileKind, TileSource, check_whole,
    decode_entries, decode_tile, encode_entries, encode_tile,
};
pub use time_stamp::{
    Authority, MAX_TIME_STAMP_BYTES, TimeStamp, TimeStampFault, time_stamp_request,
    verify_time_stamp,
};
pub use witness::{
    AddCheckpoint, Answer, AnswerFault, Answered, Cosigned, Head, HeadFault, MAX_REQUEST_BYTES,
    NotExtended, Refused, RequestFault, SIZE_TYPE, TEXT_TYPE, Witness, WitnessedLog, read_answer,
};
pub use words::SEALED_WORDS;
pub use wrap::{FileKey, KeyEncryptionKey, WrapFault};

//! Evidence: some events of a log, handed to somebody who trusts nothing but public keys.
//!
//! A bundle is a set of files by their names, as `docs/audit-format.md` lists them. It is checked as
//! a whole and without a network: each leaf against its proof, each opened value against its leaf,
//! the checkpoint against log, witnesses and time-stamp, and, when the bundle claims that nothing is
//! left out, every leaf of its range against the query.

mod archive;
mod complete;
mod file;
mod verify;

use std::collections::BTreeMap;

pub use archive::{
    ArchiveFault, MAX_EVIDENCE, MAX_EVIDENCE_FILE, MAX_EVIDENCE_FILES, read_zip, write_zip,
};
pub(crate) use file::hex;
pub use file::{OpenedValue, Query, QueryToken, RangeOfLeaves};
pub use verify::{Verdict, verify_evidence};

use crate::checkpoint::Checkpoint;
use crate::leaf::{Leaf, LeafFault};
use crate::policy::NotAccepted;
use crate::proof_file::ProofFileFault;
use crate::secret::Opening;
use crate::time_stamp::TimeStampFault;

/// The files of a bundle: name, with `/` between folders, and content.
pub type Files = BTreeMap<String, Vec<u8>>;

/// Checkpoint of the log, with its signatures.
pub const CHECKPOINT_FILE: &str = "checkpoint";
/// Time-stamp over the text of the checkpoint, as the authority answered.
pub const TIME_STAMP_FILE: &str = "checkpoint.tsr";
/// What was asked, and in which leaves nothing that fits is left out.
pub const QUERY_FILE: &str = "query.json";
/// Ending of a leaf.
pub const LEAF_ENDING: &str = ".leaf";
/// Ending of the proof of the leaf of the same name.
pub const PROOF_ENDING: &str = ".tlog-proof";
/// Ending of the opened values of the leaf of the same name.
pub const OPENINGS_ENDING: &str = ".openings.json";

/// What is wrong with a bundle.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EvidenceFault {
    /// No leaf at all.
    #[error("the bundle holds no event")]
    Empty,
    /// A file that must be there.
    #[error("{0} is missing")]
    Missing(String),
    /// A file that belongs to no leaf.
    #[error("{0} belongs to no leaf of the bundle")]
    Stray(String),
    /// A file that is not of its form.
    #[error("{0} is not of its form")]
    Form(String),
    /// A leaf that is not of its form.
    #[error("{0}: {1}")]
    Leaf(String, LeafFault),
    /// A proof that does not hold.
    #[error("{0}: {1}")]
    Proof(String, ProofFileFault),
    /// Two leaves of the bundle are one of the log.
    #[error("{0} stands in the bundle twice")]
    Twice(String),
    /// A value that its leaf does not commit to, by its place from 1.
    #[error("{0}: value {1} is not what the leaf commits to")]
    Opening(String, usize),
    /// The checkpoint.
    #[error("checkpoint: {0}")]
    Checkpoint(#[from] NotAccepted),
    /// The proofs lead to another tree than the checkpoint.
    #[error("{0} leads to another checkpoint than that of the bundle")]
    OtherTree(String),
    /// The time-stamp.
    #[error("checkpoint.tsr: {0}")]
    TimeStamp(#[from] TimeStampFault),
    /// A tile or bundle of entries that completeness needs.
    #[error("{0}")]
    Tile(String),
    /// The range of the query lies outside the tree.
    #[error("query.json: the range lies outside the log")]
    Range,
    /// A leaf of the range fits the query, and the bundle does not hold it.
    #[error("the event at index {0} fits the query and was left out")]
    LeftOut(u64),
    /// A leaf of the bundle does not fit the query.
    #[error("{0} does not fit the query")]
    DoesNotFit(String),
    /// A token was counted otherwise than the bundle says.
    #[error("query.json: token {token} occurs {counted} times in the range, not {stated}")]
    Count {
        /// The token, in hexadecimal.
        token: String,
        /// How often it was found.
        counted: u64,
        /// How often the bundle says.
        stated: u64,
    },
}

/// An event of which the bundle proves that it stands in the log.
#[derive(Debug, Clone)]
pub struct ProvedEvent {
    /// Name of its files.
    pub name: String,
    /// Index in the log.
    pub index: u64,
    /// What it says in plain.
    pub leaf: Leaf,
    /// Values that are opened, each held to the leaf.
    pub openings: Vec<Opening>,
}

/// What was counted over every leaf of a range.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Complete {
    /// Index of the first leaf.
    pub from: u64,
    /// Index after the last leaf.
    pub to: u64,
    /// Time of the first leaf of the range, in microseconds since 1970 UTC.
    pub first: Option<u64>,
    /// Time of the last.
    pub last: Option<u64>,
    /// How many leaves fit the query; all of them are in the bundle.
    pub fitting: u64,
}

/// Whether the date of the checkpoint is vouched for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Dated {
    /// There is no time-stamp.
    No,
    /// There is one, and no authority was named to check it against.
    NotChecked,
    /// By this time-stamp.
    By(crate::time_stamp::TimeStamp),
}

/// The head that everything in the bundle leads to, and who stands for it.
#[derive(Debug, Clone)]
pub struct ProvedHead {
    /// The head.
    pub checkpoint: Checkpoint,
    /// Witnesses with their times in seconds since 1970 UTC.
    pub witnesses: Vec<(String, u64)>,
    /// Time-stamp.
    pub dated: Dated,
}

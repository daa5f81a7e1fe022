//! The leaf of an event: deterministic CBOR without readable personal data, hashed as stored.
//! Layout, limits and a worked example stand in `docs/audit-format.md`; a verifier needs nothing
//! else.

mod codec;
mod name;

use std::fmt;

pub use codec::MAX_LEAF_BYTES;
pub use name::{Code, Epoch, EventId, NameFault, NodeName, Slot, TokenKind};

use crate::cbor::CborFault;
use crate::hash::{Hash, leaf_hash};

/// Most commitments in a leaf.
pub const MAX_COMMITMENTS: usize = 32;
/// Most tokens in a leaf.
pub const MAX_TOKENS: usize = 32;

/// Why a leaf cannot be made or read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LeafFault {
    /// Larger than [`MAX_LEAF_BYTES`].
    #[error("the leaf is larger than {MAX_LEAF_BYTES} bytes")]
    TooLarge,
    /// Not the CBOR of the layout.
    #[error("the leaf is not of the layout: {0}")]
    Cbor(#[from] CborFault),
    /// A key of the map is missing, unknown, doubled or out of order.
    #[error("the leaf has other fields than the layout")]
    Fields,
    /// A version that is not known here.
    #[error("the leaf has an unknown version")]
    Version,
    /// A name or an id that is not of its form.
    #[error(transparent)]
    Name(#[from] NameFault),
    /// The key epoch is not the month of the time.
    #[error("the key epoch is not the month of the time")]
    Epoch,
    /// Commitments or tokens out of order, doubled, or more than allowed.
    #[error("commitments or tokens are out of order or too many")]
    Order,
}

/// HMAC-SHA-256 over a slot and its value: hides the value while its salt is secret and binds it
/// for good.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Commitment(pub [u8; 32]);

impl fmt::Debug for Commitment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Commitment(")?;
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))?;
        f.write_str(")")
    }
}

/// By what an event is found: 16 bytes of HMAC-SHA-256 of a value under the index key of its kind
/// and year.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Token {
    /// What was made into the token.
    pub kind: TokenKind,
    /// The token.
    pub bytes: [u8; 16],
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Token({}, ", self.kind)?;
        self.bytes.iter().try_for_each(|byte| write!(f, "{byte:02x}"))?;
        f.write_str(")")
    }
}

/// What a leaf says in plain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeafHead {
    /// The event.
    pub event: EventId,
    /// When, in microseconds since 1970 UTC.
    pub time: u64,
    /// Server that wrote it.
    pub node: NodeName,
    /// Kind of event, by its stable code.
    pub kind: Code,
    /// What came of it, by its stable code.
    pub outcome: Code,
}

/// A leaf in memory. [`Leaf::encode`] gives the bytes that are hashed and stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leaf {
    head: LeafHead,
    epoch: Epoch,
    commitments: Vec<(Slot, Commitment)>,
    tokens: Vec<Token>,
}

impl Leaf {
    /// A leaf whose commitments keep their order within a slot; tokens are a set. The key epoch is
    /// the month of the time.
    pub fn new(
        head: LeafHead,
        mut commitments: Vec<(Slot, Commitment)>,
        mut tokens: Vec<Token>,
    ) -> Result<Self, LeafFault> {
        commitments.sort_by_key(|(slot, _)| *slot);
        tokens.sort_unstable();
        tokens.dedup();
        let epoch = Epoch::of(head.time)?;
        let leaf = Self { head, epoch, commitments, tokens };
        leaf.check()?;
        Ok(leaf)
    }

    /// What it says in plain.
    pub const fn head(&self) -> &LeafHead {
        &self.head
    }
    /// Month whose secret gives its salts and its sealing key.
    pub const fn epoch(&self) -> Epoch {
        self.epoch
    }
    /// Commitments, by slot.
    pub fn commitments(&self) -> &[(Slot, Commitment)] {
        &self.commitments
    }
    /// Tokens, in order.
    pub fn tokens(&self) -> &[Token] {
        &self.tokens
    }
    /// Hash of the leaf in the tree.
    pub fn hash(&self) -> Hash {
        leaf_hash(&self.encode())
    }

    fn check(&self) -> Result<(), LeafFault> {
        let (slots, tokens) = (&self.commitments, &self.tokens);
        let several = |slot: Slot| slot == Slot::Subject;
        let slots_in_order = slots.is_sorted_by(|(a, _), (b, _)| a < b || (a == b && several(*a)));
        let fits = slots.len() <= MAX_COMMITMENTS && tokens.len() <= MAX_TOKENS;
        if Epoch::of(self.head.time)? != self.epoch {
            return Err(LeafFault::Epoch);
        }
        let tokens_in_order = tokens.is_sorted_by(|a, b| a < b);
        if slots_in_order && tokens_in_order && fits { Ok(()) } else { Err(LeafFault::Order) }
    }
}

#[cfg(test)]
mod tests;

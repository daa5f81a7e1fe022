//! Bytes of a leaf: one map with the keys 1 to 9.

use super::{
    Code, Commitment, Epoch, EventId, Leaf, LeafFault, LeafHead, MAX_COMMITMENTS, MAX_TOKENS,
    NodeName, Slot, Token, TokenKind,
};
use crate::cbor::{Reader, Writer};

/// Most bytes of a leaf: what the layout can reach, and far below the 65,535 of an entry bundle.
pub const MAX_LEAF_BYTES: usize = 4096;

const VERSION: u64 = 1;
const FIELDS: usize = 9;

impl Leaf {
    /// The bytes that are hashed and stored.
    pub fn encode(&self) -> Vec<u8> {
        let mut to = Writer::with_capacity(320);
        to.map(FIELDS);
        to.unsigned(1);
        to.unsigned(VERSION);
        to.unsigned(2);
        to.bytes(self.head.event.as_bytes());
        to.unsigned(3);
        to.unsigned(self.head.time);
        to.unsigned(4);
        to.text(self.head.node.as_str());
        to.unsigned(5);
        to.text(self.head.kind.as_str());
        to.unsigned(6);
        to.text(self.head.outcome.as_str());
        to.unsigned(7);
        to.unsigned(self.epoch.number());
        to.unsigned(8);
        to.array(self.commitments.len());
        for (slot, commitment) in &self.commitments {
            to.array(2);
            to.unsigned(slot.number().into());
            to.bytes(&commitment.0);
        }
        to.unsigned(9);
        to.array(self.tokens.len());
        for token in &self.tokens {
            to.array(2);
            to.unsigned(token.kind.number().into());
            to.bytes(&token.bytes);
        }
        to.into_bytes()
    }

    /// Reads the bytes of a leaf. Whatever [`Leaf::encode`] would not have written is refused.
    pub fn decode(bytes: &[u8]) -> Result<Self, LeafFault> {
        if bytes.len() > MAX_LEAF_BYTES {
            return Err(LeafFault::TooLarge);
        }
        let mut from = Reader::new(bytes);
        if from.map(FIELDS)? != FIELDS {
            return Err(LeafFault::Fields);
        }
        field(&mut from, 1)?;
        if from.unsigned()? != VERSION {
            return Err(LeafFault::Version);
        }
        let head = head(&mut from)?;
        field(&mut from, 7)?;
        let epoch = Epoch::try_from(from.unsigned()?)?;
        field(&mut from, 8)?;
        let mut commitments = Vec::new();
        for _ in 0..from.array(MAX_COMMITMENTS)? {
            from.pair()?;
            commitments.push((Slot::try_from(from.unsigned()?)?, Commitment(from.fixed()?)));
        }
        field(&mut from, 9)?;
        let mut tokens = Vec::new();
        for _ in 0..from.array(MAX_TOKENS)? {
            from.pair()?;
            let kind = TokenKind::try_from(from.unsigned()?)?;
            tokens.push(Token { kind, bytes: from.fixed()? });
        }
        from.end()?;
        let leaf = Self { head, epoch, commitments, tokens };
        leaf.check()?;
        Ok(leaf)
    }
}

fn head(from: &mut Reader<'_>) -> Result<LeafHead, LeafFault> {
    field(from, 2)?;
    let event = EventId::new(from.fixed()?)?;
    field(from, 3)?;
    let time = from.unsigned()?;
    field(from, 4)?;
    let node = from.text(NodeName::MAX)?.parse()?;
    field(from, 5)?;
    let kind = from.text(Code::MAX)?.parse()?;
    field(from, 6)?;
    let outcome = from.text(Code::MAX)?.parse()?;
    Ok(LeafHead { event, time, node, kind, outcome })
}

fn field(from: &mut Reader<'_>, number: u64) -> Result<(), LeafFault> {
    if from.unsigned()? == number { Ok(()) } else { Err(LeafFault::Fields) }
}

//! Proofs that a leaf stands in a tree and that a tree only grew (RFC 6962 sections 2.1.1 and
//! 2.1.2), and their verification as RFC 9162 sections 2.1.3.2 and 2.1.4.2 write it out.
//!
//! A proof is the list of the roots of some subtrees. [`inclusion_path`] and [`consistency_path`]
//! say which, as ranges of leaves, for a reader that has a way of its own to those roots;
//! [`inclusion_proof`] and [`consistency_proof`] read the leaf hashes and compute them.

use std::convert::Infallible;
use std::ops::Range;

use crate::edge::{RightEdge, RightEdgeFault};
use crate::hash::{Hash, empty_root, node_hash};

/// Why a proof cannot be made or does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ProofFault {
    /// The leaf is not in a tree of this size, or the old tree is larger than the new one.
    #[error("the index or size lies outside the tree")]
    Outside,
    /// Too few or too many hashes for this index and these sizes.
    #[error("the proof has the wrong length")]
    Length,
    /// The hashes do not lead to the root.
    #[error("the proof does not lead to the root")]
    Root,
}

/// Where leaf hashes are read from.
pub trait LeafHashes {
    /// What can go wrong in reading.
    type Error;
    /// The hashes of the leaves of this range, in order. The range is never empty, never beyond
    /// the size that the proof is made for, and at most 1024 leaves long.
    fn leaf_hashes(&self, range: Range<u64>) -> Result<Vec<Hash>, Self::Error>;
}

/// Missing leaves read as no hashes, which the caller of this trait refuses.
impl LeafHashes for [Hash] {
    type Error = Infallible;
    fn leaf_hashes(&self, range: Range<u64>) -> Result<Vec<Hash>, Infallible> {
        let at = |place| usize::try_from(place).unwrap_or(usize::MAX);
        Ok(self.get(at(range.start)..at(range.end)).unwrap_or_default().to_vec())
    }
}

/// Why a proof cannot be made from a reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ReadFault<E> {
    /// The index or the sizes make no sense.
    #[error(transparent)]
    Proof(#[from] ProofFault),
    /// The reader gave more or fewer hashes than were asked for.
    #[error("the reader gave another number of hashes than asked")]
    Count,
    /// The reader failed.
    #[error("the leaf hashes could not be read")]
    Reader(E),
}

const CHUNK: u64 = 1024;

/// The subtrees whose roots prove that leaf `index` stands in the tree of the first `size` leaves,
/// nearest first.
pub fn inclusion_path(index: u64, size: u64) -> Result<Vec<Range<u64>>, ProofFault> {
    if index >= size {
        return Err(ProofFault::Outside);
    }
    let mut path = Vec::new();
    let mut whole = 0..size;
    while whole.end - whole.start > 1 {
        let (left, right) = halves(&whole);
        if index < left.end {
            path.push(right);
            whole = left;
        } else {
            path.push(left);
            whole = right;
        }
    }
    path.reverse();
    Ok(path)
}

/// The subtrees whose roots prove that the tree of the first `old` leaves grew into the tree of
/// the first `new` leaves. None are needed when the sizes are equal or the old tree is empty.
pub fn consistency_path(old: u64, new: u64) -> Result<Vec<Range<u64>>, ProofFault> {
    if old > new {
        return Err(ProofFault::Outside);
    }
    let mut path = Vec::new();
    if old == 0 {
        return Ok(path);
    }
    let mut whole = 0..new;
    while whole.end != old {
        let (left, right) = halves(&whole);
        if old <= left.end {
            path.push(right);
            whole = left;
        } else {
            path.push(left);
            whole = right;
        }
    }
    // The subtree that ends where the old tree ends is the old tree itself when it begins at zero;
    // its root is known then.
    if whole.start != 0 {
        path.push(whole);
    }
    path.reverse();
    Ok(path)
}

/// Splits at the largest power of two that is smaller than the length, which is at least 2.
fn halves(whole: &Range<u64>) -> (Range<u64>, Range<u64>) {
    let length = whole.end - whole.start;
    let middle = whole.start + (1 << (length - 1).ilog2());
    (whole.start..middle, middle..whole.end)
}

/// Root of the subtree over a range of leaves, of the ranges that the two path functions give.
pub fn subtree_root<R: LeafHashes + ?Sized>(
    leaves: &R,
    range: Range<u64>,
) -> Result<Hash, ReadFault<R::Error>> {
    let mut edge = RightEdge::new();
    let mut start = range.start;
    while start < range.end {
        let end = range.end.min(start.saturating_add(CHUNK));
        let hashes = leaves.leaf_hashes(start..end).map_err(ReadFault::Reader)?;
        if u64::try_from(hashes.len()) != Ok(end - start) {
            return Err(ReadFault::Count);
        }
        for hash in hashes {
            edge.append(hash).map_err(|_: RightEdgeFault| ProofFault::Outside)?;
        }
        start = end;
    }
    Ok(edge.root())
}

/// The proof that leaf `index` stands in the tree of the first `size` leaves. Reads every other
/// leaf hash of that tree.
pub fn inclusion_proof<R: LeafHashes + ?Sized>(
    leaves: &R,
    index: u64,
    size: u64,
) -> Result<Vec<Hash>, ReadFault<R::Error>> {
    inclusion_path(index, size)?.into_iter().map(|range| subtree_root(leaves, range)).collect()
}

/// The proof that the tree of the first `old` leaves grew into that of the first `new` leaves.
pub fn consistency_proof<R: LeafHashes + ?Sized>(
    leaves: &R,
    old: u64,
    new: u64,
) -> Result<Vec<Hash>, ReadFault<R::Error>> {
    consistency_path(old, new)?.into_iter().map(|range| subtree_root(leaves, range)).collect()
}

/// Checks that the leaf with this hash stands at `index` in the tree with this size and root.
pub fn verify_inclusion(
    leaf: &Hash,
    index: u64,
    size: u64,
    proof: &[Hash],
    root: &Hash,
) -> Result<(), ProofFault> {
    if index >= size {
        return Err(ProofFault::Outside);
    }
    let mut climb = Climb { node: index, last: size - 1 };
    let mut reached = *leaf;
    for hash in proof {
        if climb.last == 0 {
            return Err(ProofFault::Length);
        }
        if climb.is_right() {
            reached = node_hash(hash, &reached);
            climb.skip_missing();
        } else {
            reached = node_hash(&reached, hash);
        }
        climb.up();
    }
    if climb.last != 0 {
        return Err(ProofFault::Length);
    }
    if reached == *root { Ok(()) } else { Err(ProofFault::Root) }
}

/// Checks that the tree with the old size and root grew into the one with the new size and root.
pub fn verify_consistency(
    old: u64,
    old_root: &Hash,
    new: u64,
    new_root: &Hash,
    proof: &[Hash],
) -> Result<(), ProofFault> {
    if old > new {
        return Err(ProofFault::Outside);
    }
    if old == 0 || old == new {
        let same = old == 0 || old_root == new_root;
        let honest =
            (old != 0 || *old_root == empty_root()) && (new != 0 || *new_root == empty_root());
        return match (proof.is_empty(), same && honest) {
            (false, _) => Err(ProofFault::Length),
            (true, false) => Err(ProofFault::Root),
            (true, true) => Ok(()),
        };
    }
    // An old tree that is one full subtree is its own first node and is left out of the proof.
    let (first, rest) = if old.is_power_of_two() {
        (old_root, proof)
    } else {
        proof.split_first().ok_or(ProofFault::Length)?
    };
    let mut climb = Climb { node: old - 1, last: new - 1 };
    while climb.node & 1 == 1 {
        climb.up();
    }
    let (mut of_old, mut of_new) = (*first, *first);
    for hash in rest {
        if climb.last == 0 {
            return Err(ProofFault::Length);
        }
        if climb.is_right() {
            of_old = node_hash(hash, &of_old);
            of_new = node_hash(hash, &of_new);
            climb.skip_missing();
        } else {
            of_new = node_hash(&of_new, hash);
        }
        climb.up();
    }
    if climb.last != 0 {
        return Err(ProofFault::Length);
    }
    if of_old == *old_root && of_new == *new_root { Ok(()) } else { Err(ProofFault::Root) }
}

/// A place in the tree on the way from a leaf to the root: the index of a node at its level and
/// the index of the last node there.
struct Climb {
    node: u64,
    last: u64,
}

impl Climb {
    /// Whether the next hash of the proof stands to the left.
    fn is_right(&self) -> bool {
        self.node & 1 == 1 || self.node == self.last
    }

    /// A last node without a right sibling moves up unchanged until it has a left one.
    fn skip_missing(&mut self) {
        while self.node & 1 == 0 && self.node != 0 {
            self.up();
        }
    }

    fn up(&mut self) {
        self.node >>= 1;
        self.last >>= 1;
    }
}

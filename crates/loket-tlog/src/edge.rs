//! The right edge of the tree: the roots of the full subtrees that the leaves form, largest first.
//! It is all that is needed to append a leaf and to know the root, and small enough to be kept in
//! one row that the appending transaction updates.

use crate::hash::{Hash, empty_root, node_hash};

/// Most leaves that a tree may have. Leaves room below 2^63, where databases end.
pub const MAX_SIZE: u64 = 1 << 62;

/// The bytes are not a right edge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RightEdgeFault {
    /// Shorter or longer than its size says.
    #[error("the right edge has the wrong length")]
    Length,
    /// Beyond [`MAX_SIZE`].
    #[error("the tree is too large")]
    TooLarge,
}

/// State of a growing tree: its size and one root for each bit that is set in the size.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RightEdge {
    size: u64,
    roots: Vec<Hash>,
}

impl RightEdge {
    /// A tree without leaves.
    pub const fn new() -> Self {
        Self { size: 0, roots: Vec::new() }
    }

    /// From roots that are already those of the subtrees of this size.
    pub(crate) const fn of_roots(size: u64, roots: Vec<Hash>) -> Self {
        Self { size, roots }
    }

    /// Number of leaves; also the index that the next leaf gets.
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// Appends a leaf by its hash (see [`leaf_hash`](crate::leaf_hash)).
    pub fn append(&mut self, leaf: Hash) -> Result<(), RightEdgeFault> {
        if self.size >= MAX_SIZE {
            return Err(RightEdgeFault::TooLarge);
        }
        let mut root = leaf;
        // Each trailing one of the size is a full subtree that the new leaf completes to a larger.
        for _ in 0..self.size.trailing_ones() {
            if let Some(left) = self.roots.pop() {
                root = node_hash(&left, &root);
            }
        }
        self.roots.push(root);
        self.size += 1;
        Ok(())
    }

    /// Root hash of the whole tree.
    pub fn root(&self) -> Hash {
        let mut from_the_right = self.roots.iter().rev().copied();
        let Some(last) = from_the_right.next() else { return empty_root() };
        from_the_right.fold(last, |right, left| node_hash(&left, &right))
    }

    /// The state as bytes: the size, big-endian, and the roots, largest subtree first.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = self.size.to_be_bytes().to_vec();
        for root in &self.roots {
            bytes.extend_from_slice(&root.0);
        }
        bytes
    }

    /// Reads the state back. The form is checked here; that the roots are those of the leaves can
    /// only be checked against the leaves.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, RightEdgeFault> {
        let (size, rest) = bytes.split_first_chunk::<8>().ok_or(RightEdgeFault::Length)?;
        let size = u64::from_be_bytes(*size);
        if size > MAX_SIZE {
            return Err(RightEdgeFault::TooLarge);
        }
        let (roots, left_over) = rest.as_chunks::<32>();
        if !left_over.is_empty() || u32::try_from(roots.len()) != Ok(size.count_ones()) {
            return Err(RightEdgeFault::Length);
        }
        Ok(Self { size, roots: roots.iter().copied().map(Hash).collect() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hash::leaf_hash;

    #[test]
    fn wrong_lengths_and_sizes_are_refused() {
        let mut edge = RightEdge::new();
        for leaf in 0..11_u8 {
            edge.append(leaf_hash(&[leaf])).unwrap();
        }
        let bytes = edge.to_bytes();
        assert_eq!(bytes.len(), 8 + 3 * 32);
        assert_eq!(RightEdge::from_bytes(&bytes), Ok(edge));
        for length in 0..bytes.len() {
            assert_eq!(RightEdge::from_bytes(&bytes[..length]), Err(RightEdgeFault::Length));
        }
        let longer = [bytes.as_slice(), &[0; 32]].concat();
        assert_eq!(RightEdge::from_bytes(&longer), Err(RightEdgeFault::Length));
        let huge = [u64::MAX.to_be_bytes().as_slice(), &[0; 64 * 32]].concat();
        assert_eq!(RightEdge::from_bytes(&huge), Err(RightEdgeFault::TooLarge));
    }

    #[test]
    fn a_full_tree_takes_no_more() {
        let full = [MAX_SIZE.to_be_bytes().as_slice(), &[7; 32]].concat();
        let mut edge = RightEdge::from_bytes(&full).unwrap();
        assert_eq!(edge.append(leaf_hash(b"")), Err(RightEdgeFault::TooLarge));
        assert_eq!(edge.root(), Hash([7; 32]));
    }
}

//! The rightmost, still growing tile of each level: what an append changes, and all that is needed
//! to give the next tiles.

use super::{MAX_LEVEL, TILE_WIDTH, TileAddress, TileKind, span};
use crate::edge::{MAX_SIZE, RightEdge, RightEdgeFault};
use crate::hash::Hash;

/// Not the growing tiles of a tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TileEdgeFault {
    /// A level has another number of hashes than a tree of this size.
    #[error("a growing tile has another width than the size of the tree gives")]
    Width,
    /// Beyond [`MAX_SIZE`].
    #[error("the tree is too large")]
    TooLarge,
}

/// The growing tiles of a tree, each with less than 256 hashes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TileEdge {
    size: u64,
    levels: Vec<Vec<Hash>>,
}

impl TileEdge {
    /// Of a tree without leaves.
    pub const fn new() -> Self {
        Self { size: 0, levels: Vec::new() }
    }

    /// From the partial tiles that were kept, the lowest level first; a level whose tile is empty
    /// is an empty list. That they are those of the tree shows only in [`TileEdge::edge`].
    pub fn resume(size: u64, mut levels: Vec<Vec<Hash>>) -> Result<Self, TileEdgeFault> {
        if size > MAX_SIZE {
            return Err(TileEdgeFault::TooLarge);
        }
        while levels.last().is_some_and(Vec::is_empty) {
            levels.pop();
        }
        let width = |level: u8| size / span(level) % TILE_WIDTH;
        let has = |level: u8| levels.get(usize::from(level)).map_or(0, Vec::len) as u64;
        let known = levels.len() <= usize::from(MAX_LEVEL) + 1;
        if known && (0..=MAX_LEVEL).all(|level| width(level) == has(level)) {
            Ok(Self { size, levels })
        } else {
            Err(TileEdgeFault::Width)
        }
    }

    /// Number of leaves; also the index of the next leaf.
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// Appends a leaf hash. Returns the tiles that are full by it, the lowest level first: most
    /// often none, once in 256 leaves one.
    pub fn append(&mut self, leaf: Hash) -> Result<Vec<(TileAddress, Vec<Hash>)>, RightEdgeFault> {
        if self.size >= MAX_SIZE {
            return Err(RightEdgeFault::TooLarge);
        }
        self.size += 1;
        let mut full = Vec::new();
        let mut hash = leaf;
        for level in 0..=MAX_LEVEL {
            let place = usize::from(level);
            if self.levels.len() == place {
                self.levels.push(Vec::new());
            }
            let Some(tile) = self.levels.get_mut(place) else { break };
            tile.push(hash);
            if (tile.len() as u64) < TILE_WIDTH {
                break;
            }
            let tile = std::mem::take(tile);
            hash = root_of(&tile);
            let index = self.size / span(level) / TILE_WIDTH - 1;
            if let Some(address) = TileAddress::of(TileKind::Hashes(level), index, self.size) {
                full.push((address, tile));
            }
        }
        Ok(full)
    }

    /// The growing tiles that are not empty, the lowest level first.
    pub fn partial_tiles(&self) -> impl Iterator<Item = (TileAddress, &[Hash])> {
        (0..=MAX_LEVEL).zip(&self.levels).filter_map(|(level, hashes)| {
            let index = self.size / span(level) / TILE_WIDTH;
            let address = TileAddress::of(TileKind::Hashes(level), index, self.size)?;
            (!hashes.is_empty()).then_some((address, hashes.as_slice()))
        })
    }

    /// The right edge that these tiles give: to be compared with one that was kept by itself.
    pub fn edge(&self) -> RightEdge {
        let mut roots = Vec::new();
        for hashes in self.levels.iter().rev() {
            let mut rest = hashes.as_slice();
            while let Some(length) = rest.len().checked_ilog2().map(|power| 1 << power) {
                let (subtree, after) = rest.split_at(length);
                roots.push(root_of(subtree));
                rest = after;
            }
        }
        RightEdge::of_roots(self.size, roots)
    }

    /// Root of the tree.
    pub fn root(&self) -> Hash {
        self.edge().root()
    }
}

/// Root over the hashes of a tile or of a part of one.
pub(super) fn root_of(hashes: &[Hash]) -> Hash {
    let mut row = hashes.to_vec();
    let mut length = row.len();
    while length > 1 {
        for place in 0..length / 2 {
            if let (Some(left), Some(right)) = (row.get(2 * place), row.get(2 * place + 1)) {
                let node = crate::hash::node_hash(left, right);
                if let Some(slot) = row.get_mut(place) {
                    *slot = node;
                }
            }
        }
        length /= 2;
    }
    row.first().copied().unwrap_or_else(crate::hash::empty_root)
}

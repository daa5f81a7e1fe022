//! The tree as files (C2SP `tlog-tiles`): 256 hashes wide, 8 levels of the tree high, and the
//! entries in bundles of 256 beside the lowest.

mod address;
mod bundle;
mod edge;
mod reader;
mod whole;

pub use address::{TileAddress, TileAddressFault, TileKind};
pub use bundle::{BundleFault, MAX_ENTRY_BYTES, decode_entries, encode_entries};
pub use edge::{TileEdge, TileEdgeFault};
pub use reader::{AuthenticTiles, TileFault, TileSource};
pub use whole::{MAX_FINDINGS, check_whole};

use crate::hash::Hash;

/// Hashes or entries in a full tile or bundle.
pub const TILE_WIDTH: u64 = 256;
/// Levels of the tree in a tile.
const HEIGHT: u32 = 8;
/// Highest level that a tree of less than 2^64 leaves has.
pub const MAX_LEVEL: u8 = 7;

/// How many leaves one hash of a tile of this level spans.
const fn span(level: u8) -> u64 {
    match 1_u64.checked_shl(HEIGHT * level as u32) {
        Some(span) => span,
        // Above every tree that there can be, so that such a level is empty.
        None => u64::MAX,
    }
}

/// The bytes of a tile: its hashes, one after the other.
pub fn encode_tile(hashes: &[Hash]) -> Vec<u8> {
    hashes.iter().flat_map(|hash| hash.0).collect()
}

/// The hashes of a tile of this width, or nothing if the bytes are not exactly so many.
pub fn decode_tile(bytes: &[u8], width: u16) -> Option<Vec<Hash>> {
    let (hashes, rest) = bytes.as_chunks::<32>();
    let exact = rest.is_empty() && hashes.len() == usize::from(width);
    exact.then(|| hashes.iter().copied().map(Hash).collect())
}

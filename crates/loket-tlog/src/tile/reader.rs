//! Reading tiles from a place that nobody trusts, such as files or a web server.
//!
//! Every hash is authenticated from the top down before it is used. First the growing tiles of all
//! levels at once: folded together, all of their hashes and nothing else give the root of the
//! checkpoint. Then a full tile by the one hash that its parent has for it. Checking from the leaf
//! up, along the hashes of one proof, leaves the other hashes of the same tiles unchecked, and a
//! forged tile passes (CVE-2026-56865).

use std::collections::HashMap;
use std::ops::Range;

use super::edge::root_of;
use super::{
    BundleFault, MAX_LEVEL, TILE_WIDTH, TileAddress, TileEdge, TileKind, decode_entries,
    decode_tile, span,
};
use crate::hash::{Hash, leaf_hash, node_hash};
use crate::proof::{ProofFault, consistency_path, inclusion_path};

/// Where the bytes of tiles and bundles are read from.
pub trait TileSource {
    /// What can go wrong in reading.
    type Error;
    /// The bytes at an address, as they are. What they say is checked by the reader.
    fn read(&self, address: TileAddress) -> Result<Vec<u8>, Self::Error>;
}

/// Why something cannot be read from tiles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TileFault<E> {
    /// The index or size lies outside the tree.
    #[error(transparent)]
    Proof(#[from] ProofFault),
    /// A tile has not the length of its width.
    #[error("{0} has another length than its width")]
    Length(TileAddress),
    /// A tile or bundle has not the hashes that the tree has in its place.
    #[error("{0} is not that of the tree")]
    Forged(TileAddress),
    /// The growing tiles together do not give the root of the checkpoint.
    #[error("the tiles do not give the root of the checkpoint")]
    Root,
    /// A bundle is not of its form.
    #[error("{0}: {1}")]
    Bundle(TileAddress, BundleFault),
    /// The source failed, or has pruned it.
    #[error("{0} could not be read")]
    Source(TileAddress, E),
}

/// Most tiles that are kept after they are authenticated: 32 MiB.
const KEPT: usize = 4096;

/// The tiles of the tree with a trusted size and root.
pub struct AuthenticTiles<'s, S> {
    source: &'s S,
    size: u64,
    growing: Vec<Vec<Hash>>,
    full: HashMap<(u8, u64), Vec<Hash>>,
}

impl<'s, S: TileSource> AuthenticTiles<'s, S> {
    /// Reads the growing tile of each level and holds them to the root.
    pub fn open(source: &'s S, size: u64, root: &Hash) -> Result<Self, TileFault<S::Error>> {
        let mut growing = Vec::new();
        for level in 0..=MAX_LEVEL {
            let index = size / span(level) / TILE_WIDTH;
            let address = TileAddress::of(TileKind::Hashes(level), index, size);
            growing.push(address.map_or(Ok(Vec::new()), |address| hashes(source, address))?);
        }
        let edge = TileEdge::resume(size, growing.clone())
            .map_err(|_| TileFault::Proof(ProofFault::Outside))?;
        if edge.root() != *root {
            return Err(TileFault::Root);
        }
        Ok(Self { source, size, growing, full: HashMap::new() })
    }

    /// Number of leaves.
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// The hash at a place of a level, which the tree has as a whole.
    fn hash(&mut self, level: u8, place: u64) -> Result<Hash, TileFault<S::Error>> {
        let (index, within) = (place / TILE_WIDTH, usize::try_from(place % TILE_WIDTH));
        let within = within.unwrap_or(usize::MAX);
        let tile = self.tile(level, index)?;
        tile.get(within).copied().ok_or(TileFault::Proof(ProofFault::Outside))
    }

    /// An authenticated tile.
    fn tile(&mut self, level: u8, index: u64) -> Result<&[Hash], TileFault<S::Error>> {
        if index == self.size / span(level) / TILE_WIDTH {
            return Ok(self.growing.get(usize::from(level)).map_or(&[], Vec::as_slice));
        }
        if !self.full.contains_key(&(level, index)) {
            let address = TileAddress::of(TileKind::Hashes(level), index, self.size)
                .ok_or(ProofFault::Outside)?;
            // A full tile is one hash of the level above, so that this climbs to a growing tile.
            let expected = self.hash(level + 1, index)?;
            let hashes = hashes(self.source, address)?;
            if root_of(&hashes) != expected {
                return Err(TileFault::Forged(address));
            }
            if self.full.len() >= KEPT {
                self.full.clear();
            }
            self.full.insert((level, index), hashes);
        }
        Ok(self.full.get(&(level, index)).map_or(&[], Vec::as_slice))
    }

    /// Hash of a leaf.
    pub fn leaf(&mut self, index: u64) -> Result<Hash, TileFault<S::Error>> {
        if index >= self.size {
            return Err(ProofFault::Outside.into());
        }
        self.hash(0, index)
    }

    /// Root over a range of leaves of the forms that proofs have: aligned to the power of two that
    /// is not below its length.
    fn subtree(&mut self, range: Range<u64>) -> Result<Hash, TileFault<S::Error>> {
        let (mut start, mut parts) = (range.start, Vec::new());
        while let Some(power) = (range.end - start).checked_ilog2() {
            parts.push(self.perfect(power, start >> power)?);
            start += 1 << power;
        }
        let mut parts = parts.into_iter().rev();
        let last = parts.next().ok_or(ProofFault::Outside)?;
        Ok(parts.fold(last, |right, left| node_hash(&left, &right)))
    }

    /// Root of the `index`-th subtree of 2 to the power of `power` leaves: from the highest tile
    /// that has its parts, so that pruned tiles below are not missed.
    fn perfect(&mut self, power: u32, index: u64) -> Result<Hash, TileFault<S::Error>> {
        let level = u8::try_from(power / 8).map_err(|_| ProofFault::Outside)?;
        let count = 1_u64 << (power % 8);
        let first = index.checked_mul(count).ok_or(ProofFault::Outside)?;
        let within = usize::try_from(first % TILE_WIDTH).unwrap_or(usize::MAX);
        let count = usize::try_from(count).unwrap_or(usize::MAX);
        let tile = self.tile(level, first / TILE_WIDTH)?;
        let part = tile.get(within..).and_then(|rest| rest.get(..count));
        Ok(root_of(part.ok_or(ProofFault::Outside)?))
    }

    /// The proof that leaf `index` stands in the tree of the first `size` leaves, which is not
    /// larger than the trusted one.
    pub fn inclusion_proof(
        &mut self,
        index: u64,
        size: u64,
    ) -> Result<Vec<Hash>, TileFault<S::Error>> {
        self.within(size)?;
        inclusion_path(index, size)?.into_iter().map(|range| self.subtree(range)).collect()
    }

    /// The proof that the tree of the first `old` leaves grew into that of the first `new` leaves,
    /// which is not larger than the trusted one.
    pub fn consistency_proof(
        &mut self,
        old: u64,
        new: u64,
    ) -> Result<Vec<Hash>, TileFault<S::Error>> {
        self.within(new)?;
        consistency_path(old, new)?.into_iter().map(|range| self.subtree(range)).collect()
    }

    /// Root of the tree of the first `size` leaves.
    pub fn root(&mut self, size: u64) -> Result<Hash, TileFault<S::Error>> {
        self.within(size)?;
        if size == 0 { Ok(crate::hash::empty_root()) } else { self.subtree(0..size) }
    }

    fn within(&self, size: u64) -> Result<(), ProofFault> {
        if size <= self.size { Ok(()) } else { Err(ProofFault::Outside) }
    }

    /// The entries of a bundle, each held to its leaf hash.
    pub fn entries(&mut self, index: u64) -> Result<Vec<Vec<u8>>, TileFault<S::Error>> {
        let (address, bytes) = self.read_bundle(index)?;
        let hashes = bundle_hashes(address, &bytes)?;
        if self.tile(0, index)? != hashes {
            return Err(TileFault::Forged(address));
        }
        let entries = decode_entries(&bytes, address.width());
        let entries = entries.map_err(|fault| TileFault::Bundle(address, fault))?;
        Ok(entries.into_iter().map(<[u8]>::to_vec).collect())
    }

    fn read_bundle(&self, index: u64) -> Result<(TileAddress, Vec<u8>), TileFault<S::Error>> {
        let address =
            TileAddress::of(TileKind::Entries, index, self.size).ok_or(ProofFault::Outside)?;
        let bytes = read(self.source, address)?;
        Ok((address, bytes))
    }

    /// Checks a bundle and the lowest tile beside it, and adds which of them is wrong to the
    /// findings. Returns the bytes of the bundle when both are right.
    pub(super) fn check_bundle(
        &mut self,
        index: u64,
        findings: &mut Vec<TileFault<S::Error>>,
    ) -> Option<Vec<u8>> {
        let bundle = self
            .read_bundle(index)
            .and_then(|(address, bytes)| Ok((address, bundle_hashes(address, &bytes)?, bytes)));
        let (address, hashes, bytes) = match bundle {
            Ok(read) => read,
            Err(fault) => {
                findings.extend(self.tile(0, index).err());
                findings.push(fault);
                return None;
            }
        };
        match self.tile(0, index) {
            Ok(tile) if tile == hashes => return Some(bytes),
            Ok(_) => findings.push(TileFault::Forged(address)),
            Err(fault) => {
                findings.push(fault);
                // Without its tile a full bundle still shows in the hash that the level above has.
                if self.hash(1, index).is_ok_and(|above| above != root_of(&hashes)) {
                    findings.push(TileFault::Forged(address));
                }
            }
        }
        None
    }

    /// Checks a tile above the lowest level.
    pub(super) fn check_tile(&mut self, level: u8, index: u64) -> Result<(), TileFault<S::Error>> {
        self.tile(level, index).map(drop_hashes)
    }
}

const fn drop_hashes(_: &[Hash]) {}

fn read<S: TileSource>(source: &S, address: TileAddress) -> Result<Vec<u8>, TileFault<S::Error>> {
    source.read(address).map_err(|cause| TileFault::Source(address, cause))
}

pub(super) fn bundle_hashes<E>(
    address: TileAddress,
    bytes: &[u8],
) -> Result<Vec<Hash>, TileFault<E>> {
    let entries = decode_entries(bytes, address.width());
    let entries = entries.map_err(|fault| TileFault::Bundle(address, fault))?;
    Ok(entries.into_iter().map(leaf_hash).collect())
}

pub(super) fn hashes<S: TileSource>(
    source: &S,
    address: TileAddress,
) -> Result<Vec<Hash>, TileFault<S::Error>> {
    decode_tile(&read(source, address)?, address.width()).ok_or(TileFault::Length(address))
}

//! The whole log against its checkpoint: every tile of every level and every entry.

use super::reader::{AuthenticTiles, TileFault, TileSource, bundle_hashes, hashes};
use super::{MAX_LEVEL, TILE_WIDTH, TileAddress, TileEdge, TileKind, decode_entries, span};
use crate::hash::Hash;

/// After so many findings a check ends.
pub const MAX_FINDINGS: usize = 1000;

/// Checks every tile and bundle of the tree with this trusted size and root, down to the leaf
/// `minimum` below which the log is pruned. `visit` sees each entry that is right, with its index:
/// for progress, and for what else is to be compared with a leaf. Everything wrong is returned by
/// its address; nothing returned means that the log is whole.
pub fn check_whole<S: TileSource>(
    source: &S,
    size: u64,
    root: &Hash,
    minimum: u64,
    visit: &mut dyn FnMut(u64, &[u8]),
) -> Vec<TileFault<S::Error>> {
    match AuthenticTiles::open(source, size, root) {
        Ok(tiles) => from_the_top(tiles, minimum, visit),
        Err(fault) => {
            let mut findings = vec![fault];
            if minimum == 0 {
                from_the_leaves(source, size, root, &mut findings);
            }
            findings
        }
    }
}

fn from_the_top<S: TileSource>(
    mut tiles: AuthenticTiles<'_, S>,
    minimum: u64,
    visit: &mut dyn FnMut(u64, &[u8]),
) -> Vec<TileFault<S::Error>> {
    let size = tiles.size();
    let mut findings = Vec::new();
    for level in (1..=MAX_LEVEL).rev() {
        for index in 0..size / span(level) / TILE_WIDTH {
            findings.extend(tiles.check_tile(level, index).err());
            if findings.len() >= MAX_FINDINGS {
                return findings;
            }
        }
    }
    for index in minimum / TILE_WIDTH..size.div_ceil(TILE_WIDTH) {
        if let Some(bytes) = tiles.check_bundle(index, &mut findings) {
            let width = TileAddress::of(TileKind::Entries, index, size).map(|a| a.width());
            let entries = decode_entries(&bytes, width.unwrap_or(0)).unwrap_or_default();
            for (place, entry) in (index * TILE_WIDTH..).zip(entries) {
                visit(place, entry);
            }
        }
        if findings.len() >= MAX_FINDINGS {
            break;
        }
    }
    findings
}

/// When the growing tiles do not give the root, the entries may: then what differs from what they
/// give is wrong. When they do not either, there is no telling which is right.
fn from_the_leaves<S: TileSource>(
    source: &S,
    size: u64,
    root: &Hash,
    findings: &mut Vec<TileFault<S::Error>>,
) {
    let mut edge = TileEdge::new();
    let mut full = Vec::new();
    for index in 0..size.div_ceil(TILE_WIDTH) {
        let Some(address) = TileAddress::of(TileKind::Entries, index, size) else { return };
        let leaves = source
            .read(address)
            .map_err(|cause| TileFault::Source(address, cause))
            .and_then(|bytes| bundle_hashes(address, &bytes));
        let leaves = match leaves {
            Ok(leaves) => leaves,
            Err(fault) => return findings.push(fault),
        };
        for leaf in leaves {
            let Ok(completed) = edge.append(leaf) else { return };
            full.extend(
                completed.into_iter().map(|(tile, hashes)| (tile, super::edge::root_of(&hashes))),
            );
        }
    }
    if edge.root() != *root {
        return;
    }
    for (address, expected) in full {
        let read = hashes(source, address).map(|hashes| super::edge::root_of(&hashes));
        differ(findings, address, read.map(|read| read == expected));
    }
    for (address, expected) in edge.partial_tiles() {
        differ(findings, address, hashes(source, address).map(|read| read == expected));
    }
}

fn differ<E>(
    findings: &mut Vec<TileFault<E>>,
    address: TileAddress,
    same: Result<bool, TileFault<E>>,
) {
    match same {
        Ok(true) => {}
        _ if findings.len() >= MAX_FINDINGS => {}
        Ok(false) => findings.push(TileFault::Forged(address)),
        Err(fault) => findings.push(fault),
    }
}

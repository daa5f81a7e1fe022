//! The log as tiles (C2SP `tlog-tiles`), for proofs and for publishing. Every hash that a proof is made
//! from is authenticated from the root down; a tile that does not fit is an error, never a wrong proof.

use std::collections::HashMap;

use loket_tlog::{
    AuthenticTiles, Hash, RightEdge, TILE_WIDTH, TileAddress, TileFault, TileKind, TileSource,
    encode_entries, encode_tile,
};

use super::{LogFault, end, place};
use crate::error::StoreError;
use crate::reader::View;
use crate::statement::{args, sql};

/// A tile that was not read from the database yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotFetched;

/// The tiles that were read from the database so far.
#[derive(Default)]
pub struct Fetched(HashMap<TileAddress, Vec<u8>>);

impl TileSource for Fetched {
    type Error = NotFetched;
    fn read(&self, address: TileAddress) -> Result<Vec<u8>, NotFetched> {
        self.0.get(&address).cloned().ok_or(NotFetched)
    }
}

/// The committed end of the log.
pub async fn head(view: &mut View<'_>) -> Result<RightEdge, StoreError> {
    Ok(end::head(view.connection).await?.edge)
}

/// The bytes of a tile or an entry bundle of the committed log.
pub async fn tile(view: &mut View<'_>, address: TileAddress) -> Result<Vec<u8>, StoreError> {
    let from = address.index() * TILE_WIDTH;
    let range = from..from + u64::from(address.width());
    match address.kind() {
        TileKind::Entries => {
            let leaves = end::leaves(view.connection, range).await?;
            encode_entries(&leaves).map_err(|_| LogFault::End("a leaf is too long").into())
        }
        TileKind::Hashes(level) if address.is_full() => full(view, level, address).await,
        TileKind::Hashes(0) => {
            let leaves = end::leaves(view.connection, range).await?;
            let hashes: Vec<Hash> = leaves.iter().map(|leaf| loket_tlog::leaf_hash(leaf)).collect();
            Ok(encode_tile(&hashes))
        }
        TileKind::Hashes(level) => {
            let roots = end::roots(view.connection, level - 1, range).await?;
            Ok(encode_tile(&roots))
        }
    }
}

async fn full(view: &mut View<'_>, level: u8, address: TileAddress) -> Result<Vec<u8>, StoreError> {
    let row = view
        .optional(
            sql!("SELECT hashes FROM log_tile WHERE level = $1 AND position = $2"),
            args![u32::from(level), place(address.index())],
        )
        .await?;
    row.ok_or(LogFault::End("a full tile is missing"))?.bytes("hashes")
}

impl Fetched {
    /// The tiles with their addresses.
    pub(super) fn into_tiles(self) -> impl Iterator<Item = (TileAddress, Vec<u8>)> {
        self.0.into_iter()
    }
}

/// Computes something from tiles, reading those that it asks for.
pub async fn with_tiles<T>(
    view: &mut View<'_>,
    compute: impl FnMut(&Fetched) -> Result<T, TileFault<NotFetched>>,
) -> Result<T, StoreError> {
    with_tiles_kept(view, &mut Fetched::default(), compute).await
}

/// The same with tiles that stay for what is computed next.
pub(super) async fn with_tiles_kept<T>(
    view: &mut View<'_>,
    tiles: &mut Fetched,
    mut compute: impl FnMut(&Fetched) -> Result<T, TileFault<NotFetched>>,
) -> Result<T, StoreError> {
    // Each round brings a tile that was not there before, of finitely many.
    loop {
        match compute(tiles) {
            Ok(computed) => return Ok(computed),
            Err(TileFault::Source(address, NotFetched)) => {
                let bytes = tile(view, address).await?;
                tiles.0.insert(address, bytes);
            }
            Err(fault) => return Err(LogFault::Tiles(fault.to_string()).into()),
        }
    }
}

/// Proof that the tree of the first `old` leaves grew into the tree with this size and root.
pub async fn consistency(
    view: &mut View<'_>,
    (size, root): (u64, Hash),
    old: u64,
) -> Result<Vec<Hash>, StoreError> {
    with_tiles(view, |tiles| AuthenticTiles::open(tiles, size, &root)?.consistency_proof(old, size))
        .await
}

/// Proof that a leaf stands in the tree with this size and root.
pub async fn inclusion(
    view: &mut View<'_>,
    (size, root): (u64, Hash),
    index: u64,
) -> Result<Vec<Hash>, StoreError> {
    with_tiles(view, |tiles| AuthenticTiles::open(tiles, size, &root)?.inclusion_proof(index, size))
        .await
}

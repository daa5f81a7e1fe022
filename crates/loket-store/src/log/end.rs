//! The end of the log in the hands of the one writer: the growing tiles and the right edge. With the events of a
//! batch the tiles that are full by them and the new edge are written in the same commit.

use std::ops::Range;

use loket_tlog::{Hash, RightEdge, TILE_WIDTH, TileEdge, TileKind, leaf_hash};

use super::pending::Pending;
use super::{LogFault, place};
use crate::connection::Connection;
use crate::error::StoreError;
use crate::statement::{Row, args, sql};

/// Leaves read at a time.
const PAGE: u64 = 1024;

/// The head as the database has it.
pub(super) struct Head {
    pub(super) size: u64,
    /// The first event that is there: those before were purged.
    pub(super) minimum: u64,
    pub(super) edge: RightEdge,
}

pub(super) async fn head(connection: &mut Connection) -> Result<Head, StoreError> {
    read_head(
        connection
            .optional(sql!("SELECT size, minimum, edge FROM journal_head WHERE id = 1"), vec![])
            .await?,
    )
}

/// Begins a write transaction and reads the head in it; on SQLite in one way to the connection's
/// thread and back.
async fn begun(connection: &mut Connection) -> Result<Head, StoreError> {
    if connection.takes_several() {
        let both = "BEGIN IMMEDIATE; SELECT size, minimum, edge FROM journal_head WHERE id = 1";
        return read_head(connection.optional(both, vec![]).await?);
    }
    connection.begin().await?;
    head(connection).await
}

fn read_head(row: Option<Row>) -> Result<Head, StoreError> {
    let row = row.ok_or(StoreError::Unreadable("journal_head.size"))?;
    let size = super::index(row.int("size")?)?;
    let edge = match row.opt_bytes("edge")? {
        None => RightEdge::new(),
        Some(bytes) => {
            RightEdge::from_bytes(&bytes).map_err(|_| LogFault::End("the edge has another form"))?
        }
    };
    if edge.size() != size {
        return Err(LogFault::End("the edge is that of another size").into());
    }
    let minimum = super::index(row.int("minimum")?)?;
    Ok(Head { size, minimum, edge })
}

/// The end of the log as it is committed.
#[derive(Debug, Default)]
pub(crate) struct LogEnd {
    tiles: TileEdge,
    edge: RightEdge,
}

impl LogEnd {
    /// Rebuilds the end from the last leaves and the full tiles, and holds it to the head.
    pub(crate) async fn rebuilt(connection: &mut Connection) -> Result<Self, StoreError> {
        let head = head(connection).await?;
        let tiles = whole_tiles(connection, head.size).await?;
        let edge = tiles.edge();
        let mut end = Self { tiles, edge };
        end.follow(connection, &head).await?;
        Ok(end)
    }

    /// Begins a write transaction for a batch: takes in what other writers have committed since.
    pub(crate) async fn begin(&mut self, connection: &mut Connection) -> Result<(), StoreError> {
        let head = begun(connection).await?;
        if head.edge != self.edge {
            self.follow(connection, &head).await?;
        }
        connection.pending = Pending::behind(head.size);
        Ok(())
    }

    /// Reads the leaves up to a head, which must then be the end.
    async fn follow(&mut self, connection: &mut Connection, head: &Head) -> Result<(), StoreError> {
        while self.tiles.size() < head.size {
            let from = self.tiles.size();
            let until = head.size.min(from + PAGE);
            for leaf in leaves(connection, from..until).await? {
                self.append(leaf_hash(&leaf))?;
            }
        }
        if self.edge != head.edge {
            return Err(LogFault::End("the leaves give another edge").into());
        }
        let row =
            connection.optional(sql!("SELECT MAX(sequence) AS last FROM journal"), vec![]).await?;
        let last = row.map(|row| row.opt_int("last")).transpose()?.flatten();
        if last.map_or(0, |last| last + 1) == place(head.size) {
            Ok(())
        } else {
            Err(LogFault::End("the journal ends elsewhere").into())
        }
    }

    fn append(&mut self, leaf: Hash) -> Result<Vec<(u8, u64, Vec<u8>)>, StoreError> {
        let full = self.tiles.append(leaf).map_err(|_| LogFault::End("the log is full"))?;
        self.edge.append(leaf).map_err(|_| LogFault::End("the log is full"))?;
        Ok(full
            .into_iter()
            .filter_map(|(address, hashes)| match address.kind() {
                TileKind::Hashes(level) => {
                    Some((level, address.index(), loket_tlog::encode_tile(&hashes)))
                }
                TileKind::Entries => None,
            })
            .collect())
    }

    /// Writes the events of the batch and what their leaves change, and commits. When that fails the end in memory is
    /// ahead of the database and must be given up.
    pub(crate) async fn commit(&mut self, connection: &mut Connection) -> Result<(), StoreError> {
        connection.end_batch().await?;
        let pending = std::mem::take(&mut connection.pending);
        if pending.is_empty() {
            connection.execute("COMMIT", vec![]).await?;
            return Ok(());
        }
        for leaf in pending.leaves() {
            for (level, position, hashes) in self.append(leaf)? {
                connection
                    .execute(
                        sql!("INSERT INTO log_tile (level, position, hashes) VALUES ($1, $2, $3)"),
                        args![u32::from(level), place(position), hashes],
                    )
                    .await?;
            }
        }
        let head = args![place(self.edge.size()), self.edge.to_bytes()];
        // On SQLite in one way to the connection's thread and back; that the row is there was seen when
        // this transaction began.
        if connection.takes_several() {
            let both = "UPDATE journal_head SET size = $1, edge = $2 WHERE id = 1; COMMIT";
            connection.execute(both, head).await?;
            return Ok(());
        }
        let changed = connection
            .execute(sql!("UPDATE journal_head SET size = $1, edge = $2 WHERE id = 1"), head)
            .await?;
        if changed != 1 {
            return Err(StoreError::RowCount { wanted: 1, found: changed });
        }
        connection.execute("COMMIT", vec![]).await?;
        Ok(())
    }
}

/// The growing tiles over the full tiles of level 0 below a size.
async fn whole_tiles(connection: &mut Connection, size: u64) -> Result<TileEdge, StoreError> {
    let whole = size / TILE_WIDTH;
    let mut levels = vec![Vec::new()];
    let (mut level, mut full) = (0_u8, whole);
    while full > 0 {
        let growing = full / TILE_WIDTH * TILE_WIDTH..full;
        levels.push(roots(connection, level, growing).await?);
        (level, full) = (level + 1, full / TILE_WIDTH);
    }
    TileEdge::resume(whole * TILE_WIDTH, levels)
        .map_err(|_| LogFault::End("full tiles are missing").into())
}

/// The root of the tree of the first leaves, so many of them.
pub(super) async fn root_at(connection: &mut Connection, size: u64) -> Result<Hash, StoreError> {
    let mut tiles = whole_tiles(connection, size).await?;
    for leaf in leaves(connection, tiles.size()..size).await? {
        tiles.append(leaf_hash(&leaf)).map_err(|_| LogFault::End("the log is full"))?;
    }
    Ok(tiles.root())
}

/// The leaves of a range, all of them.
pub(super) async fn leaves(
    connection: &mut Connection,
    range: Range<u64>,
) -> Result<Vec<Vec<u8>>, StoreError> {
    let rows = connection
        .all(
            sql!(
                "SELECT leaf FROM journal WHERE sequence >= $1 AND sequence < $2 ORDER BY sequence"
            ),
            args![place(range.start), place(range.end)],
        )
        .await?;
    if rows.len() as u64 != range.end - range.start {
        return Err(LogFault::End("leaves are missing").into());
    }
    rows.iter().map(|row| row.bytes("leaf")).collect()
}

/// The root of each full tile of a level in a range of positions, all of them.
pub(super) async fn roots(
    connection: &mut Connection,
    level: u8,
    range: Range<u64>,
) -> Result<Vec<Hash>, StoreError> {
    let mut roots = if level == 0 { purged(connection, range.clone()).await? } else { Vec::new() };
    let rows = connection
        .all(
            sql!(
                "SELECT hashes FROM log_tile WHERE level = $1 AND position >= $2 AND position < $3
                 ORDER BY position"
            ),
            args![u32::from(level), place(range.start), place(range.end)],
        )
        .await?;
    for row in &rows {
        roots.push(root_of_tile(&row.bytes("hashes")?)?);
    }
    if roots.len() as u64 != range.end - range.start {
        return Err(LogFault::End("full tiles are missing").into());
    }
    Ok(roots)
}

/// The roots that stand for full tiles of level 0 which were purged. They lie before all that are there.
pub(super) async fn purged(
    connection: &mut Connection,
    range: Range<u64>,
) -> Result<Vec<Hash>, StoreError> {
    let rows = connection
        .all(
            sql!(
                "SELECT root FROM log_root WHERE position >= $1 AND position < $2 ORDER BY position"
            ),
            args![place(range.start), place(range.end)],
        )
        .await?;
    rows.iter().map(|row| Ok(Hash(row.digest("root")?))).collect()
}

/// The one hash that a full tile has in the level above.
fn root_of_tile(bytes: &[u8]) -> Result<Hash, StoreError> {
    let hashes = loket_tlog::decode_tile(bytes, 256)
        .ok_or(LogFault::End("a full tile has another length"))?;
    root_of(&hashes)
}

/// The one hash that the hashes of a full tile have in the level above.
pub(super) fn root_of(hashes: &[Hash]) -> Result<Hash, StoreError> {
    let mut edge = RightEdge::new();
    for hash in hashes {
        edge.append(*hash).map_err(|_| LogFault::End("the log is full"))?;
    }
    Ok(edge.root())
}

//! The whole log against itself: each row, sealed part and token against its leaf, all leaves against
//! the full tiles and the right edge. Changes nothing. What it finds names the place and the part,
//! never what an event says.

use std::collections::BTreeMap;

use loket_domain::audit::{Event, JournalEntry};
use loket_tlog::{
    Hash, RightEdge, TILE_WIDTH, TileAddress, TileEdge, TileKind, decode_tile, leaf_hash,
};
use serde::Serialize;

use super::event::{Stored, Unlocked};
use super::{LogFault, end, place};
use crate::error::StoreError;
use crate::reader::View;
use crate::statement::{args, sql};

/// Events read at a time.
const PAGE: u32 = 4096;
/// After so many findings the check ends.
const MOST: usize = 1000;

/// Something in the log that does not hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LogFinding {
    /// Which event, where it is one.
    pub index: Option<u64>,
    /// What is wrong, beginning with the part: row, leaf, sealed part, tokens, tile, edge.
    pub what: String,
}

impl std::fmt::Display for LogFinding {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.index {
            Some(index) => write!(f, "event {index}: {}", self.what),
            None => f.write_str(&self.what),
        }
    }
}

/// What was looked at, and what was found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct LogReport {
    /// Events that were read.
    pub events: u64,
    /// The first event that is there: those before were purged.
    pub minimum: u64,
    /// Size that the head says.
    pub size: u64,
    /// Root hash of the tree of the leaves, in base64.
    pub root: String,
    /// What does not hold; empty when the log is whole.
    pub findings: Vec<LogFinding>,
}

impl LogReport {
    fn find(&mut self, index: Option<u64>, what: impl Into<String>) {
        if self.findings.len() < MOST {
            self.findings.push(LogFinding { index, what: what.into() });
        }
    }
}

/// Sees each event that holds, in order.
pub type Visit<'v> = &'v mut (dyn FnMut(&JournalEntry) + Send);

/// A root that somebody claims for a size.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claimed {
    /// The root.
    pub root: Hash,
    /// Who claims it, as the finding names it.
    pub by: String,
}

/// Looks the whole log through, and holds it to roots that are claimed by size. Of events below the
/// minimum, which were purged, only what is kept of the tree is looked at.
pub async fn look(
    view: &mut View<'_>,
    claimed: &BTreeMap<u64, Vec<Claimed>>,
    visit: Visit<'_>,
) -> Result<LogReport, StoreError> {
    let mut report = LogReport::default();
    let row = view
        .optional(sql!("SELECT size, minimum, edge FROM journal_head WHERE id = 1"), vec![])
        .await?
        .ok_or(StoreError::Unreadable("journal_head.size"))?;
    report.size = super::index(row.int("size")?)?;
    report.minimum = super::index(row.int("minimum")?)?;
    let kept = row.opt_bytes("edge")?.unwrap_or_else(|| RightEdge::new().to_bytes());
    let mut next = first_there(view, report.minimum).await?;
    let mut tree = Tree::resume(view, next, &mut report).await?;
    let mut purge = Purge::default();
    let mut unlocked = Unlocked::default();
    while next < report.size && report.findings.len() < MOST {
        let rows = view
            .all(
                sql!(
                    "SELECT sequence, id, at, kind, person_token, officer_token, organisation_token, registration_token, leaf, sealed
                     FROM journal WHERE sequence >= $1 AND sequence < $2 ORDER BY sequence LIMIT $3"
                ),
                args![place(next), place(report.size), PAGE],
            )
            .await?;
        if rows.is_empty() {
            break;
        }
        let mut page = Vec::with_capacity(rows.len());
        for row in &rows {
            let index = super::index(row.int("sequence")?)?;
            missing(&mut report, next..index);
            tree.broken |= index != next;
            next = index + 1;
            report.events += 1;
            purge.at(index, &tree, report.minimum);
            match Stored::of(row) {
                Err(fault) => {
                    tree.broken = true;
                    report.find(Some(index), format!("row: {fault}"));
                }
                Ok(stored) => {
                    tree.take(view, leaf_hash(&stored.leaf), &mut report).await?;
                    tree.hold(claimed, &mut report);
                    if index >= report.minimum {
                        unlocked.add(view, &stored).await?;
                        page.push(stored);
                    }
                }
            }
        }
        open_page(page, &unlocked, &mut report, &mut |entry| {
            purge.see(&entry.event);
            visit(entry);
        })
        .await?;
    }
    let size = report.size;
    missing(&mut report, next..size);
    tree.broken |= next != size;
    for (beyond, claims) in claimed.range(size + 1..) {
        for claim in claims {
            report.find(None, format!("{}: is of size {beyond}, the log has {size}", claim.by));
        }
    }
    purge.end(&mut report);
    tree.end(view, &kept, &mut report).await?;
    Ok(report)
}

/// The first leaf that is there: that of the bundle of the minimum, or before it while a purge goes on.
async fn first_there(view: &mut View<'_>, minimum: u64) -> Result<u64, StoreError> {
    let bundle = minimum / TILE_WIDTH * TILE_WIDTH;
    let row = view.optional(sql!("SELECT MIN(sequence) AS first FROM journal"), vec![]).await?;
    let first = row.map(|row| row.opt_int("first")).transpose()?.flatten();
    let first = first.map(super::index).transpose()?.unwrap_or(bundle);
    Ok(bundle.min(first / TILE_WIDTH * TILE_WIDTH))
}

/// The newest purge: whoever only says that events were purged is found by its event.
#[derive(Default)]
struct Purge {
    root: Option<Hash>,
    said: Option<(u64, String)>,
}

impl Purge {
    /// Notes the root of everything that went, when the tree comes there.
    fn at(&mut self, index: u64, tree: &Tree, minimum: u64) {
        if index == minimum && !tree.broken {
            self.root = Some(tree.tiles.root());
        }
    }

    fn see(&mut self, event: &Event) {
        if let Event::AuditLogPurged { new_minimum, root, .. } = event {
            self.said = Some((*new_minimum, root.clone()));
        }
    }

    fn end(self, report: &mut LogReport) {
        let minimum = report.minimum;
        match self.said {
            None if minimum == 0 => {}
            Some((said, root)) if said == minimum => {
                if self.root.is_some_and(|found| found.to_string() != root) {
                    report
                        .find(None, "minimum: the leaves before it had another root at the purge");
                }
            }
            _ => report.find(
                None,
                format!("minimum: no purge says that the events before {minimum} went"),
            ),
        }
    }
}

/// Opens the events of a page on as many processors as there are.
async fn open_page(
    page: Vec<Stored>,
    unlocked: &Unlocked,
    report: &mut LogReport,
    visit: Visit<'_>,
) -> Result<(), StoreError> {
    let processors = std::thread::available_parallelism().map_or(1, usize::from);
    let share = page.len().div_ceil(processors).max(1);
    let mut page = page.into_iter();
    let mut working = Vec::with_capacity(processors);
    loop {
        let part: Vec<Stored> = page.by_ref().take(share).collect();
        if part.is_empty() {
            break;
        }
        let unlocked = unlocked.clone();
        working.push(tokio::task::spawn_blocking(move || {
            part.iter().map(|stored| (stored.index, unlocked.open(stored))).collect::<Vec<_>>()
        }));
    }
    for part in working {
        for (index, opened) in part.await.map_err(|_| StoreError::BrokenOff("check of the log"))? {
            match opened {
                Ok(entry) => visit(&entry),
                Err(LogFault::Event { fault, .. }) => report.find(Some(index), fault.to_string()),
                Err(fault) => report.find(Some(index), fault.to_string()),
            }
        }
    }
    Ok(())
}

fn missing(report: &mut LogReport, range: std::ops::Range<u64>) {
    if !range.is_empty() {
        let last = range.end - 1;
        let what = if range.start == last {
            "row: is missing".to_owned()
        } else {
            format!("row: is missing, and all after it up to event {last}")
        };
        report.find(Some(range.start), what);
    }
}

/// The tree as the leaves give it.
struct Tree {
    tiles: TileEdge,
    /// A leaf is missing or unreadable: what follows cannot be compared any more.
    broken: bool,
    compared: [u64; 8],
}

impl Tree {
    /// The tree of the leaves before one that is there, as the roots of their tiles give it; holds the
    /// tiles above to them.
    async fn resume(
        view: &mut View<'_>,
        first: u64,
        report: &mut LogReport,
    ) -> Result<Self, StoreError> {
        let mut tree = Self { tiles: TileEdge::new(), broken: false, compared: [0; 8] };
        let mut roots = end::purged(view.connection, 0..u64::MAX).await?;
        if roots.len() as u64 != first / TILE_WIDTH {
            let what = format!(
                "tile/0: the roots of {} purged tiles are kept, not those before event {first}",
                roots.len()
            );
            report.find(None, what);
            tree.broken = true;
            return Ok(tree);
        }
        let mut levels = vec![Vec::new()];
        for level in 1..=loket_tlog::MAX_LEVEL {
            let mut above = Vec::with_capacity(roots.len() / 256);
            let (full, growing) = roots.as_chunks::<256>();
            for (position, hashes) in (0_u64..).zip(full) {
                if let Some(address) = TileAddress::of(TileKind::Hashes(level), position, first) {
                    tree.compare(view, address, hashes, report).await?;
                }
                above.push(end::root_of(hashes)?);
            }
            levels.push(growing.to_vec());
            roots = above;
        }
        tree.tiles =
            TileEdge::resume(first, levels).map_err(|_| LogFault::End("full tiles are missing"))?;
        Ok(tree)
    }

    /// Compares the root at this size with what is claimed for it.
    fn hold(&self, claimed: &BTreeMap<u64, Vec<Claimed>>, report: &mut LogReport) {
        if self.broken {
            return;
        }
        for claim in claimed.get(&self.tiles.size()).into_iter().flatten() {
            if claim.root != self.tiles.root() {
                report.find(None, format!("{}: has another root than the leaves give", claim.by));
            }
        }
    }

    async fn take(
        &mut self,
        view: &mut View<'_>,
        leaf: Hash,
        report: &mut LogReport,
    ) -> Result<(), StoreError> {
        if self.broken {
            return Ok(());
        }
        let full = self.tiles.append(leaf).map_err(|_| LogFault::End("the log is full"))?;
        for (address, hashes) in full {
            self.compare(view, address, &hashes, report).await?;
        }
        Ok(())
    }

    /// Compares a full tile with the one that is kept.
    async fn compare(
        &mut self,
        view: &mut View<'_>,
        address: TileAddress,
        hashes: &[Hash],
        report: &mut LogReport,
    ) -> Result<(), StoreError> {
        let TileKind::Hashes(level) = address.kind() else { return Ok(()) };
        if let Some(count) = self.compared.get_mut(usize::from(level)) {
            *count += 1;
        }
        let row = view
            .optional(
                sql!("SELECT hashes FROM log_tile WHERE level = $1 AND position = $2"),
                args![u32::from(level), place(address.index())],
            )
            .await?;
        let Some(row) = row else {
            report.find(None, format!("{address}: is missing"));
            return Ok(());
        };
        let Some(kept) = decode_tile(&row.bytes("hashes")?, address.width()) else {
            report.find(None, format!("{address}: has another length"));
            return Ok(());
        };
        let first = address.index() * TILE_WIDTH;
        for (place, (kept, made)) in (first..).zip(kept.iter().zip(hashes)) {
            if kept == made {
                continue;
            }
            if level == 0 {
                report.find(Some(place), format!("leaf: {address} has the hash of another"));
            } else {
                report.find(None, format!("{address}: has another hash at {place}"));
            }
        }
        Ok(())
    }

    async fn end(
        self,
        view: &mut View<'_>,
        kept: &[u8],
        report: &mut LogReport,
    ) -> Result<(), StoreError> {
        let rows = view
            .all(
                sql!("SELECT level, COUNT(*) AS tiles FROM log_tile GROUP BY level ORDER BY level"),
                vec![],
            )
            .await?;
        let edge = self.tiles.edge();
        report.root = edge.root().to_string();
        if self.broken {
            report.find(None, "edge: cannot be compared, since leaves are missing");
            return Ok(());
        }
        for row in rows {
            let (level, tiles) = (row.int("level")?, super::index(row.int("tiles")?)?);
            let level = usize::try_from(level).unwrap_or(usize::MAX);
            if self.compared.get(level).copied() != Some(tiles) {
                report.find(
                    None,
                    format!("tile/{level}: there are {tiles} tiles, not those of the size"),
                );
            }
        }
        if edge.to_bytes() != kept {
            let from = self.tiles.size() / TILE_WIDTH * TILE_WIDTH;
            report.find(None, format!("edge: is not that of the leaves; the leaf of an event from {from} on was changed, or the edge itself"));
        }
        Ok(())
    }
}

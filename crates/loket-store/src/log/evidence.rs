//! Events handed out with their proofs, as a bundle of evidence (docs/audit-format.md).
//!
//! Two steps, with the event of the export between them: [`plan`] finds what is asked for and writes the
//! question down, and [`bundle`] takes the export's own event in and proves everything against one
//! checkpoint. How often a token occurs is counted over the leaves, not over the columns by which
//! events are found: a column that was changed to hide an event shows here.

use std::collections::BTreeMap;
use std::ops::Range;

use loket_domain::Timestamp;
use loket_domain::audit::{JournalEntry, Search};
use loket_tlog::{
    AuthenticTiles, CHECKPOINT_FILE, Checkpoint, LEAF_ENDING, Leaf, Note, OPENINGS_ENDING,
    OpenedValue, PROOF_ENDING, ProofFile, QUERY_FILE, Query, QueryToken, RangeOfLeaves, TILE_WIDTH,
    TIME_STAMP_FILE, Token, sha256_hex, write_zip,
};

use super::checkpoints::KeptCheckpoint;
use super::event::{Stored, with_openings};
use super::search::{places, token_of};
use super::tiles::{Fetched, with_tiles_kept};
use super::{LogFault, end, index, keys, place};
use crate::error::StoreError;
use crate::personal::Personal;
use crate::reader::View;
use crate::statement::{args, sql};

/// Leaves read at a time.
const PAGE: u64 = 1024;

/// What is to be exported, for whom and on which ground.
#[derive(Debug, Clone)]
pub struct Asked {
    /// Which events.
    pub search: Search,
    /// Why, in words.
    pub reason: String,
    /// On which legal ground.
    pub legal_basis: String,
    /// Who asks.
    pub asked_by: String,
    /// When.
    pub asked_at: Timestamp,
    /// Whether the bundle shows that nothing was left out.
    pub complete: bool,
}

/// How much a bundle may hold.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Most events.
    pub events: u32,
    /// Most leaves over which nothing is left out.
    pub leaves: u64,
}

/// What a bundle will hold.
#[derive(Debug, Clone)]
pub struct Plan {
    query: Vec<u8>,
    places: Vec<u64>,
    within: Option<RangeOfLeaves>,
}

impl Plan {
    /// SHA-256 of the question as the bundle will have it, in hexadecimal.
    pub fn query_sha256(&self) -> String {
        sha256_hex(&self.query)
    }

    /// How many events fit.
    pub fn events(&self) -> u32 {
        u32::try_from(self.places.len()).unwrap_or(u32::MAX)
    }

    /// The leaves among which nothing is left out.
    pub fn within(&self) -> Option<Range<u64>> {
        self.within.map(|range| range.from..range.to)
    }
}

/// The files of a bundle, and its events as people read them.
pub struct Bundle {
    /// Files by name.
    pub files: BTreeMap<String, Vec<u8>>,
    /// Name and content of each event, in order of the log.
    pub events: Vec<(String, JournalEntry)>,
    /// Name of the log.
    pub origin: String,
    /// Its size at the checkpoint.
    pub size: u64,
}

/// Name of the list of all files with their SHA-256, as `sha256sum --check` reads it.
const MANIFEST: &str = "manifest.sha256";

/// Adds the list of the files.
pub fn add_manifest(files: &mut BTreeMap<String, Vec<u8>>) {
    let lines = files.iter().map(|(name, bytes)| format!("{}  {name}\n", sha256_hex(bytes)));
    let manifest: String = lines.collect();
    files.insert(MANIFEST.to_owned(), manifest.into_bytes());
}

/// A bundle as a zip.
pub fn zipped(files: &BTreeMap<String, Vec<u8>>) -> Result<Vec<u8>, StoreError> {
    write_zip(files).map_err(|_| StoreError::Unreadable("bundle of evidence"))
}

/// Finds what is asked for, as far as the log is committed now; `None` when it is more than fits.
pub async fn plan(
    view: &mut View<'_>,
    asked: &Asked,
    limits: Limits,
) -> Result<Option<Plan>, StoreError> {
    let size = crate::journal::size(view).await?;
    let Some(mut places) = places(view, &asked.search, limits.events).await? else {
        return Ok(None);
    };
    places.retain(|place| *place < size);
    places.sort_unstable();
    let tokens = tokens(view, &asked.search).await?;
    let (mut counts, mut within) = (vec![None; tokens.len()], None);
    if asked.complete {
        let range = range(view, &asked.search, size).await?;
        if range.end - range.start > limits.leaves {
            return Ok(None);
        }
        counts = count(view, range.clone(), &tokens).await?.into_iter().map(Some).collect();
        within = Some(RangeOfLeaves { from: range.start, to: range.end });
    }
    let micros = |at: Timestamp| u64::try_from(at.micros()).unwrap_or(0);
    let query = Query {
        reason: asked.reason.clone(),
        legal_basis: asked.legal_basis.clone(),
        asked_by: asked.asked_by.clone(),
        asked_at: asked.asked_at.to_string(),
        tokens: tokens.iter().zip(counts).map(|(token, n)| QueryToken::of(token, n)).collect(),
        kinds: asked.search.kinds.list().into_iter().map(str::to_owned).collect(),
        from: asked.search.from.map(micros),
        until: asked.search.until.map(micros),
        complete_within: within,
    };
    Ok(Some(Plan { query: json(&query)?, places, within }))
}

fn json(value: &impl serde::Serialize) -> Result<Vec<u8>, StoreError> {
    let mut text = serde_json::to_vec_pretty(value)
        .map_err(|_| StoreError::Unreadable("bundle of evidence"))?;
    text.push(b'\n');
    Ok(text)
}

/// The tokens of what is asked about: one for each year.
async fn tokens(view: &mut View<'_>, search: &Search) -> Result<Vec<Token>, StoreError> {
    let Some(about) = search.about else { return Ok(Vec::new()) };
    let (kind, value) = token_of(about);
    let tokens = keys::tokens(view, kind, &value).await?;
    Ok(tokens.into_iter().map(|bytes| Token { kind, bytes }).collect())
}

/// The leaves of the period, with the one before and the one after it, so that a stranger sees that the
/// range reaches over the whole period.
async fn range(view: &mut View<'_>, search: &Search, size: u64) -> Result<Range<u64>, StoreError> {
    if search.from.is_none() && search.until.is_none() {
        return Ok(0..size);
    }
    let from = search.from.unwrap_or(Timestamp::from_micros(0));
    let until = search.until.unwrap_or(Timestamp::from_micros(i64::MAX));
    let row = view
        .optional(
            sql!("SELECT MIN(sequence) AS first, MAX(sequence) AS last FROM journal WHERE at >= $1 AND at < $2"),
            args![from, until],
        )
        .await?
        .ok_or(StoreError::Unreadable("journal.sequence"))?;
    let found = row.opt_int("first")?.zip(row.opt_int("last")?);
    let (first, end) = if let Some((first, last)) = found {
        (index(first)?, index(last)? + 1)
    } else {
        // Nothing happened in the period: the events around it show that.
        let later = view.optional(
            sql!("SELECT sequence FROM journal WHERE at >= $1 ORDER BY at, sequence LIMIT 1"),
            args![until],
        );
        let after = later.await?.map(|row| index(row.int("sequence")?)).transpose()?;
        let between = after.unwrap_or(size);
        (between, between)
    };
    Ok(first.min(size).saturating_sub(1)..(end + 1).min(size))
}

/// Counts how many leaves of a range have each token.
async fn count(
    view: &mut View<'_>,
    range: Range<u64>,
    tokens: &[Token],
) -> Result<Vec<u64>, StoreError> {
    let mut counts = vec![0; tokens.len()];
    let mut from = range.start;
    while from < range.end && !tokens.is_empty() {
        let until = range.end.min(from + PAGE);
        for (index, leaf) in (from..).zip(end::leaves(view.connection, from..until).await?) {
            let leaf = Leaf::decode(&leaf)
                .map_err(|fault| LogFault::Event { index, fault: fault.into() })?;
            for (token, count) in tokens.iter().zip(&mut counts) {
                *count += u64::from(leaf.tokens().contains(token));
            }
        }
        from = until;
    }
    Ok(counts)
}

/// Makes the files of a plan, with the export's own event, against a checkpoint that covers both.
pub async fn bundle(
    view: &mut View<'_>,
    plan: &Plan,
    export: u64,
    kept: &KeptCheckpoint,
) -> Result<Personal<Bundle>, StoreError> {
    let unreadable = || StoreError::Unreadable("log_checkpoint.note");
    let note = Note::parse(&kept.note).map_err(|_| unreadable())?;
    let head: Checkpoint = note.text().parse().map_err(|_| unreadable())?;
    let mut files = BTreeMap::from([
        (CHECKPOINT_FILE.to_owned(), kept.note.clone().into_bytes()),
        (QUERY_FILE.to_owned(), plan.query.clone()),
    ]);
    files.extend(kept.time_stamp.clone().map(|stamp| (TIME_STAMP_FILE.to_owned(), stamp)));
    let mut events = Vec::with_capacity(plan.places.len() + 1);
    let mut tiles = Fetched::default();
    // The export has no place among what it exports, unless its own kind was asked for later.
    for index in plan.places.iter().copied().chain([export]) {
        let hashes = with_tiles_kept(view, &mut tiles, |tiles| {
            AuthenticTiles::open(tiles, head.size, &head.root)?.inclusion_proof(index, head.size)
        })
        .await?;
        let proof = ProofFile { extra: None, index, hashes, checkpoint: note.clone() };
        let stored = stored(view, index).await?;
        let (entry, openings) = with_openings(view, &stored).await?;
        let name = format!("{index:010}-{}", entry.event.kind());
        let opened: Vec<OpenedValue> = openings.iter().map(OpenedValue::of).collect();
        files.insert(format!("{name}{LEAF_ENDING}"), stored.leaf);
        files.insert(format!("{name}{PROOF_ENDING}"), proof.to_string().into_bytes());
        files.insert(format!("{name}{OPENINGS_ENDING}"), json(&opened)?);
        events.push((name, entry));
    }
    if let Some(within) = plan.within {
        files.extend(entries(view, within, &head).await?);
    }
    let (origin, size) = (kept.origin.clone(), head.size);
    Ok(Personal::new(Bundle { files, events, origin, size }))
}

/// The entry bundles of a range with the tiles that authenticate them.
async fn entries(
    view: &mut View<'_>,
    within: RangeOfLeaves,
    head: &Checkpoint,
) -> Result<BTreeMap<String, Vec<u8>>, StoreError> {
    let mut tiles = Fetched::default();
    for bundle in within.from / TILE_WIDTH..within.to.div_ceil(TILE_WIDTH) {
        with_tiles_kept(view, &mut tiles, |tiles| {
            AuthenticTiles::open(tiles, head.size, &head.root)?.entries(bundle).map(drop)
        })
        .await?;
    }
    Ok(tiles.into_tiles().map(|(address, bytes)| (address.to_string(), bytes)).collect())
}

async fn stored(view: &mut View<'_>, index: u64) -> Result<Stored, StoreError> {
    let row = view
        .optional(
            sql!(
                "SELECT sequence, id, at, kind, person_token, officer_token, organisation_token, registration_token, leaf, sealed
                 FROM journal WHERE sequence = $1"
            ),
            args![place(index)],
        )
        .await?;
    Stored::of(&row.ok_or(LogFault::End("leaves are missing"))?)
}

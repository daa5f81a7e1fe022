//! `loket audit tiles`: the log as plain files by the addresses of C2SP `tlog-tiles`, up to the newest
//! checkpoint, for a web server or for whoever checks it.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use clap::Args;
use loket_store::log::{checkpoints, purge, tiles};
use loket_tlog::{Checkpoint, Note, TILE_WIDTH, TileAddress, TileKind};

use super::opened;
use crate::cli::fault::CliFault;
use crate::cli::output;
use crate::cli::place::Place;

/// Writes checkpoint, tiles and entry bundles into a folder; a second run adds what has grown.
#[derive(Debug, Args)]
pub(in crate::cli) struct Tiles {
    #[command(flatten)]
    place: Place,
    /// The folder
    #[arg(value_name = "DIR")]
    folder: PathBuf,
}

impl Tiles {
    pub(super) async fn run(self) -> Result<(), CliFault> {
        let mut reader = opened(&self.place).await?;
        let view = &mut reader.view();
        let Some(kept) = checkpoints::newest(view).await? else {
            return Err(CliFault::Usage(
                "the log has no checkpoint yet: the server signs one when it runs".to_owned(),
            ));
        };
        let since = already(&self.folder.join("checkpoint"), &kept);
        let mut written = 0_u64;
        let minimum = purge::minimum(view).await?;
        for address in TileAddress::grown(since, kept.size) {
            if is_purged(address, minimum) {
                continue;
            }
            let bytes = tiles::tile(view, address).await?;
            put(&self.folder.join(address.to_string()), &bytes)?;
            written += 1;
        }
        let gone = remove_purged(&self.folder, minimum)?;
        // Last, so that whoever reads along never sees a checkpoint without its tiles.
        put(&self.folder.join("checkpoint"), kept.note.as_bytes())?;
        let mut line = format!(
            "{} at size {}: {written} files written to {}",
            kept.origin,
            kept.size,
            self.folder.display()
        );
        if minimum > 0 {
            let more = format!("; the log begins at event {minimum}, {gone} purged files removed");
            line.push_str(&more);
        }
        output::line(line)
    }
}

/// Size of the checkpoint of the same log that is there already; whatever else is there is written anew.
fn already(file: &Path, kept: &checkpoints::KeptCheckpoint) -> u64 {
    let text = fs::read_to_string(file).unwrap_or_default();
    let read = Note::parse(&text).ok().and_then(|note| note.text().parse::<Checkpoint>().ok());
    let same = read.filter(|there| there.origin.as_str() == kept.origin && there.size <= kept.size);
    same.map_or(0, |there| there.size)
}

/// Whether nothing of a tile or bundle is there any more. Tiles of level 1 and above stay for good.
fn is_purged(address: TileAddress, minimum: u64) -> bool {
    let low = matches!(address.kind(), TileKind::Entries | TileKind::Hashes(0));
    low && (address.index() + 1) * TILE_WIDTH <= minimum
}

/// Removes what was published before it was purged, from the minimum down to where nothing is left.
fn remove_purged(folder: &Path, minimum: u64) -> std::io::Result<u64> {
    let mut gone = 0;
    for index in (0..minimum / TILE_WIDTH).rev() {
        let addresses = [TileKind::Entries, TileKind::Hashes(0)]
            .into_iter()
            .filter_map(|kind| TileAddress::of(kind, index, minimum));
        let mut found = false;
        for file in addresses.map(|address| folder.join(address.to_string())) {
            match fs::remove_file(file) {
                Ok(()) => {
                    gone += 1;
                    found = true;
                }
                Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => {}
                Err(cause) => return Err(cause),
            }
        }
        if !found {
            break;
        }
    }
    Ok(gone)
}

/// Puts a file in its place, whole or not at all.
fn put(file: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let folder = file.parent().unwrap_or_else(|| Path::new("."));
    fs::create_dir_all(folder)?;
    let new = folder.join(".new");
    let mut to = fs::File::create(&new)?;
    to.write_all(bytes)?;
    to.sync_all()?;
    fs::rename(&new, file)
}

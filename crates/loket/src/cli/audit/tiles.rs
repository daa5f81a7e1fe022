//! `loket audit tiles`: the log as plain files by the addresses of C2SP `tlog-tiles`, up to the newest
//! checkpoint, for a web server or for whoever checks it.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use clap::Args;
use loket_store::log::{checkpoints, tiles};
use loket_tlog::{Checkpoint, Note, TileAddress};

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
        for address in TileAddress::grown(since, kept.size) {
            let bytes = tiles::tile(view, address).await?;
            put(&self.folder.join(address.to_string()), &bytes)?;
            written += 1;
        }
        // Last, so that whoever reads along never sees a checkpoint without its tiles.
        put(&self.folder.join("checkpoint"), kept.note.as_bytes())?;
        output::line(format!(
            "{} at size {}: {written} files written to {}",
            kept.origin,
            kept.size,
            self.folder.display()
        ))
    }
}

/// Size of the checkpoint of the same log that is there already; whatever else is there is written anew.
fn already(file: &Path, kept: &checkpoints::KeptCheckpoint) -> u64 {
    let text = fs::read_to_string(file).unwrap_or_default();
    let read = Note::parse(&text).ok().and_then(|note| note.text().parse::<Checkpoint>().ok());
    let same = read.filter(|there| there.origin.as_str() == kept.origin && there.size <= kept.size);
    same.map_or(0, |there| there.size)
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

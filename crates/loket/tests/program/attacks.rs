//! What is published of a log and what was signed, with every byte of it changed, one by one: each change
//! is found, by the file that it is in.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};
use loket::audit::attesters::AttesterPlan;
use loket::audit::scrub;
use loket::audit::signer::Signer;
use loket_store::log::checkpoints;
use loket_testkit::house::{House, On};
use loket_testkit::owner::as_owner_with;
use loket_tlog::{Checkpoint, Note, TileAddress, TileKind, TileSource, VerifierKey, check_whole};

use crate::audit_log::{Beside, said};
use crate::signer::{events, plan};

/// A published folder, in memory.
#[derive(Default)]
struct Folder(HashMap<TileAddress, Vec<u8>>);

impl TileSource for Folder {
    type Error = &'static str;
    fn read(&self, address: TileAddress) -> Result<Vec<u8>, &'static str> {
        self.0.get(&address).cloned().ok_or("not there")
    }
}

fn published(folder: &Path, size: u64) -> Result<Folder> {
    let mut read = Folder::default();
    for address in TileAddress::grown(0, size) {
        read.0.insert(address, fs::read(folder.join(address.to_string()))?);
    }
    Ok(read)
}

/// What a verifier says of a published folder: the addresses of what does not hold.
fn findings(folder: &Folder, head: &Checkpoint) -> Vec<String> {
    check_whole(folder, head.size, &head.root, 0, &mut |_, _| {})
        .iter()
        .map(ToString::to_string)
        .collect()
}

#[tokio::test]
async fn every_byte_of_what_is_published_counts() -> Result<()> {
    let house = House::new(On::Sqlite).await?;
    let signer = Signer::open(plan(house.folder()), &house.store).await?;
    events(&house, &house.store, 262).await?;
    signer.sign(&house.store).await?;
    let place = house.folder().join("published");
    let wrote = Beside::new(&house)?.audit(&["tiles", &place.to_string_lossy()])?;
    assert!(wrote.status.success(), "{}", said(&wrote));
    let key = signer.key()?.verifier().clone();
    let note = fs::read_to_string(place.join("checkpoint"))?;
    let opened = |note: &[u8], key: &VerifierKey| {
        let text = std::str::from_utf8(note).ok()?;
        Checkpoint::open(&Note::parse(text).ok()?, key).ok()
    };
    let head = opened(note.as_bytes(), &key).context("it is signed")?;
    for at in 0..note.len() {
        let mut changed = note.clone().into_bytes();
        changed[at] ^= 1;
        assert_eq!(opened(&changed, &key), None, "checkpoint, byte {at}");
    }
    let mut folder = published(&place, head.size)?;
    assert_eq!(findings(&folder, &head), Vec::<String>::new());
    let addresses: Vec<TileAddress> = folder.0.keys().copied().collect();
    assert_eq!(addresses.len(), 5, "two bundles, two tiles of level 0, one of level 1");
    let mut flipped = 0;
    for address in addresses {
        let length = folder.0.get(&address).map_or(0, Vec::len);
        for at in 0..length {
            flip(&mut folder, address, at);
            let found = findings(&folder, &head);
            // The bundle and the tile over it speak of the same leaf: when they differ, one of both is named.
            let other = match address.kind() {
                TileKind::Entries => {
                    TileAddress::of(TileKind::Hashes(0), address.index(), head.size)
                }
                TileKind::Hashes(_) => None,
            };
            let named = |address: TileAddress| {
                let name = address.to_string();
                found.iter().any(|one| one.contains(&name))
            };
            assert!(named(address) || other.is_some_and(named), "{address}, byte {at}: {found:?}");
            flip(&mut folder, address, at);
            flipped += 1;
        }
    }
    assert!(flipped > 50_000, "{flipped} bytes");
    assert_eq!(findings(&folder, &head), Vec::<String>::new());
    Ok(())
}

fn flip(folder: &mut Folder, address: TileAddress, at: usize) {
    if let Some(byte) = folder.0.get_mut(&address).and_then(|bytes| bytes.get_mut(at)) {
        *byte ^= 1;
    }
}

async fn every_byte_of_a_kept_checkpoint_counts(on: On) -> Result<()> {
    let house = House::new(on).await?;
    let signer = Signer::open(plan(house.folder()), &house.store).await?;
    events(&house, &house.store, 5).await?;
    signer.sign(&house.store).await?;
    let nobody = AttesterPlan::default();
    let look = || async {
        let report = scrub::look(&house.store, &signer, &nobody).await?;
        anyhow::Ok(report.findings.iter().map(ToString::to_string).collect::<Vec<_>>())
    };
    assert_eq!(look().await?, Vec::<String>::new());
    let kept = checkpoints::newest(&mut house.store.reader().await?.view()).await?;
    let note = kept.context("a checkpoint")?.note;
    for (at, character) in note.char_indices() {
        // A database keeps text: the next character of those that a note may have.
        let other = if character == 'B' { 'C' } else { 'B' };
        let changed: String =
            [&note[..at], &other.to_string(), &note[at + character.len_utf8()..]].concat();
        as_owner_with(&house.engine, "UPDATE log_checkpoint SET note = $1", &changed).await?;
        let found = look().await?;
        let named = "checkpoint loket.example.be/audit/1 at 5: ";
        assert!(found.iter().any(|one| one.starts_with(named)), "byte {at}: {found:?}");
    }
    as_owner_with(&house.engine, "UPDATE log_checkpoint SET note = $1", &note).await?;
    assert_eq!(look().await?, Vec::<String>::new());
    Ok(())
}

mod a_kept_checkpoint {
    use super::*;
    #[tokio::test]
    async fn sqlite() -> Result<()> {
        every_byte_of_a_kept_checkpoint_counts(On::Sqlite).await
    }
    #[tokio::test]
    async fn postgres() -> Result<()> {
        every_byte_of_a_kept_checkpoint_counts(On::Postgres).await
    }
}

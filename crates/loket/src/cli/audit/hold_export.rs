//! The export of a hold: a folder in which every held event stands by itself, with its leaf, its proof under
//! a signed checkpoint, its sealed part, and its secret wrapped by a key that only this export has. It
//! outlives the purge of the log: nothing of the database is needed to prove or to open it.

use std::fs;
use std::path::Path;

use loket_app::commands::record_hold_export::RecordHoldExport;
use loket_domain::id::HoldId;
use loket_store::Entropy as _;
use loket_store::log::holds::{self, HeldEvent};
use loket_store::log::{checkpoints, purge, tiles};
use loket_tlog::{
    Checkpoint, EventSecret, FileKey, KeyEncryptionKey as _, LEAF_ENDING, Leaf, Note, PROOF_ENDING,
    ProofFile, SEALED_WORDS, SecretName,
};
use serde_json::json;

use crate::cli::fault::CliFault;
use crate::cli::place::act;
use crate::configuration::{Files, make_key_file};
use crate::wiring::House;

/// Name under which the hold key wraps.
const WRAPPED_BY: &str = "loket hold";
const SEALED_ENDING: &str = ".sealed";
const SECRET_ENDING: &str = ".secret";
/// Most bytes of a file that is opened.
const LARGEST: u64 = 1 << 16;

fn usage(fault: impl std::fmt::Display) -> CliFault {
    CliFault::Usage(fault.to_string())
}

fn hold_key(file: &Path) -> Result<FileKey, CliFault> {
    let bytes = Files::new(std::path::PathBuf::new()).master_secret(file)?;
    FileKey::new(WRAPPED_BY, &bytes).map_err(usage)
}

/// Writes every held event below the newest checkpoint, and records that.
pub(super) async fn write(
    house: &House,
    hold: HoldId,
    folder: &Path,
    key: &Path,
) -> Result<String, CliFault> {
    if folder.exists() {
        return Err(usage(format!("{}: is there already", folder.display())));
    }
    if !key.exists() {
        make_key_file(key)?;
    }
    let wrapping = hold_key(key)?;
    let mut reader = house.store.reader().await?;
    let view = &mut reader.view();
    let all = holds::all(view).await?;
    let found = all.iter().find(|one| one.id == hold && one.lifted_at.is_none());
    let scope = found.ok_or_else(|| usage("no hold that stands has this name"))?.scope;
    let kept = checkpoints::newest(view)
        .await?
        .ok_or_else(|| usage("there is no checkpoint: the server signs one when it runs"))?;
    let note = Note::parse(&kept.note).map_err(usage)?;
    let head: Checkpoint = note.text().parse().map_err(usage)?;
    fs::create_dir_all(folder)?;
    fs::write(folder.join("checkpoint"), &kept.note)?;
    // What the sealed parts are read with, for whoever has this folder and the document alone.
    fs::write(folder.join("words.txt"), SEALED_WORDS)?;
    let (mut from, mut events) = (purge::minimum(view).await?, 0_u64);
    loop {
        let page = holds::held(view, &scope, from).await?;
        let Some(last) = page.last() else { break };
        from = last.index + 1;
        for event in page.iter().filter(|event| event.index < head.size) {
            let hashes = tiles::inclusion(view, (head.size, head.root), event.index).await?;
            let proof =
                ProofFile { extra: None, index: event.index, hashes, checkpoint: note.clone() };
            let mut nonce = [0; 12];
            loket_store::SystemEntropy::default()
                .fill(&mut nonce)
                .map_err(|_| usage("the random generator failed"))?;
            put(folder, event, &proof, &wrapping, nonce)?;
            events += 1;
        }
    }
    drop(reader);
    act(house, RecordHoldExport { hold, events, size: head.size }).await?;
    Ok(format!(
        "{events} held events below event {} written to {}. Keep them apart from {}: each needs the other.",
        head.size,
        folder.display(),
        key.display()
    ))
}

fn put(
    folder: &Path,
    event: &HeldEvent,
    proof: &ProofFile,
    wrapping: &FileKey,
    nonce: [u8; 12],
) -> Result<(), CliFault> {
    let name = SecretName::Event(event.id);
    let secret = wrapping.wrap(name, event.secret.expose(), nonce).map_err(usage)?;
    let file = |ending: &str| folder.join(format!("{:012}{ending}", event.index));
    fs::write(file(LEAF_ENDING), &event.leaf)?;
    fs::write(file(PROOF_ENDING), proof.to_string())?;
    fs::write(file(SEALED_ENDING), &event.sealed)?;
    fs::write(file(SECRET_ENDING), secret)?;
    Ok(())
}

/// What the events of an export say, each value held to the commitment of its leaf; one JSON object a line.
/// That the leaves stand in the log is for `loket audit verify` to tell.
pub(super) fn open(folder: &Path, key: &Path) -> Result<String, CliFault> {
    let wrapping = hold_key(key)?;
    let mut leaves: Vec<_> = fs::read_dir(folder)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<_, _>>()?;
    leaves.retain(|path| path.to_string_lossy().ends_with(LEAF_ENDING));
    leaves.sort();
    let mut lines = Vec::with_capacity(leaves.len());
    for file in leaves {
        let at = |fault: &dyn std::fmt::Display| usage(format!("{}: {fault}", file.display()));
        let leaf = bounded(&file)?;
        let read = Leaf::decode(&leaf).map_err(|fault| at(&fault))?;
        let head = read.head();
        let wrapped = bounded(&file.with_extension(SECRET_ENDING.trim_start_matches('.')))?;
        let secret = wrapping.unwrap(SecretName::Event(head.event), &wrapped);
        let secret = EventSecret::from_bytes(&*secret.map_err(|fault| at(&fault))?);
        let sealed = bounded(&file.with_extension(SEALED_ENDING.trim_start_matches('.')))?;
        let values = secret.open(&leaf, &sealed).map_err(|fault| at(&fault))?;
        let values: serde_json::Map<_, _> =
            values.iter().map(|value| (value.slot.to_string(), json!(value.value))).collect();
        let time = i64::try_from(head.time).unwrap_or(i64::MAX);
        let line = json!({
            "event": uuid::Uuid::from_bytes(*head.event.as_bytes()),
            "at": loket_domain::Timestamp::from_micros(time).to_string(),
            "kind": head.kind.as_str(),
            "outcome": head.outcome.as_str(),
            "node": head.node.as_str(),
            "values": values,
        });
        lines.push(line.to_string());
    }
    Ok(lines.join("\n"))
}

fn bounded(file: &Path) -> Result<Vec<u8>, CliFault> {
    let length =
        fs::metadata(file).map_err(|cause| usage(format!("{}: {cause}", file.display())))?;
    if length.len() > LARGEST {
        return Err(usage(format!("{}: larger than 64 KiB", file.display())));
    }
    Ok(fs::read(file)?)
}

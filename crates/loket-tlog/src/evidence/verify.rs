//! The bundle as a whole.

use std::collections::BTreeSet;

use super::file::{Fitting, Query};
use super::{
    CHECKPOINT_FILE, Complete, Dated, EvidenceFault, Files, LEAF_ENDING, OPENINGS_ENDING,
    PROOF_ENDING, ProvedEvent, ProvedHead, QUERY_FILE, TIME_STAMP_FILE, complete, file,
};
use crate::hash::sha256_hex;
use crate::leaf::{Leaf, Slot};
use crate::note::Note;
use crate::policy::{Accepted, Policy};
use crate::proof_file::ProofFile;
use crate::secret::Opening;
use crate::tile::TileAddress;
use crate::time_stamp::{Authority, verify_time_stamp};

/// What a bundle proves.
#[derive(Debug, Clone)]
pub struct Verdict {
    /// The head that everything leads to.
    pub head: ProvedHead,
    /// Its events, by index.
    pub events: Vec<ProvedEvent>,
    /// What was asked.
    pub query: Option<Query>,
    /// Whether one of the proved events opens to details that name the SHA-256 of the query, in
    /// hexadecimal: the export itself. Otherwise the query is only what the exporter says.
    pub query_is_logged: bool,
    /// That nothing which fits was left out, if the bundle claims so.
    pub complete: Option<Complete>,
    /// Files that nothing vouches for, such as a report for people.
    pub not_vouched_for: Vec<String>,
}

/// Checks a bundle against the keys of the policy. With authorities, a time-stamp must be there and
/// hold. Everything wrong with the files is told at once, and what is left out once they are sound;
/// nothing of a bundle with a fault counts.
pub fn verify_evidence(
    files: &Files,
    policy: &Policy,
    authorities: &[Authority],
) -> Result<Verdict, Vec<EvidenceFault>> {
    let mut faults = Vec::new();
    let head = head(files, policy, authorities, &mut faults);
    let events = events(files, policy, head.as_ref(), &mut faults);
    let query = file::query(files).unwrap_or_else(|fault| {
        faults.push(fault);
        None
    });
    let digest = sha256_hex(files.get(QUERY_FILE).map(Vec::as_slice).unwrap_or_default());
    let mut complete = None;
    if let Some((_, fitting)) = &query {
        fit(fitting, &digest, &events, &mut faults);
    }
    // An event whose files are wrong was not left out, so that this is asked of sound events only.
    if let (Some((query, fitting)), Some(head), true) = (&query, &head, faults.is_empty()) {
        complete = complete::check(files, &head.checkpoint, query, fitting, &events, &mut faults);
    }
    match head {
        Some(head) if faults.is_empty() => Ok(Verdict {
            query_is_logged: query.is_some()
                && events.iter().any(|event| names_query(event, &digest)),
            query: query.map(|(query, _)| query),
            complete,
            not_vouched_for: files.keys().filter(|name| !is_known(name)).cloned().collect(),
            head,
            events,
        }),
        _ => Err(faults),
    }
}

fn head(
    files: &Files,
    policy: &Policy,
    authorities: &[Authority],
    faults: &mut Vec<EvidenceFault>,
) -> Option<ProvedHead> {
    let note = files
        .get(CHECKPOINT_FILE)
        .ok_or_else(|| EvidenceFault::Missing(CHECKPOINT_FILE.to_owned()))
        .and_then(|bytes| {
            let text = std::str::from_utf8(bytes).ok();
            text.and_then(|text| Note::parse(text).ok())
                .ok_or_else(|| EvidenceFault::Form(CHECKPOINT_FILE.to_owned()))
        });
    let accepted = note.and_then(|note| match policy.accept(&note) {
        Ok(accepted) => Ok((note, accepted)),
        Err(fault) => Err(fault.into()),
    });
    let (note, Accepted { checkpoint, witnesses }) = match accepted {
        Ok(accepted) => accepted,
        Err(fault) => {
            faults.push(fault);
            return None;
        }
    };
    let dated = match (files.get(TIME_STAMP_FILE), authorities) {
        (None, []) => Dated::No,
        (Some(_), []) => Dated::NotChecked,
        (None, _) => {
            faults.push(EvidenceFault::Missing(TIME_STAMP_FILE.to_owned()));
            Dated::No
        }
        (Some(response), authorities) => {
            match verify_time_stamp(response, note.text().as_bytes(), None, authorities) {
                Ok(stamp) => Dated::By(stamp),
                Err(fault) => {
                    faults.push(fault.into());
                    Dated::No
                }
            }
        }
    };
    Some(ProvedHead { checkpoint, witnesses, dated })
}

fn events(
    files: &Files,
    policy: &Policy,
    head: Option<&ProvedHead>,
    faults: &mut Vec<EvidenceFault>,
) -> Vec<ProvedEvent> {
    let names: BTreeSet<&str> =
        files.keys().filter_map(|name| name.strip_suffix(LEAF_ENDING)).collect();
    if names.is_empty() {
        faults.push(EvidenceFault::Empty);
    }
    for name in files.keys() {
        let of = name.strip_suffix(PROOF_ENDING).or_else(|| name.strip_suffix(OPENINGS_ENDING));
        if of.is_some_and(|leaf| !names.contains(leaf)) {
            faults.push(EvidenceFault::Stray(name.clone()));
        }
    }
    let mut seen = BTreeSet::new();
    let mut events = Vec::new();
    for name in names {
        match event(files, name, policy, head) {
            Ok(event) if seen.insert(event.index) => events.push(event),
            Ok(event) => faults.push(EvidenceFault::Twice(event.name)),
            Err(fault) => faults.push(fault),
        }
    }
    events.sort_by_key(|event| event.index);
    events
}

fn event(
    files: &Files,
    name: &str,
    policy: &Policy,
    head: Option<&ProvedHead>,
) -> Result<ProvedEvent, EvidenceFault> {
    let leaf_name = format!("{name}{LEAF_ENDING}");
    let bytes = files.get(&leaf_name).map(Vec::as_slice).unwrap_or_default();
    let leaf = Leaf::decode(bytes).map_err(|fault| EvidenceFault::Leaf(leaf_name, fault))?;
    let proof_name = format!("{name}{PROOF_ENDING}");
    let proof = files.get(&proof_name).ok_or_else(|| EvidenceFault::Missing(proof_name.clone()))?;
    let proof = std::str::from_utf8(proof).map_err(|_| EvidenceFault::Form(proof_name.clone()))?;
    let (proof, accepted) = proof
        .parse::<ProofFile>()
        .and_then(|proof| proof.verify(bytes, policy).map(|accepted| (proof, accepted)))
        .map_err(|fault| EvidenceFault::Proof(proof_name.clone(), fault))?;
    if head.is_some_and(|head| head.checkpoint != accepted.checkpoint) {
        return Err(EvidenceFault::OtherTree(proof_name));
    }
    let openings_name = format!("{name}{OPENINGS_ENDING}");
    let openings = match files.get(&openings_name) {
        Some(bytes) => file::openings(&openings_name, bytes)?,
        None => Vec::new(),
    };
    if let Some(wrong) = openings.iter().position(|opening| !opening.opens(&leaf)) {
        return Err(EvidenceFault::Opening(openings_name, wrong + 1));
    }
    Ok(ProvedEvent { name: name.to_owned(), index: proof.index, leaf, openings })
}

/// Every event is one that was asked for, or the export itself, which no query asks for.
fn fit(fitting: &Fitting, digest: &str, events: &[ProvedEvent], faults: &mut Vec<EvidenceFault>) {
    for event in events {
        if !fitting.fits(&event.leaf) && !names_query(event, digest) {
            faults.push(EvidenceFault::DoesNotFit(format!("{}{LEAF_ENDING}", event.name)));
        }
    }
}

/// Whether an event opens to details that name the digest of the query.
fn names_query(event: &ProvedEvent, digest: &str) -> bool {
    let names = |opening: &Opening| opening.slot == Slot::Details && opening.value.contains(digest);
    event.openings.iter().any(names)
}

fn is_known(name: &str) -> bool {
    let endings = [LEAF_ENDING, PROOF_ENDING, OPENINGS_ENDING];
    [CHECKPOINT_FILE, TIME_STAMP_FILE, QUERY_FILE].contains(&name)
        || endings.iter().any(|ending| name.ends_with(ending))
        || name.parse::<TileAddress>().is_ok()
}

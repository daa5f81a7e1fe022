//! `loket audit verify`: a bundle of evidence, offline, with public keys only. Writes nothing.

use std::fs;
use std::io::{BufReader, Read as _};
use std::path::{Path, PathBuf};

use clap::Args;
use loket_tlog::{
    ArchiveFault, Authority, Complete, Dated, EvidenceFault, Files, MAX_EVIDENCE,
    MAX_EVIDENCE_FILE, MAX_EVIDENCE_FILES, Opening, Policy, ProvedEvent, Verdict, VerifierKey,
    WitnessKey, read_zip, verify_evidence,
};
use serde::Serialize;

use crate::cli::fault::CliFault;
use crate::cli::output;

/// Checks a bundle of evidence. Exit code 0 when it holds, 1 when it does not.
#[derive(Debug, Args)]
pub(in crate::cli) struct Verify {
    /// The bundle: a folder, or a zip of one
    #[arg(value_name = "BUNDLE")]
    bundle: PathBuf,
    /// Verifier key of the log; several while it changed keys
    #[arg(long = "key", value_name = "VKEY", required = true)]
    keys: Vec<VerifierKey>,
    /// Verifier key of a witness that must have cosigned
    #[arg(long = "witness", value_name = "VKEY")]
    witnesses: Vec<WitnessKey>,
    /// Certificate (DER) of a time-stamp authority; with it there must be a time-stamp of it
    #[arg(long = "authority", value_name = "FILE")]
    authorities: Vec<PathBuf>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// What came of it, for programs.
#[derive(Debug, Serialize)]
struct Said {
    holds: bool,
    faults: Vec<String>,
    events: usize,
    /// Values that the events commit to, and those that the bundle opens.
    values: usize,
    opened: usize,
    not_opened: Vec<NotOpened>,
    origin: Option<String>,
    size: Option<u64>,
    root: Option<String>,
    witnesses: Vec<String>,
    nothing_left_out_within: Option<(u64, u64)>,
    query_is_logged: bool,
    not_vouched_for: Vec<String>,
    #[serde(skip)]
    words: String,
}

/// An event of which the bundle does not open everything: what it keeps to itself, nobody else sees.
#[derive(Debug, Serialize)]
struct NotOpened {
    event: u64,
    opened: usize,
    values: usize,
}

impl Verify {
    pub(super) fn run(self) -> Result<(), CliFault> {
        let files = read(&self.bundle)?;
        let authorities: Vec<Authority> = self
            .authorities
            .iter()
            .map(|file| {
                Authority::from_der(&bounded(file)?)
                    .map_err(|fault| CliFault::Usage(format!("{}: {fault}", file.display())))
            })
            .collect::<Result<_, _>>()?;
        let policy = Policy::all_of(self.keys, self.witnesses);
        let said = match verify_evidence(&files, &policy, &authorities) {
            Ok(verdict) => holds(verdict),
            Err(faults) => does_not_hold(&faults),
        };
        output::either(self.json, &said, |said| said.words.clone())?;
        if said.holds { Ok(()) } else { Err(CliFault::Rejected) }
    }
}

fn holds(verdict: Verdict) -> Said {
    let checkpoint = &verdict.head.checkpoint;
    let mut words = vec![format!(
        "The bundle holds: {} events stand in the log {} at size {}, root {}",
        verdict.events.len(),
        checkpoint.origin,
        checkpoint.size,
        checkpoint.root
    )];
    let (values, opened, not_opened) = openings(&verdict.events);
    words.push(format!("{opened} of the {values} values of these events are opened"));
    for event in &not_opened {
        words.push(format!(
            "event {}: {} of {} values opened",
            event.event, event.opened, event.values
        ));
    }
    for (name, seconds) in &verdict.head.witnesses {
        let at = loket_domain::Timestamp::from_seconds(i64::try_from(*seconds).unwrap_or(0));
        words.push(format!("witness {name} has seen this head at {at}"));
    }
    words.push(match &verdict.head.dated {
        Dated::No => "no time-stamp".to_owned(),
        Dated::NotChecked => "a time-stamp that was not checked: name its --authority".to_owned(),
        Dated::By(stamp) => {
            let at = loket_domain::Timestamp::from_seconds(i64::try_from(stamp.time).unwrap_or(0));
            format!("time-stamp of {} under policy {}: {at}", stamp.authority, stamp.policy)
        }
    });
    match &verdict.query {
        None => words.push("no query stands in the bundle".to_owned()),
        Some(query) => words.push(format!(
            "asked by {} at {} for: {}{}",
            query.asked_by,
            query.asked_at,
            query.reason,
            if verdict.query_is_logged { "" } else { " (the exporter says so; no event does)" }
        )),
    }
    words.push(match &verdict.complete {
        None => "the bundle claims nothing about events that it does not hold".to_owned(),
        Some(complete) => left_out_nothing(complete),
    });
    if !verdict.not_vouched_for.is_empty() {
        words.push(format!(
            "nothing vouches for, do not rely on: {}",
            verdict.not_vouched_for.join(", ")
        ));
    }
    Said {
        holds: true,
        faults: Vec::new(),
        events: verdict.events.len(),
        values,
        opened,
        not_opened,
        origin: Some(checkpoint.origin.to_string()),
        size: Some(checkpoint.size),
        root: Some(checkpoint.root.to_string()),
        witnesses: verdict.head.witnesses.iter().map(|(name, _)| name.clone()).collect(),
        nothing_left_out_within: verdict.complete.as_ref().map(|range| (range.from, range.to)),
        query_is_logged: verdict.query_is_logged,
        not_vouched_for: verdict.not_vouched_for,
        words: words.join("\n"),
    }
}

/// How many values there are, how many are opened, and the events of which some are not. One value that
/// is opened twice counts once.
fn openings(events: &[ProvedEvent]) -> (usize, usize, Vec<NotOpened>) {
    let mut not_opened = Vec::new();
    let (mut values, mut opened) = (0, 0);
    for event in events {
        let of = event.leaf.commitments().len();
        let mut distinct: Vec<&Opening> = Vec::new();
        for opening in &event.openings {
            let is_known =
                |known: &&Opening| known.slot == opening.slot && known.value == opening.value;
            if !distinct.iter().any(is_known) {
                distinct.push(opening);
            }
        }
        values += of;
        opened += distinct.len();
        if distinct.len() < of {
            not_opened.push(NotOpened { event: event.index, opened: distinct.len(), values: of });
        }
    }
    (values, opened, not_opened)
}

/// Over which leaves, and from when to when they reach: whoever reads it sees whether that is the period
/// that was asked for.
fn left_out_nothing(complete: &Complete) -> String {
    let at = |micros: Option<u64>| {
        let micros = micros.and_then(|micros| i64::try_from(micros).ok());
        micros.map_or("-".to_owned(), |micros| {
            loket_domain::Timestamp::from_micros(micros).to_string()
        })
    };
    format!(
        "among the leaves {} to {}, from {} to {}, nothing that fits the query was left out: {} fit",
        complete.from,
        complete.to.saturating_sub(1),
        at(complete.first),
        at(complete.last),
        complete.fitting
    )
}

fn does_not_hold(faults: &[EvidenceFault]) -> Said {
    let faults: Vec<String> = faults.iter().map(ToString::to_string).collect();
    Said {
        holds: false,
        words: format!("{}\nThe bundle does NOT hold", faults.join("\n")),
        faults,
        events: 0,
        values: 0,
        opened: 0,
        not_opened: Vec::new(),
        origin: None,
        size: None,
        root: None,
        witnesses: Vec::new(),
        nothing_left_out_within: None,
        query_is_logged: false,
        not_vouched_for: Vec::new(),
    }
}

/// The files of a bundle by their names: a folder, or a zip of one.
fn read(bundle: &Path) -> Result<Files, CliFault> {
    if bundle.is_dir() {
        return folder(bundle);
    }
    let opened = fs::File::open(bundle)
        .map_err(|cause| CliFault::Usage(format!("{}: {cause}", bundle.display())))?;
    read_zip(BufReader::new(opened))
        .map_err(|fault| CliFault::Usage(format!("{}: {fault}", bundle.display())))
}

fn folder(bundle: &Path) -> Result<Files, CliFault> {
    let mut files = Files::new();
    let (mut folders, mut total) = (vec![bundle.to_owned()], 0);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder)? {
            let path = entry?.path();
            // Followed by nobody: a bundle of strangers could point anywhere.
            if path.is_symlink() {
                return Err(CliFault::Usage(format!("{}: a link", path.display())));
            }
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let bytes = bounded(&path)?;
            total += bytes.len() as u64;
            if files.len() >= MAX_EVIDENCE_FILES || total > MAX_EVIDENCE {
                return Err(CliFault::Usage(ArchiveFault::TooLarge.to_string()));
            }
            let name = path.strip_prefix(bundle).ok().and_then(|name| name.to_str());
            let name = name.ok_or_else(|| CliFault::Usage("a name that is no text".to_owned()))?;
            files.insert(name.to_owned(), bytes);
        }
    }
    Ok(files)
}

fn bounded(file: &Path) -> Result<Vec<u8>, CliFault> {
    let opened = fs::File::open(file)
        .map_err(|cause| CliFault::Usage(format!("{}: {cause}", file.display())))?;
    let mut bytes = Vec::new();
    opened.take(MAX_EVIDENCE_FILE + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MAX_EVIDENCE_FILE {
        return Err(CliFault::Usage(format!("{}: larger than 64 MiB", file.display())));
    }
    Ok(bytes)
}

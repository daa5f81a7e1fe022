//! `loket audit export`: events with their proofs as a bundle of evidence, into a folder or a zip. The
//! export is an event before anything is written.

use std::collections::BTreeMap;
use std::fs::{self, OpenOptions};
use std::io::{self, BufRead as _, Read as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::{Args, ValueEnum};
use loket_app::asking::Named;
use loket_app::office::{EvidenceWish, Limits, zipped};
use loket_domain::audit::Kinds;
use loket_domain::office::EnterpriseNumber;
use loket_domain::registration::Reference;
use loket_domain::time::Day;
use loket_domain::{Language, Ssin};
use loket_text::Text;
use loket_web::evidence_in_words;

use crate::cli::fault::CliFault;
use crate::cli::output;
use crate::cli::place::{Place, account, enterprise_number};
use crate::wiring::House;

/// What `loket audit verify` reads back.
const LIMITS: Limits = Limits { events: 50_000, leaves: 2_000_000 };
/// A server beside it signs once a second; after this there is none, and the signer here signs.
const SERVER_SIGNS: Duration = Duration::from_secs(3);

/// Whose number the line of standard input is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum NumberOf {
    /// Of the person at the counter
    Person,
    /// Of the member of staff who acted
    Officer,
}

/// Exports events with their proofs. Without any choice everything is exported.
#[derive(Debug, Args)]
pub(in crate::cli) struct Export {
    #[command(flatten)]
    place: Place,
    /// Where to: a new folder, or a new zip when the name ends in .zip
    #[arg(value_name = "OUT")]
    out: PathBuf,
    /// Events about a person, or acts of a member of staff, whose number is the first line of standard
    /// input, so that it gets into no list of processes
    #[arg(long, value_name = "WHOSE", group = "about")]
    number_stdin: Option<NumberOf>,
    /// Events for an organisation, by its enterprise number
    #[arg(long, value_name = "NUMBER", value_parser = enterprise_number, group = "about")]
    organisation: Option<EnterpriseNumber>,
    /// Events of a dossier
    #[arg(long, value_name = "NUMBER", value_parser = reference, group = "about")]
    dossier: Option<Reference>,
    /// Only events of a kind, or of a group of kinds, by its code
    #[arg(long, value_name = "KIND", value_parser = kinds, default_value = "")]
    kind: Kinds,
    /// From this day on, in Belgium
    #[arg(long, value_name = "DAY", value_parser = day)]
    from: Option<Day>,
    /// Up to and including this day
    #[arg(long, value_name = "DAY", value_parser = day)]
    until: Option<Day>,
    /// Why: the complaint or the investigation, with its reference
    #[arg(long, value_name = "TEXT")]
    reason: String,
    /// On which legal ground
    #[arg(long, value_name = "TEXT")]
    legal_basis: String,
    /// Leave out the proof that nothing was left out, which makes the bundle much smaller
    #[arg(long)]
    without_completeness: bool,
    /// Language of the report
    #[arg(long, value_name = "LANGUAGE", value_parser = language, default_value = "en")]
    language: Language,
}

fn reference(text: &str) -> Result<Reference, String> {
    text.parse().map_err(|fault: loket_domain::registration::NotAReference| fault.to_string())
}

fn kinds(text: &str) -> Result<Kinds, String> {
    Kinds::read(text).ok_or_else(|| "no kind of docs/generated/events.md and no group".to_owned())
}

fn day(text: &str) -> Result<Day, String> {
    Day::parse(text).ok_or_else(|| "must be a day as YYYY-MM-DD".to_owned())
}

fn language(text: &str) -> Result<Language, String> {
    text.parse().map_err(|_| "nl, fr, de or en".to_owned())
}

impl Export {
    pub(super) async fn run(self: Box<Self>) -> Result<(), CliFault> {
        if self.out.exists() {
            let message = format!("{}: exists already; name a new one", self.out.display());
            return Err(CliFault::Usage(message));
        }
        if self.from.zip(self.until).is_some_and(|(from, until)| until < from) {
            return Err(CliFault::Usage("--until is a day before --from".to_owned()));
        }
        let house = self.place.open().await?;
        let made = self.made(&house).await;
        house.close().await;
        let (files, events) = made?;
        if self.out.extension().is_some_and(|ending| ending == "zip") {
            put(&self.out, &zipped(&files)?)?;
        } else {
            fs::DirBuilder::new().mode(0o700).create(&self.out)?;
            put_all(&self.out, &files)?;
        }
        output::line(format!("{events} events and their proofs written to {}", self.out.display()))
    }

    /// The files and how many events they prove, the export among them.
    async fn made(&self, house: &House) -> Result<(BTreeMap<String, Vec<u8>>, usize), CliFault> {
        let (office, account) = (&house.office, account()?);
        let wish = EvidenceWish {
            named: self.named(house)?,
            kinds: self.kind,
            from: self.from.map(Day::starts_in_belgium),
            until: self.until.map(|last| last.tomorrow().starts_in_belgium()),
            purpose: self.reason.clone(),
            legal_basis: self.legal_basis.clone(),
            asked_by: format!("operator {account}"),
            complete: !self.without_completeness,
            limits: LIMITS,
        };
        let noted = office.note_export(office.operator_call(&account)?, wish).await?;
        if !office.is_signed(&noted, SERVER_SIGNS).await? {
            house.signer.sign(&house.store).await?;
        }
        let (t, mut events) = (Text::new(self.language), 0);
        let files = office.evidence(noted, |exported| {
            events = exported.count;
            evidence_in_words(t, exported)
        });
        Ok((files.await?, events))
    }

    fn named(&self, house: &House) -> Result<Named, CliFault> {
        if let Some(number) = &self.organisation {
            return Ok(Named::Organisation(number.clone()));
        }
        if let Some(reference) = self.dossier {
            return Ok(Named::Dossier(reference));
        }
        let Some(whose) = self.number_stdin else { return Ok(Named::Everything) };
        let mut line = String::new();
        io::stdin().lock().take(200).read_line(&mut line)?;
        let ssin = Ssin::parse(line.trim(), house.office.settings().synthetic)
            .map_err(|fault| CliFault::Usage(format!("the number on standard input: {fault}")))?;
        Ok(match whose {
            NumberOf::Person => Named::Person(ssin),
            NumberOf::Officer => Named::Officer(ssin),
        })
    }
}

/// Writes the files of a bundle below a folder.
fn put_all(folder: &Path, files: &BTreeMap<String, Vec<u8>>) -> io::Result<()> {
    for (name, bytes) in files {
        let file = folder.join(name);
        if let Some(parent) = file.parent() {
            fs::DirBuilder::new().recursive(true).mode(0o700).create(parent)?;
        }
        put(&file, bytes)?;
    }
    Ok(())
}

/// Writes a new file that only its owner reads: it holds personal data.
fn put(file: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut to = OpenOptions::new().write(true).create_new(true).mode(0o600).open(file)?;
    to.write_all(bytes)?;
    to.sync_all()
}

//! Exporting evidence: what is asked for is found, the export is noted in the journal, a checkpoint
//! covers both, and only then are there files.

use std::collections::BTreeMap;
use std::time::Duration;

use loket_domain::Refusal;
use loket_domain::Timestamp;
use loket_domain::audit::{About, JournalEntry, Kinds, Search};
use loket_domain::port::EvidenceReport;
use loket_store::log::checkpoints::{self, KeptCheckpoint};
use loket_store::log::evidence::{self, Asked, Plan};
use loket_store::{Call, Disclosure, Failure, StoreError, journal};

use super::Office;
use crate::asking::{Named, Resolved};
use crate::commands::export_evidence::ExportEvidence;
use crate::names::{Mentioned, Names};

pub use loket_store::log::evidence::Limits;

/// Between two looks for a checkpoint; the signer gives one a second.
const LOOK: Duration = Duration::from_millis(100);
/// How long a checkpoint is waited for.
const CHECKPOINT_COMES: Duration = Duration::from_secs(5);
/// Most events that the report for people tells; the others are in the files beside it.
const MOST_REPORTED: usize = 1000;

/// What an auditor wants to have.
#[derive(Debug, Clone)]
pub struct EvidenceWish {
    /// About whom or what.
    pub named: Named,
    /// Which kinds.
    pub kinds: Kinds,
    /// From this moment on.
    pub from: Option<Timestamp>,
    /// Before this moment.
    pub until: Option<Timestamp>,
    /// Why.
    pub purpose: String,
    /// On which legal ground.
    pub legal_basis: String,
    /// Who asks, as the bundle names it.
    pub asked_by: String,
    /// Whether the bundle shows that nothing was left out.
    pub complete: bool,
    /// How much it may hold.
    pub limits: Limits,
}

/// An export that is noted, and has no files yet.
#[derive(Debug)]
pub struct NotedExport {
    plan: Plan,
    wish: EvidenceWish,
    about: Option<About>,
    /// Place of its own event in the log.
    place: u64,
    noted_at: Timestamp,
    disclosure: Disclosure,
}

/// What a bundle holds, for putting it into words.
#[derive(Debug)]
pub struct Exported<'e> {
    /// What was asked.
    pub wish: &'e EvidenceWish,
    /// About whom or what; `None` for everything.
    pub about: Option<About>,
    /// The events with the names of their files; the first thousand.
    pub events: &'e [(String, JournalEntry)],
    /// How many there are, the export itself among them.
    pub count: usize,
    /// Who and what they mention.
    pub names: &'e Names,
    /// The leaves among which nothing is left out.
    pub within: Option<std::ops::Range<u64>>,
    /// Name of the log.
    pub origin: &'e str,
    /// Size of the log at the checkpoint.
    pub size: u64,
    /// When the export was noted.
    pub noted_at: Timestamp,
    /// Opens the names.
    pub disclosure: &'e Disclosure,
}

/// A bundle in words: the report for people and how to check it.
#[derive(Debug)]
pub struct Worded {
    /// To be printed.
    pub report: EvidenceReport,
    /// As a file of text.
    pub readme: String,
}

impl Office {
    /// Finds what is asked for and notes that it goes out.
    pub async fn note_export(
        &self,
        call: Call,
        wish: EvidenceWish,
    ) -> Result<NotedExport, Failure> {
        let (plan, search) = self.plan(&wish).await?;
        let command = ExportEvidence {
            search,
            purpose: wish.purpose.clone(),
            legal_basis: wish.legal_basis.clone(),
            events: plan.events(),
            query_sha256: plan.query_sha256(),
        };
        let ((), disclosure) = self.disclose(call, command).await?;
        let mut reader = self.store().reader().await?;
        let place = journal::place_of(&mut reader.view(), disclosure.event()).await?;
        let place = place.ok_or(StoreError::Unreadable("journal.sequence"))?;
        Ok(NotedExport { plan, wish, about: search.about, place, noted_at: self.now(), disclosure })
    }

    async fn plan(&self, wish: &EvidenceWish) -> Result<(Plan, Search), Failure> {
        let mut reader = self.store().reader().await?;
        let view = &mut reader.view();
        let about = match wish.named.resolve(view).await? {
            Resolved::Everything => None,
            Resolved::About(about) => Some(about),
            Resolved::Unknown => return Err(Refusal::NotFound.into()),
        };
        let search = Search { about, kinds: wish.kinds, from: wish.from, until: wish.until };
        let asked = Asked {
            search,
            reason: wish.purpose.trim().to_owned(),
            legal_basis: wish.legal_basis.trim().to_owned(),
            asked_by: wish.asked_by.clone(),
            asked_at: self.now(),
            complete: wish.complete,
        };
        let plan = evidence::plan(view, &asked, wish.limits).await?;
        Ok((plan.ok_or(Refusal::ExportTooLarge)?, search))
    }

    /// Whether a checkpoint covers the export within some time.
    pub async fn is_signed(&self, noted: &NotedExport, within: Duration) -> Result<bool, Failure> {
        Ok(self.checkpoint_over(noted.place, within).await?.is_some())
    }

    async fn checkpoint_over(
        &self,
        place: u64,
        within: Duration,
    ) -> Result<Option<KeptCheckpoint>, StoreError> {
        let look = async {
            let mut round = tokio::time::interval(LOOK);
            loop {
                round.tick().await;
                let mut reader = self.store().reader().await?;
                let newest = checkpoints::newest(&mut reader.view()).await?;
                if newest.is_some_and(|newest| newest.size > place) {
                    return Ok(());
                }
            }
        };
        match tokio::time::timeout(within, look).await {
            Ok(Ok(())) => self.store().hold_checkpoint(place).await,
            Ok(Err(error)) => Err(error),
            Err(_) => Ok(None),
        }
    }

    /// The files of an export, once a checkpoint covers it, with what `word` says to people.
    pub async fn evidence(
        &self,
        noted: NotedExport,
        word: impl FnOnce(&Exported<'_>) -> Worded,
    ) -> Result<BTreeMap<String, Vec<u8>>, Failure> {
        let kept = self.checkpoint_over(noted.place, CHECKPOINT_COMES).await?;
        let kept = kept.ok_or(Refusal::LogNotSigned)?;
        let mut reader = self.store().reader().await?;
        let view = &mut reader.view();
        let bundle = evidence::bundle(view, &noted.plan, noted.place, &kept).await?;
        let bundle = noted.disclosure.open(&bundle);
        let mut files = bundle.files.clone();
        let told = bundle.events.get(..MOST_REPORTED).unwrap_or(&bundle.events);
        let mentioned = Mentioned::by(told.iter().map(|(_, entry)| entry)).and(noted.about);
        let names = mentioned.names(view).await?;
        let worded = word(&Exported {
            wish: &noted.wish,
            about: noted.about,
            events: told,
            count: bundle.events.len(),
            names: &names,
            within: noted.plan.within(),
            origin: &bundle.origin,
            size: bundle.size,
            noted_at: noted.noted_at,
            disclosure: &noted.disclosure,
        });
        files.insert("README.txt".to_owned(), worded.readme.into_bytes());
        let report = self.print(move |printer| printer.evidence(&worded.report)).await?;
        files.insert("report.pdf".to_owned(), report);
        evidence::add_manifest(&mut files);
        Ok(files)
    }
}

/// A bundle as a zip.
pub fn zipped(files: &BTreeMap<String, Vec<u8>>) -> Result<Vec<u8>, Failure> {
    Ok(evidence::zipped(files)?)
}

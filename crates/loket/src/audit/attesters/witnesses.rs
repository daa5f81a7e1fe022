//! Asks witnesses to cosign the newest checkpoint (C2SP `tlog-witness`). A witness that is away is told to
//! the operator and asked again; one that has seen more of this log than there is, or another history of
//! it, stops all writing: that is what witnesses are for.

use std::time::Duration;

use loket_store::Store;
use loket_store::log::attesters::{AttesterFault, AttesterKind};
use loket_store::log::checkpoints::{self, KeptCheckpoint};
use loket_store::log::keeping::Signed;
use loket_store::log::tiles;
use loket_tlog::{
    AddCheckpoint, AnswerFault, Answered, Checkpoint, Note, Signature, TEXT_TYPE, read_answer,
};
use reqwest::{Client, Url};
use tokio::sync::{Mutex, watch};
use tokio::task::JoinSet;
use tokio::time::MissedTickBehavior;

use super::{AttesterPlan, ClientFault, Miss, WitnessPlan, client, post};
use crate::audit::signer::{self, SignFault};

/// Between two rounds.
const ROUND: Duration = Duration::from_secs(10);
/// Most bytes of an answer.
const MOST: usize = 1 << 16;
/// So often one witness is asked in a round: the second time from the size that it named.
const TRIES: u32 = 3;

/// The witnesses, and what is known of each.
#[derive(Debug)]
pub struct Witnesses {
    http: Client,
    named: Vec<WitnessPlan>,
    quorum: usize,
    known: Mutex<Vec<Known>>,
}

/// What is known of a witness: the size that it cosigned last, and why it did not cosign.
#[derive(Debug, Clone, Default)]
struct Known {
    size: u64,
    miss: Option<Miss>,
}

/// What came of asking a witness.
enum Came {
    /// Its line.
    Line(Signature),
    /// Another node has had a larger head cosigned: the next round asks with the newest.
    Later(u64),
    /// It did not, for this reason.
    Away(Miss),
}

impl Witnesses {
    /// Connects to nothing yet.
    pub fn new(plan: &AttesterPlan) -> Result<Self, ClientFault> {
        Ok(Self {
            http: client()?,
            known: Mutex::new(vec![Known::default(); plan.witnesses.len()]),
            named: plan.witnesses.clone(),
            quorum: plan.quorum,
        })
    }

    /// Asks every few seconds, when the log has grown, until `stop` changes.
    pub(super) async fn work(&self, store: &Store, mut stop: watch::Receiver<bool>) {
        if self.named.is_empty() {
            return;
        }
        let mut round = tokio::time::interval(ROUND);
        round.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                _ = stop.changed() => return,
                _ = round.tick() => {}
            }
            if store.stopped().is_none()
                && let Err(fault) = self.round(store).await
            {
                signer::alarm(&fault, store);
            }
        }
    }

    /// Asks everyone whose cosignature the newest checkpoint does not have, all at once, and keeps what
    /// they answer.
    ///
    /// # Errors
    /// When a witness has seen more of the log than there is or another history, or the database fails.
    pub async fn round(&self, store: &Store) -> Result<(), SignFault> {
        let newest = checkpoints::newest(&mut store.reader().await?.view()).await?;
        let Some(newest) = newest else { return Ok(()) };
        let Ok(mut note) = Note::parse(&newest.note) else { return Ok(()) };
        let mut known = self.known.lock().await;
        let mut asked = JoinSet::new();
        for (place, witness) in self.named.iter().enumerate() {
            if matches!(witness.key.cosigned(&note), Ok(Some(_))) {
                continue;
            }
            let size = known.get(place).map_or(0, |known| known.size);
            let (http, witness, note) = (self.http.clone(), witness.clone(), note.clone());
            let store = store.clone();
            asked.spawn(async move { (place, ask(&http, &witness, &store, &note, size).await) });
        }
        let (mut stops, mut more) = (None, false);
        while let Some(answered) = asked.join_next().await {
            let Ok((place, came)) = answered else { continue };
            let (Some(witness), Some(known)) = (self.named.get(place), known.get_mut(place)) else {
                continue;
            };
            match came {
                Ok(Came::Line(line)) => {
                    note.add_cosignature(line);
                    more = true;
                    known.size = newest.size;
                    tell(store, witness, known, Ok(newest.size)).await?;
                }
                Ok(Came::Later(size)) => known.size = size,
                Ok(Came::Away(why)) => tell(store, witness, known, Err(why)).await?,
                // What the others answered is kept before writing stops.
                Err(fault) => stops = Some(fault),
            }
        }
        if more {
            self.keep(store, newest, &note).await?;
        }
        stops.map_or(Ok(()), Err)
    }

    async fn keep(
        &self,
        store: &Store,
        newest: KeptCheckpoint,
        note: &Note,
    ) -> Result<(), SignFault> {
        let cosigned = |one: &&WitnessPlan| matches!(one.key.cosigned(note), Ok(Some(_)));
        let quorum = self.named.iter().filter(cosigned).count() >= self.quorum;
        let KeptCheckpoint { origin, size, signed_at, .. } = newest;
        let signed = Signed { origin, size, note: note.to_string(), at: signed_at };
        Ok(store.keep_cosignatures(signed, quorum).await?)
    }
}

/// Keeps what came of asking, and tells the operator when that has changed.
async fn tell(
    store: &Store,
    witness: &WitnessPlan,
    known: &mut Known,
    came: Result<u64, Miss>,
) -> Result<(), SignFault> {
    let name = witness.key.name().to_string();
    let miss = came.as_ref().err().cloned();
    let changed = known.miss != miss;
    if changed {
        if let Some(Miss { why, .. }) = &miss {
            tracing::warn!(witness = name, why, "a witness does not cosign");
        } else {
            tracing::info!(witness = name, "the witness cosigns again");
        }
    }
    if changed || came.is_ok() {
        let came = came.map_err(|miss| miss.fault);
        store.note_attester(AttesterKind::Witness, name, came).await?;
    }
    known.miss = miss;
    Ok(())
}

/// Asks a witness, from the size that it had last.
async fn ask(
    http: &Client,
    witness: &WitnessPlan,
    store: &Store,
    note: &Note,
    mut old: u64,
) -> Result<Came, SignFault> {
    let checkpoint: Checkpoint = note.text().parse()?;
    let name = || witness.key.name().to_string();
    let Ok(url) =
        Url::parse(&format!("{}/add-checkpoint", witness.url.as_str().trim_end_matches('/')))
    else {
        return Ok(Came::Away(Miss::new(AttesterFault::Unreachable, "its address cannot be used")));
    };
    for _ in 0..TRIES {
        let mut reader = store.reader().await?;
        let view = &mut reader.view();
        let proof = if (1..checkpoint.size).contains(&old) {
            tiles::consistency(view, (checkpoint.size, checkpoint.root), old).await?
        } else {
            Vec::new()
        };
        // Whatever it has seen, a head is asked from a size that it can have.
        let asked =
            AddCheckpoint { old: old.min(checkpoint.size), proof, checkpoint: note.clone() };
        let body = asked.to_string().into_bytes();
        let (status, body) = match post(http, url.clone(), TEXT_TYPE, body, MOST).await {
            Ok(answer) => answer,
            Err(miss) => return Ok(Came::Away(miss)),
        };
        let body = String::from_utf8_lossy(&body);
        match read_answer(status, &body, &asked, &witness.key) {
            Ok(Answered::Cosigned(line)) => return Ok(Came::Line(line)),
            Ok(Answered::From(size)) => old = size,
            Ok(Answered::Ahead(theirs)) => {
                let ours = tiles::head(view).await?.size();
                return if ours < theirs {
                    Err(SignFault::WitnessAhead { witness: name(), theirs, ours })
                } else {
                    Ok(Came::Later(theirs))
                };
            }
            Ok(Answered::Forked) => {
                return Err(SignFault::OtherHistory { witness: name(), size: asked.old });
            }
            Err(fault @ AnswerFault::Refused(_)) => {
                return Ok(Came::Away(Miss::new(AttesterFault::Refused, fault.to_string())));
            }
            Err(fault) => {
                return Ok(Came::Away(Miss::new(AttesterFault::Wrong, fault.to_string())));
            }
        }
    }
    Ok(Came::Away(Miss::new(AttesterFault::Wrong, "it names another size each time")))
}

//! Has the newest checkpoint time-stamped every hour (RFC 3161, over HTTP after its section 3.4). What the
//! authority answers is kept only when it is right; after four hours without, the operator is alarmed, and
//! some hours later nobody's command but signing out is taken until there is one: events that nobody outside saw in
//! time are worth less than a counter that waits.

use std::time::Duration;

use loket_domain::Timestamp;
use loket_store::log::attesters::{self, AttesterFault, AttesterKind};
use loket_store::log::checkpoints::{self, KeptCheckpoint};
use loket_store::log::keeping::Signed;
use loket_store::{Store, StoreError, journal};
use loket_tlog::{
    MAX_TIME_STAMP_BYTES, Note, TimeStamp, TimeStampFault, time_stamp_request, verify_time_stamp,
};
use reqwest::Client;
use tokio::sync::{Mutex, watch};
use tokio::time::MissedTickBehavior;

use super::{AttesterPlan, AuthorityPlan, ClientFault, Miss, client, name_of, post};

/// Between two looks whether it is time.
const LOOK: Duration = Duration::from_secs(60);
/// From one token to the next.
const EACH: Duration = Duration::from_hours(1);
/// Asked in vain for so long at least before anybody waits for it: an authority that is away at the
/// start of a server, after a night without, closes no counter.
const IN_VAIN: Duration = Duration::from_hours(1);
/// Without a token for so long, the alarm is raised, and again as often.
const LATE: Duration = Duration::from_hours(4);

/// The authority, and what is known of it.
#[derive(Debug)]
pub struct TimeStamps {
    http: Client,
    authority: Option<AuthorityPlan>,
    known: Mutex<Known>,
}

#[derive(Debug, Default)]
struct Known {
    miss: Option<Miss>,
    alarmed: Option<Timestamp>,
    /// Since when this process has asked in vain.
    missed: Option<Timestamp>,
}

/// A checkpoint that waits for a token, and since when there has been none.
struct Due {
    checkpoint: KeptCheckpoint,
    since: Option<Timestamp>,
}

impl TimeStamps {
    /// Connects to nothing yet.
    pub fn new(plan: &AttesterPlan) -> Result<Self, ClientFault> {
        let authority = plan.time_stamps.clone();
        Ok(Self { http: client()?, authority, known: Mutex::default() })
    }

    /// Asks when it is time, until `stop` changes.
    pub(super) async fn work(&self, store: &Store, mut stop: watch::Receiver<bool>) {
        if self.authority.is_none() {
            return;
        }
        let mut look = tokio::time::interval(LOOK);
        look.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                _ = stop.changed() => return,
                _ = look.tick() => {}
            }
            if store.stopped().is_none()
                && let Err(fault) = self.round(store).await
            {
                tracing::error!(%fault, "the audit log could not be time-stamped");
            }
        }
    }

    /// Has the newest checkpoint stamped when the last token is an hour old, and keeps what is right.
    pub async fn round(&self, store: &Store) -> Result<Option<TimeStamp>, StoreError> {
        let Some(authority) = &self.authority else { return Ok(None) };
        let Some(due) = due(store).await? else {
            // Another node may have had it stamped.
            store.resume_writing();
            return Ok(None);
        };
        let mut known = self.known.lock().await;
        let name = name_of(&authority.url);
        let came = self.ask(authority, store, &due.checkpoint).await?;
        let miss = came.as_ref().err().cloned();
        let changed = known.miss != miss;
        known.miss = miss;
        match came {
            Ok((stamp, token)) => {
                let KeptCheckpoint { origin, size, note, signed_at, .. } = due.checkpoint;
                let signed = Signed { origin, size, note, at: signed_at };
                store.keep_time_stamp(signed, token).await?;
                store.note_attester(AttesterKind::Authority, name, Ok(size)).await?;
                (known.alarmed, known.missed) = (None, None);
                store.resume_writing();
                Ok(Some(stamp))
            }
            Err(Miss { fault, why }) => {
                if changed {
                    tracing::warn!(authority = name, %why, "the audit log is not time-stamped");
                    store.note_attester(AttesterKind::Authority, name, Err(fault)).await?;
                }
                let now = store.now();
                let missed = *known.missed.get_or_insert(now);
                alarm(&mut known, due.since, now);
                if now.since(missed) >= IN_VAIN {
                    pause(store, &due, authority.stop_after, &why);
                }
                Ok(None)
            }
        }
    }

    async fn ask(
        &self,
        authority: &AuthorityPlan,
        store: &Store,
        checkpoint: &KeptCheckpoint,
    ) -> Result<Result<(TimeStamp, Vec<u8>), Miss>, StoreError> {
        let nonce = store.random::<8>()?;
        let wrong = |why: &dyn ToString| Miss::new(AttesterFault::Wrong, why.to_string());
        let asked = async {
            let note = Note::parse(&checkpoint.note).map_err(|fault| wrong(&fault))?;
            let text = note.text().as_bytes();
            let request = time_stamp_request(text, nonce).map_err(|fault| wrong(&fault))?;
            let url = authority.url.clone();
            let posted =
                post(&self.http, url, "application/timestamp-query", request, MAX_TIME_STAMP_BYTES);
            match posted.await? {
                (200, token) => {
                    match verify_time_stamp(&token, text, Some(nonce), &authority.trusted) {
                        Ok(stamp) => Ok((stamp, token)),
                        Err(fault @ TimeStampFault::Refused) => {
                            Err(Miss::new(AttesterFault::Refused, fault.to_string()))
                        }
                        Err(fault) => Err(wrong(&fault)),
                    }
                }
                (status, _) => {
                    let why = format!("it answered with status {status}");
                    Err(Miss::new(AttesterFault::Refused, why))
                }
            }
        };
        Ok(asked.await)
    }
}

/// The newest checkpoint, when it is time to have it stamped.
async fn due(store: &Store) -> Result<Option<Due>, StoreError> {
    let mut reader = store.reader().await?;
    let view = &mut reader.view();
    let Some(checkpoint) = checkpoints::newest(view).await? else { return Ok(None) };
    let last = checkpoints::newest_stamped(view).await?;
    let same =
        |last: &KeptCheckpoint| last.origin == checkpoint.origin && last.size == checkpoint.size;
    if last.as_ref().is_some_and(same) {
        return Ok(None);
    }
    let named = attesters::all(view).await?;
    let named = named.iter().find(|one| one.kind == AttesterKind::Authority).map(|one| one.since);
    let covered = last.as_ref().map_or(0, |last| last.size);
    let last = last.and_then(|last| last.stamped_at);
    if last.is_some_and(|last| store.now().since(last) < EACH) {
        return Ok(None);
    }
    // Nothing waits for a token before there is an event that the last one does not cover.
    let waits = journal::at(view, covered).await?;
    Ok(Some(Due { checkpoint, since: last.max(named).max(waits) }))
}

/// Takes no more commands when an event has waited too long for a token.
fn pause(store: &Store, due: &Due, stop_after: Duration, why: &str) {
    let Some(since) = due.since.filter(|since| store.now().since(*since) >= stop_after) else {
        return;
    };
    if store.paused().is_none() {
        let why = format!(
            "the audit log has had no time-stamp since {since} ({why}), and nobody's command but signing out \
             is taken until there is one: look after the authority that [audit.time_stamps] names, or name another and restart. \
             Restore nothing: the database is whole"
        );
        tracing::error!("{why}");
        store.pause_writing(why);
    }
}

fn alarm(known: &mut Known, since: Option<Timestamp>, now: Timestamp) {
    let Some(since) = since else { return };
    let late = now.since(since) >= LATE;
    if late && known.alarmed.is_none_or(|alarmed| now.since(alarmed) >= LATE) {
        tracing::error!(
            %since,
            "the audit log has had no time-stamp for four hours: nothing outside says when its newest \
             events were written. Look after the authority that [audit.time_stamps] names, or name another"
        );
        known.alarmed = Some(now);
    }
}

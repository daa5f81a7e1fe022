//! Hands the states of keys over to the federal authentication service, one after the other, until it has
//! each. What it does not take as it is, is set apart at once; while it does not answer, nothing is known
//! against any of them, and they wait.

use std::time::Duration;

use loket_domain::Timestamp;
use loket_domain::delivery::{self, Circuit};
use loket_domain::hand_over::KeyAnnouncement;
use loket_domain::id::AnnouncementId;
use loket_domain::port::{HandOver, KeyReceiver};
use loket_store::tables::announcement::Waiting;
use loket_store::{Failure, StoreError, tables};
use tokio::sync::watch;

use super::{LEASE, PAUSE};
use crate::commands::record_key_hand_over::{Handed, RecordKeyHandOver};
use crate::office::Office;

/// States taken at a time.
const AT_ONCE: u32 = 16;

/// Hands over until `stop` changes.
pub(super) async fn keep_handing(office: &Office, mut stop: watch::Receiver<bool>) {
    if office.ports().key_receiver.is_none() {
        return;
    }
    let mut circuit = Circuit::default();
    while !*stop.borrow() {
        if let Err(error) = hand_over_due(office, &mut circuit).await {
            tracing::error!(%error, "the states of keys could not be handed over");
        }
        tokio::select! {
            () = tokio::time::sleep(PAUSE) => {}
            _ = stop.changed() => {}
        }
    }
}

/// Hands over what is due; tells how many were tried. The circuit is the caller's: what it knows of the
/// receiver lasts as long as the caller.
pub async fn hand_over_due(office: &Office, circuit: &mut Circuit) -> Result<usize, Failure> {
    let Some(receiver) = &office.ports().key_receiver else { return Ok(0) };
    let room = circuit.admits(AT_ONCE, office.now());
    if room == 0 {
        return Ok(0);
    }
    let leased = office.store().lease_announcements(room, LEASE).await?;
    for id in &leased {
        hand_one_over(office, &**receiver, circuit, *id).await?;
    }
    Ok(leased.len())
}

async fn hand_one_over(
    office: &Office,
    receiver: &dyn KeyReceiver,
    circuit: &mut Circuit,
    id: AnnouncementId,
) -> Result<(), Failure> {
    let (waiting, content) = {
        let mut reader = office.store().reader().await?;
        let view = &mut reader.view();
        let waiting = tables::announcement::load(view, id).await?;
        (waiting, tables::announcement::content(view, id).await)
    };
    let Some(waiting) = waiting.filter(|waiting| waiting.set_apart_at.is_none()) else {
        return Ok(());
    };
    let handed = match content {
        Ok(Some(state)) => {
            let announcement =
                state.for_sending(|state| KeyAnnouncement { id, state: state.clone() });
            let answer = receiver.announce(&announcement).await;
            judge(office, &waiting, answer, circuit)?
        }
        Ok(None) => return Ok(()),
        // Sealed with another key, or by a newer version: trying again does not help.
        Err(StoreError::Vault(_) | StoreError::Unreadable(_)) => {
            Handed::SetApart { cause: "unreadable".to_owned() }
        }
        Err(error) => return Err(error.into()),
    };
    let call = office.job_call("hand_over")?;
    let record = RecordKeyHandOver { announcement: id, handed };
    super::receipts::settled(office.store().run(call, record).await)
}

fn judge(
    office: &Office,
    waiting: &Waiting,
    answer: HandOver,
    circuit: &mut Circuit,
) -> Result<Handed, StoreError> {
    let now: Timestamp = office.now();
    let (cause, own, least) = match answer {
        HandOver::Accepted { .. } => {
            circuit.answered();
            return Ok(Handed::Over);
        }
        HandOver::Refused { cause } | HandOver::Unfit { cause } => {
            circuit.answered();
            return Ok(Handed::SetApart { cause });
        }
        HandOver::TryLater { cause } => {
            circuit.answered();
            (cause, true, Duration::ZERO)
        }
        HandOver::Unavailable { cause, retry_after } => {
            circuit.failed(retry_after, now);
            (cause, false, retry_after.unwrap_or_default())
        }
    };
    if own && waiting.failures + 1 >= office.settings().sending.tries {
        return Ok(Handed::SetApart { cause });
    }
    let [jitter] = office.store().random::<1>()?;
    let wait = delivery::wait(waiting.attempts, jitter).max(least.min(delivery::LONGEST_HOLD));
    Ok(Handed::Later { cause, wait, own })
}

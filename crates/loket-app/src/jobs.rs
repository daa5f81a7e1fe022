//! What the office does by itself: sends messages, closes questions without an answer, ends what
//! ran out of time. Every job can stop at any point and go on elsewhere.

use std::time::Duration;

use loket_domain::caller::Door;
use loket_domain::contact::Channel;
use loket_domain::id::{MessageId, QuestionId, RegistrationId};
use loket_domain::port::HandOver;
use loket_domain::{Refusal, Timestamp};
use loket_store::tables::invitation::InvitationState;
use loket_store::tables::outbox::{Message, MessageState};
use loket_store::{Call, Failure, StoreError, tables};
use tokio::sync::watch;

use crate::commands::ask_release::AskRelease;
use crate::commands::close_question::{CloseQuestion, Lost};
use crate::commands::end_key::EndKey;
use crate::commands::expire_registration::ExpireRegistration;
use crate::commands::record_delivery::{Delivery, RecordDelivery};
use crate::commands::record_release::RecordRelease;
use crate::commands::tell_key_end::{BEFORE_THE_END, TellKeyEnd};
use crate::office::Office;

/// A lease longer than the slowest adapter: a message is tried again when its worker died.
const LEASE: Duration = Duration::from_secs(60);
/// Between two looks at the outbox when nothing wakes it.
const PAUSE: Duration = Duration::from_secs(1);
/// Between two rounds of the slow jobs.
const ROUND: Duration = Duration::from_secs(20);
/// Between two looks at the door: cards of sessions, and cards that were refused.
const WATCH: Duration = Duration::from_mins(2);
/// A question without an answer after this is lost; far above the client's deadline.
const QUESTION_LOST: Duration = Duration::from_secs(60);
/// Waits between tries; the last one repeats until the message's own end.
const WAITS: [u64; 7] = [5, 20, 60, 300, 900, 1800, 3600];

/// Runs every job until `stop` changes.
pub async fn run(office: Office, mut stop: watch::Receiver<bool>) {
    if let Err(error) = office.store().release_leases().await {
        tracing::error!(%error, "messages taken by an earlier run wait for the end of their lease");
    }
    let sender = async {
        loop {
            if let Err(error) = send_due(&office).await {
                tracing::error!(%error, "messages could not be sent");
            }
            tokio::select! {
                () = office.woken() => {}
                () = tokio::time::sleep(PAUSE) => {}
            }
        }
    };
    let keeper = async {
        loop {
            if let Err(error) = keep_house(&office).await {
                tracing::error!(%error, "house-keeping failed");
            }
            tokio::time::sleep(ROUND).await;
        }
    };
    let watcher = async {
        loop {
            tokio::time::sleep(WATCH).await;
            if let Err(error) = watch_the_door(&office).await {
                tracing::error!(%error, "the cards of sessions could not be looked at");
            }
        }
    };
    // By itself: a register that is down must not hold up what else is due.
    let releaser = async {
        loop {
            if let Err(error) = release_inscriptions(&office).await {
                tracing::error!(%error, "organisations could not be released");
            }
            tokio::time::sleep(ROUND).await;
        }
    };
    tokio::select! {
        _ = stop.changed() => {}
        () = async { tokio::join!(sender, keeper, watcher, releaser); } => {}
    }
    if let Err(error) = office.record_refused_cards().await {
        tracing::error!(%error, "refused cards could not be recorded");
    }
}

/// Looks again at the cards behind open sessions, ends those without a role, and records how many cards were refused.
pub async fn watch_the_door(office: &Office) -> Result<(), Failure> {
    office.look_at_cards_again().await?;
    office.sign_out_without_role().await?;
    office.record_refused_cards().await
}

/// Sends every message that is due; tells how many were tried.
pub async fn send_due(office: &Office) -> Result<usize, StoreError> {
    let mut tried = 0;
    loop {
        let leases = office.store().lease_messages(16, LEASE).await?;
        if leases.is_empty() {
            return Ok(tried);
        }
        tried += leases.len();
        let sends = leases.iter().map(|lease| send_one(office, lease.message));
        for result in futures_util::future::join_all(sends).await {
            if let Err(error) = result {
                tracing::error!(%error, "a message could not be sent");
            }
        }
    }
}

async fn send_one(office: &Office, id: MessageId) -> Result<(), Failure> {
    let message = {
        let mut reader = office.store().reader().await?;
        tables::outbox::load(&mut reader.view(), id).await?
    };
    let Some(message) = message.filter(|m| m.state == MessageState::Waiting) else {
        return Ok(());
    };
    let delivery = match over(office, &message).await? {
        Some(cause) => Delivery::Dropped { cause },
        None => hand_over(office, &message).await?,
    };
    record(office, id, delivery).await
}

/// Why a message must not be sent any more: checked at sending, not only at queueing (SEED-83).
async fn over(office: &Office, message: &Message) -> Result<Option<String>, StoreError> {
    let now = office.now();
    if message.not_after <= now {
        return Ok(Some("out_of_time".to_owned()));
    }
    let mut reader = office.store().reader().await?;
    if let Some(invitation) = message.invitation {
        let found = tables::invitation::load(&mut reader.view(), invitation).await?;
        if found.is_none_or(|i| i.state != InvitationState::Open) {
            return Ok(Some("invitation_over".to_owned()));
        }
    }
    let registration = tables::registration::load(&mut reader.view(), message.registration).await?;
    let Some(registration) = registration else { return Ok(Some("registration_gone".to_owned())) };
    let organisation = registration.dossier().organisation;
    let open = tables::organisation::open_agreement(&mut reader.view(), organisation, now).await?;
    Ok(if open.is_none() { Some("agreement_ended".to_owned()) } else { None })
}

async fn hand_over(office: &Office, message: &Message) -> Result<Delivery, Failure> {
    let queued = message.queued.as_ref().ok_or(Refusal::WrongStep)?;
    let outgoing = queued.for_sending(|queued| office.ports().wording.word(message.id, queued));
    let messenger = match message.channel {
        Channel::Email => &office.ports().mail,
        Channel::Sms => &office.ports().sms,
        Channel::Paper => return Err(Refusal::WrongStep.into()),
    };
    Ok(match messenger.send(&outgoing).await {
        HandOver::Accepted { .. } => Delivery::HandedOver,
        HandOver::TryLater { cause } => {
            let wait = wait_before_retry(office, message.attempts)?;
            Delivery::Delayed { cause, wait }
        }
        HandOver::Refused { cause } => Delivery::Failed { cause },
    })
}

/// Backoff with up to a quarter of jitter, so that a recovered relay is not stormed (fault row F21).
fn wait_before_retry(office: &Office, attempts: u32) -> Result<Duration, StoreError> {
    let at = usize::try_from(attempts).unwrap_or(usize::MAX);
    let base = WAITS.get(at).or(WAITS.last()).copied().unwrap_or(3600);
    let jitter = u64::from(office.store().random::<1>()?.first().copied().unwrap_or(0));
    Ok(Duration::from_millis(base * 1000 + base * jitter))
}

async fn record(office: &Office, message: MessageId, delivery: Delivery) -> Result<(), Failure> {
    let call = office.job_call("delivery")?;
    match office.store().run(call, RecordDelivery { message, delivery }).await {
        // Cancelled or delivered in the meantime: there is nothing left to record.
        Err(Failure::Refused(Refusal::WrongStep)) => Ok(()),
        other => other,
    }
}

impl Office {
    /// Takes a delivery receipt of the gateway. Doubled, late and unknown receipts change nothing.
    pub async fn record_receipt(&self, message: MessageId, delivered: bool) -> Result<(), Failure> {
        let delivery = if delivered {
            Delivery::Delivered
        } else {
            Delivery::Failed { cause: "gateway_receipt".to_owned() }
        };
        let call = Call { door: Door::Api, ..self.job_call("receipts")? };
        match self.store().run(call, RecordDelivery { message, delivery }).await {
            Err(Failure::Refused(Refusal::WrongStep | Refusal::NotFound)) => Ok(()),
            other => other,
        }
    }
}

/// Closes lost questions, ends what ran out of time, sweeps expired visitors.
pub async fn keep_house(office: &Office) -> Result<(), Failure> {
    let now = office.now();
    let (lost, stale, past) = {
        let mut reader = office.store().reader().await?;
        let view = &mut reader.view();
        (
            lost(view, now.minus(QUESTION_LOST)).await?,
            tables::registration::stale(view, last_evening(now)).await?,
            tables::invitation::past_end(view, now).await?,
        )
    };
    for (asked, question, registration) in lost {
        let call = office.job_call("close_questions")?;
        settled(office.store().run(call, CloseQuestion { registration, question, asked }).await)?;
    }
    let ended = stale.into_iter().chain(past.into_iter().map(|(_, registration)| registration));
    for registration in ended {
        let call = office.job_call("expire_registrations")?;
        settled(office.store().run(call, ExpireRegistration { registration }).await)?;
    }
    look_after_keys(office).await?;
    office.store().sweep().await?;
    Ok(())
}

/// Releases organisations for people about whom none of their open registrations asks any more; what
/// no register answers is tried again later.
pub async fn release_inscriptions(office: &Office) -> Result<(), Failure> {
    let due = {
        let mut reader = office.store().reader().await?;
        tables::inscription::to_release(&mut reader.view(), office.now()).await?
    };
    for registration in due {
        let call = office.job_call("release_inscriptions")?;
        let question = match office.store().run(call, AskRelease { registration }).await {
            Ok(question) => question,
            Err(failure) => {
                settled(Err(failure))?;
                continue;
            }
        };
        let outcome = office.ports().register.release(&question).await;
        let record = RecordRelease { registration, question: question.id, outcome };
        office.store().run(office.job_call("release_inscriptions")?, record).await?;
    }
    Ok(())
}

/// Ends keys that are past their validity, and tells holders of keys that will end.
async fn look_after_keys(office: &Office) -> Result<(), Failure> {
    let now = office.now();
    let (past, ending) = {
        let mut reader = office.store().reader().await?;
        let view = &mut reader.view();
        (
            tables::key::past_end(view, now).await?,
            tables::key::ending(view, now, now.plus(BEFORE_THE_END)).await?,
        )
    };
    for key in past {
        settled(office.store().run(office.job_call("keys")?, EndKey { key }).await)?;
    }
    for key in ending {
        settled(office.store().run(office.job_call("keys")?, TellKeyEnd { key }).await)?;
    }
    Ok(())
}

/// The last evening at which registrations without an invitation ended, ten o'clock in Belgium: what
/// was opened before and left ends by itself the same evening (SEED-75).
fn last_evening(now: Timestamp) -> Timestamp {
    let today = now.belgian_day();
    let evening = today.evening_in_belgium();
    if evening <= now { evening } else { today.yesterday().evening_in_belgium() }
}

/// What got no answer.
async fn lost(
    view: &mut tables::View<'_>,
    before: Timestamp,
) -> Result<Vec<(Lost, QuestionId, RegistrationId)>, StoreError> {
    let with = |asked, found: Vec<(QuestionId, RegistrationId)>| {
        found.into_iter().map(move |(question, registration)| (asked, question, registration))
    };
    let questions = tables::question::open_before(view, before).await?;
    let searches = tables::search::open_before(view, before).await?;
    let verifications = tables::verification::open_before(view, before).await?;
    Ok(with(Lost::Question, questions)
        .chain(with(Lost::Search, searches))
        .chain(with(Lost::Verification, verifications))
        .collect())
}

/// Somebody else was faster: nothing to do.
fn settled(result: Result<(), Failure>) -> Result<(), Failure> {
    match result {
        Err(Failure::Refused(Refusal::WrongStep | Refusal::NotFound)) => Ok(()),
        other => other,
    }
}

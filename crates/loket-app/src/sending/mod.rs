//! Sends what waits in the outbox: each channel by itself, so that a relay that hangs holds up no
//! code; as fast as the rules allow; each message once in the normal case, and again after a crash.
//!
//! A message leaves the outbox only by a recorded event. Whoever dies between the hand-over and
//! its record leaves a lease behind; when it ends the message is sent again, under the same
//! identifier.

mod checks;
mod gates;
mod hand_over;
mod receipts;

use std::panic::AssertUnwindSafe;
use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::future::FutureExt as _;
use futures_util::stream::FuturesUnordered;
use loket_domain::Timestamp;
use loket_domain::contact::Channel;
use loket_domain::delivery;
use loket_domain::id::MessageId;
use loket_domain::port::{HandOver, Messenger};
use loket_store::tables::outbox::Message;
use loket_store::{Failure, StoreError, tables};
use tokio::sync::watch;

use crate::commands::record_delivery::{Delivery, RecordDelivery};
use crate::office::Office;

use gates::Counted;
pub(crate) use gates::Gates;
pub use hand_over::hand_over_due;
pub use receipts::return_tag;

/// A lease longer than the slowest adapter: a message is tried again when its worker died.
const LEASE: Duration = Duration::from_secs(60);
/// Between two looks at the outbox when nothing wakes it.
const PAUSE: Duration = Duration::from_secs(1);
/// The same while the rate of a channel holds messages back.
const PACED: Duration = Duration::from_millis(50);
/// Channels that messages travel by; paper is printed.
pub(crate) const CHANNELS: [Channel; 2] = [Channel::Email, Channel::Sms];

/// How a channel is doing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lane {
    /// Which.
    pub channel: Channel,
    /// Messages that wait, those set apart not counted.
    pub waiting: u32,
    /// When the oldest of them was queued.
    pub oldest: Option<Timestamp>,
    /// Since when this server leaves the relay or gateway alone because it does not answer.
    pub left_alone_since: Option<Timestamp>,
}

/// Sends and takes receipts until `stop` changes; what is under way then is finished and recorded.
pub(crate) async fn run(office: &Office, stop: watch::Receiver<bool>) {
    let lane = |channel| keep_sending(office, channel, stop.clone());
    let taking = |channel| receipts::keep_taking(office, channel, stop.clone());
    let [mail, sms] = CHANNELS;
    let handing = hand_over::keep_handing(office, stop.clone());
    tokio::join!(lane(mail), lane(sms), taking(mail), taking(sms), handing);
}

async fn keep_sending(office: &Office, channel: Channel, mut stop: watch::Receiver<bool>) {
    while !*stop.borrow() {
        if let Err(error) = drain(office, channel, &stop).await {
            tracing::error!(%error, channel = channel.code(), "messages could not be sent");
        }
        let pause = if office.gates().is_paced(channel, office) { PACED } else { PAUSE };
        tokio::select! {
            () = office.woken(channel) => {}
            () = tokio::time::sleep(pause) => {}
            _ = stop.changed() => {}
        }
    }
}

/// Sends every message that is due and may go; tells how many were tried.
pub async fn send_due(office: &Office) -> Result<usize, StoreError> {
    let (_stop, going_on) = watch::channel(false);
    let mut tried = 0;
    for channel in CHANNELS {
        tried += drain(office, channel, &going_on).await?;
    }
    Ok(tried)
}

/// Keeps as many messages of a channel under way as may be, until none is left.
async fn drain(
    office: &Office,
    channel: Channel,
    stop: &watch::Receiver<bool>,
) -> Result<usize, StoreError> {
    let most = office.gates().at_once(channel);
    let mut under_way = FuturesUnordered::new();
    let mut tried = 0;
    let mut result = Ok(());
    loop {
        let free = most.saturating_sub(u32::try_from(under_way.len()).unwrap_or(u32::MAX));
        // Half of the places at a time: a lease is a write.
        if free * 2 >= most && result.is_ok() && !*stop.borrow() {
            match lease(office, channel, free, under_way.is_empty()).await {
                Ok(leased) => {
                    tried += leased.len();
                    under_way.extend(leased.into_iter().map(|id| send_one(office, id)));
                }
                // What is under way is finished and recorded all the same.
                Err(error) => result = Err(error),
            }
        }
        match under_way.next().await {
            Some(Ok(())) => {}
            Some(Err(error)) => tracing::error!(%error, "a message could not be sent"),
            None => return result.map(|()| tried),
        }
    }
}

async fn lease(
    office: &Office,
    channel: Channel,
    free: u32,
    idle: bool,
) -> Result<Vec<MessageId>, StoreError> {
    let room = office.gates().room(channel, free, office.now());
    // Only while nothing is under way: what is stands still meanwhile with the readers that it has,
    // and once had all of them.
    if room == 0 || (idle && !is_due(office, channel).await?) {
        return Ok(Vec::new());
    }
    let leased = office.store().lease_messages(channel, room, LEASE).await?;
    office.gates().took(channel, leased.len(), office.now());
    Ok(leased)
}

/// Looks without the writer: every command wakes the senders, and few of them queue a message.
async fn is_due(office: &Office, channel: Channel) -> Result<bool, StoreError> {
    let mut reader = office.store().reader().await?;
    tables::outbox::is_due(&mut reader.view(), channel, office.now()).await
}

async fn send_one(office: &Office, id: MessageId) -> Result<(), Failure> {
    // A message that makes our own code fail must not stop the others, nor be tried for ever.
    let delivery = match AssertUnwindSafe(attempt(office, id)).catch_unwind().await {
        Ok(attempted) => attempted?,
        Err(_panic) => Some(Delivery::SetApart { cause: "panic".to_owned() }),
    };
    match delivery {
        Some(delivery) => record(office, id, delivery).await,
        None => Ok(()),
    }
}

/// Tries a message once; `None` when there is nothing to record.
async fn attempt(office: &Office, id: MessageId) -> Result<Option<Delivery>, Failure> {
    let mut reader = office.store().reader().await?;
    let found = tables::outbox::to_send(&mut reader.view(), id).await?;
    let Some((message, content)) = found else { return Ok(None) };
    // Trying again does not help a message whose content cannot be opened.
    let Ok(queued) = content else {
        return Ok(Some(Delivery::SetApart { cause: "unreadable".to_owned() }));
    };
    if let Some(over) = checks::over(&mut reader.view(), office.now(), &message, &queued).await? {
        return Ok(Some(Delivery::Dropped { cause: over.code().to_owned() }));
    }
    drop(reader);
    let outgoing = queued.for_sending(|queued| office.ports().wording.word(id, queued));
    let to = Counted::of(office.store().vault(), &outgoing.to);
    if let Err(until) = office.gates().admit(&to, office.now()) {
        office.store().postpone_message(id, until).await?;
        return Ok(None);
    }
    let Some(messenger) = messenger(office, message.channel) else { return Ok(None) };
    let handed = messenger.send(&outgoing).await;
    if !matches!(handed, HandOver::Unavailable { .. } | HandOver::Unfit { .. }) {
        office.gates().reached(&to, office.now());
    }
    judge(office, &message, handed).map(Some).map_err(Failure::from)
}

/// Who sends by a channel; nobody sends paper.
fn messenger(office: &Office, channel: Channel) -> Option<&dyn Messenger> {
    match channel {
        Channel::Email => Some(&*office.ports().mail),
        Channel::Sms => Some(&*office.ports().sms),
        Channel::Paper => None,
    }
}

/// What follows from an answer, for the message and for its channel.
fn judge(office: &Office, message: &Message, handed: HandOver) -> Result<Delivery, StoreError> {
    let (gates, channel) = (office.gates(), message.channel);
    match handed {
        HandOver::Accepted { reference } => {
            gates.answered(channel);
            Ok(Delivery::HandedOver { reference })
        }
        HandOver::Refused { cause } => {
            gates.answered(channel);
            Ok(Delivery::Failed { cause })
        }
        HandOver::Unfit { cause } => Ok(Delivery::SetApart { cause }),
        HandOver::TryLater { cause } => {
            gates.answered(channel);
            later(office, message, cause, true)
        }
        HandOver::Unavailable { cause, retry_after } => {
            gates.failed(channel, retry_after, office.now());
            // While nothing gets through, nothing is known against this message.
            let own = retry_after.is_none() && gates.left_alone_since(channel).is_none();
            later(office, message, cause, own)
        }
    }
}

fn later(
    office: &Office,
    message: &Message,
    cause: String,
    own: bool,
) -> Result<Delivery, StoreError> {
    if own && message.failures + 1 >= office.gates().tries() {
        return Ok(Delivery::SetApart { cause });
    }
    let [jitter] = office.store().random::<1>()?;
    Ok(Delivery::Delayed { cause, wait: delivery::wait(message.failures, jitter), own })
}

async fn record(office: &Office, message: MessageId, delivery: Delivery) -> Result<(), Failure> {
    let call = office.job_call("delivery")?;
    receipts::settled(office.store().run(call, RecordDelivery { message, delivery }).await)
}

/// Drops what waits past its end and is not tried any more, such as what was set apart.
pub(crate) async fn drop_out_of_time(office: &Office) -> Result<(), Failure> {
    let past = {
        let mut reader = office.store().reader().await?;
        tables::outbox::past_end(&mut reader.view(), office.now()).await?
    };
    for message in past {
        let cause = checks::Over::OutOfTime.code().to_owned();
        record(office, message, Delivery::Dropped { cause }).await?;
    }
    Ok(())
}

impl Office {
    /// How the channels are doing, as this server sees it.
    pub async fn lanes(&self) -> Result<Vec<Lane>, StoreError> {
        let mut reader = self.store().reader().await?;
        let waiting = tables::outbox::waiting(&mut reader.view()).await?;
        let lane = |channel| {
            let found = waiting.iter().find(|(of, _, _)| *of == channel);
            Lane {
                channel,
                waiting: found.map_or(0, |(_, count, _)| *count),
                oldest: found.map(|(_, _, oldest)| *oldest),
                left_alone_since: self.gates().left_alone_since(channel),
            }
        };
        Ok(CHANNELS.map(lane).to_vec())
    }
}

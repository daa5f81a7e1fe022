//! Messages that wait, in the same transaction as the change that causes them. The content is
//! stored sealed and removed when the message was handed over or given up.

use std::time::Duration;

use loket_domain::Timestamp;
use loket_domain::contact::Channel;
use loket_domain::id::{InvitationId, MessageId, RegistrationId};
use loket_domain::message::QueuedMessage;

use super::View;
use crate::error::StoreError;
use crate::personal::Personal;
use crate::statement::{Row, args, sql};
use crate::tx::Tx;

const SEAL: &str = "outbox";

/// How far a message is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MessageState {
    /// To be sent.
    Waiting,
    /// The relay or gateway took it.
    HandedOver,
    /// The gateway reported delivery.
    Delivered,
    /// Given up.
    Failed,
    /// Not sent, because what it was about is over.
    Dropped,
}

impl MessageState {
    /// Stable code, as stored.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::HandedOver => "handed_over",
            Self::Delivered => "delivered",
            Self::Failed => "failed",
            Self::Dropped => "dropped",
        }
    }
    pub(crate) fn from_code(code: &str) -> Option<Self> {
        [Self::Waiting, Self::HandedOver, Self::Delivered, Self::Failed, Self::Dropped]
            .into_iter()
            .find(|s| s.code() == code)
    }
}

/// A message in the outbox.
#[derive(Debug, Clone)]
pub struct Message {
    /// Its row.
    pub id: MessageId,
    /// Stable code of its kind.
    pub kind: String,
    /// Its channel.
    pub channel: Channel,
    /// About which registration.
    pub registration: RegistrationId,
    /// About which invitation, when about one.
    pub invitation: Option<InvitationId>,
    /// What it says; `None` once handed over or given up.
    pub queued: Option<Personal<QueuedMessage>>,
    /// How far it is.
    pub state: MessageState,
    /// Never sent after this.
    pub not_after: Timestamp,
    /// How often it was tried.
    pub attempts: u32,
}

fn read(view: &View<'_>, row: &Row) -> Result<Message, StoreError> {
    let queued = match row.opt_bytes("payload")? {
        Some(sealed) => Some(Personal::new(view.vault.open_value(SEAL, &sealed)?)),
        None => None,
    };
    Ok(Message {
        id: row.id("id")?,
        kind: row.text("kind")?,
        channel: row.code("channel", Channel::from_code)?,
        registration: row.id("registration_id")?,
        invitation: row.opt_id("invitation_id")?,
        queued,
        state: row.code("state", MessageState::from_code)?,
        not_after: row.moment("not_after")?,
        attempts: row.number("attempts")?,
    })
}

/// Queues a message.
pub async fn insert(
    tx: &mut Tx<'_>,
    registration: RegistrationId,
    invitation: Option<InvitationId>,
    message: &QueuedMessage,
    not_after: Timestamp,
) -> Result<MessageId, StoreError> {
    let id: MessageId = tx.new_id()?;
    let sealed = tx.seal(SEAL, message)?;
    let (now, event) = (tx.now(), tx.event());
    tx.change(
        1,
        sql!(
            "INSERT INTO outbox (id, kind, channel, registration_id, invitation_id, payload, state, created_at, not_after,
               next_attempt_at, leased_until, attempts, event_id)
             VALUES ($1, $2, $3, $4, $5, $6, 'waiting', $7, $8, $7, 0, 0, $9)"
        ),
        args![
            id, message.content.kind(), message.to.channel().code(), registration, invitation, sealed, now, not_after, event
        ],
    )
    .await?;
    Ok(id)
}

/// One message.
pub async fn load(view: &mut View<'_>, id: MessageId) -> Result<Option<Message>, StoreError> {
    let row = view
        .optional(
            sql!(
                "SELECT id, kind, channel, registration_id, invitation_id, payload, state, not_after, attempts FROM outbox WHERE id = $1"
            ),
            args![id],
        )
        .await?;
    row.map(|row| read(view, &row)).transpose()
}

/// The messages of a registration, without their content, in order.
pub async fn of_registration(
    view: &mut View<'_>,
    registration: RegistrationId,
) -> Result<Vec<Message>, StoreError> {
    let rows = view
        .all(
            sql!(
                "SELECT id, kind, channel, registration_id, invitation_id, NULL AS payload, state, not_after, attempts
                 FROM outbox WHERE registration_id = $1 ORDER BY created_at, id"
            ),
            args![registration],
        )
        .await?;
    rows.iter()
        .map(|row| {
            Ok(Message {
                id: row.id("id")?,
                kind: row.text("kind")?,
                channel: row.code("channel", Channel::from_code)?,
                registration: row.id("registration_id")?,
                invitation: row.opt_id("invitation_id")?,
                queued: None,
                state: row.code("state", MessageState::from_code)?,
                not_after: row.moment("not_after")?,
                attempts: row.number("attempts")?,
            })
        })
        .collect()
}

/// Keeps that the relay or gateway took it, and forgets what it said.
pub async fn handed_over(tx: &mut Tx<'_>, id: MessageId) -> Result<bool, StoreError> {
    let (now, event) = (tx.now(), tx.event());
    let changed = tx
        .change_any(
            sql!(
                "UPDATE outbox SET state = 'handed_over', payload = NULL, handed_over_at = $1, attempts = attempts + 1, event_id = $2
                 WHERE id = $3 AND state = 'waiting'"
            ),
            args![now, event, id],
        )
        .await?;
    Ok(changed == 1)
}

/// Keeps that it must be tried again after a while.
pub async fn delayed(tx: &mut Tx<'_>, id: MessageId, wait: Duration) -> Result<bool, StoreError> {
    let (now, event) = (tx.now(), tx.event());
    let changed = tx
        .change_any(
            sql!(
                "UPDATE outbox SET next_attempt_at = $1, leased_until = 0, attempts = attempts + 1, event_id = $2
                 WHERE id = $3 AND state = 'waiting'"
            ),
            args![now.plus(wait), event, id],
        )
        .await?;
    Ok(changed == 1)
}

/// Keeps that it was given up or dropped, and forgets what it said.
pub async fn given_up(
    tx: &mut Tx<'_>,
    id: MessageId,
    state: MessageState,
) -> Result<bool, StoreError> {
    let event = tx.event();
    let changed = tx
        .change_any(
            sql!("UPDATE outbox SET state = $1, payload = NULL, event_id = $2 WHERE id = $3 AND state IN ('waiting', 'handed_over')"),
            args![state.code(), event, id],
        )
        .await?;
    Ok(changed == 1)
}

/// Keeps that the gateway reported delivery.
pub async fn delivered(tx: &mut Tx<'_>, id: MessageId) -> Result<bool, StoreError> {
    let (now, event) = (tx.now(), tx.event());
    let changed = tx
        .change_any(
            sql!(
                "UPDATE outbox SET state = 'delivered', payload = NULL, delivered_at = $1, event_id = $2
                 WHERE id = $3 AND state IN ('waiting', 'handed_over')"
            ),
            args![now, event, id],
        )
        .await?;
    Ok(changed == 1)
}

/// Drops the waiting messages of an invitation that is over.
pub async fn drop_of_invitation(
    tx: &mut Tx<'_>,
    invitation: InvitationId,
) -> Result<u64, StoreError> {
    let event = tx.event();
    tx.change_any(
        sql!("UPDATE outbox SET state = 'dropped', payload = NULL, event_id = $1 WHERE invitation_id = $2 AND state = 'waiting'"),
        args![event, invitation],
    )
    .await
}

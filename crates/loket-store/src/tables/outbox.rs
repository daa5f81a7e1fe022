//! Messages that wait, in the same transaction as the change that causes them. The content is
//! stored sealed and removed when the message was handed over or given up.

use std::time::Duration;

use loket_domain::Timestamp;
use loket_domain::contact::Channel;
use loket_domain::id::{InvitationId, MessageId, OrganisationId, RegistrationId};
use loket_domain::message::QueuedMessage;
use loket_domain::registration::Reference;

use super::View;
use crate::error::StoreError;
use crate::personal::Personal;
use crate::statement::{Row, args, sql};
use crate::tx::Tx;
use crate::vault::VaultError;

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

/// A message in the outbox, without its content.
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
    /// How far it is.
    pub state: MessageState,
    /// Never sent after this.
    pub not_after: Timestamp,
    /// How often it was tried.
    pub attempts: u32,
    /// How often it failed by itself, while others got through.
    pub failures: u32,
    /// Short code of what went wrong last.
    pub cause: Option<String>,
    /// Since when it has been set apart.
    pub set_apart_at: Option<Timestamp>,
}

fn read(row: &Row) -> Result<Message, StoreError> {
    Ok(Message {
        id: row.id("id")?,
        kind: row.text("kind")?,
        channel: row.code("channel", Channel::from_code)?,
        registration: row.id("registration_id")?,
        invitation: row.opt_id("invitation_id")?,
        state: row.code("state", MessageState::from_code)?,
        not_after: row.moment("not_after")?,
        attempts: row.number("attempts")?,
        failures: row.number("failures")?,
        cause: row.opt_text("cause")?,
        set_apart_at: row.opt_moment("set_apart_at")?,
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
                "SELECT id, kind, channel, registration_id, invitation_id, state, not_after, attempts, failures, cause,
                   set_apart_at FROM outbox WHERE id = $1"
            ),
            args![id],
        )
        .await?;
    row.as_ref().map(read).transpose()
}

/// A message that is to be sent, with what it says; `None` when it does not wait any more or was set apart.
/// The inner error is one of its content alone: sealed with another key, or by a newer version.
pub async fn to_send(
    view: &mut View<'_>,
    id: MessageId,
) -> Result<Option<(Message, Result<Personal<QueuedMessage>, VaultError>)>, StoreError> {
    let row = view
        .optional(
            sql!(
                "SELECT id, kind, channel, registration_id, invitation_id, state, not_after, attempts, failures, cause,
                   set_apart_at, payload FROM outbox
                 WHERE id = $1 AND state = 'waiting' AND set_apart_at IS NULL AND payload IS NOT NULL"
            ),
            args![id],
        )
        .await?;
    let Some(row) = row else { return Ok(None) };
    let content = view.vault.open_value(SEAL, &row.bytes("payload")?).map(Personal::new);
    Ok(Some((read(&row)?, content)))
}

/// The newest message of a channel that the gateway knows under a reference: a gateway that begins
/// to count anew means its newest one.
pub async fn by_reference(
    view: &mut View<'_>,
    channel: Channel,
    reference: &str,
) -> Result<Option<MessageId>, StoreError> {
    let row = view
        .optional(
            sql!(
                "SELECT id FROM outbox WHERE channel = $1 AND reference = $2 ORDER BY handed_over_at DESC LIMIT 1"
            ),
            args![channel.code(), reference],
        )
        .await?;
    row.map(|row| row.id("id")).transpose()
}

/// The messages of a registration, in order.
pub async fn of_registration(
    view: &mut View<'_>,
    registration: RegistrationId,
) -> Result<Vec<Message>, StoreError> {
    let rows = view
        .all(
            sql!(
                "SELECT id, kind, channel, registration_id, invitation_id, state, not_after, attempts, failures, cause,
                   set_apart_at FROM outbox WHERE registration_id = $1 ORDER BY created_at, id"
            ),
            args![registration],
        )
        .await?;
    rows.iter().map(read).collect()
}

/// Keeps that the relay or gateway took it, under which reference, and forgets what it said.
pub async fn handed_over(
    tx: &mut Tx<'_>,
    id: MessageId,
    reference: Option<&str>,
) -> Result<bool, StoreError> {
    let (now, event) = (tx.now(), tx.event());
    let changed = tx
        .change_any(
            sql!(
                "UPDATE outbox SET state = 'handed_over', payload = NULL, handed_over_at = $1, attempts = attempts + 1,
                   reference = $2, cause = NULL, set_apart_at = NULL, event_id = $3 WHERE id = $4 AND state = 'waiting'"
            ),
            args![now, reference, event, id],
        )
        .await?;
    Ok(changed == 1)
}

/// Keeps that it must be tried again after a while; `own` when nothing but the message itself is
/// known to be at fault.
pub async fn delayed(
    tx: &mut Tx<'_>,
    id: MessageId,
    cause: &str,
    wait: Duration,
    own: bool,
) -> Result<bool, StoreError> {
    let (now, event) = (tx.now(), tx.event());
    let changed = tx
        .change_any(
            sql!(
                "UPDATE outbox SET next_attempt_at = $1, leased_until = 0, attempts = attempts + 1, failures = failures + $2,
                   cause = $3, event_id = $4 WHERE id = $5 AND state = 'waiting'"
            ),
            args![now.plus(wait), own, cause, event, id],
        )
        .await?;
    Ok(changed == 1)
}

/// Sets a message apart: it is not tried again until the operator says so.
pub async fn set_apart(tx: &mut Tx<'_>, id: MessageId, cause: &str) -> Result<bool, StoreError> {
    let (now, event) = (tx.now(), tx.event());
    let changed = tx
        .change_any(
            sql!(
                "UPDATE outbox SET set_apart_at = $1, leased_until = 0, attempts = attempts + 1, failures = failures + 1,
                   cause = $2, event_id = $3 WHERE id = $4 AND state = 'waiting' AND set_apart_at IS NULL"
            ),
            args![now, cause, event, id],
        )
        .await?;
    Ok(changed == 1)
}

/// Takes a message that was set apart up again, as if it were new.
pub async fn take_up_again(tx: &mut Tx<'_>, id: MessageId) -> Result<bool, StoreError> {
    let (now, event) = (tx.now(), tx.event());
    let changed = tx
        .change_any(
            sql!(
                "UPDATE outbox SET set_apart_at = NULL, failures = 0, next_attempt_at = $1, leased_until = 0, event_id = $2
                 WHERE id = $3 AND state = 'waiting' AND set_apart_at IS NOT NULL"
            ),
            args![now, event, id],
        )
        .await?;
    Ok(changed == 1)
}

/// Keeps that it was given up or dropped and why, and forgets what it said.
pub async fn given_up(
    tx: &mut Tx<'_>,
    id: MessageId,
    state: MessageState,
    cause: &str,
) -> Result<bool, StoreError> {
    let event = tx.event();
    let changed = tx
        .change_any(
            sql!(
                "UPDATE outbox SET state = $1, payload = NULL, cause = $2, set_apart_at = NULL, event_id = $3
                 WHERE id = $4 AND state IN ('waiting', 'handed_over')"
            ),
            args![state.code(), cause, event, id],
        )
        .await?;
    Ok(changed == 1)
}

/// Keeps that it was delivered. That is the last word, also after a report that it failed: reports
/// come in any order (fault row F25).
pub async fn delivered(tx: &mut Tx<'_>, id: MessageId) -> Result<bool, StoreError> {
    let (now, event) = (tx.now(), tx.event());
    let changed = tx
        .change_any(
            sql!(
                "UPDATE outbox SET state = 'delivered', payload = NULL, delivered_at = $1, cause = NULL, set_apart_at = NULL,
                   event_id = $2 WHERE id = $3 AND state IN ('waiting', 'handed_over', 'failed')"
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
        sql!(
            "UPDATE outbox SET state = 'dropped', payload = NULL, cause = 'invitation_over', set_apart_at = NULL, event_id = $1
             WHERE invitation_id = $2 AND state = 'waiting'"
        ),
        args![event, invitation],
    )
    .await
}

/// A message that was set apart, as the operator sees it: nothing of the person.
#[derive(Debug, Clone)]
pub struct SetApart {
    /// The message.
    pub message: Message,
    /// Of which organisation.
    pub organisation: OrganisationId,
    /// Number of the dossier.
    pub reference: Reference,
}

/// The messages that were set apart, the oldest first; of one organisation or of all.
pub async fn all_set_apart(
    view: &mut View<'_>,
    whose: Option<OrganisationId>,
) -> Result<Vec<SetApart>, StoreError> {
    let rows = view
        .all(
            sql!(
                "SELECT o.id, o.kind, o.channel, o.registration_id, o.invitation_id, o.state, o.not_after, o.attempts,
                   o.failures, o.cause, o.set_apart_at, r.organisation_id, r.reference
                 FROM outbox o JOIN registration r ON r.id = o.registration_id
                 WHERE o.set_apart_at IS NOT NULL AND o.state = 'waiting' ORDER BY o.set_apart_at, o.id LIMIT 500"
            ),
            vec![],
        )
        .await?;
    let mut all = Vec::with_capacity(rows.len());
    for row in &rows {
        let organisation: OrganisationId = row.id("organisation_id")?;
        if whose.is_none_or(|own| own == organisation) {
            let reference = row.code("reference", |text| text.parse().ok())?;
            all.push(SetApart { message: read(row)?, organisation, reference });
        }
    }
    Ok(all)
}

/// Whether a message of a channel could be leased now.
pub async fn is_due(
    view: &mut View<'_>,
    channel: Channel,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let row = view
        .optional(
            sql!(
                "SELECT 1 AS one FROM outbox WHERE state = 'waiting' AND channel = $1 AND next_attempt_at <= $2
                   AND leased_until <= $2 AND set_apart_at IS NULL LIMIT 1"
            ),
            args![channel.code(), now],
        )
        .await?;
    Ok(row.is_some())
}

/// How many messages of each channel wait, and when the oldest of them was queued.
pub async fn waiting(view: &mut View<'_>) -> Result<Vec<(Channel, u32, Timestamp)>, StoreError> {
    let rows = view
        .all(
            sql!(
                "SELECT channel, COUNT(*) AS n, MIN(created_at) AS oldest FROM outbox
                 WHERE state = 'waiting' AND set_apart_at IS NULL GROUP BY channel ORDER BY channel"
            ),
            vec![],
        )
        .await?;
    rows.iter()
        .map(|row| {
            let channel = row.code("channel", Channel::from_code)?;
            Ok((channel, row.number("n")?, row.moment("oldest")?))
        })
        .collect()
}

/// Messages that wait past their end, such as those that were set apart.
pub async fn past_end(view: &mut View<'_>, now: Timestamp) -> Result<Vec<MessageId>, StoreError> {
    let rows = view
        .all(
            sql!("SELECT id FROM outbox WHERE state = 'waiting' AND not_after <= $1 AND leased_until <= $1 LIMIT 200"),
            args![now],
        )
        .await?;
    rows.iter().map(|row| row.id("id")).collect()
}

/// Drops whatever waits for a registration: its addresses are erased.
pub async fn drop_of_registration(
    tx: &mut Tx<'_>,
    registration: RegistrationId,
) -> Result<u64, StoreError> {
    let event = tx.event();
    tx.change_any(
        sql!("UPDATE outbox SET state = 'dropped', payload = NULL, event_id = $1 WHERE registration_id = $2 AND state = 'waiting'"),
        args![event, registration],
    )
    .await
}

/// Drops the confirmation code that waits for an address, when a link goes instead.
pub async fn drop_contact_messages(
    tx: &mut Tx<'_>,
    registration: RegistrationId,
    channel: Channel,
) -> Result<u64, StoreError> {
    let event = tx.event();
    tx.change_any(
        sql!(
            "UPDATE outbox SET state = 'dropped', payload = NULL, event_id = $1
             WHERE registration_id = $2 AND channel = $3 AND state = 'waiting' AND kind IN ('contact_code', 'contact_link')"
        ),
        args![event, registration, channel.code()],
    )
    .await
}

/// Drops the activation code that waits, when a new one takes its place.
pub async fn drop_code_of_invitation(
    tx: &mut Tx<'_>,
    invitation: InvitationId,
) -> Result<u64, StoreError> {
    let event = tx.event();
    tx.change_any(
        sql!(
            "UPDATE outbox SET state = 'dropped', payload = NULL, event_id = $1
             WHERE invitation_id = $2 AND state = 'waiting' AND kind = 'activation_code'"
        ),
        args![event, invitation],
    )
    .await
}

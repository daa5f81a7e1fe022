//! States of keys that wait to be handed over to the federal authentication service, written in the same
//! transaction as the change. What a state says is sealed, and removed once it was taken or dropped.

use std::time::Duration;

use loket_domain::Timestamp;
use loket_domain::hand_over::KeyState;
use loket_domain::id::{AnnouncementId, KeyId};

use super::View;
use crate::error::StoreError;
use crate::personal::Personal;
use crate::statement::{Row, args, sql};
use crate::tx::Tx;

const SEAL: &str = "announcement";

/// A state that waits, without what it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// Its row.
    pub id: AnnouncementId,
    /// Of which key.
    pub key: KeyId,
    /// When it was written.
    pub created_at: Timestamp,
    /// How often it was tried.
    pub attempts: u32,
    /// How often it failed by itself.
    pub failures: u32,
    /// Short code of what went wrong last.
    pub cause: Option<String>,
    /// Since when it has been set apart.
    pub set_apart_at: Option<Timestamp>,
}

fn read(row: &Row) -> Result<Waiting, StoreError> {
    Ok(Waiting {
        id: row.id("id")?,
        key: row.id("key_id")?,
        created_at: row.moment("created_at")?,
        attempts: row.number("attempts")?,
        failures: row.number("failures")?,
        cause: row.opt_text("cause")?,
        set_apart_at: row.opt_moment("set_apart_at")?,
    })
}

/// Keeps a state, where this installation hands them over.
pub async fn insert(tx: &mut Tx<'_>, state: &KeyState) -> Result<(), StoreError> {
    if !tx.hands_keys_over() {
        return Ok(());
    }
    let id: AnnouncementId = tx.new_id()?;
    let sealed = tx.seal(SEAL, state)?;
    let (now, event) = (tx.now(), tx.event());
    tx.change(
        1,
        sql!(
            "INSERT INTO announcement (id, key_id, payload, state, created_at, next_attempt_at, leased_until, attempts, failures, event_id)
             VALUES ($1, $2, $3, 'waiting', $4, $4, 0, 0, 0, $5)"
        ),
        args![id, state.key, sealed, now, event],
    )
    .await
}

/// One that waits, set apart or not.
pub async fn load(view: &mut View<'_>, id: AnnouncementId) -> Result<Option<Waiting>, StoreError> {
    let row = view
        .optional(
            sql!(
                "SELECT id, key_id, created_at, attempts, failures, cause, set_apart_at FROM announcement
                 WHERE id = $1 AND state = 'waiting'"
            ),
            args![id],
        )
        .await?;
    row.as_ref().map(read).transpose()
}

/// What one says; `None` once it was taken or dropped.
pub async fn content(
    view: &mut View<'_>,
    id: AnnouncementId,
) -> Result<Option<Personal<KeyState>>, StoreError> {
    let row =
        view.optional(sql!("SELECT payload FROM announcement WHERE id = $1"), args![id]).await?;
    match row.map(|row| row.opt_bytes("payload")).transpose()?.flatten() {
        Some(sealed) => Ok(Some(Personal::new(view.vault.open_value(SEAL, &sealed)?))),
        None => Ok(None),
    }
}

/// How handing over stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// How many wait, those set apart counted.
    pub waiting: u32,
    /// How many of them were set apart.
    pub set_apart: u32,
    /// When the oldest was written.
    pub oldest: Timestamp,
}

/// How handing over stands; `None` when nothing waits.
pub async fn standing(view: &mut View<'_>) -> Result<Option<Standing>, StoreError> {
    let row = view
        .optional(
            sql!(
                "SELECT COUNT(*) AS waiting, COUNT(set_apart_at) AS set_apart, MIN(created_at) AS oldest
                 FROM announcement WHERE state = 'waiting'"
            ),
            vec![],
        )
        .await?;
    let Some(row) = row else { return Ok(None) };
    let (waiting, set_apart) = (row.number("waiting")?, row.number("set_apart")?);
    Ok(row.opt_moment("oldest")?.map(|oldest| Standing { waiting, set_apart, oldest }))
}

/// Every one that waits, those that were set apart first, five hundred at most.
pub async fn waiting(view: &mut View<'_>) -> Result<Vec<Waiting>, StoreError> {
    let rows = view
        .all(
            sql!(
                "SELECT id, key_id, created_at, attempts, failures, cause, set_apart_at FROM announcement
                 WHERE state = 'waiting' ORDER BY COALESCE(set_apart_at, 9000000000000000), created_at LIMIT 500"
            ),
            vec![],
        )
        .await?;
    rows.iter().map(read).collect()
}

/// Keeps that it was taken, or is not handed over at all, and forgets what it said.
pub async fn close(tx: &mut Tx<'_>, id: AnnouncementId, taken: bool) -> Result<bool, StoreError> {
    let event = tx.event();
    let state = if taken { "handed_over" } else { "dropped" };
    let changed = tx
        .change_any(
            sql!(
                "UPDATE announcement SET state = $1, payload = NULL, attempts = attempts + $2, set_apart_at = NULL, event_id = $3
                 WHERE id = $4 AND state = 'waiting'"
            ),
            args![state, taken, event, id],
        )
        .await?;
    Ok(changed == 1)
}

/// Keeps that it must be tried again after a while; `own` when nothing but itself is known to be at
/// fault.
pub async fn delayed(
    tx: &mut Tx<'_>,
    id: AnnouncementId,
    cause: &str,
    wait: Duration,
    own: bool,
) -> Result<bool, StoreError> {
    let (now, event) = (tx.now(), tx.event());
    let changed = tx
        .change_any(
            sql!(
                "UPDATE announcement SET next_attempt_at = $1, leased_until = 0, attempts = attempts + 1, failures = failures + $2,
                   cause = $3, event_id = $4 WHERE id = $5 AND state = 'waiting'"
            ),
            args![now.plus(wait), own, cause, event, id],
        )
        .await?;
    Ok(changed == 1)
}

/// Sets it apart: it is not tried again until the operator says so.
pub async fn set_apart(
    tx: &mut Tx<'_>,
    id: AnnouncementId,
    cause: &str,
) -> Result<bool, StoreError> {
    let (now, event) = (tx.now(), tx.event());
    let changed = tx
        .change_any(
            sql!(
                "UPDATE announcement SET set_apart_at = $1, leased_until = 0, attempts = attempts + 1, cause = $2, event_id = $3
                 WHERE id = $4 AND state = 'waiting' AND set_apart_at IS NULL"
            ),
            args![now, cause, event, id],
        )
        .await?;
    Ok(changed == 1)
}

/// Takes one that was set apart up again, as if it were new.
pub async fn take_up_again(tx: &mut Tx<'_>, id: AnnouncementId) -> Result<bool, StoreError> {
    let (now, event) = (tx.now(), tx.event());
    let changed = tx
        .change_any(
            sql!(
                "UPDATE announcement SET set_apart_at = NULL, failures = 0, next_attempt_at = $1, leased_until = 0, event_id = $2
                 WHERE id = $3 AND state = 'waiting' AND set_apart_at IS NOT NULL"
            ),
            args![now, event, id],
        )
        .await?;
    Ok(changed == 1)
}

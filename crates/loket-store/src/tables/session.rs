//! Sessions of staff. The cookie's token is stored as SHA-256 only.

use loket_domain::id::{OrganisationId, SessionId, StaffId};

use super::View;
use crate::error::StoreError;
use crate::statement::{args, sql};
use crate::tx::Tx;

/// The session of a cookie, whatever its state; the decision looks at its limits.
pub async fn by_token(
    view: &mut View<'_>,
    token_hash: [u8; 32],
) -> Result<Option<SessionId>, StoreError> {
    let row = view
        .optional(sql!("SELECT id FROM session WHERE token_hash = $1"), args![token_hash])
        .await?;
    row.map(|row| row.id("id")).transpose()
}

/// Opens a session.
pub async fn insert(
    tx: &mut Tx<'_>,
    id: SessionId,
    token_hash: [u8; 32],
    staff: StaffId,
    organisation: OrganisationId,
    card_fingerprint: [u8; 32],
) -> Result<(), StoreError> {
    let (now, event) = (tx.now(), tx.event());
    tx.change(
        1,
        sql!(
            "INSERT INTO session (id, token_hash, staff_id, organisation_id, card_fingerprint, started_at, last_seen_at, event_id)
             VALUES ($1, $2, $3, $4, $5, $6, $6, $7)"
        ),
        args![id, token_hash, staff, organisation, card_fingerprint, now, event],
    )
    .await
}

/// Ends a session.
pub async fn end(tx: &mut Tx<'_>, id: SessionId) -> Result<(), StoreError> {
    let now = tx.now();
    tx.change(
        1,
        sql!("UPDATE session SET ended_at = $1 WHERE id = $2 AND ended_at IS NULL"),
        args![now, id],
    )
    .await
}

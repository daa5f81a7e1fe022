//! Recovery codes: one set per person, digests only. Each is used once.

use loket_domain::id::PersonId;

use super::View;
use crate::error::StoreError;
use crate::statement::{args, sql};
use crate::tx::Tx;

/// How many codes of a person can still be used.
pub async fn count_of(view: &mut View<'_>, person: PersonId) -> Result<u32, StoreError> {
    let row = view
        .optional(
            sql!(
                "SELECT COUNT(*) AS n FROM recovery_code WHERE person_id = $1 AND used_at IS NULL"
            ),
            args![person],
        )
        .await?;
    row.ok_or(StoreError::Unreadable("recovery_code"))?.number("n")
}

/// Whether it is a code of this person that can still be used. The digest is keyed, so that how a
/// database compares it tells nothing of the code.
pub async fn stands(
    view: &mut View<'_>,
    person: PersonId,
    digest: [u8; 32],
) -> Result<bool, StoreError> {
    let row = view
        .optional(
            sql!("SELECT id FROM recovery_code WHERE person_id = $1 AND digest = $2 AND used_at IS NULL"),
            args![person, digest],
        )
        .await?;
    Ok(row.is_some())
}

/// Keeps a new set in place of the old one.
pub async fn replace(
    tx: &mut Tx<'_>,
    person: PersonId,
    digests: &[[u8; 32]],
) -> Result<(), StoreError> {
    remove(tx, person).await?;
    let (now, event) = (tx.now(), tx.event());
    for digest in digests {
        let id: uuid::Uuid = tx.new_id()?;
        tx.change(
            1,
            sql!("INSERT INTO recovery_code (id, person_id, digest, made_at, event_id) VALUES ($1, $2, $3, $4, $5)"),
            args![id.as_bytes().to_vec(), person, *digest, now, event],
        )
        .await?;
    }
    Ok(())
}

/// Removes every code of a person.
pub async fn remove(tx: &mut Tx<'_>, person: PersonId) -> Result<(), StoreError> {
    tx.change_any(sql!("DELETE FROM recovery_code WHERE person_id = $1"), args![person]).await?;
    Ok(())
}

/// Uses a code up; `false` when it was used before, perhaps a moment ago elsewhere.
pub async fn use_up(
    tx: &mut Tx<'_>,
    person: PersonId,
    digest: [u8; 32],
) -> Result<bool, StoreError> {
    let (now, event) = (tx.now(), tx.event());
    let changed = tx
        .change_any(
            sql!("UPDATE recovery_code SET used_at = $1, event_id = $2 WHERE person_id = $3 AND digest = $4 AND used_at IS NULL"),
            args![now, event, person, digest],
        )
        .await?;
    Ok(changed == 1)
}

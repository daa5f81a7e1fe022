//! Recovery codes: one set per person, digests only. Each is used once.

use loket_domain::id::PersonId;

use super::View;
use crate::error::StoreError;
use crate::statement::{args, sql};
use crate::tx::Tx;

/// The codes of a person that can still be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecoveryCodes {
    /// The salt with which what is typed must be stretched.
    pub salt: Vec<u8>,
    /// Keyed digests of the stretched codes.
    pub digests: Vec<[u8; 32]>,
}

/// The codes of a person; `None` when there are none left.
pub async fn of_person(
    view: &mut View<'_>,
    person: PersonId,
) -> Result<Option<RecoveryCodes>, StoreError> {
    let rows = view
        .all(
            sql!("SELECT salt, digest FROM recovery_code WHERE person_id = $1 AND used_at IS NULL ORDER BY id"),
            args![person],
        )
        .await?;
    let Some(first) = rows.first() else { return Ok(None) };
    let digests = rows.iter().map(|row| row.digest("digest")).collect::<Result<_, _>>()?;
    Ok(Some(RecoveryCodes { salt: first.bytes("salt")?, digests }))
}

/// Keeps a new set in place of the old one.
pub async fn replace(
    tx: &mut Tx<'_>,
    person: PersonId,
    salt: [u8; 16],
    digests: &[[u8; 32]],
) -> Result<(), StoreError> {
    remove(tx, person).await?;
    let (now, event) = (tx.now(), tx.event());
    for digest in digests {
        let id: uuid::Uuid = tx.new_id()?;
        tx.change(
            1,
            sql!("INSERT INTO recovery_code (id, person_id, salt, digest, made_at, event_id) VALUES ($1, $2, $3, $4, $5, $6)"),
            args![id.as_bytes().to_vec(), person, salt, *digest, now, event],
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

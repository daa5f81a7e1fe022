//! Whether what is kept for a visitor stands, inside a command: for what must not outlive a sign-out of the same moment.

use crate::error::StoreError;
use crate::statement::{args, sql};
use crate::tx::Tx;
use crate::upkeep::{VisitKind, peek};

/// Whether it does.
pub async fn stands(
    tx: &mut Tx<'_>,
    token_hash: [u8; 32],
    kind: VisitKind,
) -> Result<bool, StoreError> {
    let now = tx.now();
    Ok(peek(&mut tx.view(), token_hash, kind, now).await?.is_some())
}

/// Ends it, if it stands.
pub async fn end(tx: &mut Tx<'_>, token_hash: [u8; 32]) -> Result<(), StoreError> {
    tx.change_any(sql!("DELETE FROM visitor WHERE token_hash = $1"), args![token_hash])
        .await
        .map(drop)
}

//! What is kept for a visitor, inside a command: for sign-outs, and for what must not outlive one of the same moment.

use crate::error::StoreError;
use crate::statement::{args, sql};
use crate::tx::Tx;
use crate::upkeep::{VisitKind, peek};

/// Whether it stands.
pub async fn stands(
    tx: &mut Tx<'_>,
    token_hash: [u8; 32],
    kind: VisitKind,
) -> Result<bool, StoreError> {
    let now = tx.now();
    Ok(peek(&mut tx.view(), token_hash, kind, now).await?.is_some())
}

/// Ends it; tells whether there was anything to end.
pub async fn end(
    tx: &mut Tx<'_>,
    token_hash: [u8; 32],
    kind: VisitKind,
) -> Result<bool, StoreError> {
    let ended = tx
        .change_any(
            sql!("DELETE FROM visitor WHERE token_hash = $1 AND kind = $2"),
            args![token_hash, kind.code()],
        )
        .await?;
    Ok(ended > 0)
}

//! Kept answers: a double click or a repeated call gets the first answer back (fault row F26).

use loket_domain::Refusal;
use loket_domain::caller::Caller;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::command::{Call, Command};
use crate::error::{Failure, StoreError};
use crate::statement::{args, sql};
use crate::tx::Tx;

const SEAL: &str = "answer";

/// What identifies the content of a wish: the command, its fields and who asks.
pub(crate) fn content<C: Command>(call: &Call, command: &C) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(C::ACTION.code());
    hash.update([0]);
    hash.update(serde_json::to_vec(command).unwrap_or_default());
    hash.update([0]);
    hash.update(match &call.caller {
        Caller::Staff(id) => id.to_string(),
        Caller::Applicant(id) => id.to_string(),
        Caller::AddressHolder(id) => id.to_string(),
        Caller::KeyHolder { key, .. } => key.to_string(),
        Caller::RelyingParty(id) => id.to_string(),
        Caller::Card(_) | Caller::Operator { .. } | Caller::Job(_) => String::new(),
    });
    hash.finalize().into()
}

/// The answer that the same wish got before, if it was carried out before.
pub(crate) async fn recall(
    tx: &mut Tx<'_>,
    call: &Call,
    content: [u8; 32],
) -> Result<Option<Value>, Failure> {
    let row = tx
        .view()
        .optional(
            sql!("SELECT content, answer FROM answer WHERE request_id = $1"),
            args![call.request],
        )
        .await?;
    let Some(row) = row else { return Ok(None) };
    if row.digest("content")? != content {
        return Err(Refusal::RequestChanged.into());
    }
    Ok(Some(tx.vault().open_value(SEAL, &row.bytes("answer")?)?))
}

/// Keeps an answer.
pub(crate) async fn keep(
    tx: &mut Tx<'_>,
    call: &Call,
    content: [u8; 32],
    answer: &Value,
) -> Result<(), StoreError> {
    let sealed = tx.seal(SEAL, answer)?;
    let (now, event) = (tx.now(), tx.event());
    tx.change(
        1,
        sql!("INSERT INTO answer (request_id, content, answer, at, event_id) VALUES ($1, $2, $3, $4, $5)"),
        args![call.request, content, sealed, now, event],
    )
    .await
}

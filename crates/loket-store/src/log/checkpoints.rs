//! The checkpoints that the signer gave, as they are published. What the signer itself goes by stands
//! outside the database.

use loket_domain::Timestamp;

use super::{index, place};
use crate::error::StoreError;
use crate::reader::View;
use crate::statement::{Row, args, sql};
use crate::tx::Tx;

/// A signed checkpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptCheckpoint {
    /// Name of the log.
    pub origin: String,
    /// Number of leaves.
    pub size: u64,
    /// The note with its signatures.
    pub note: String,
    /// When it was signed.
    pub signed_at: Timestamp,
    /// Response of a time-stamp authority over it.
    pub time_stamp: Option<Vec<u8>>,
}

fn kept(row: &Row) -> Result<KeptCheckpoint, StoreError> {
    Ok(KeptCheckpoint {
        origin: row.text("origin")?,
        size: index(row.int("size")?)?,
        note: row.text("note")?,
        signed_at: row.moment("signed_at")?,
        time_stamp: row.opt_bytes("time_stamp")?,
    })
}

/// The newest checkpoint of any origin.
pub async fn newest(view: &mut View<'_>) -> Result<Option<KeptCheckpoint>, StoreError> {
    let row = view.optional(
        sql!("SELECT origin, size, note, signed_at, time_stamp FROM log_checkpoint ORDER BY signed_at DESC, size DESC LIMIT 1"),
        vec![],
    );
    row.await?.as_ref().map(kept).transpose()
}

/// Every checkpoint that is kept, in order.
pub async fn all(view: &mut View<'_>) -> Result<Vec<KeptCheckpoint>, StoreError> {
    let rows = view.all(
        sql!("SELECT origin, size, note, signed_at, time_stamp FROM log_checkpoint ORDER BY origin, size"),
        vec![],
    );
    rows.await?.iter().map(kept).collect()
}

/// The checkpoint of a log at a size.
pub async fn at(
    view: &mut View<'_>,
    origin: &str,
    size: u64,
) -> Result<Option<KeptCheckpoint>, StoreError> {
    let row = view.optional(
        sql!("SELECT origin, size, note, signed_at, time_stamp FROM log_checkpoint WHERE origin = $1 AND size = $2"),
        args![origin, place(size)],
    );
    row.await?.as_ref().map(kept).transpose()
}

/// Keeps a checkpoint that was just signed, in place of the ones before it that nobody needs.
pub(crate) async fn put(
    tx: &mut Tx<'_>,
    origin: &str,
    size: u64,
    note: &str,
) -> Result<(), StoreError> {
    let now = tx.now();
    tx.change_any(
        sql!("DELETE FROM log_checkpoint WHERE origin = $1 AND size <= $2 AND kept = 0 AND time_stamp IS NULL"),
        args![origin, place(size)],
    )
    .await?;
    tx.change_any(
        sql!(
            "INSERT INTO log_checkpoint (origin, size, note, signed_at, kept) VALUES ($1, $2, $3, $4, 0)
             ON CONFLICT (origin, size) DO UPDATE SET note = $3"
        ),
        args![origin, place(size), note, now],
    )
    .await?;
    Ok(())
}

/// Keeps the newest checkpoint for good if it covers the leaf at an index, since it goes out with
/// evidence; `None` while there is none that does.
pub(crate) async fn hold(
    tx: &mut Tx<'_>,
    covering: u64,
) -> Result<Option<KeptCheckpoint>, StoreError> {
    let newest = newest(&mut tx.view()).await?.filter(|newest| newest.size > covering);
    if let Some(newest) = &newest {
        tx.change(
            1,
            sql!("UPDATE log_checkpoint SET kept = 1 WHERE origin = $1 AND size = $2"),
            args![newest.origin, place(newest.size)],
        )
        .await?;
    }
    Ok(newest)
}

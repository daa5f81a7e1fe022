//! The checkpoints that the signer gave, as they are published. What the signer itself goes by stands
//! outside the database.

use std::time::Duration;

use loket_domain::Timestamp;
use loket_tlog::Note;

use super::keeping::Signed;
use super::{LogFault, index, place};
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
    /// When a quorum of witnesses had cosigned it.
    pub cosigned_at: Option<Timestamp>,
    /// Response of a time-stamp authority over it.
    pub time_stamp: Option<Vec<u8>>,
    /// When that was kept.
    pub stamped_at: Option<Timestamp>,
}

/// Of the cosigned checkpoints one is kept for good in this time; the time-stamped ones all are.
const KEPT_EACH: Duration = Duration::from_hours(1);

fn kept(row: &Row) -> Result<KeptCheckpoint, StoreError> {
    Ok(KeptCheckpoint {
        origin: row.text("origin")?,
        size: index(row.int("size")?)?,
        note: row.text("note")?,
        signed_at: row.moment("signed_at")?,
        cosigned_at: row.opt_moment("cosigned_at")?,
        time_stamp: row.opt_bytes("time_stamp")?,
        stamped_at: row.opt_moment("stamped_at")?,
    })
}

/// The newest checkpoint of any origin.
pub async fn newest(view: &mut View<'_>) -> Result<Option<KeptCheckpoint>, StoreError> {
    let row = view.optional(
        sql!("SELECT origin, size, note, signed_at, cosigned_at, time_stamp, stamped_at FROM log_checkpoint ORDER BY signed_at DESC, size DESC LIMIT 1"),
        vec![],
    );
    row.await?.as_ref().map(kept).transpose()
}

/// The newest checkpoint of any origin that a quorum of witnesses had cosigned.
pub async fn newest_cosigned(view: &mut View<'_>) -> Result<Option<KeptCheckpoint>, StoreError> {
    let row = view.optional(
        sql!("SELECT origin, size, note, signed_at, cosigned_at, time_stamp, stamped_at FROM log_checkpoint WHERE cosigned_at IS NOT NULL ORDER BY cosigned_at DESC, size DESC LIMIT 1"),
        vec![],
    );
    row.await?.as_ref().map(kept).transpose()
}

/// The newest checkpoint of any origin that has a time-stamp.
pub async fn newest_stamped(view: &mut View<'_>) -> Result<Option<KeptCheckpoint>, StoreError> {
    let row = view.optional(
        sql!("SELECT origin, size, note, signed_at, cosigned_at, time_stamp, stamped_at FROM log_checkpoint WHERE stamped_at IS NOT NULL ORDER BY stamped_at DESC, size DESC LIMIT 1"),
        vec![],
    );
    row.await?.as_ref().map(kept).transpose()
}

/// Every checkpoint that is kept, in order.
pub async fn all(view: &mut View<'_>) -> Result<Vec<KeptCheckpoint>, StoreError> {
    let rows = view.all(
        sql!("SELECT origin, size, note, signed_at, cosigned_at, time_stamp, stamped_at FROM log_checkpoint ORDER BY origin, size"),
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
        sql!("SELECT origin, size, note, signed_at, cosigned_at, time_stamp, stamped_at FROM log_checkpoint WHERE origin = $1 AND size = $2"),
        args![origin, place(size)],
    );
    row.await?.as_ref().map(kept).transpose()
}

/// Keeps a checkpoint that was just signed, in place of the ones before it that nobody needs.
pub(super) async fn put(
    tx: &mut Tx<'_>,
    origin: &str,
    size: u64,
    note: &str,
) -> Result<(), StoreError> {
    let now = tx.now();
    tx.change_any(
        sql!("DELETE FROM log_checkpoint WHERE origin = $1 AND size <= $2 AND kept = 0 AND time_stamp IS NULL AND cosigned_at IS NULL"),
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

/// Keeps the cosignatures that a note has beside those that are kept. With a quorum the checkpoint takes
/// the place of the cosigned ones before it, of which one an hour stays for good.
pub(super) async fn cosign(
    tx: &mut Tx<'_>,
    signed: &Signed,
    quorum: bool,
) -> Result<(), StoreError> {
    restore(tx, signed).await?;
    let known = at(&mut tx.view(), &signed.origin, signed.size).await?;
    let known = known.map_or_else(|| signed.note.clone(), |kept| kept.note);
    let note = merged(&known, &signed.note)?;
    let (now, size) = (tx.now(), place(signed.size));
    tx.change(
        1,
        sql!("UPDATE log_checkpoint SET note = $1 WHERE origin = $2 AND size = $3"),
        args![note, signed.origin.as_str(), size],
    )
    .await?;
    if !quorum {
        return Ok(());
    }
    let row = tx
        .view()
        .optional(
            sql!(
                "SELECT MAX(cosigned_at) AS last FROM log_checkpoint WHERE origin = $1 AND kept = 1"
            ),
            args![signed.origin.as_str()],
        )
        .await?;
    let last = row.map(|row| row.opt_moment("last")).transpose()?.flatten();
    let for_good = last.is_none_or(|last| now.since(last) >= KEPT_EACH);
    tx.change(
        1,
        sql!(
            "UPDATE log_checkpoint SET cosigned_at = COALESCE(cosigned_at, $1), kept = CASE WHEN $2 = 1 THEN 1 ELSE kept END
             WHERE origin = $3 AND size = $4"
        ),
        args![now, for_good, signed.origin.as_str(), size],
    )
    .await?;
    tx.change_any(
        sql!("DELETE FROM log_checkpoint WHERE origin = $1 AND size < $2 AND kept = 0 AND time_stamp IS NULL AND cosigned_at IS NOT NULL"),
        args![signed.origin.as_str(), size],
    )
    .await?;
    Ok(())
}

/// Keeps a time-stamp over a checkpoint, and the checkpoint for good.
pub(super) async fn stamp(
    tx: &mut Tx<'_>,
    signed: &Signed,
    token: &[u8],
) -> Result<(), StoreError> {
    restore(tx, signed).await?;
    let now = tx.now();
    tx.change(
        1,
        sql!("UPDATE log_checkpoint SET time_stamp = $1, stamped_at = $2, kept = 1 WHERE origin = $3 AND size = $4"),
        args![token.to_vec(), now, signed.origin.as_str(), place(signed.size)],
    )
    .await?;
    Ok(())
}

/// Puts a checkpoint back whose row gave way to a newer one.
async fn restore(tx: &mut Tx<'_>, signed: &Signed) -> Result<(), StoreError> {
    tx.change_any(
        sql!(
            "INSERT INTO log_checkpoint (origin, size, note, signed_at, kept) VALUES ($1, $2, $3, $4, 0)
             ON CONFLICT (origin, size) DO NOTHING"
        ),
        args![signed.origin.as_str(), place(signed.size), signed.note.as_str(), signed.at],
    )
    .await?;
    Ok(())
}

/// The note with the signatures of both.
fn merged(known: &str, more: &str) -> Result<String, StoreError> {
    let read = |text: &str| Note::parse(text).map_err(|_| LogFault::End("a checkpoint is no note"));
    let (mut note, more) = (read(known)?, read(more)?);
    if note.text() != more.text() {
        return Err(LogFault::End("two checkpoints of one size").into());
    }
    for signature in more.signatures() {
        if !note.signatures().contains(signature) {
            note.add_cosignature(signature.clone());
        }
    }
    Ok(note.to_string())
}

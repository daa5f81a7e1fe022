//! Searches by name: the intent stands before the call, the short list after it.

use loket_domain::Timestamp;
use loket_domain::id::{QuestionId, RegistrationId, StaffId};
use loket_domain::register::{Criteria, SearchAnswer, SearchOutcome};

use super::View;
use crate::error::StoreError;
use crate::personal::Personal;
use crate::statement::{args, sql};
use crate::tx::Tx;

const CRITERIA: &str = "search.criteria";
const HITS: &str = "search.hits";

/// A search as kept.
#[derive(Debug, Clone)]
pub struct KeptSearch {
    /// Its row.
    pub id: QuestionId,
    /// Whom it looked for.
    pub criteria: Personal<Criteria>,
    /// When.
    pub asked_at: Timestamp,
    /// What came back; `None` while open or lost.
    pub answer: Option<Personal<SearchOutcome>>,
    /// Stable code of what came back, `lost` when no answer came; `None` while open.
    pub outcome: Option<String>,
}

/// Keeps the intent to search.
pub async fn insert(
    tx: &mut Tx<'_>,
    id: QuestionId,
    registration: RegistrationId,
    officer: StaffId,
    criteria: &Criteria,
) -> Result<(), StoreError> {
    let sealed = tx.seal(CRITERIA, criteria)?;
    let (now, event) = (tx.now(), tx.event());
    tx.change(
        1,
        sql!("INSERT INTO search (id, registration_id, officer_id, criteria, asked_at, event_id) VALUES ($1, $2, $3, $4, $5, $6)"),
        args![id, registration, officer, sealed, now, event],
    )
    .await
}

/// The newest search of a registration.
pub async fn latest(
    view: &mut View<'_>,
    registration: RegistrationId,
) -> Result<Option<KeptSearch>, StoreError> {
    let row = view
        .optional(
            sql!(
                "SELECT id, criteria, asked_at, outcome, hits FROM search
                 WHERE registration_id = $1 ORDER BY asked_at DESC, id DESC LIMIT 1"
            ),
            args![registration],
        )
        .await?;
    let Some(row) = row else { return Ok(None) };
    let answer = match row.opt_bytes("hits")? {
        Some(sealed) => Some(Personal::new(view.vault.open_value(HITS, &sealed)?)),
        None => None,
    };
    Ok(Some(KeptSearch {
        id: row.id("id")?,
        criteria: Personal::new(view.vault.open_value(CRITERIA, &row.bytes("criteria")?)?),
        asked_at: row.moment("asked_at")?,
        answer,
        outcome: row.opt_text("outcome")?,
    }))
}

/// How many searches of a registration were answered or wait for their answer.
pub async fn count(view: &mut View<'_>, registration: RegistrationId) -> Result<u32, StoreError> {
    let row = view
        .optional(
            sql!(
                "SELECT COUNT(*) AS n FROM search WHERE registration_id = $1
                   AND (outcome IS NULL OR outcome NOT IN ('down', 'lost', 'unreadable'))"
            ),
            args![registration],
        )
        .await?;
    row.ok_or(StoreError::Unreadable("search"))?.number("n")
}

/// Keeps the answer to an open search; tells whether it was still open.
pub async fn answer(
    tx: &mut Tx<'_>,
    id: QuestionId,
    answer: &SearchAnswer,
) -> Result<bool, StoreError> {
    let sealed = tx.seal(HITS, &answer.outcome)?;
    let (now, event) = (tx.now(), tx.event());
    let changed = tx
        .change_any(
            sql!("UPDATE search SET answered_at = $1, outcome = $2, hits = $3, event_id = $4 WHERE id = $5 AND answered_at IS NULL"),
            args![now, answer.outcome.code(), sealed, event, id],
        )
        .await?;
    Ok(changed == 1)
}

/// Closes a search that got no answer.
pub async fn close_lost(tx: &mut Tx<'_>, id: QuestionId) -> Result<bool, StoreError> {
    let (now, event) = (tx.now(), tx.event());
    let changed = tx
        .change_any(
            sql!("UPDATE search SET answered_at = $1, outcome = 'lost', event_id = $2 WHERE id = $3 AND answered_at IS NULL"),
            args![now, event, id],
        )
        .await?;
    Ok(changed == 1)
}

/// Searches asked before `before` that are still open.
pub async fn open_before(
    view: &mut View<'_>,
    before: Timestamp,
) -> Result<Vec<(QuestionId, RegistrationId)>, StoreError> {
    let rows = view
        .all(
            sql!("SELECT id, registration_id FROM search WHERE answered_at IS NULL AND asked_at < $1 ORDER BY asked_at LIMIT 100"),
            args![before],
        )
        .await?;
    rows.iter().map(|row| Ok((row.id("id")?, row.id("registration_id")?))).collect()
}

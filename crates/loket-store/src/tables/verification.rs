//! Verifications: whether a document and a number belong together. The number is kept, what stands
//! on the document is not: it is recorded with the identification, once the person is known.

use loket_domain::Timestamp;
use loket_domain::id::{QuestionId, RegistrationId, StaffId};
use loket_domain::register::VerificationAnswer;
use loket_domain::ssin::Ssin;

use super::View;
use crate::error::StoreError;
use crate::personal::Personal;
use crate::statement::{args, number_token, sql};
use crate::tx::Tx;

const NUMBER: &str = "verification.number";

/// A verification as kept.
#[derive(Debug, Clone)]
pub struct KeptVerification {
    /// Its row.
    pub id: QuestionId,
    /// The number that was typed.
    pub number: Personal<Ssin>,
    /// When.
    pub asked_at: Timestamp,
    /// Stable code of what came back, `lost` when no answer came; `None` while open.
    pub outcome: Option<String>,
}

/// Keeps the intent to verify.
pub async fn insert(
    tx: &mut Tx<'_>,
    id: QuestionId,
    registration: RegistrationId,
    officer: StaffId,
    ssin: &Ssin,
) -> Result<(), StoreError> {
    let sealed = tx.seal(NUMBER, ssin)?;
    let token = number_token(tx.vault(), ssin);
    let (now, event) = (tx.now(), tx.event());
    tx.change(
        1,
        sql!(
            "INSERT INTO verification (id, registration_id, officer_id, number, number_token, asked_at, event_id)
             VALUES ($1, $2, $3, $4, $5, $6, $7)"
        ),
        args![id, registration, officer, sealed, token, now, event],
    )
    .await
}

/// The newest verification of a registration.
pub async fn latest(
    view: &mut View<'_>,
    registration: RegistrationId,
) -> Result<Option<KeptVerification>, StoreError> {
    let row = view
        .optional(
            sql!(
                "SELECT id, number, asked_at, outcome FROM verification
                 WHERE registration_id = $1 ORDER BY asked_at DESC, id DESC LIMIT 1"
            ),
            args![registration],
        )
        .await?;
    row.map(|row| {
        Ok(KeptVerification {
            id: row.id("id")?,
            number: Personal::new(view.vault.open_value(NUMBER, &row.bytes("number")?)?),
            asked_at: row.moment("asked_at")?,
            outcome: row.opt_text("outcome")?,
        })
    })
    .transpose()
}

/// How many verifications of a registration were answered or wait for their answer.
pub async fn count(view: &mut View<'_>, registration: RegistrationId) -> Result<u32, StoreError> {
    let row = view
        .optional(
            sql!(
                "SELECT COUNT(*) AS n FROM verification WHERE registration_id = $1
                   AND (outcome IS NULL OR outcome NOT IN ('down', 'lost', 'unreadable'))"
            ),
            args![registration],
        )
        .await?;
    row.ok_or(StoreError::Unreadable("verification"))?.number("n")
}

/// Keeps the answer to an open verification; tells whether it was still open.
pub async fn answer(
    tx: &mut Tx<'_>,
    id: QuestionId,
    answer: &VerificationAnswer,
) -> Result<bool, StoreError> {
    let (now, event) = (tx.now(), tx.event());
    let ticket = answer.ticket.as_ref().map(|t| t.as_str().to_owned());
    let changed = tx
        .change_any(
            sql!(
                "UPDATE verification SET answered_at = $1, outcome = $2, register = $3, ticket = $4, event_id = $5
                 WHERE id = $6 AND answered_at IS NULL"
            ),
            args![
                now, answer.outcome.code(), answer.register.map(|r| r.code().to_owned()), ticket,
                event, id
            ],
        )
        .await?;
    Ok(changed == 1)
}

/// Closes a verification that got no answer.
pub async fn close_lost(tx: &mut Tx<'_>, id: QuestionId) -> Result<bool, StoreError> {
    let (now, event) = (tx.now(), tx.event());
    let changed = tx
        .change_any(
            sql!("UPDATE verification SET answered_at = $1, outcome = 'lost', event_id = $2 WHERE id = $3 AND answered_at IS NULL"),
            args![now, event, id],
        )
        .await?;
    Ok(changed == 1)
}

/// Verifications asked before `before` that are still open.
pub async fn open_before(
    view: &mut View<'_>,
    before: Timestamp,
) -> Result<Vec<(QuestionId, RegistrationId)>, StoreError> {
    let rows = view
        .all(
            sql!("SELECT id, registration_id FROM verification WHERE answered_at IS NULL AND asked_at < $1 ORDER BY asked_at LIMIT 100"),
            args![before],
        )
        .await?;
    rows.iter().map(|row| Ok((row.id("id")?, row.id("registration_id")?))).collect()
}

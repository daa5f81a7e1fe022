//! What was seen during an identification: the document, the explanations, the checks. Never an
//! image of the document or the face.

use std::collections::BTreeMap;

use loket_domain::Timestamp;
use loket_domain::id::{RegistrationId, StaffId};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::View;
use crate::error::StoreError;
use crate::personal::Personal;
use crate::statement::{args, sql};
use crate::tx::Tx;

const DOCUMENT: &str = "identification.document";
const EXPLANATION: &str = "identification.explanation";

/// Keeps the document and the verdicts of its comparison, in place of an earlier one; explanations
/// and checks given for the earlier one no longer count.
pub async fn set_document<D: Serialize, V: Serialize>(
    tx: &mut Tx<'_>,
    registration: RegistrationId,
    document: &D,
    verdicts: &V,
) -> Result<(), StoreError> {
    let sealed = tx.seal(DOCUMENT, document)?;
    let verdicts = serde_json::to_string(verdicts)
        .map_err(|_| StoreError::Unreadable("identification_document.verdicts"))?;
    let (now, event) = (tx.now(), tx.event());
    forget(tx, registration).await?;
    tx.change(
        1,
        sql!("INSERT INTO identification_document (registration_id, document, verdicts, recorded_at, event_id) VALUES ($1, $2, $3, $4, $5)"),
        args![registration, sealed, verdicts, now, event],
    )
    .await
}

/// Removes document, explanations and checks of a registration that starts its identification
/// over; what was recorded stays in the trail.
pub async fn forget(tx: &mut Tx<'_>, registration: RegistrationId) -> Result<(), StoreError> {
    tx.change_any(sql!("DELETE FROM identification_document WHERE registration_id = $1"), args![registration]).await?;
    tx.change_any(sql!("DELETE FROM identification_explanation WHERE registration_id = $1"), args![registration]).await?;
    tx.change_any(sql!("DELETE FROM identification_check WHERE registration_id = $1"), args![registration]).await?;
    Ok(())
}

/// The document, if one was recorded.
pub async fn document<D: DeserializeOwned>(
    view: &mut View<'_>,
    registration: RegistrationId,
) -> Result<Option<Personal<D>>, StoreError> {
    let row = view
        .optional(
            sql!("SELECT document FROM identification_document WHERE registration_id = $1"),
            args![registration],
        )
        .await?;
    row.map(|row| Ok(Personal::new(view.vault.open_value(DOCUMENT, &row.bytes("document")?)?)))
        .transpose()
}

/// The verdicts of the comparison, if a document was recorded. Not personal.
pub async fn verdicts<V: DeserializeOwned>(
    view: &mut View<'_>,
    registration: RegistrationId,
) -> Result<Option<V>, StoreError> {
    let row = view
        .optional(
            sql!("SELECT verdicts FROM identification_document WHERE registration_id = $1"),
            args![registration],
        )
        .await?;
    row.map(|row| {
        serde_json::from_str(&row.text("verdicts")?)
            .map_err(|_| StoreError::Unreadable("identification_document.verdicts"))
    })
    .transpose()
}

/// Keeps the explanation of one field, in place of an earlier one.
pub async fn set_explanation(
    tx: &mut Tx<'_>,
    registration: RegistrationId,
    field: &str,
    explanation: &str,
    officer: StaffId,
) -> Result<(), StoreError> {
    let sealed = tx.seal(EXPLANATION, &explanation)?;
    let (now, event) = (tx.now(), tx.event());
    tx.change_any(
        sql!("DELETE FROM identification_explanation WHERE registration_id = $1 AND field = $2"),
        args![registration, field],
    )
    .await?;
    tx.change(
        1,
        sql!(
            "INSERT INTO identification_explanation (registration_id, field, explanation, officer_id, at, event_id)
             VALUES ($1, $2, $3, $4, $5, $6)"
        ),
        args![registration, field, sealed, officer, now, event],
    )
    .await
}

/// The explanations by field.
pub async fn explanations(
    view: &mut View<'_>,
    registration: RegistrationId,
) -> Result<BTreeMap<String, Personal<String>>, StoreError> {
    let rows = view
        .all(
            sql!("SELECT field, explanation FROM identification_explanation WHERE registration_id = $1 ORDER BY field"),
            args![registration],
        )
        .await?;
    rows.iter()
        .map(|row| {
            let text = view.vault.open_value(EXPLANATION, &row.bytes("explanation")?)?;
            Ok((row.text("field")?, Personal::new(text)))
        })
        .collect()
}

/// A check with its outcome.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckRow<O> {
    /// Id of the check in the procedure.
    pub check: String,
    /// Its outcome.
    pub outcome: O,
    /// Who recorded it.
    pub officer: StaffId,
    /// When.
    pub at: Timestamp,
}

/// Keeps the outcome of a check, in place of an earlier one.
pub async fn set_check<O: Serialize>(
    tx: &mut Tx<'_>,
    registration: RegistrationId,
    check: &str,
    outcome: &O,
    officer: StaffId,
) -> Result<(), StoreError> {
    let outcome = serde_json::to_string(outcome)
        .map_err(|_| StoreError::Unreadable("identification_check.outcome"))?;
    let (now, event) = (tx.now(), tx.event());
    tx.change_any(
        sql!("DELETE FROM identification_check WHERE registration_id = $1 AND check_id = $2"),
        args![registration, check],
    )
    .await?;
    tx.change(
        1,
        sql!(
            "INSERT INTO identification_check (registration_id, check_id, outcome, officer_id, at, event_id)
             VALUES ($1, $2, $3, $4, $5, $6)"
        ),
        args![registration, check, outcome, officer, now, event],
    )
    .await
}

/// The checks in the order in which they were recorded.
pub async fn checks<O: DeserializeOwned>(
    view: &mut View<'_>,
    registration: RegistrationId,
) -> Result<Vec<CheckRow<O>>, StoreError> {
    let rows = view
        .all(
            sql!(
                "SELECT check_id, outcome, officer_id, at FROM identification_check
                 WHERE registration_id = $1 ORDER BY at, check_id"
            ),
            args![registration],
        )
        .await?;
    rows.iter()
        .map(|row| {
            Ok(CheckRow {
                check: row.text("check_id")?,
                outcome: serde_json::from_str(&row.text("outcome")?)
                    .map_err(|_| StoreError::Unreadable("identification_check.outcome"))?,
                officer: row.id("officer_id")?,
                at: row.moment("at")?,
            })
        })
        .collect()
}

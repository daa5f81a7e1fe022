//! What was seen during an identification: the document, the verdicts of its comparison with their
//! explanations, the checks in their order. Stored sealed; never an image of the document or face.

use loket_domain::comparison::FieldVerdict;
use loket_domain::document::TypedDocument;
use loket_domain::id::RegistrationId;
use loket_domain::procedure::CheckOutcome;
use serde::{Deserialize, Serialize};

use super::View;
use crate::error::StoreError;
use crate::personal::Personal;
use crate::statement::{args, sql};
use crate::tx::Tx;

const DOCUMENT: &str = "identification.document";
const VERDICTS: &str = "identification.verdicts";
const CHECKS: &str = "identification.checks";

/// An identification as far as it has come.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identification {
    /// The document, once recorded.
    pub document: Option<TypedDocument>,
    /// The verdict per field, once compared.
    pub verdicts: Vec<FieldVerdict>,
    /// The checks in the order in which they were made.
    pub checks: Vec<CheckOutcome>,
}

/// Keeps an identification in place of what was kept before; what was recorded stays in the trail.
pub async fn save(
    tx: &mut Tx<'_>,
    registration: RegistrationId,
    identification: &Identification,
) -> Result<(), StoreError> {
    let (document, verdicts) = match &identification.document {
        Some(document) => {
            (Some(tx.seal(DOCUMENT, document)?), Some(tx.seal(VERDICTS, &identification.verdicts)?))
        }
        None => (None, None),
    };
    let checks = tx.seal(CHECKS, &identification.checks)?;
    let (now, event) = (tx.now(), tx.event());
    tx.change_any(
        sql!("DELETE FROM identification WHERE registration_id = $1"),
        args![registration],
    )
    .await?;
    tx.change(
        1,
        sql!(
            "INSERT INTO identification (registration_id, document, verdicts, checks, recorded_at, event_id)
             VALUES ($1, $2, $3, $4, $5, $6)"
        ),
        args![registration, document, verdicts, checks, now, event],
    )
    .await
}

/// The identification of a registration; empty before the first check.
pub async fn load(
    view: &mut View<'_>,
    registration: RegistrationId,
) -> Result<Personal<Identification>, StoreError> {
    let row = view
        .optional(
            sql!(
                "SELECT document, verdicts, checks FROM identification WHERE registration_id = $1"
            ),
            args![registration],
        )
        .await?;
    let Some(row) = row else { return Ok(Personal::new(Identification::default())) };
    let document = match row.opt_bytes("document")? {
        Some(sealed) => Some(view.vault.open_value(DOCUMENT, &sealed)?),
        None => None,
    };
    let verdicts = match row.opt_bytes("verdicts")? {
        Some(sealed) => view.vault.open_value(VERDICTS, &sealed)?,
        None => Vec::new(),
    };
    let checks = view.vault.open_value(CHECKS, &row.bytes("checks")?)?;
    Ok(Personal::new(Identification { document, verdicts, checks }))
}

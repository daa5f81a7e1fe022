//! Organisations, their agreements and authorisations.

use loket_domain::Timestamp;
use loket_domain::id::{AgreementId, AuthorisationId, OrganisationId};
use loket_domain::office::EnterpriseNumber;
use loket_domain::register::RegisterName;
use serde::{Deserialize, Serialize};

use super::View;
use crate::error::StoreError;
use crate::statement::{Row, args, sql};
use crate::tx::Tx;

const SEAL: &str = "agreement";

/// An organisation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Organisation {
    /// Its row.
    pub id: OrganisationId,
    /// Name as shown to staff and persons.
    pub name: String,
    /// Enterprise number.
    pub enterprise_number: EnterpriseNumber,
    /// Whether it is the operator itself.
    pub at_operator: bool,
}

/// What an agreement holds beside its dates; stored sealed, since it names people (SEED-109, 112).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Particulars {
    /// Who signed for the organisation: name, function, date.
    pub signed_for_organisation: Option<Signature>,
    /// Who signed for the operator.
    pub signed_for_operator: Option<Signature>,
    /// Contact of the organisation: surname, first name, e-mail, telephone.
    pub contact: Option<String>,
    /// Data-protection officer of the organisation (SEED-70).
    pub data_protection_officer: Option<String>,
    /// Purpose of use.
    pub purpose: String,
}

/// One signature.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signature {
    /// Name of the signatory.
    pub name: String,
    /// Function of the signatory.
    pub function: String,
    /// When it was signed.
    pub at: Timestamp,
}

fn read(row: &Row) -> Result<Organisation, StoreError> {
    Ok(Organisation {
        id: row.id("id")?,
        name: row.text("name")?,
        enterprise_number: EnterpriseNumber::parse(&row.text("enterprise_number")?)
            .map_err(|_| StoreError::Unreadable("organisation.enterprise_number"))?,
        at_operator: row.int("at_operator")? == 1,
    })
}

/// By its id.
pub async fn load(
    view: &mut View<'_>,
    id: OrganisationId,
) -> Result<Option<Organisation>, StoreError> {
    let row = view
        .optional(
            sql!("SELECT id, name, enterprise_number, at_operator FROM organisation WHERE id = $1"),
            args![id],
        )
        .await?;
    row.as_ref().map(read).transpose()
}

/// By its enterprise number.
pub async fn by_enterprise_number(
    view: &mut View<'_>,
    number: &EnterpriseNumber,
) -> Result<Option<Organisation>, StoreError> {
    let row = view
        .optional(
            sql!("SELECT id, name, enterprise_number, at_operator FROM organisation WHERE enterprise_number = $1"),
            args![number.as_str()],
        )
        .await?;
    row.as_ref().map(read).transpose()
}

/// All of them, by name.
pub async fn all(view: &mut View<'_>) -> Result<Vec<Organisation>, StoreError> {
    let rows = view
        .all(
            sql!("SELECT id, name, enterprise_number, at_operator FROM organisation ORDER BY name"),
            vec![],
        )
        .await?;
    rows.iter().map(read).collect()
}

/// Enters one.
pub async fn insert(tx: &mut Tx<'_>, organisation: &Organisation) -> Result<(), StoreError> {
    let event = tx.event();
    tx.change(
        1,
        sql!("INSERT INTO organisation (id, name, enterprise_number, at_operator, event_id) VALUES ($1, $2, $3, $4, $5)"),
        args![
            organisation.id,
            organisation.name,
            organisation.enterprise_number.as_str(),
            organisation.at_operator,
            event
        ],
    )
    .await
}

/// Records an agreement.
pub async fn insert_agreement(
    tx: &mut Tx<'_>,
    id: AgreementId,
    organisation: OrganisationId,
    particulars: &Particulars,
    in_force_from: Timestamp,
) -> Result<(), StoreError> {
    let sealed = tx.seal(SEAL, particulars)?;
    let (now, event) = (tx.now(), tx.event());
    tx.change(
        1,
        sql!(
            "INSERT INTO agreement (id, organisation_id, particulars, in_force_from, recorded_at, event_id)
             VALUES ($1, $2, $3, $4, $5, $6)"
        ),
        args![id, organisation, sealed, in_force_from, now, event],
    )
    .await
}

/// The agreement of an organisation that has not ended before `now`, the newest first.
pub async fn open_agreement(
    view: &mut View<'_>,
    organisation: OrganisationId,
    now: Timestamp,
) -> Result<Option<AgreementId>, StoreError> {
    let row = view
        .optional(
            sql!(
                "SELECT id FROM agreement WHERE organisation_id = $1 AND (ends_at IS NULL OR ends_at > $2)
                 ORDER BY recorded_at DESC LIMIT 1"
            ),
            args![organisation, now],
        )
        .await?;
    row.map(|row| row.id("id")).transpose()
}

/// Sets the end of an agreement.
pub async fn end_agreement(
    tx: &mut Tx<'_>,
    id: AgreementId,
    at: Timestamp,
    reason: &str,
) -> Result<(), StoreError> {
    let event = tx.event();
    tx.change(
        1,
        sql!("UPDATE agreement SET ends_at = $1, end_reason = $2, event_id = $3 WHERE id = $4"),
        args![at, reason, event, id],
    )
    .await
}

/// Records an authorisation for a register.
pub async fn insert_authorisation(
    tx: &mut Tx<'_>,
    id: AuthorisationId,
    organisation: OrganisationId,
    register: RegisterName,
    reference: &str,
    from: Timestamp,
    until: Option<Timestamp>,
) -> Result<(), StoreError> {
    let event = tx.event();
    tx.change(
        1,
        sql!(
            "INSERT INTO authorisation (id, organisation_id, register, reference, valid_from, valid_until, event_id)
             VALUES ($1, $2, $3, $4, $5, $6, $7)"
        ),
        args![id, organisation, register.code(), reference, from, until, event],
    )
    .await
}

/// Ends every authorisation of an organisation for a register that is still open; tells how many.
pub async fn end_authorisations(
    tx: &mut Tx<'_>,
    organisation: OrganisationId,
    register: RegisterName,
    at: Timestamp,
) -> Result<u64, StoreError> {
    let event = tx.event();
    tx.change_any(
        sql!(
            "UPDATE authorisation SET valid_until = $1, event_id = $2
             WHERE organisation_id = $3 AND register = $4 AND (valid_until IS NULL OR valid_until > $1)"
        ),
        args![at, event, organisation, register.code()],
    )
    .await
}

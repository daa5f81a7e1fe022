//! What people agreed that relying parties may learn of them.

use std::collections::BTreeSet;

use loket_domain::id::{PersonId, RelyingPartyId};
use loket_domain::relying_party::{Claim, GivenConsent, Registered};

use super::View;
use crate::error::StoreError;
use crate::statement::{Row, args, sql};
use crate::tx::Tx;

fn read(row: &Row) -> Result<GivenConsent, StoreError> {
    let claims = serde_json::from_str(&row.text("claims")?);
    Ok(GivenConsent {
        claims: claims.map_err(|_| StoreError::Unreadable("claims_consent.claims"))?,
        at: row.moment("given_at")?,
    })
}

/// Keeps what a person agrees to, in place of what was agreed before.
pub async fn give(
    tx: &mut Tx<'_>,
    person: PersonId,
    party: RelyingPartyId,
    claims: &BTreeSet<Claim>,
) -> Result<(), StoreError> {
    let written = serde_json::to_string(claims)
        .map_err(|_| StoreError::Unreadable("claims_consent.claims"))?;
    let (now, event) = (tx.now(), tx.event());
    tx.change(
        1,
        sql!(
            "INSERT INTO claims_consent (person_id, relying_party_id, claims, given_at, event_id) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (person_id, relying_party_id) DO UPDATE SET claims = $3, given_at = $4, withdrawn_at = NULL, event_id = $5"
        ),
        args![person, party, written, now, event],
    )
    .await
}

/// What a person has agreed to for a relying party.
pub async fn given(
    view: &mut View<'_>,
    person: PersonId,
    party: RelyingPartyId,
) -> Result<Option<GivenConsent>, StoreError> {
    let row = view
        .optional(
            sql!(
                "SELECT claims, given_at FROM claims_consent
                 WHERE person_id = $1 AND relying_party_id = $2 AND withdrawn_at IS NULL"
            ),
            args![person, party],
        )
        .await?;
    row.as_ref().map(read).transpose()
}

/// Withdraws it; `false` when there is nothing to withdraw.
pub async fn withdraw(
    tx: &mut Tx<'_>,
    person: PersonId,
    party: RelyingPartyId,
) -> Result<bool, StoreError> {
    let (now, event) = (tx.now(), tx.event());
    let changed = tx
        .change_any(
            sql!(
                "UPDATE claims_consent SET withdrawn_at = $1, event_id = $2
                 WHERE person_id = $3 AND relying_party_id = $4 AND withdrawn_at IS NULL"
            ),
            args![now, event, person, party],
        )
        .await?;
    Ok(changed == 1)
}

/// A service to which a person agreed to tell something.
#[derive(Debug, Clone)]
pub struct Service {
    /// Which.
    pub party: RelyingPartyId,
    /// What people call it.
    pub name: String,
    /// What was agreed, and when.
    pub given: GivenConsent,
}

/// Every service to which a person agreed, the newest first.
pub async fn of_person(view: &mut View<'_>, person: PersonId) -> Result<Vec<Service>, StoreError> {
    let rows = view
        .all(
            sql!(
                "SELECT c.relying_party_id, c.claims, c.given_at, p.registered
                 FROM claims_consent c JOIN relying_party p ON p.id = c.relying_party_id
                 WHERE c.person_id = $1 AND c.withdrawn_at IS NULL ORDER BY c.given_at DESC"
            ),
            args![person],
        )
        .await?;
    rows.iter()
        .map(|row| {
            let registered: Registered = serde_json::from_str(&row.text("registered")?)
                .map_err(|_| StoreError::Unreadable("relying_party.registered"))?;
            Ok(Service {
                party: row.id("relying_party_id")?,
                name: registered.name,
                given: read(row)?,
            })
        })
        .collect()
}

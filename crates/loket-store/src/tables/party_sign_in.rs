//! Sign-ins at relying parties: the code, and the access token that it was exchanged for. Both are kept
//! as digests. Rows are removed a day after their end; the trail keeps what happened.

use std::collections::BTreeSet;

use loket_domain::Timestamp;
use loket_domain::id::{KeyId, PersonId, RelyingPartyId, SignInId};
use loket_domain::key::{AssuranceLevel, KeyKind};
use loket_domain::relying_party::{Challenge, Claim, ReturnAddress};
use serde::{Deserialize, Serialize};

use super::View;
use super::key::DigitalKey;
use crate::error::StoreError;
use crate::statement::{Row, args, sql};
use crate::tx::Tx;

/// What was granted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Granted {
    /// Where the code went.
    pub address: ReturnAddress,
    /// Goes into the ID token.
    pub nonce: Option<String>,
    /// What the code is bound to.
    pub challenge: Challenge,
    /// What the relying party may learn.
    pub claims: BTreeSet<Claim>,
    /// Level of the key.
    pub level: AssuranceLevel,
    /// Kind of the key.
    pub kind: KeyKind,
    /// When the key was shown.
    pub shown_at: Timestamp,
}

/// A sign-in as kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartySignIn {
    /// Its row.
    pub id: SignInId,
    /// Where.
    pub party: RelyingPartyId,
    /// Who.
    pub person: PersonId,
    /// With which key.
    pub key: KeyId,
    /// What was granted.
    pub granted: Granted,
    /// Until when the code works.
    pub code_until: Timestamp,
    /// When the code was exchanged.
    pub exchanged_at: Option<Timestamp>,
    /// Until when the access token works.
    pub token_until: Option<Timestamp>,
    /// Since when nothing of it works.
    pub revoked_at: Option<Timestamp>,
}

fn read(row: &Row) -> Result<PartySignIn, StoreError> {
    let granted = serde_json::from_str(&row.text("granted")?);
    Ok(PartySignIn {
        id: row.id("id")?,
        party: row.id("relying_party_id")?,
        person: row.id("person_id")?,
        key: row.id("key_id")?,
        granted: granted.map_err(|_| StoreError::Unreadable("party_sign_in.granted"))?,
        code_until: row.moment("code_until")?,
        exchanged_at: row.opt_moment("exchanged_at")?,
        token_until: row.opt_moment("token_until")?,
        revoked_at: row.opt_moment("revoked_at")?,
    })
}

/// Keeps a new one, with the digest of its code.
pub async fn insert(
    tx: &mut Tx<'_>,
    sign_in: &PartySignIn,
    code_digest: [u8; 32],
) -> Result<(), StoreError> {
    let granted = serde_json::to_string(&sign_in.granted)
        .map_err(|_| StoreError::Unreadable("party_sign_in.granted"))?;
    let event = tx.event();
    tx.change(
        1,
        sql!(
            "INSERT INTO party_sign_in (id, relying_party_id, person_id, key_id, code_digest, code_until, granted, event_id)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
        ),
        args![
            sign_in.id, sign_in.party, sign_in.person, sign_in.key, code_digest, sign_in.code_until, granted, event
        ],
    )
    .await
}

/// The one with a code, whatever became of it.
pub async fn by_code(
    view: &mut View<'_>,
    code_digest: [u8; 32],
) -> Result<Option<PartySignIn>, StoreError> {
    let row = view
        .optional(
            sql!(
                "SELECT id, relying_party_id, person_id, key_id, granted, code_until, exchanged_at, token_until, revoked_at
                 FROM party_sign_in WHERE code_digest = $1"
            ),
            args![code_digest],
        )
        .await?;
    row.as_ref().map(read).transpose()
}

/// The one with an access token that works.
pub async fn by_token(
    view: &mut View<'_>,
    token_digest: [u8; 32],
    now: Timestamp,
) -> Result<Option<PartySignIn>, StoreError> {
    let row = view
        .optional(
            sql!(
                "SELECT id, relying_party_id, person_id, key_id, granted, code_until, exchanged_at, token_until, revoked_at
                 FROM party_sign_in WHERE token_digest = $1 AND token_until > $2 AND revoked_at IS NULL"
            ),
            args![token_digest, now],
        )
        .await?;
    row.as_ref().map(read).transpose()
}

/// Keeps that the code was exchanged, once.
pub async fn exchanged(
    tx: &mut Tx<'_>,
    id: SignInId,
    token_digest: [u8; 32],
    token_until: Timestamp,
) -> Result<(), StoreError> {
    let (now, event) = (tx.now(), tx.event());
    tx.change(
        1,
        sql!(
            "UPDATE party_sign_in SET exchanged_at = $1, token_digest = $2, token_until = $3, event_id = $4
             WHERE id = $5 AND exchanged_at IS NULL AND revoked_at IS NULL"
        ),
        args![now, token_digest, token_until, event, id],
    )
    .await
}

/// Ends everything that came of one.
pub async fn revoke(tx: &mut Tx<'_>, id: SignInId) -> Result<(), StoreError> {
    let (now, event) = (tx.now(), tx.event());
    tx.change_any(
        sql!("UPDATE party_sign_in SET revoked_at = $1, event_id = $2 WHERE id = $3 AND revoked_at IS NULL"),
        args![now, event, id],
    )
    .await
    .map(drop)
}

/// Those made with a key since it was shown, whose code or token still works.
pub async fn open_with(
    view: &mut View<'_>,
    key: &DigitalKey,
    shown_at: Timestamp,
    now: Timestamp,
) -> Result<Vec<SignInId>, StoreError> {
    let rows = view
        .all(
            sql!(
                "SELECT id, relying_party_id, person_id, key_id, granted, code_until, exchanged_at, token_until, revoked_at
                 FROM party_sign_in WHERE person_id = $1 AND key_id = $2 AND revoked_at IS NULL
                   AND (token_until > $3 OR (exchanged_at IS NULL AND code_until > $3))"
            ),
            args![key.person, key.id, now],
        )
        .await?;
    let all = rows.iter().map(read).collect::<Result<Vec<_>, _>>()?;
    Ok(all.iter().filter(|one| one.granted.shown_at == shown_at).map(|one| one.id).collect())
}

/// Ends everything of a person at a relying party.
pub async fn revoke_of(
    tx: &mut Tx<'_>,
    person: PersonId,
    party: RelyingPartyId,
) -> Result<(), StoreError> {
    let (now, event) = (tx.now(), tx.event());
    tx.change_any(
        sql!(
            "UPDATE party_sign_in SET revoked_at = $1, event_id = $2
             WHERE person_id = $3 AND relying_party_id = $4 AND revoked_at IS NULL"
        ),
        args![now, event, person, party],
    )
    .await
    .map(drop)
}

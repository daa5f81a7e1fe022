//! The keys with which sign-ins at relying parties are signed. The private part is sealed; the public
//! part stays for good, so that what was signed can be recognised.

use loket_domain::Timestamp;
use loket_domain::relying_party::KeyTimes;
use serde_json::Value;

use super::View;
use crate::error::StoreError;
use crate::statement::{args, sql};
use crate::tx::Tx;

const SEAL: &str = "signing_key";

/// A key without its private part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SigningKey {
    /// Its name.
    pub kid: String,
    /// As a key set lists it.
    pub public: Value,
    /// When it was made.
    pub made_at: Timestamp,
    /// From when it signs, and whether it was withdrawn.
    pub times: KeyTimes,
}

/// Keeps a new key.
pub async fn insert(
    tx: &mut Tx<'_>,
    kid: &str,
    public: &Value,
    private: &[u8],
    signs_from: Timestamp,
) -> Result<(), StoreError> {
    let sealed = tx.seal(SEAL, &private)?;
    let (now, event) = (tx.now(), tx.event());
    tx.change(
        1,
        sql!("INSERT INTO signing_key (kid, public, private, made_at, signs_from, event_id) VALUES ($1, $2, $3, $4, $5, $6)"),
        args![kid, public.to_string(), sealed, now, signs_from, event],
    )
    .await
}

/// Withdraws every key there is.
pub async fn withdraw_all(tx: &mut Tx<'_>) -> Result<u64, StoreError> {
    let (now, event) = (tx.now(), tx.event());
    tx.change_any(
        sql!("UPDATE signing_key SET withdrawn_at = $1, event_id = $2 WHERE withdrawn_at IS NULL"),
        args![now, event],
    )
    .await
}

/// Every key, the oldest first.
pub async fn all(view: &mut View<'_>) -> Result<Vec<SigningKey>, StoreError> {
    let rows = view
        .all(
            sql!("SELECT kid, public, made_at, signs_from, withdrawn_at FROM signing_key ORDER BY made_at, kid"),
            vec![],
        )
        .await?;
    rows.iter()
        .map(|row| {
            let public = serde_json::from_str(&row.text("public")?);
            Ok(SigningKey {
                kid: row.text("kid")?,
                public: public.map_err(|_| StoreError::Unreadable("signing_key.public"))?,
                made_at: row.moment("made_at")?,
                times: KeyTimes {
                    signs_from: row.moment("signs_from")?,
                    withdrawn_at: row.opt_moment("withdrawn_at")?,
                },
            })
        })
        .collect()
}

/// The private part of a key, for signing.
pub async fn private(view: &mut View<'_>, kid: &str) -> Result<Option<Vec<u8>>, StoreError> {
    let row =
        view.optional(sql!("SELECT private FROM signing_key WHERE kid = $1"), args![kid]).await?;
    row.map(|row| Ok(view.vault.open_value(SEAL, &row.bytes("private")?)?)).transpose()
}

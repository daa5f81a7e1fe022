//! Relying parties: what each is registered for. Nothing here is personal or secret; of a client's
//! secret only the digest is there.

use loket_domain::Timestamp;
use loket_domain::id::RelyingPartyId;
use loket_domain::relying_party::{ClientId, Registered};

use super::View;
use crate::error::StoreError;
use crate::statement::{Row, args, sql};
use crate::tx::Tx;

/// A relying party as kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RelyingParty {
    /// Its row.
    pub id: RelyingPartyId,
    /// By which it names itself.
    pub client: ClientId,
    /// What it is registered for.
    pub registered: Registered,
    /// When it was registered first.
    pub registered_at: Timestamp,
    /// Since when nobody signs in there any more.
    pub ended_at: Option<Timestamp>,
}

fn read(row: &Row) -> Result<RelyingParty, StoreError> {
    let registered = serde_json::from_str(&row.text("registered")?);
    Ok(RelyingParty {
        id: row.id("id")?,
        client: row.code("client", |text| ClientId::new(text).ok())?,
        registered: registered.map_err(|_| StoreError::Unreadable("relying_party.registered"))?,
        registered_at: row.moment("registered_at")?,
        ended_at: row.opt_moment("ended_at")?,
    })
}

fn written(registered: &Registered) -> Result<String, StoreError> {
    serde_json::to_string(registered)
        .map_err(|_| StoreError::Unreadable("relying_party.registered"))
}

/// Keeps a new one.
pub async fn insert(
    tx: &mut Tx<'_>,
    client: &ClientId,
    registered: &Registered,
) -> Result<RelyingPartyId, StoreError> {
    let id: RelyingPartyId = tx.new_id()?;
    let (now, event) = (tx.now(), tx.event());
    tx.change(
        1,
        sql!("INSERT INTO relying_party (id, client, registered, registered_at, event_id) VALUES ($1, $2, $3, $4, $5)"),
        args![id, client.as_str(), written(registered)?, now, event],
    )
    .await?;
    Ok(id)
}

/// Keeps what one is registered for from now on.
pub async fn change(
    tx: &mut Tx<'_>,
    id: RelyingPartyId,
    registered: &Registered,
) -> Result<(), StoreError> {
    let event = tx.event();
    tx.change(
        1,
        sql!("UPDATE relying_party SET registered = $1, event_id = $2 WHERE id = $3 AND ended_at IS NULL"),
        args![written(registered)?, event, id],
    )
    .await
}

/// Ends one; `false` when it had ended before.
pub async fn end(tx: &mut Tx<'_>, id: RelyingPartyId) -> Result<bool, StoreError> {
    let (now, event) = (tx.now(), tx.event());
    let changed = tx
        .change_any(
            sql!("UPDATE relying_party SET ended_at = $1, event_id = $2 WHERE id = $3 AND ended_at IS NULL"),
            args![now, event, id],
        )
        .await?;
    Ok(changed == 1)
}

/// The one with a client id, ended or not.
pub async fn by_client(
    view: &mut View<'_>,
    client: &ClientId,
) -> Result<Option<RelyingParty>, StoreError> {
    let row = view
        .optional(
            sql!("SELECT id, client, registered, registered_at, ended_at FROM relying_party WHERE client = $1"),
            args![client.as_str()],
        )
        .await?;
    row.as_ref().map(read).transpose()
}

/// One that has not ended.
pub async fn load(
    view: &mut View<'_>,
    id: RelyingPartyId,
) -> Result<Option<RelyingParty>, StoreError> {
    let row = view
        .optional(
            sql!("SELECT id, client, registered, registered_at, ended_at FROM relying_party WHERE id = $1 AND ended_at IS NULL"),
            args![id],
        )
        .await?;
    row.as_ref().map(read).transpose()
}

/// All of them, those that ended last.
pub async fn all(view: &mut View<'_>) -> Result<Vec<RelyingParty>, StoreError> {
    let rows = view
        .all(
            sql!("SELECT id, client, registered, registered_at, ended_at FROM relying_party ORDER BY COALESCE(ended_at, 0), client"),
            vec![],
        )
        .await?;
    rows.iter().map(read).collect()
}

//! Holds: events that an investigation needs beyond their ten years. They do not keep the log from being
//! purged: what is held is exported before, each event with its leaf, proof and secret, and a purge refuses
//! as long as that was not done.

use loket_domain::Timestamp;
use loket_domain::id::{HoldId, RegistrationId};
use loket_tlog::{EventId, EventSecret, Leaf, TokenKind};

use super::{LogFault, index, keys, place};
use crate::error::StoreError;
use crate::reader::View;
use crate::statement::{Row, args, sql};
use crate::tx::Tx;

/// Most events that are read at a time.
const PAGE: u32 = 1000;

/// What a hold is over: a registration, or a period, or both.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize)]
pub struct HoldScope {
    /// Events of this registration only.
    pub registration: Option<RegistrationId>,
    /// Events from this moment on, and before the second one.
    pub period: Option<(Timestamp, Timestamp)>,
}

/// A hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hold {
    /// Its identifier.
    pub id: HoldId,
    /// What it is over.
    pub scope: HoldScope,
    /// When it was placed.
    pub placed_at: Timestamp,
    /// When it was lifted.
    pub lifted_at: Option<Timestamp>,
    /// Held events below this place were exported.
    pub exported_to: u64,
}

fn hold(row: &Row) -> Result<Hold, StoreError> {
    let (from, until) = (row.opt_moment("from_at")?, row.opt_moment("until_at")?);
    Ok(Hold {
        id: row.id("id")?,
        scope: HoldScope { registration: row.opt_id("registration_id")?, period: from.zip(until) },
        placed_at: row.moment("placed_at")?,
        lifted_at: row.opt_moment("lifted_at")?,
        exported_to: index(row.int("exported_to")?)?,
    })
}

/// Every hold, in the order in which they were placed.
pub async fn all(view: &mut View<'_>) -> Result<Vec<Hold>, StoreError> {
    let rows = view.all(
        sql!(
            "SELECT id, registration_id, from_at, until_at, placed_at, lifted_at, exported_to
             FROM log_hold ORDER BY placed_at, id"
        ),
        vec![],
    );
    rows.await?.iter().map(hold).collect()
}

/// Places a hold.
pub async fn place_hold(tx: &mut Tx<'_>, id: HoldId, scope: &HoldScope) -> Result<(), StoreError> {
    let (now, event) = (tx.now(), tx.event());
    let (from, until) = scope.period.unzip();
    tx.change(
        1,
        sql!(
            "INSERT INTO log_hold (id, registration_id, from_at, until_at, placed_at, event_id)
             VALUES ($1, $2, $3, $4, $5, $6)"
        ),
        args![id, scope.registration, from, until, now, event],
    )
    .await
}

/// Lifts a hold that stands; tells whether one did.
pub async fn lift(tx: &mut Tx<'_>, id: HoldId) -> Result<bool, StoreError> {
    let (now, event) = (tx.now(), tx.event());
    let lifted = tx
        .change_any(
            sql!("UPDATE log_hold SET lifted_at = $1, event_id = $2 WHERE id = $3 AND lifted_at IS NULL"),
            args![now, event, id],
        )
        .await?;
    Ok(lifted == 1)
}

/// Notes that the held events below a place were exported; tells whether the hold stands.
pub async fn exported(tx: &mut Tx<'_>, id: HoldId, to: u64) -> Result<bool, StoreError> {
    let event = tx.event();
    let noted = tx
        .change_any(
            sql!("UPDATE log_hold SET exported_to = $1, event_id = $2 WHERE id = $3 AND lifted_at IS NULL AND exported_to <= $1"),
            args![place(to), event, id],
        )
        .await?;
    Ok(noted == 1)
}

/// A held event: with these parts it stands by itself.
#[derive(Debug)]
pub struct HeldEvent {
    /// Its place.
    pub index: u64,
    /// Its identifier.
    pub id: EventId,
    /// Its leaf.
    pub leaf: Vec<u8>,
    /// Its sealed part.
    pub sealed: Vec<u8>,
    /// Opens it and no other.
    pub secret: EventSecret,
}

/// Held events from a place on, in order, a page of them; none at the end.
pub async fn held(
    view: &mut View<'_>,
    scope: &HoldScope,
    from: u64,
) -> Result<Vec<HeldEvent>, StoreError> {
    let (since, before) = scope
        .period
        .unwrap_or((Timestamp::from_micros(i64::MIN), Timestamp::from_micros(i64::MAX)));
    let mut rows = Vec::new();
    match scope.registration {
        None => {
            let of_period = sql!(
                "SELECT sequence, leaf, sealed FROM journal
                 WHERE sequence >= $1 AND at >= $2 AND at < $3 AND LENGTH(sealed) > 0 ORDER BY sequence LIMIT $4"
            );
            rows = view.all(of_period, args![place(from), since, before, PAGE]).await?;
        }
        Some(id) => {
            for token in keys::columns(view, TokenKind::Registration, &id.to_string()).await? {
                let of_registration = sql!(
                    "SELECT sequence, leaf, sealed FROM journal
                     WHERE registration_token = $1 AND sequence >= $2 AND at >= $3 AND at < $4 ORDER BY sequence LIMIT $5"
                );
                let found = args![token, place(from), since, before, PAGE];
                rows.extend(view.all(of_registration, found).await?);
            }
        }
    }
    let mut held = Vec::with_capacity(rows.len());
    for row in &rows {
        let (index, leaf) = (index(row.int("sequence")?)?, row.bytes("leaf")?);
        let read = Leaf::decode(&leaf)
            .map_err(|fault| LogFault::Event { index, fault: super::EventFault::Leaf(fault) })?;
        let id = read.head().event;
        let secret = keys::month(view, read.epoch()).await?.event(id);
        held.push(HeldEvent { index, id, leaf, sealed: row.bytes("sealed")?, secret });
    }
    held.sort_unstable_by_key(|event| event.index);
    held.truncate(usize::try_from(PAGE).unwrap_or(usize::MAX));
    Ok(held)
}

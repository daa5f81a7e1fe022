//! Retention: after ten years, by the month, events go. What opens and finds them is destroyed first, in the
//! commit of the event that says so; then their rows and full tiles of level 0 go in small portions, so that
//! nobody waits. Tiles of level 1 and above stay for good, and with them every proof of what remains.
//!
//! The bundle in which the minimum lies stays whole, or its leaves could not be served: events of it below
//! the minimum keep their leaf and lose everything else.

use loket_domain::Timestamp;
use loket_tlog::{Epoch, Hash, TILE_WIDTH};

use super::{LogFault, end, index, keys, place};
use crate::error::StoreError;
use crate::reader::View;
use crate::statement::{args, sql};
use crate::tx::Tx;

/// How long events are kept, in years; the month of the last one is kept whole.
pub const KEPT_YEARS: u16 = 10;
/// Full tiles whose events go in one portion: the engines look into every table of record for each event.
const PORTION: u64 = 1;

/// What a purge would destroy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PurgePlan {
    /// The first event that was there so far.
    pub old_minimum: u64,
    /// The first event that stays.
    pub new_minimum: u64,
    /// Root of the tree of everything that goes.
    pub root: Hash,
    /// Everything before this goes.
    pub before: Timestamp,
    /// Names of the secrets of months and years that are destroyed.
    pub secrets: Vec<String>,
    /// Names of those that stay although they are old enough.
    pub spared: Vec<String>,
}

impl PurgePlan {
    /// How many events go.
    pub const fn count(&self) -> u64 {
        self.new_minimum - self.old_minimum
    }
}

/// The first moment that is kept, and its month.
fn first_kept(now: Timestamp) -> Result<(Timestamp, Epoch), StoreError> {
    let this = keys::month_of(now)?;
    let no_month = || StoreError::from(LogFault::NotMade("its time has no month"));
    let (year, month) = (this.year().saturating_sub(KEPT_YEARS), this.month());
    let first = Timestamp::parse(&format!("{year:04}-{month:02}-01T00:00:00Z"));
    let first = first.ok_or_else(no_month)?;
    Ok((first, keys::month_of(first)?))
}

/// What is due at a moment; none when nothing is.
pub async fn plan(view: &mut View<'_>, now: Timestamp) -> Result<Option<PurgePlan>, StoreError> {
    let (before, month) = first_kept(now)?;
    let head = end::head(view.connection).await?;
    let (old_minimum, size) = (head.minimum, head.size);
    let row = view
        .optional(
            sql!("SELECT sequence FROM journal WHERE sequence >= $1 AND at >= $2 ORDER BY sequence LIMIT 1"),
            args![place(old_minimum), before],
        )
        .await?;
    let new_minimum = row.map_or(Ok(size), |row| index(row.int("sequence")?))?;
    if new_minimum <= old_minimum {
        return Ok(None);
    }
    let root = end::root_at(view.connection, new_minimum).await?;
    let secrets = keys::names_before(view, month).await?;
    Ok(Some(PurgePlan { old_minimum, new_minimum, root, before, secrets, spared: Vec::new() }))
}

/// Spares the secrets of months of which events stand behind younger ones: a clock that was set back leaves
/// such. Reads everything that stays, so it is not for a command.
pub async fn spare(view: &mut View<'_>, plan: &mut PurgePlan) -> Result<(), StoreError> {
    let row = view
        .optional(
            sql!("SELECT MIN(at) AS at FROM journal WHERE sequence >= $1 AND at < $2"),
            args![place(plan.new_minimum), plan.before],
        )
        .await?;
    let Some(oldest) = row.map(|row| row.opt_moment("at")).transpose()?.flatten() else {
        return Ok(());
    };
    let older = keys::names_before(view, keys::month_of(oldest)?).await?;
    let names = std::mem::take(&mut plan.secrets);
    (plan.secrets, plan.spared) = names.into_iter().partition(|name| older.contains(name));
    Ok(())
}

/// The first event that is there.
pub async fn minimum(view: &mut View<'_>) -> Result<u64, StoreError> {
    Ok(end::head(view.connection).await?.minimum)
}

/// Destroys the secrets and moves the minimum, in the commit of the event that tells it.
pub async fn begin(tx: &mut Tx<'_>, plan: &PurgePlan) -> Result<(), StoreError> {
    for name in &plan.secrets {
        tx.change(1, sql!("DELETE FROM log_secret WHERE name = $1"), args![name.as_str()]).await?;
    }
    tx.vault().log().forget();
    tx.change(
        1,
        sql!("UPDATE journal_head SET minimum = $1 WHERE id = 1 AND minimum = $2"),
        args![place(plan.new_minimum), place(plan.old_minimum)],
    )
    .await
}

/// Drops a portion of what lies below the minimum; tells how many events it was, none at the end.
pub(super) async fn drop_some(tx: &mut Tx<'_>) -> Result<u64, StoreError> {
    let minimum = end::head(tx.view().connection).await?.minimum;
    if minimum == 0 {
        return Ok(0);
    }
    let row =
        tx.view().optional(sql!("SELECT MIN(sequence) AS first FROM journal"), vec![]).await?;
    let first = row.map(|row| row.opt_int("first")).transpose()?.flatten();
    let Some(first) = first.map(index).transpose()? else { return Ok(0) };
    let bundle = minimum / TILE_WIDTH * TILE_WIDTH;
    if first >= bundle {
        return empty(tx, bundle, minimum).await;
    }
    let until = bundle.min((first / TILE_WIDTH + PORTION) * TILE_WIDTH);
    for position in first / TILE_WIDTH..until / TILE_WIDTH {
        let root = end::roots(tx.view().connection, 0, position..position + 1).await?;
        for root in root {
            tx.change(
                1,
                sql!("INSERT INTO log_root (position, root) VALUES ($1, $2)"),
                args![place(position), root.0],
            )
            .await?;
        }
        tx.change(
            1,
            sql!("DELETE FROM log_tile WHERE level = 0 AND position = $1"),
            args![place(position)],
        )
        .await?;
    }
    name_the_purge(tx, first, until).await?;
    tx.change_any(sql!("DELETE FROM journal WHERE sequence < $1"), args![place(until)]).await
}

/// Empties the events of the last bundle that lie below the minimum.
async fn empty(tx: &mut Tx<'_>, from: u64, until: u64) -> Result<u64, StoreError> {
    let left = tx
        .view()
        .optional(
            sql!("SELECT 1 AS one FROM journal WHERE sequence >= $1 AND sequence < $2 AND LENGTH(sealed) > 0 LIMIT 1"),
            args![place(from), place(until)],
        )
        .await?;
    if left.is_none() {
        return Ok(0);
    }
    name_the_purge(tx, from, until).await?;
    tx.change_any(
        sql!(
            "UPDATE journal SET sealed = $1, person_token = NULL, officer_token = NULL, organisation_token = NULL,
               registration_token = NULL
             WHERE sequence >= $2 AND sequence < $3 AND LENGTH(sealed) > 0"
        ),
        args![Vec::new(), place(from), place(until)],
    )
    .await
}

/// Rows of the record that name an event which goes name the purge from now on: there is always an event
/// that says why a row is as it is.
async fn name_the_purge(tx: &mut Tx<'_>, from: u64, until: u64) -> Result<(), StoreError> {
    let row = tx
        .view()
        .optional(
            sql!("SELECT id FROM journal WHERE kind = 'audit_log_purged' ORDER BY sequence DESC LIMIT 1"),
            vec![],
        )
        .await?;
    let event = row.ok_or(LogFault::End("there is no event of the purge"))?.bytes("id")?;
    for statement in OF_THE_RECORD {
        tx.change_any(statement, args![event, place(from), place(until)]).await?;
    }
    Ok(())
}

/// Each table of record.
const OF_THE_RECORD: [&str; 36] = [
    sql!(
        "UPDATE answer SET event_id = $1 WHERE event_id IN (SELECT id FROM journal WHERE sequence >= $2 AND sequence < $3)"
    ),
    sql!(
        "UPDATE organisation SET event_id = $1 WHERE event_id IN (SELECT id FROM journal WHERE sequence >= $2 AND sequence < $3)"
    ),
    sql!(
        "UPDATE agreement SET event_id = $1 WHERE event_id IN (SELECT id FROM journal WHERE sequence >= $2 AND sequence < $3)"
    ),
    sql!(
        "UPDATE authorisation SET event_id = $1 WHERE event_id IN (SELECT id FROM journal WHERE sequence >= $2 AND sequence < $3)"
    ),
    sql!(
        "UPDATE staff SET event_id = $1 WHERE event_id IN (SELECT id FROM journal WHERE sequence >= $2 AND sequence < $3)"
    ),
    sql!(
        "UPDATE role SET event_id = $1 WHERE event_id IN (SELECT id FROM journal WHERE sequence >= $2 AND sequence < $3)"
    ),
    sql!(
        "UPDATE terms_acceptance SET event_id = $1 WHERE event_id IN (SELECT id FROM journal WHERE sequence >= $2 AND sequence < $3)"
    ),
    sql!(
        "UPDATE session SET event_id = $1 WHERE event_id IN (SELECT id FROM journal WHERE sequence >= $2 AND sequence < $3)"
    ),
    sql!(
        "UPDATE person SET event_id = $1 WHERE event_id IN (SELECT id FROM journal WHERE sequence >= $2 AND sequence < $3)"
    ),
    sql!(
        "UPDATE person_number SET event_id = $1 WHERE event_id IN (SELECT id FROM journal WHERE sequence >= $2 AND sequence < $3)"
    ),
    sql!(
        "UPDATE registration SET event_id = $1 WHERE event_id IN (SELECT id FROM journal WHERE sequence >= $2 AND sequence < $3)"
    ),
    sql!(
        "UPDATE question SET event_id = $1 WHERE event_id IN (SELECT id FROM journal WHERE sequence >= $2 AND sequence < $3)"
    ),
    sql!(
        "UPDATE identification SET event_id = $1 WHERE event_id IN (SELECT id FROM journal WHERE sequence >= $2 AND sequence < $3)"
    ),
    sql!(
        "UPDATE consent SET event_id = $1 WHERE event_id IN (SELECT id FROM journal WHERE sequence >= $2 AND sequence < $3)"
    ),
    sql!(
        "UPDATE contact_point SET event_id = $1 WHERE event_id IN (SELECT id FROM journal WHERE sequence >= $2 AND sequence < $3)"
    ),
    sql!(
        "UPDATE contact_send SET event_id = $1 WHERE event_id IN (SELECT id FROM journal WHERE sequence >= $2 AND sequence < $3)"
    ),
    sql!(
        "UPDATE invitation SET event_id = $1 WHERE event_id IN (SELECT id FROM journal WHERE sequence >= $2 AND sequence < $3)"
    ),
    sql!(
        "UPDATE digital_key SET event_id = $1 WHERE event_id IN (SELECT id FROM journal WHERE sequence >= $2 AND sequence < $3)"
    ),
    sql!(
        "UPDATE outbox SET event_id = $1 WHERE event_id IN (SELECT id FROM journal WHERE sequence >= $2 AND sequence < $3)"
    ),
    sql!(
        "UPDATE search SET event_id = $1 WHERE event_id IN (SELECT id FROM journal WHERE sequence >= $2 AND sequence < $3)"
    ),
    sql!(
        "UPDATE verification SET event_id = $1 WHERE event_id IN (SELECT id FROM journal WHERE sequence >= $2 AND sequence < $3)"
    ),
    sql!(
        "UPDATE inscription SET event_id = $1 WHERE event_id IN (SELECT id FROM journal WHERE sequence >= $2 AND sequence < $3)"
    ),
    sql!(
        "UPDATE circumstances SET event_id = $1 WHERE event_id IN (SELECT id FROM journal WHERE sequence >= $2 AND sequence < $3)"
    ),
    sql!(
        "UPDATE delay SET event_id = $1 WHERE event_id IN (SELECT id FROM journal WHERE sequence >= $2 AND sequence < $3)"
    ),
    sql!(
        "UPDATE second_check SET event_id = $1 WHERE event_id IN (SELECT id FROM journal WHERE sequence >= $2 AND sequence < $3)"
    ),
    sql!(
        "UPDATE fraud_report SET event_id = $1 WHERE event_id IN (SELECT id FROM journal WHERE sequence >= $2 AND sequence < $3)"
    ),
    sql!(
        "UPDATE procedure_permission SET event_id = $1 WHERE event_id IN (SELECT id FROM journal WHERE sequence >= $2 AND sequence < $3)"
    ),
    sql!(
        "UPDATE recovery_code SET event_id = $1 WHERE event_id IN (SELECT id FROM journal WHERE sequence >= $2 AND sequence < $3)"
    ),
    sql!(
        "UPDATE consent_link SET event_id = $1 WHERE event_id IN (SELECT id FROM journal WHERE sequence >= $2 AND sequence < $3)"
    ),
    sql!(
        "UPDATE relying_party SET event_id = $1 WHERE event_id IN (SELECT id FROM journal WHERE sequence >= $2 AND sequence < $3)"
    ),
    sql!(
        "UPDATE claims_consent SET event_id = $1 WHERE event_id IN (SELECT id FROM journal WHERE sequence >= $2 AND sequence < $3)"
    ),
    sql!(
        "UPDATE party_sign_in SET event_id = $1 WHERE event_id IN (SELECT id FROM journal WHERE sequence >= $2 AND sequence < $3)"
    ),
    sql!(
        "UPDATE signing_key SET event_id = $1 WHERE event_id IN (SELECT id FROM journal WHERE sequence >= $2 AND sequence < $3)"
    ),
    sql!(
        "UPDATE announcement SET event_id = $1 WHERE event_id IN (SELECT id FROM journal WHERE sequence >= $2 AND sequence < $3)"
    ),
    sql!(
        "UPDATE setting SET event_id = $1 WHERE event_id IN (SELECT id FROM journal WHERE sequence >= $2 AND sequence < $3)"
    ),
    sql!(
        "UPDATE log_hold SET event_id = $1 WHERE event_id IN (SELECT id FROM journal WHERE sequence >= $2 AND sequence < $3)"
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_years_are_kept_by_the_month() {
        let kept = |now: &str| first_kept(Timestamp::parse(now).unwrap()).unwrap().0.to_string();
        assert_eq!(kept("2036-11-30T23:59:59Z"), "2026-11-01T00:00:00Z");
        assert_eq!(kept("2036-12-01T00:00:00Z"), "2026-12-01T00:00:00Z");
        assert_eq!(kept("2036-02-29T12:00:00Z"), "2026-02-01T00:00:00Z");
    }

    #[test]
    fn every_table_that_names_an_event_is_looked_after() {
        let migrations =
            std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/migrations")).unwrap();
        let (mut tables, mut all) = (Vec::new(), String::new());
        for file in migrations {
            let text = std::fs::read_to_string(file.unwrap().path()).unwrap();
            all.push_str(&text);
            for made in text.split("CREATE TABLE ").skip(1) {
                let (name, rest) = made.split_once(" (").unwrap();
                let body = rest.split("STRICT;").next().unwrap();
                if body.contains("REFERENCES journal") {
                    tables.push(name.to_owned());
                }
            }
        }
        let mut known: Vec<&str> = OF_THE_RECORD
            .iter()
            .map(|statement| statement.split_whitespace().nth(1).unwrap())
            .collect();
        tables.sort_unstable();
        known.sort_unstable();
        assert_eq!(known, tables);
        // Each event that goes is looked for in all of them.
        for table in tables {
            assert!(all.contains(&format!(" ON {table} (event_id")), "{table} has no index");
        }
    }
}

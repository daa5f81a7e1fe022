//! Finding events for an auditor: by what they are about, by kind, in a period, page by page.
//!
//! Each way of asking has one statement and one index (migration 14). A page goes on behind the time
//! and place at which the last one ended, so that the thousandth costs as much as the first. A value
//! has one token a year, and the years are asked one after the other.

use loket_domain::Timestamp;
use loket_domain::audit::{About, JournalEntry, Place, Search};
use loket_tlog::TokenKind;

use super::{index, keys, place};
use crate::error::StoreError;
use crate::personal::Personal;
use crate::reader::View;
use crate::statement::{Arg, Row, args, sql};

/// What an event is found by, as the log has it.
pub(super) fn token_of(about: About) -> (TokenKind, String) {
    let kind = match about {
        About::Person(_) => TokenKind::Person,
        About::Officer(_) => TokenKind::Officer,
        About::Organisation(_) => TokenKind::Organisation,
        About::Registration(_) => TokenKind::Registration,
    };
    (kind, about.id())
}

/// The statement by the token of a kind: $1 token, $2 and $3 the period, $4 and $5 the place behind
/// which it begins, $6 the kinds as `|a|b|` or nothing, $7 how many.
const fn by_token(about: About) -> &'static str {
    match about {
        About::Person(_) => sql!(
            "SELECT sequence, id, at, kind, person_token, officer_token, organisation_token, registration_token, leaf, sealed
             FROM journal WHERE person_token = $1 AND at >= $2 AND at < $3 AND (at, sequence) > ($4, $5)
               AND ($6 = '' OR $6 LIKE '%|' || kind || '|%') ORDER BY at, sequence LIMIT $7"
        ),
        About::Officer(_) => sql!(
            "SELECT sequence, id, at, kind, person_token, officer_token, organisation_token, registration_token, leaf, sealed
             FROM journal WHERE officer_token = $1 AND at >= $2 AND at < $3 AND (at, sequence) > ($4, $5)
               AND ($6 = '' OR $6 LIKE '%|' || kind || '|%') ORDER BY at, sequence LIMIT $7"
        ),
        About::Organisation(_) => sql!(
            "SELECT sequence, id, at, kind, person_token, officer_token, organisation_token, registration_token, leaf, sealed
             FROM journal WHERE organisation_token = $1 AND at >= $2 AND at < $3 AND (at, sequence) > ($4, $5)
               AND ($6 = '' OR $6 LIKE '%|' || kind || '|%') ORDER BY at, sequence LIMIT $7"
        ),
        About::Registration(_) => sql!(
            "SELECT sequence, id, at, kind, person_token, officer_token, organisation_token, registration_token, leaf, sealed
             FROM journal WHERE registration_token = $1 AND at >= $2 AND at < $3 AND (at, sequence) > ($4, $5)
               AND ($6 = '' OR $6 LIKE '%|' || kind || '|%') ORDER BY at, sequence LIMIT $7"
        ),
    }
}

/// By kind: $1 the kind, the others as above.
const BY_KIND: &str = sql!(
    "SELECT sequence, id, at, kind, person_token, officer_token, organisation_token, registration_token, leaf, sealed
     FROM journal WHERE kind = $1 AND at >= $2 AND at < $3 AND (at, sequence) > ($4, $5) ORDER BY at, sequence LIMIT $6"
);

/// By period alone.
const BY_TIME: &str = sql!(
    "SELECT sequence, id, at, kind, person_token, officer_token, organisation_token, registration_token, leaf, sealed
     FROM journal WHERE at >= $1 AND at < $2 AND (at, sequence) > ($3, $4) ORDER BY at, sequence LIMIT $5"
);

/// The period of a question behind a place, as the statements take it.
struct Period {
    from: Timestamp,
    until: Timestamp,
    behind: Place,
}

impl Period {
    fn of(search: &Search, after: Option<Place>) -> Self {
        let from = search.from.unwrap_or(Timestamp::from_micros(0));
        // Before the first event of the first moment.
        let behind = after.unwrap_or(Place { at: Timestamp::from_micros(-1), sequence: 0 });
        Self {
            from: from.max(behind.at),
            until: search.until.unwrap_or(Timestamp::from_micros(i64::MAX)),
            behind,
        }
    }

    fn args(&self) -> Vec<Arg> {
        args![self.from, self.until, self.behind.at, place(self.behind.sequence)]
    }
}

/// The rows of a page, in order, at most `limit`.
async fn rows(
    view: &mut View<'_>,
    search: &Search,
    after: Option<Place>,
    limit: u32,
) -> Result<Vec<Row>, StoreError> {
    let period = Period::of(search, after);
    let kinds = search.kinds.list();
    let Some(about) = search.about else {
        return if kinds.is_empty() {
            let mut values = period.args();
            values.extend(args![limit]);
            view.all(BY_TIME, values).await
        } else {
            of_kinds(view, &kinds, &period, limit).await
        };
    };
    let wanted = if kinds.is_empty() { String::new() } else { format!("|{}|", kinds.join("|")) };
    let (kind, value) = token_of(about);
    let mut rows = Vec::new();
    for token in keys::columns(view, kind, &value).await? {
        let left = limit.saturating_sub(u32::try_from(rows.len()).unwrap_or(u32::MAX));
        if left == 0 {
            break;
        }
        let mut values = args![token];
        values.extend(period.args());
        values.extend(args![wanted, left]);
        rows.extend(view.all(by_token(about), values).await?);
    }
    Ok(rows)
}

/// Events of some kinds: each kind by its own index, then together in order.
async fn of_kinds(
    view: &mut View<'_>,
    kinds: &[&str],
    period: &Period,
    limit: u32,
) -> Result<Vec<Row>, StoreError> {
    let mut found = Vec::new();
    for kind in kinds {
        let mut values = args![*kind];
        values.extend(period.args());
        values.extend(args![limit]);
        for row in view.all(BY_KIND, values).await? {
            found.push(((row.moment("at")?, row.int("sequence")?), row));
        }
    }
    found.sort_by_key(|(key, _)| *key);
    Ok(found.into_iter().take(usize::try_from(limit).unwrap_or(0)).map(|(_, row)| row).collect())
}

/// The events of a page, in order of time, at most `limit`, from behind `after` on.
pub async fn page(
    view: &mut View<'_>,
    search: &Search,
    after: Option<Place>,
    limit: u32,
) -> Result<Vec<Personal<JournalEntry>>, StoreError> {
    let rows = rows(view, search, after, limit).await?;
    crate::journal::opened(view, &rows).await
}

/// The places in the log of all events that are asked for, in order of time; `None` when there are
/// more than `most`.
pub(super) async fn places(
    view: &mut View<'_>,
    search: &Search,
    most: u32,
) -> Result<Option<Vec<u64>>, StoreError> {
    let rows = rows(view, search, None, most.saturating_add(1)).await?;
    if rows.len() > usize::try_from(most).unwrap_or(usize::MAX) {
        return Ok(None);
    }
    rows.iter().map(|row| index(row.int("sequence")?)).collect::<Result<_, _>>().map(Some)
}

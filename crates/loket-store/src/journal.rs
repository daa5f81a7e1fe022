//! The journal: one row an event, dense sequence, append-only by trigger on both engines. Each row
//! is a leaf of the transparency log with its sealed part ([`log`](crate::log)); what is in neither
//! plain column nor leaf is opened through the vault.

use loket_domain::audit::{Actor, Event, JournalEntry, Outcome};
use loket_domain::caller::Caller;
use loket_domain::id::{EventId, PersonId, RegistrationId};
use loket_domain::office::StaffFacts;
use loket_tlog::TokenKind;
use serde_json::Value;

use crate::command::Call;
use crate::error::StoreError;
use crate::log::{self, Stored, keys, place};
use crate::personal::Personal;
use crate::reader::View;
use crate::statement::{Row, args, sql};
use crate::tx::Tx;

/// Who an event is about.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct About {
    pub(crate) registration: Option<RegistrationId>,
    pub(crate) person: Option<PersonId>,
}

/// Who caused it, as kept with it.
pub(crate) fn actor(call: &Call, staff: Option<&StaffFacts>) -> Actor {
    match (&call.caller, staff) {
        (Caller::Staff(session), Some(facts)) => {
            Actor::Staff { staff: facts.staff, organisation: facts.organisation, session: *session }
        }
        // Unknown sessions never get as far as an event; the card's holder has no row yet.
        (Caller::Staff(_), None) | (Caller::Card(_), _) => Actor::Card,
        (Caller::Applicant(invitation), _) => Actor::Applicant { invitation: *invitation },
        (Caller::AddressHolder(contact_point), _) => {
            Actor::AddressHolder { contact_point: *contact_point }
        }
        (Caller::KeyHolder { person, key }, _) => Actor::KeyHolder { person: *person, key: *key },
        (Caller::RelyingParty(id), _) => Actor::RelyingParty { relying_party: *id },
        (Caller::Operator { account }, _) => Actor::Operator { account: account.clone() },
        (Caller::Job(name), _) => Actor::Job { name: (*name).to_owned() },
    }
}

/// Appends one event at the next place.
pub(crate) async fn append(
    tx: &mut Tx<'_>,
    id: EventId,
    call: &Call,
    actor: &Actor,
    about: About,
    outcome: Outcome,
    event: &Event,
) -> Result<(), StoreError> {
    let written = log::write(tx, id, call, actor, about, outcome, event).await?;
    let [person, officer, organisation, registration] = written.columns;
    let (now, sequence) = (tx.now(), place(tx.connection.pending.next()));
    let row = args![
        sequence,
        id,
        now,
        event.kind(),
        person,
        officer,
        organisation,
        registration,
        written.leaf,
        written.sealed
    ];
    tx.connection.pending.push(written.hash, row);
    Ok(())
}

/// How many events there are.
pub async fn size(view: &mut View<'_>) -> Result<u64, StoreError> {
    let row = view.optional(sql!("SELECT size FROM journal_head WHERE id = 1"), vec![]).await?;
    log::index(row.ok_or(StoreError::Unreadable("journal_head.size"))?.int("size")?)
}

/// When the event at a place was written; none where there is no event.
pub async fn at(
    view: &mut View<'_>,
    sequence: u64,
) -> Result<Option<loket_domain::Timestamp>, StoreError> {
    let row = view
        .optional(sql!("SELECT at FROM journal WHERE sequence = $1"), args![place(sequence)])
        .await?;
    row.map(|row| row.moment("at")).transpose()
}

/// Every event of a registration, in order.
pub async fn of_registration(
    view: &mut View<'_>,
    registration: RegistrationId,
) -> Result<Vec<Personal<JournalEntry>>, StoreError> {
    let mut entries = Vec::new();
    for token in keys::columns(view, TokenKind::Registration, &registration.to_string()).await? {
        let rows = view
            .all(
                sql!(
                    "SELECT sequence, id, at, kind, person_token, officer_token, organisation_token, registration_token, leaf, sealed
                     FROM journal WHERE registration_token = $1 ORDER BY sequence"
                ),
                args![token],
            )
            .await?;
        entries.extend(opened(view, &rows).await?);
    }
    Ok(entries)
}

/// Most points for review that are read.
const MOST_POINTS: usize = 2000;

/// Events that a reviewer may have to look at, of one organisation or of all, since a moment; the
/// newest first, two thousand at most.
pub async fn for_review(
    view: &mut View<'_>,
    organisation: Option<loket_domain::id::OrganisationId>,
    since: loket_domain::Timestamp,
) -> Result<Vec<Personal<JournalEntry>>, StoreError> {
    let tokens = match organisation {
        Some(id) => keys::columns(view, TokenKind::Organisation, &id.to_string()).await?,
        None => vec![[0; keys::COLUMN]],
    };
    let mut entries = Vec::new();
    for token in tokens.iter().rev() {
        let rows = view
            .all(
                sql!(
                    "SELECT sequence, id, at, kind, person_token, officer_token, organisation_token, registration_token, leaf, sealed
                     FROM journal WHERE kind IN ('command_refused', 'many_look_ups_explained', 'own_entry_left_out', 'shared_contact_explained') AND at >= $1
                       AND (organisation_token = $2 OR ($3 = 1 AND organisation_token IS NOT NULL))
                     ORDER BY sequence DESC LIMIT 2000"
                ),
                args![since, *token, organisation.is_none()],
            )
            .await?;
        entries.extend(opened(view, &rows).await?);
    }
    entries.truncate(MOST_POINTS);
    Ok(entries)
}

/// Events from a place on, in order, at most as many as told: for looking the whole journal through.
pub async fn from(
    view: &mut View<'_>,
    sequence: u64,
    limit: u32,
) -> Result<Vec<Personal<JournalEntry>>, StoreError> {
    let rows = view
        .all(
            sql!(
                "SELECT sequence, id, at, kind, person_token, officer_token, organisation_token, registration_token, leaf, sealed
                 FROM journal WHERE sequence >= $1 AND LENGTH(sealed) > 0 ORDER BY sequence LIMIT $2"
            ),
            args![place(sequence), limit],
        )
        .await?;
    opened(view, &rows).await
}

/// The place of an event in the log.
pub async fn place_of(view: &mut View<'_>, id: EventId) -> Result<Option<u64>, StoreError> {
    let row = view.optional(sql!("SELECT sequence FROM journal WHERE id = $1"), args![id]).await?;
    row.map(|row| log::index(row.int("sequence")?)).transpose()
}

/// The event by which a session was opened: who was signed in with which card.
pub async fn of_session_start(
    view: &mut View<'_>,
    session: loket_domain::id::SessionId,
) -> Result<Option<Personal<JournalEntry>>, StoreError> {
    let rows = view
        .all(
            sql!(
                "SELECT j.sequence, j.id, j.at, j.kind, j.person_token, j.officer_token, j.organisation_token, j.registration_token, j.leaf, j.sealed
                 FROM session s JOIN journal j ON j.id = s.event_id WHERE s.id = $1 AND j.kind = 'signed_in'"
            ),
            args![session],
        )
        .await?;
    Ok(opened(view, &rows).await?.pop())
}

/// The plain parts of all events of a kind, in order, as JSON: for checks that need no personal data.
pub async fn plain_of_kind(view: &mut View<'_>, kind: &str) -> Result<Vec<String>, StoreError> {
    let rows = view
        .all(
            sql!(
                "SELECT sequence, id, at, kind, person_token, officer_token, organisation_token, registration_token, leaf, sealed
                 FROM journal WHERE kind = $1 AND LENGTH(sealed) > 0 ORDER BY sequence"
            ),
            args![kind],
        )
        .await?;
    let entries = opened(view, &rows).await?;
    let plain = |entry: &Personal<JournalEntry>| Value::Object(entry.inner().event.fields().plain);
    Ok(entries.iter().map(|entry| plain(entry).to_string()).collect())
}

/// When the newest event of a kind was.
pub async fn newest_at(
    view: &mut View<'_>,
    kind: &str,
) -> Result<Option<loket_domain::Timestamp>, StoreError> {
    let row = view
        .optional(sql!("SELECT MAX(at) AS at FROM journal WHERE kind = $1"), args![kind])
        .await?;
    row.map(|row| row.opt_moment("at")).transpose().map(Option::flatten)
}

/// The newest event of a kind.
pub async fn newest_of_kind(
    view: &mut View<'_>,
    kind: &str,
) -> Result<Option<Personal<JournalEntry>>, StoreError> {
    let rows = view
        .all(
            sql!(
                "SELECT sequence, id, at, kind, person_token, officer_token, organisation_token, registration_token, leaf, sealed
                 FROM journal WHERE kind = $1 AND LENGTH(sealed) > 0 ORDER BY at DESC, sequence DESC LIMIT 1"
            ),
            args![kind],
        )
        .await?;
    Ok(opened(view, &rows).await?.pop())
}

/// The newest events first: kind and sequence, for checks that need no personal data.
pub async fn kinds_since(
    view: &mut View<'_>,
    sequence: u64,
) -> Result<Vec<(u64, String)>, StoreError> {
    let rows = view
        .all(
            sql!("SELECT sequence, kind FROM journal WHERE sequence >= $1 ORDER BY sequence"),
            args![place(sequence)],
        )
        .await?;
    rows.iter().map(|row| Ok((log::index(row.int("sequence")?)?, row.text("kind")?))).collect()
}

pub(crate) async fn opened(
    view: &mut View<'_>,
    rows: &[Row],
) -> Result<Vec<Personal<JournalEntry>>, StoreError> {
    let mut entries = Vec::with_capacity(rows.len());
    for row in rows {
        entries.push(Personal::new(log::open(view, &Stored::of(row)?).await?));
    }
    Ok(entries)
}

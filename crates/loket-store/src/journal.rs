//! The journal: one row an event, dense sequence, append-only by trigger on both engines.
//!
//! Personal fields of an event and the caller's network address are stored sealed.

use loket_domain::audit::{Actor, Event, Fields, JournalEntry, Outcome};
use loket_domain::caller::{Caller, Door};
use loket_domain::id::{EventId, PersonId, RegistrationId};
use loket_domain::office::StaffFacts;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::command::Call;
use crate::error::StoreError;
use crate::personal::Personal;
use crate::reader::View;
use crate::statement::{Row, args, sql};
use crate::tx::Tx;

const SEAL: &str = "journal";

#[derive(Serialize, Deserialize)]
struct SealedPart {
    fields: Map<String, Value>,
    address: Option<String>,
}

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
    let fields = event.fields();
    let sealed =
        tx.seal(SEAL, &SealedPart { fields: fields.personal, address: call.address.clone() })?;
    let (staff, organisation, session) = match actor {
        Actor::Staff { staff, organisation, session } => {
            (Some(*staff), Some(*organisation), Some(*session))
        }
        Actor::Card
        | Actor::Applicant { .. }
        | Actor::AddressHolder { .. }
        | Actor::KeyHolder { .. }
        | Actor::RelyingParty { .. }
        | Actor::Operator { .. }
        | Actor::Job { .. } => (None, None, None),
    };
    let plain = Value::Object(fields.plain).to_string();
    let actor_ids =
        serde_json::to_string(actor).map_err(|_| StoreError::Unreadable("journal.actor_ids"))?;
    let outcome = match outcome {
        Outcome::Done => "done",
        Outcome::Refused => "refused",
    };
    let now = tx.now();
    let node = tx.ground.settings.node.clone();
    tx.change(
        1,
        sql!(
            "INSERT INTO journal (sequence, id, at, kind, outcome, actor, actor_ids, staff_id, organisation_id, session_id,
               registration_id, person_id, door, node, request_id, plain, sealed)
             SELECT size, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16 FROM journal_head WHERE id = 1"
        ),
        args![
            id, now, event.kind(), outcome, actor.code(), actor_ids, staff, organisation, session,
            about.registration, about.person, call.door.code(), node, call.request, plain, sealed
        ],
    )
    .await?;
    tx.change(1, sql!("UPDATE journal_head SET size = size + 1 WHERE id = 1"), vec![]).await
}

/// How many events there are.
pub async fn size(view: &mut View<'_>) -> Result<u64, StoreError> {
    let row = view.optional(sql!("SELECT size FROM journal_head WHERE id = 1"), vec![]).await?;
    let size = row.ok_or(StoreError::Unreadable("journal_head.size"))?.int("size")?;
    u64::try_from(size).map_err(|_| StoreError::Unreadable("journal_head.size"))
}

/// Every event of a registration, in order.
pub async fn of_registration(
    view: &mut View<'_>,
    registration: RegistrationId,
) -> Result<Vec<Personal<JournalEntry>>, StoreError> {
    let rows = view
        .all(
            sql!(
                "SELECT sequence, id, at, kind, actor_ids, door, node, registration_id, person_id, request_id, plain, sealed
                 FROM journal WHERE registration_id = $1 ORDER BY sequence"
            ),
            args![registration],
        )
        .await?;
    rows.iter().map(|row| entry(view, row).map(Personal::new)).collect()
}

/// Events that a reviewer may have to look at, of one organisation or of all, since a moment; the
/// newest first, two thousand at most.
pub async fn for_review(
    view: &mut View<'_>,
    organisation: Option<loket_domain::id::OrganisationId>,
    since: loket_domain::Timestamp,
) -> Result<Vec<Personal<JournalEntry>>, StoreError> {
    let rows = view
        .all(
            sql!(
                "SELECT sequence, id, at, kind, actor_ids, door, node, registration_id, person_id, request_id, plain, sealed
                 FROM journal WHERE kind IN ('command_refused', 'many_look_ups_explained', 'own_entry_left_out', 'shared_contact_explained') AND at >= $1
                   AND (organisation_id = $2 OR ($3 = 1 AND organisation_id IS NOT NULL))
                 ORDER BY sequence DESC LIMIT 2000"
            ),
            args![since, organisation, organisation.is_none()],
        )
        .await?;
    rows.iter().map(|row| entry(view, row).map(Personal::new)).collect()
}

/// Events from a place on, in order, at most as many as told: for looking the whole journal through.
pub async fn from(
    view: &mut View<'_>,
    sequence: u64,
    limit: u32,
) -> Result<Vec<Personal<JournalEntry>>, StoreError> {
    let from = i64::try_from(sequence).unwrap_or(i64::MAX);
    let rows = view
        .all(
            sql!(
                "SELECT sequence, id, at, kind, actor_ids, door, node, registration_id, person_id, request_id, plain, sealed
                 FROM journal WHERE sequence >= $1 ORDER BY sequence LIMIT $2"
            ),
            args![from, limit],
        )
        .await?;
    rows.iter().map(|row| entry(view, row).map(Personal::new)).collect()
}

/// The event by which a session was opened: who was signed in with which card.
pub async fn of_session_start(
    view: &mut View<'_>,
    session: loket_domain::id::SessionId,
) -> Result<Option<Personal<JournalEntry>>, StoreError> {
    let row = view
        .optional(
            sql!(
                "SELECT j.sequence, j.id, j.at, j.kind, j.actor_ids, j.door, j.node, j.registration_id, j.person_id, j.request_id, j.plain, j.sealed
                 FROM session s JOIN journal j ON j.id = s.event_id WHERE s.id = $1"
            ),
            args![session],
        )
        .await?;
    row.map(|row| entry(view, &row).map(Personal::new)).transpose()
}

/// The plain parts of all events of a kind, in order, as JSON: for checks that need no personal data.
pub async fn plain_of_kind(view: &mut View<'_>, kind: &str) -> Result<Vec<String>, StoreError> {
    let rows = view
        .all(sql!("SELECT plain FROM journal WHERE kind = $1 ORDER BY sequence"), args![kind])
        .await?;
    rows.iter().map(|row| row.text("plain")).collect()
}

/// The newest events first: kind and sequence, for checks that need no personal data.
pub async fn kinds_since(
    view: &mut View<'_>,
    sequence: u64,
) -> Result<Vec<(u64, String)>, StoreError> {
    let from = i64::try_from(sequence).unwrap_or(i64::MAX);
    let rows = view
        .all(
            sql!("SELECT sequence, kind FROM journal WHERE sequence >= $1 ORDER BY sequence"),
            args![from],
        )
        .await?;
    rows.iter()
        .map(|row| {
            let sequence = u64::try_from(row.int("sequence")?)
                .map_err(|_| StoreError::Unreadable("journal.sequence"))?;
            Ok((sequence, row.text("kind")?))
        })
        .collect()
}

fn entry(view: &View<'_>, row: &Row) -> Result<JournalEntry, StoreError> {
    let part: SealedPart = view.vault.open_value(SEAL, &row.bytes("sealed")?)?;
    let plain = serde_json::from_str(&row.text("plain")?)
        .map_err(|_| StoreError::Unreadable("journal.plain"))?;
    let kind = row.text("kind")?;
    let event = Event::from_fields(&kind, Fields { plain, personal: part.fields })
        .map_err(|_| StoreError::Unreadable("journal.kind"))?;
    let door = row.text("door")?;
    Ok(JournalEntry {
        sequence: u64::try_from(row.int("sequence")?)
            .map_err(|_| StoreError::Unreadable("journal.sequence"))?,
        id: row.id("id")?,
        at: row.moment("at")?,
        actor: serde_json::from_str(&row.text("actor_ids")?)
            .map_err(|_| StoreError::Unreadable("journal.actor_ids"))?,
        door: [Door::Web, Door::Api, Door::Cli, Door::Job]
            .into_iter()
            .find(|d| d.code() == door)
            .ok_or(StoreError::Unreadable("journal.door"))?,
        node: row.text("node")?,
        address: part.address,
        registration: row.opt_id("registration_id")?,
        person: row.opt_id("person_id")?,
        request: row.opt_id("request_id")?,
        event,
    })
}

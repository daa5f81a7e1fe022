//! Contact points: the addresses and numbers that a person consented to, while the consent stands.

use std::time::Duration;

use loket_domain::contact::{Channel, Destination, SharedReason};
use loket_domain::id::{ContactPointId, PersonId, RegistrationId};
use loket_domain::{Language, Timestamp};

use super::View;
use crate::error::StoreError;
use crate::personal::Personal;
use crate::statement::{Row, args, sql};
use crate::tx::Tx;

const SEAL: &str = "contact_point";
/// Purpose of the token by which equal destinations are found.
const TOKEN: &str = "destination";

/// How far a contact point is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ContactState {
    /// Entered, a code is on its way.
    Entered,
    /// Confirmed.
    Confirmed,
    /// Another took its place.
    Replaced,
}

impl ContactState {
    fn from_code(code: &str) -> Option<Self> {
        match code {
            "entered" => Some(Self::Entered),
            "confirmed" => Some(Self::Confirmed),
            "replaced" => Some(Self::Replaced),
            _ => None,
        }
    }
}

/// A contact point as kept.
#[derive(Debug, Clone)]
pub struct ContactPoint {
    /// Its row.
    pub id: ContactPointId,
    /// Which channel.
    pub channel: Channel,
    /// Where to.
    pub destination: Personal<Destination>,
    /// How far it is.
    pub state: ContactState,
    /// Keyed digest of the code.
    pub code_digest: [u8; 32],
    /// Until when the code works.
    pub code_until: Timestamp,
    /// Tries left.
    pub tries_left: u32,
    /// Until when a link works that was sent instead of a code.
    pub link_until: Option<Timestamp>,
}

pub(crate) fn token_of(vault: &crate::Vault, destination: &Destination) -> [u8; 32] {
    match destination {
        Destination::Email(address) => vault.token(TOKEN, address.folded().as_bytes()),
        Destination::Sms(number) => vault.token(TOKEN, number.e164().as_bytes()),
    }
}

fn read(view: &View<'_>, row: &Row) -> Result<ContactPoint, StoreError> {
    Ok(ContactPoint {
        id: row.id("id")?,
        channel: row.code("channel", Channel::from_code)?,
        destination: Personal::new(view.vault.open_value(SEAL, &row.bytes("destination")?)?),
        state: row.code("state", ContactState::from_code)?,
        code_digest: row.digest("code_digest")?,
        code_until: row.moment("code_until")?,
        tries_left: row.number("tries_left")?,
        link_until: row.opt_moment("link_until")?,
    })
}

/// The language of the person who consented; `None` without consent that stands.
pub async fn consent_language(
    view: &mut View<'_>,
    registration: RegistrationId,
) -> Result<Option<Language>, StoreError> {
    let row = view
        .optional(
            sql!(
                "SELECT language FROM consent WHERE registration_id = $1 AND withdrawn_at IS NULL"
            ),
            args![registration],
        )
        .await?;
    row.map(|row| row.code("language", |code| code.parse().ok())).transpose()
}

/// The contact points of a registration that were not replaced.
pub async fn current(
    view: &mut View<'_>,
    registration: RegistrationId,
) -> Result<Vec<ContactPoint>, StoreError> {
    let rows = view
        .all(
            sql!(
                "SELECT id, channel, destination, state, code_digest, code_until, tries_left, link_until FROM contact_point
                 WHERE registration_id = $1 AND state <> 'replaced' ORDER BY channel"
            ),
            args![registration],
        )
        .await?;
    rows.iter().map(|row| read(view, row)).collect()
}

/// Destinations of the confirmed contact points of a registration.
pub(crate) async fn destinations(
    view: &mut View<'_>,
    email: ContactPointId,
    mobile: Option<ContactPointId>,
) -> Result<(Destination, Option<Destination>), StoreError> {
    let rows = view
        .all(
            sql!("SELECT id, destination FROM contact_point WHERE (id = $1 OR id = $2) AND state = 'confirmed'"),
            args![email, mobile],
        )
        .await?;
    let (mut first, mut second) = (None, None);
    for row in &rows {
        let opened = view.vault.open_value(SEAL, &row.bytes("destination")?)?;
        if row.id::<ContactPointId>("id")? == email {
            first = Some(opened);
        } else {
            second = Some(opened);
        }
    }
    match first {
        Some(email) if mobile.is_some() == second.is_some() => Ok((email, second)),
        _ => Err(StoreError::Unreadable("contact_point")),
    }
}

/// Last two digits of the confirmed mobile number, to tell the person which telephone to take.
pub async fn mobile_ending(
    view: &mut View<'_>,
    registration: RegistrationId,
) -> Result<Option<String>, StoreError> {
    let row = view
        .optional(
            sql!(
                "SELECT destination FROM contact_point WHERE registration_id = $1 AND channel = 'sms' AND state = 'confirmed'"
            ),
            args![registration],
        )
        .await?;
    let Some(row) = row else { return Ok(None) };
    Ok(match view.vault.open_value(SEAL, &row.bytes("destination")?)? {
        Destination::Sms(number) => Some(number.last_two()),
        Destination::Email(_) => None,
    })
}

/// A contact point to be kept.
#[derive(Debug, Clone)]
pub struct NewContactPoint {
    /// Its row.
    pub id: ContactPointId,
    /// Of which registration.
    pub registration: RegistrationId,
    /// Where to.
    pub destination: Destination,
    /// Keyed digest of the code.
    pub code_digest: [u8; 32],
    /// Until when the code works.
    pub code_until: Timestamp,
    /// Tries that the code has.
    pub tries: u32,
    /// Why it serves several persons, when it does.
    pub shared: Option<SharedReason>,
}

/// Keeps a contact point; another one of the same channel is replaced.
pub async fn insert(tx: &mut Tx<'_>, new: &NewContactPoint) -> Result<(), StoreError> {
    let channel = new.destination.channel().code();
    replace(tx, new.registration, new.destination.channel()).await?;
    let sealed = tx.seal(SEAL, &new.destination)?;
    let token = token_of(tx.vault(), &new.destination);
    let (now, event) = (tx.now(), tx.event());
    tx.change(
        1,
        sql!(
            "INSERT INTO contact_point (id, registration_id, channel, destination, destination_token, state, code_digest,
               code_until, tries_left, shared_reason, entered_at, event_id)
             VALUES ($1, $2, $3, $4, $5, 'entered', $6, $7, $8, $9, $10, $11)"
        ),
        args![
            new.id, new.registration, channel, sealed, token, new.code_digest, new.code_until, new.tries,
            new.shared.map(|reason| reason.code().to_owned()), now, event
        ],
    )
    .await
}

/// Sets aside the contact point of a channel.
pub async fn replace(
    tx: &mut Tx<'_>,
    registration: RegistrationId,
    channel: Channel,
) -> Result<(), StoreError> {
    let event = tx.event();
    tx.change_any(
        sql!(
            "UPDATE contact_point SET state = 'replaced', link_digest = NULL, event_id = $1
             WHERE registration_id = $2 AND channel = $3 AND state <> 'replaced'"
        ),
        args![event, registration, channel.code()],
    )
    .await?;
    Ok(())
}

/// Gives an entered contact point a new code.
pub async fn set_code(
    tx: &mut Tx<'_>,
    id: ContactPointId,
    digest: [u8; 32],
    until: Timestamp,
    tries: u32,
) -> Result<(), StoreError> {
    let event = tx.event();
    tx.change(
        1,
        sql!("UPDATE contact_point SET code_digest = $1, code_until = $2, tries_left = $3, link_digest = NULL, link_until = NULL, event_id = $4 WHERE id = $5 AND state = 'entered'"),
        args![digest, until, tries, event, id],
    )
    .await
}

/// Gives an entered contact point a link in place of its code, which is void from then on.
pub async fn set_link(
    tx: &mut Tx<'_>,
    id: ContactPointId,
    digest: [u8; 32],
    until: Timestamp,
) -> Result<(), StoreError> {
    let event = tx.event();
    tx.change(
        1,
        sql!("UPDATE contact_point SET link_digest = $1, link_until = $2, tries_left = 0, event_id = $3 WHERE id = $4 AND state = 'entered'"),
        args![digest, until, event, id],
    )
    .await
}

/// The contact point that a link was mailed to and its registration, while neither the point was
/// replaced nor the link's time is over.
pub async fn by_link(
    view: &mut View<'_>,
    digest: [u8; 32],
    now: Timestamp,
) -> Result<Option<(RegistrationId, ContactPoint)>, StoreError> {
    let row = view
        .optional(
            sql!(
                "SELECT registration_id, id, channel, destination, state, code_digest, code_until, tries_left, link_until
                 FROM contact_point WHERE link_digest = $1 AND link_until > $2 AND state IN ('entered', 'confirmed')"
            ),
            args![digest, now],
        )
        .await?;
    row.map(|row| Ok((row.id("registration_id")?, read(view, &row)?))).transpose()
}

/// Erases the addresses of a registration, replaced ones too; tells how many there were. The rows
/// stay, since the trail names them.
pub async fn erase(tx: &mut Tx<'_>, registration: RegistrationId) -> Result<u64, StoreError> {
    let (now, event) = (tx.now(), tx.event());
    let nothing = Vec::<u8>::new();
    tx.change_any(
        sql!(
            "UPDATE contact_point SET state = 'replaced', destination = $1, destination_token = $1, link_digest = NULL,
               tries_left = 0, erased_at = $2, event_id = $3
             WHERE registration_id = $4 AND erased_at IS NULL"
        ),
        args![nothing, now, event, registration],
    )
    .await
}

/// How many other persons have this destination as theirs: confirmed, or entered at a counter where
/// they are now, or whoever enters all of them first and confirms afterwards is never asked why.
pub async fn other_persons(
    view: &mut View<'_>,
    destination: &Destination,
    person: PersonId,
) -> Result<u32, StoreError> {
    let token = token_of(view.vault, destination);
    let row = view
        .optional(
            sql!(
                "SELECT COUNT(DISTINCT r.person_id) AS n FROM contact_point c JOIN registration r ON r.id = c.registration_id
                 WHERE c.destination_token = $1 AND r.person_id <> $2
                   AND (c.state = 'confirmed' OR (c.state = 'entered' AND r.state IN ('identified', 'contactable')))"
            ),
            args![token, person],
        )
        .await?;
    row.ok_or(StoreError::Unreadable("contact_point"))?.number("n")
}

/// Whether another person with a key that works has confirmed this destination as theirs.
pub async fn has_other_key_holder(
    view: &mut View<'_>,
    destination: &Destination,
    person: PersonId,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let token = token_of(view.vault, destination);
    let row = view
        .optional(
            sql!(
                "SELECT 1 AS one FROM contact_point c JOIN registration r ON r.id = c.registration_id
                   JOIN digital_key k ON k.person_id = r.person_id
                 WHERE c.destination_token = $1 AND c.state = 'confirmed' AND r.person_id <> $2
                   AND k.withdrawn_at IS NULL AND k.expires_at > $3 LIMIT 1"
            ),
            args![token, person, now],
        )
        .await?;
    Ok(row.is_some())
}

/// Uses up one try.
pub async fn use_try(tx: &mut Tx<'_>, id: ContactPointId) -> Result<(), StoreError> {
    let event = tx.event();
    tx.change(
        1,
        sql!("UPDATE contact_point SET tries_left = tries_left - 1, event_id = $1 WHERE id = $2 AND tries_left > 0"),
        args![event, id],
    )
    .await
}

/// Keeps that it is confirmed.
pub async fn confirm(tx: &mut Tx<'_>, id: ContactPointId) -> Result<(), StoreError> {
    let (now, event) = (tx.now(), tx.event());
    tx.change(
        1,
        sql!("UPDATE contact_point SET state = 'confirmed', confirmed_at = $1, tries_left = 0, event_id = $2 WHERE id = $3 AND state = 'entered'"),
        args![now, event, id],
    )
    .await
}

/// Who asked for a message to a destination. Each is counted for itself, or a stranger who asks for
/// links to withdraw would use up the codes that an officer needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AskedBy {
    /// An officer, with the person at the counter.
    Officer,
    /// Whoever typed the address on the page for withdrawing.
    Anybody,
}

/// Counts a code or link sent to a destination and tells how many were sent within the hour at the
/// word of the same, this one included.
pub async fn count_send(
    tx: &mut Tx<'_>,
    destination: &Destination,
    by: AskedBy,
) -> Result<u32, StoreError> {
    let token = match by {
        AskedBy::Officer => token_of(tx.vault(), destination),
        AskedBy::Anybody => tx.vault().token("contact_asked", &token_of(tx.vault(), destination)),
    };
    let id: uuid::Uuid = tx.new_id()?;
    let (now, event) = (tx.now(), tx.event());
    tx.change(
        1,
        sql!(
            "INSERT INTO contact_send (id, destination_token, at, event_id) VALUES ($1, $2, $3, $4)"
        ),
        args![id.as_bytes().to_vec(), token, now, event],
    )
    .await?;
    let row = tx
        .view()
        .optional(
            sql!("SELECT COUNT(*) AS n FROM contact_send WHERE destination_token = $1 AND at > $2"),
            args![token, now.minus(Duration::from_hours(1))],
        )
        .await?;
    row.ok_or(StoreError::Unreadable("contact_send"))?.number("n")
}

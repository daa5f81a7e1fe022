//! Consent and contact points.

use std::time::Duration;

use loket_domain::contact::{Channel, Destination};
use loket_domain::id::{ContactPointId, RegistrationId};
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
}

fn token_of(vault: &crate::Vault, destination: &Destination) -> [u8; 32] {
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
    })
}

/// Keeps the consent, in place of an earlier one of the same visit.
pub async fn set_consent(
    tx: &mut Tx<'_>,
    registration: RegistrationId,
    version: &str,
    language: Language,
) -> Result<(), StoreError> {
    let (now, event) = (tx.now(), tx.event());
    tx.change_any(sql!("DELETE FROM consent WHERE registration_id = $1"), args![registration])
        .await?;
    tx.change(
        1,
        sql!("INSERT INTO consent (registration_id, version, language, given_at, event_id) VALUES ($1, $2, $3, $4, $5)"),
        args![registration, version, language.code(), now, event],
    )
    .await
}

/// The language of the person who consented; `None` without consent.
pub async fn consent_language(
    view: &mut View<'_>,
    registration: RegistrationId,
) -> Result<Option<Language>, StoreError> {
    let row = view
        .optional(
            sql!("SELECT language FROM consent WHERE registration_id = $1"),
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
                "SELECT id, channel, destination, state, code_digest, code_until, tries_left FROM contact_point
                 WHERE registration_id = $1 AND state <> 'replaced' ORDER BY channel"
            ),
            args![registration],
        )
        .await?;
    rows.iter().map(|row| read(view, row)).collect()
}

/// Destination of a confirmed contact point.
pub(crate) async fn destination(
    view: &mut View<'_>,
    id: ContactPointId,
) -> Result<Destination, StoreError> {
    let row = view
        .optional(
            sql!("SELECT destination FROM contact_point WHERE id = $1 AND state = 'confirmed'"),
            args![id],
        )
        .await?
        .ok_or(StoreError::Unreadable("contact_point"))?;
    Ok(view.vault.open_value(SEAL, &row.bytes("destination")?)?)
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
               code_until, tries_left, entered_at, event_id)
             VALUES ($1, $2, $3, $4, $5, 'entered', $6, $7, $8, $9, $10)"
        ),
        args![
            new.id, new.registration, channel, sealed, token, new.code_digest, new.code_until, new.tries, now, event
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
            "UPDATE contact_point SET state = 'replaced', event_id = $1
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
        sql!("UPDATE contact_point SET code_digest = $1, code_until = $2, tries_left = $3, event_id = $4 WHERE id = $5 AND state = 'entered'"),
        args![digest, until, tries, event, id],
    )
    .await
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

/// Counts a code sent to a destination and tells how many were sent within the hour, this one
/// included.
pub async fn count_send(tx: &mut Tx<'_>, destination: &Destination) -> Result<u32, StoreError> {
    let token = token_of(tx.vault(), destination);
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

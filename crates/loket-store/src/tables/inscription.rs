//! For whom an organisation was inscribed as dealing with a person, by which registration, and when
//! it was released again.

use std::time::Duration;

use loket_domain::Timestamp;
use loket_domain::id::{OrganisationId, RegistrationId};
use loket_domain::ssin::Ssin;

use super::{View, question};
use crate::error::StoreError;
use crate::personal::Personal;
use crate::statement::{Row, args, sql};
use crate::tx::Tx;

const NUMBER: &str = "inscription.number";

/// An inscription that may have taken effect and was not released.
#[derive(Debug, Clone)]
pub struct Inscription {
    /// By which registration.
    pub registration: RegistrationId,
    /// Of which organisation.
    pub organisation: OrganisationId,
    /// For whom.
    pub number: Personal<Ssin>,
    /// How often its release was tried.
    pub release_tries: u32,
}

fn read(view: &View<'_>, row: &Row) -> Result<Inscription, StoreError> {
    Ok(Inscription {
        registration: row.id("registration_id")?,
        organisation: row.id("organisation_id")?,
        number: Personal::new(view.vault.open_value(NUMBER, &row.bytes("number")?)?),
        release_tries: row.number("release_tries")?,
    })
}

/// Keeps that the organisation is being inscribed, or what became of it: from the intent on it may
/// have taken effect, even when no answer ever came.
pub async fn keep(
    tx: &mut Tx<'_>,
    registration: RegistrationId,
    ssin: &Ssin,
    outcome: &str,
) -> Result<(), StoreError> {
    let sealed = tx.seal(NUMBER, ssin)?;
    let (now, event) = (tx.now(), tx.event());
    tx.change(
        1,
        sql!(
            "INSERT INTO inscription (registration_id, number, inscribed_at, outcome, event_id) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (registration_id) DO UPDATE SET number = $2, inscribed_at = $3, outcome = $4, event_id = $5"
        ),
        args![registration, sealed, now, outcome, event],
    )
    .await
}

/// The inscription of a registration that may have taken effect and was not released.
pub async fn unreleased(
    view: &mut View<'_>,
    registration: RegistrationId,
) -> Result<Option<Inscription>, StoreError> {
    let row = view
        .optional(
            sql!(
                "SELECT i.registration_id, r.organisation_id, i.number, i.release_tries
                 FROM inscription i JOIN registration r ON r.id = i.registration_id
                 WHERE i.registration_id = $1 AND i.released_at IS NULL AND r.state <> 'opened'
                   AND i.outcome NOT IN ('unknown', 'not_allowed')"
            ),
            args![registration],
        )
        .await?;
    row.map(|row| read(view, &row)).transpose()
}

/// Registrations whose inscription is to be released now: past the look-up, and no other open one of
/// the organisation asks about the same number; twenty at most, the longest waiting first.
pub async fn to_release(
    view: &mut View<'_>,
    now: Timestamp,
) -> Result<Vec<RegistrationId>, StoreError> {
    let rows = view
        .all(
            sql!(
                "SELECT i.registration_id, r.organisation_id, i.number, i.release_tries
                 FROM inscription i JOIN registration r ON r.id = i.registration_id
                 WHERE i.released_at IS NULL AND (i.release_next_at IS NULL OR i.release_next_at <= $1)
                   AND r.state <> 'opened' AND i.outcome NOT IN ('unknown', 'not_allowed')
                 ORDER BY i.inscribed_at LIMIT 100"
            ),
            args![now],
        )
        .await?;
    let mut due = Vec::new();
    for row in &rows {
        let found = read(view, row)?;
        let number = *found.number.inner();
        if !question::is_asked_in_an_open_one(view, found.organisation, &number).await? {
            due.push(found.registration);
        }
    }
    due.truncate(20);
    Ok(due)
}

/// Keeps that the release is being asked for, and when it may be tried again.
pub async fn release_asked(
    tx: &mut Tx<'_>,
    registration: RegistrationId,
    again_after: Duration,
) -> Result<(), StoreError> {
    let (next, event) = (tx.now().plus(again_after), tx.event());
    tx.change(
        1,
        sql!(
            "UPDATE inscription SET release_tries = release_tries + 1, release_next_at = $1, event_id = $2
             WHERE registration_id = $3"
        ),
        args![next, event, registration],
    )
    .await
}

/// Keeps what became of a release; one that is over is not tried again.
pub async fn release_answered(
    tx: &mut Tx<'_>,
    registration: RegistrationId,
    outcome: &str,
    is_over: bool,
) -> Result<(), StoreError> {
    let (now, event) = (tx.now(), tx.event());
    let released_at = is_over.then_some(now);
    tx.change(
        1,
        sql!(
            "UPDATE inscription SET release_outcome = $1, released_at = $2, event_id = $3 WHERE registration_id = $4"
        ),
        args![outcome, released_at, event, registration],
    )
    .await
}

//! Calls for a second officer: first come, first served.

use loket_domain::id::{OrganisationId, RegistrationId, SecondCheckId, StaffId};
use loket_domain::office::StaffFacts;
use loket_domain::registration::Reference;
use loket_domain::{Refusal, Timestamp};

use super::View;
use super::staff::{self, StaffName};
use crate::error::StoreError;
use crate::personal::Personal;
use crate::statement::{Row, args, sql};
use crate::tx::Tx;

/// A call for a second officer.
#[derive(Debug, Clone)]
pub struct SecondCheck {
    /// Its row.
    pub id: SecondCheckId,
    /// Of which registration.
    pub registration: RegistrationId,
    /// Which check of the procedure.
    pub check: String,
    /// Who called.
    pub called_by: StaffId,
    /// When.
    pub called_at: Timestamp,
    /// At which post.
    pub called_at_post: Option<[u8; 32]>,
    /// Who took it on.
    pub taken_by: Option<StaffId>,
    /// Stable code of the end: `passed`, `negative`, `over`; `None` while open.
    pub outcome: Option<String>,
}

impl SecondCheck {
    /// Refused at the post that called: two cards that one pair of hands puts into one reader are
    /// no two officers. A session from before posts were kept counts as elsewhere; it ends the same
    /// day.
    pub fn is_elsewhere(&self, officer: &StaffFacts) -> Result<(), Refusal> {
        let same = self.called_at_post.is_some() && self.called_at_post == officer.post;
        if same { Err(Refusal::SamePost) } else { Ok(()) }
    }
}

fn read(row: &Row) -> Result<SecondCheck, StoreError> {
    Ok(SecondCheck {
        id: row.id("id")?,
        registration: row.id("registration_id")?,
        check: row.text("check_id")?,
        called_by: row.id("called_by")?,
        called_at: row.moment("called_at")?,
        called_at_post: row.opt_digest("called_at_post")?,
        taken_by: row.opt_id("taken_by")?,
        outcome: row.opt_text("outcome")?,
    })
}

/// Calls.
pub async fn insert(
    tx: &mut Tx<'_>,
    id: SecondCheckId,
    registration: RegistrationId,
    check: &str,
    officer: &StaffFacts,
) -> Result<(), StoreError> {
    let (now, event) = (tx.now(), tx.event());
    tx.change(
        1,
        sql!(
            "INSERT INTO second_check (id, registration_id, organisation_id, check_id, called_by, called_at, event_id, called_at_post)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
        ),
        args![
            id, registration, officer.organisation, check, officer.staff, now, event, officer.post
        ],
    )
    .await
}

/// One call.
pub async fn load(
    view: &mut View<'_>,
    id: SecondCheckId,
) -> Result<Option<SecondCheck>, StoreError> {
    let row = view
        .optional(
            sql!(
                "SELECT id, registration_id, check_id, called_by, called_at, called_at_post, taken_by, outcome
                 FROM second_check WHERE id = $1"
            ),
            args![id],
        )
        .await?;
    row.as_ref().map(read).transpose()
}

/// The open call of a registration, if there is one.
pub async fn open_of(
    view: &mut View<'_>,
    registration: RegistrationId,
) -> Result<Option<SecondCheck>, StoreError> {
    let row = view
        .optional(
            sql!(
                "SELECT id, registration_id, check_id, called_by, called_at, called_at_post, taken_by, outcome
                 FROM second_check WHERE registration_id = $1 AND closed_at IS NULL
                 ORDER BY called_at DESC LIMIT 1"
            ),
            args![registration],
        )
        .await?;
    row.as_ref().map(read).transpose()
}

/// A call as the queue lists it: no personal data of the person at the counter.
#[derive(Debug, Clone)]
pub struct Waiting {
    /// Its row.
    pub id: SecondCheckId,
    /// Of which registration.
    pub registration: RegistrationId,
    /// Dossier number.
    pub reference: Reference,
    /// Procedure and version, whose check it is.
    pub procedure: Option<(String, u32)>,
    /// Which check.
    pub check: String,
    /// Who called.
    pub called_by: StaffId,
    /// Name of who called.
    pub name: Personal<StaffName>,
    /// When.
    pub called_at: Timestamp,
    /// Who took it on and has not answered yet.
    pub taken_by: Option<StaffId>,
}

/// The open calls of an organisation, the oldest first, fifty at most.
pub async fn waiting(
    view: &mut View<'_>,
    organisation: OrganisationId,
) -> Result<Vec<Waiting>, StoreError> {
    let rows = view
        .all(
            sql!(
                "SELECT s.id, s.registration_id, s.check_id, s.called_by, s.called_at, s.taken_by, r.reference, r.procedure, r.procedure_version
                 FROM second_check s JOIN registration r ON r.id = s.registration_id
                 WHERE s.organisation_id = $1 AND s.closed_at IS NULL AND r.state = 'opened'
                 ORDER BY s.called_at LIMIT 50"
            ),
            args![organisation],
        )
        .await?;
    let mut waiting = Vec::with_capacity(rows.len());
    for row in rows {
        let called_by = row.id("called_by")?;
        let name = staff::name(view, called_by).await?;
        let procedure = match row.opt_text("procedure")? {
            Some(name) => Some((name, row.number("procedure_version")?)),
            None => None,
        };
        waiting.push(Waiting {
            id: row.id("id")?,
            registration: row.id("registration_id")?,
            reference: row
                .text("reference")?
                .parse()
                .map_err(|_| StoreError::Unreadable("registration.reference"))?,
            procedure,
            check: row.text("check_id")?,
            called_by,
            name: name.ok_or(StoreError::Unreadable("second_check.called_by"))?,
            called_at: row.moment("called_at")?,
            taken_by: row.opt_id("taken_by")?,
        });
    }
    Ok(waiting)
}

/// Takes a call on; tells whether it was still free.
pub async fn take(
    tx: &mut Tx<'_>,
    id: SecondCheckId,
    officer: StaffId,
) -> Result<bool, StoreError> {
    let (now, event) = (tx.now(), tx.event());
    let changed = tx
        .change_any(
            sql!(
                "UPDATE second_check SET taken_by = $1, taken_at = $2, event_id = $3
                 WHERE id = $4 AND taken_by IS NULL AND closed_at IS NULL AND called_by <> $1"
            ),
            args![officer, now, event, id],
        )
        .await?;
    Ok(changed == 1)
}

/// Whether a second officer said no in this registration.
pub async fn was_refused(
    view: &mut View<'_>,
    registration: RegistrationId,
) -> Result<bool, StoreError> {
    let row = view
        .optional(
            sql!("SELECT 1 AS one FROM second_check WHERE registration_id = $1 AND outcome = 'negative' LIMIT 1"),
            args![registration],
        )
        .await?;
    Ok(row.is_some())
}

/// Ends a call with its answer.
pub async fn close(tx: &mut Tx<'_>, id: SecondCheckId, outcome: &str) -> Result<bool, StoreError> {
    let (now, event) = (tx.now(), tx.event());
    let changed = tx
        .change_any(
            sql!("UPDATE second_check SET closed_at = $1, outcome = $2, event_id = $3 WHERE id = $4 AND closed_at IS NULL"),
            args![now, outcome, event, id],
        )
        .await?;
    Ok(changed == 1)
}

/// Ends whatever is open of a registration whose identification began anew or ended.
pub async fn close_of(tx: &mut Tx<'_>, registration: RegistrationId) -> Result<(), StoreError> {
    let (now, event) = (tx.now(), tx.event());
    tx.change_any(
        sql!("UPDATE second_check SET closed_at = $1, outcome = 'over', event_id = $2 WHERE registration_id = $3 AND closed_at IS NULL"),
        args![now, event, registration],
    )
    .await
    .map(drop)
}

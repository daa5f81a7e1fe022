//! What belongs to a visit beside the person: circumstances, delays, who else was refused before,
//! colleagues, reports of possible fraud, procedures that are allowed to an organisation.

use loket_domain::Timestamp;
use loket_domain::id::{FraudReportId, OrganisationId, PersonId, RegistrationId, StaffId};
use loket_domain::registration::{
    Circumstances, Companion, DelayReason, Interpreting, LeftBehind, NotIdentifiedReason,
    Reference, WITHOUT_RESULT, Warning,
};

use super::View;
use super::registration::Listed;
use super::staff::{self, StaffName};
use crate::error::StoreError;
use crate::personal::Personal;
use crate::statement::{Row, args, sql};
use crate::tx::Tx;

const EXPLANATION: &str = "fraud_report.explanation";

fn reference(row: &Row) -> Result<Reference, StoreError> {
    row.text("reference")?.parse().map_err(|_| StoreError::Unreadable("registration.reference"))
}

/// Keeps what is noted of a visit, in place of what was noted before.
pub async fn note(
    tx: &mut Tx<'_>,
    registration: RegistrationId,
    circumstances: Circumstances,
) -> Result<(), StoreError> {
    let event = tx.event();
    let Circumstances { interpreting, companion } = circumstances;
    tx.change(
        1,
        sql!(
            "INSERT INTO circumstances (registration_id, interpreting, companion, event_id) VALUES ($1, $2, $3, $4)
             ON CONFLICT (registration_id) DO UPDATE SET interpreting = $2, companion = $3, event_id = $4"
        ),
        args![registration, interpreting.code(), companion.code(), event],
    )
    .await
}

/// What is noted of a visit; `None` when nothing was noted.
pub async fn circumstances(
    view: &mut View<'_>,
    registration: RegistrationId,
) -> Result<Option<Circumstances>, StoreError> {
    let row = view
        .optional(
            sql!("SELECT interpreting, companion FROM circumstances WHERE registration_id = $1"),
            args![registration],
        )
        .await?;
    row.map(|row| {
        Ok(Circumstances {
            interpreting: row.code("interpreting", Interpreting::from_code)?,
            companion: row.code("companion", Companion::from_code)?,
        })
    })
    .transpose()
}

/// Keeps why a registration has had no result; tells whether nobody had said it before.
pub async fn explain_delay(
    tx: &mut Tx<'_>,
    registration: RegistrationId,
    organisation: OrganisationId,
    officer: StaffId,
    reason: DelayReason,
) -> Result<bool, StoreError> {
    let (now, event) = (tx.now(), tx.event());
    let changed = tx
        .change_any(
            sql!(
                "INSERT INTO delay (registration_id, organisation_id, officer_id, reason, explained_at, event_id)
                 VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (registration_id) DO NOTHING"
            ),
            args![registration, organisation, officer, reason.code(), now, event],
        )
        .await?;
    Ok(changed == 1)
}

/// Registrations that an officer opened between two moments, that led to no result and were not
/// accounted for, whoever has them now, still open or ended by themselves; the oldest first.
pub async fn unexplained(
    view: &mut View<'_>,
    organisation: OrganisationId,
    officer: StaffId,
    from: Timestamp,
    before: Timestamp,
) -> Result<Vec<Listed>, StoreError> {
    let rows = view
        .all(
            sql!(
                "SELECT r.id, r.reference, r.state, r.opened_at, r.person_id FROM registration r
                 LEFT JOIN delay d ON d.registration_id = r.id
                 WHERE r.opened_by = $1 AND r.organisation_id = $2 AND r.state IN ('opened', 'expired')
                   AND r.identified_at IS NULL AND r.opened_at < $3 AND r.opened_at > $4
                   AND d.registration_id IS NULL
                 ORDER BY r.opened_at LIMIT 20"
            ),
            args![officer, organisation, before, from],
        )
        .await?;
    rows.iter().map(super::registration::listed).collect()
}

/// A registration without a result, for the reviewer.
#[derive(Debug, Clone)]
pub struct WithoutResult {
    /// Dossier number.
    pub reference: Reference,
    /// Name of the officer who opened it.
    pub officer: Personal<StaffName>,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// The reason, once it was given.
    pub reason: Option<DelayReason>,
}

/// Registrations that had no result half an hour after they were opened, since a moment, at one
/// organisation or at all; the newest first, five hundred at most.
pub async fn without_result(
    view: &mut View<'_>,
    organisation: Option<OrganisationId>,
    since: Timestamp,
    now: Timestamp,
) -> Result<Vec<WithoutResult>, StoreError> {
    let rows = view
        .all(
            sql!(
                "SELECT r.reference, r.opened_by, r.opened_at, d.reason FROM registration r
                 LEFT JOIN delay d ON d.registration_id = r.id
                 WHERE r.opened_at >= $1 AND r.opened_at < $2 AND (r.organisation_id = $3 OR $4 = 1)
                   AND (d.registration_id IS NOT NULL OR (r.state IN ('opened', 'expired') AND r.identified_at IS NULL))
                 ORDER BY r.opened_at DESC LIMIT 500"
            ),
            args![since, now.minus(WITHOUT_RESULT), organisation, organisation.is_none()],
        )
        .await?;
    let mut found = Vec::with_capacity(rows.len());
    for row in rows {
        let name = staff::name(view, row.id("opened_by")?).await?;
        let reason = match row.opt_text("reason")? {
            None => None,
            Some(_) => Some(row.code("reason", DelayReason::from_code)?),
        };
        found.push(WithoutResult {
            reference: reference(&row)?,
            officer: name.ok_or(StoreError::Unreadable("registration.opened_by"))?,
            opened_at: row.moment("opened_at")?,
            reason,
        });
    }
    Ok(found)
}

/// What became of the dossiers that an officer opened in a span of time.
#[derive(Debug, Clone)]
pub struct LookUps {
    /// Name of the officer.
    pub officer: Personal<StaffName>,
    /// How many were opened.
    pub opened: u32,
    /// How many of them ended without an invitation.
    pub without_invitation: u32,
    /// Of those: the person was not identified.
    pub not_identified: u32,
    /// Of those: stopped by person or officer.
    pub stopped: u32,
    /// Of those: ended by themselves.
    pub out_of_time: u32,
}

/// What became of the dossiers of each officer since a moment, at one organisation or at all; most
/// without invitation first, five hundred officers at most.
pub async fn look_ups(
    view: &mut View<'_>,
    organisation: Option<OrganisationId>,
    since: Timestamp,
) -> Result<Vec<LookUps>, StoreError> {
    let rows = view
        .all(
            sql!(
                "SELECT opened_by, COUNT(*) AS opened,
                   COUNT(CASE WHEN invitation_id IS NULL AND ended_at IS NOT NULL THEN 1 END) AS without_invitation,
                   COUNT(CASE WHEN invitation_id IS NULL AND state = 'refused' THEN 1 END) AS not_identified,
                   COUNT(CASE WHEN invitation_id IS NULL AND state = 'withdrawn' THEN 1 END) AS stopped,
                   COUNT(CASE WHEN invitation_id IS NULL AND state = 'expired' THEN 1 END) AS out_of_time
                 FROM registration WHERE opened_at >= $1 AND (organisation_id = $2 OR $3 = 1)
                 GROUP BY opened_by ORDER BY without_invitation DESC, opened DESC LIMIT 500"
            ),
            args![since, organisation, organisation.is_none()],
        )
        .await?;
    let mut found = Vec::with_capacity(rows.len());
    for row in rows {
        let name = staff::name(view, row.id("opened_by")?).await?;
        found.push(LookUps {
            officer: name.ok_or(StoreError::Unreadable("registration.opened_by"))?,
            opened: row.number("opened")?,
            without_invitation: row.number("without_invitation")?,
            not_identified: row.number("not_identified")?,
            stopped: row.number("stopped")?,
            out_of_time: row.number("out_of_time")?,
        });
    }
    Ok(found)
}

/// An identification of the same person that was refused, or left with something against the person,
/// a short while ago.
#[derive(Debug, Clone)]
pub struct RefusedBefore {
    /// Dossier number.
    pub reference: Reference,
    /// Why.
    pub warning: Warning,
    /// When.
    pub at: Timestamp,
    /// Name of the officer who had it.
    pub name: Personal<StaffName>,
}

/// The last such registration of a person at an organisation since a moment, but for one.
pub async fn refused_since(
    view: &mut View<'_>,
    person: PersonId,
    organisation: OrganisationId,
    not: RegistrationId,
    since: Timestamp,
) -> Result<Option<RefusedBefore>, StoreError> {
    let row = view
        .optional(
            sql!(
                "SELECT reference, end_reason, ended_at, officer_id FROM registration
                 WHERE person_id = $1 AND organisation_id = $2 AND id <> $3 AND ended_at > $4
                   AND (state = 'refused' OR (state = 'expired' AND end_reason IN ($5, $6)))
                 ORDER BY ended_at DESC LIMIT 1"
            ),
            args![
                person,
                organisation,
                not,
                since,
                LeftBehind::Hit.code(),
                LeftBehind::SecondOfficerNo.code()
            ],
        )
        .await?;
    let Some(row) = row else { return Ok(None) };
    let name = staff::name(view, row.id("officer_id")?).await?;
    Ok(Some(RefusedBefore {
        reference: reference(&row)?,
        warning: row.code("end_reason", Warning::from_code)?,
        at: row.moment("ended_at")?,
        name: name.ok_or(StoreError::Unreadable("registration.officer_id"))?,
    }))
}

/// Gives a registration to another officer of its organisation.
pub async fn hand_over(
    tx: &mut Tx<'_>,
    registration: RegistrationId,
    from: StaffId,
    to: StaffId,
) -> Result<bool, StoreError> {
    let event = tx.event();
    let changed = tx
        .change_any(
            sql!(
                "UPDATE registration SET officer_id = $1, event_id = $2
                 WHERE id = $3 AND officer_id = $4 AND state IN ('opened', 'identified', 'contactable')"
            ),
            args![to, event, registration, from],
        )
        .await?;
    Ok(changed == 1)
}

/// A report of a possible fraud to be kept.
#[derive(Debug, Clone)]
pub struct NewFraudReport {
    /// Its row.
    pub id: FraudReportId,
    /// Of which registration.
    pub registration: RegistrationId,
    /// Whose counter.
    pub organisation: OrganisationId,
    /// Who reports.
    pub officer: StaffId,
    /// Why the person was not identified.
    pub reason: NotIdentifiedReason,
    /// In the officer's words.
    pub explanation: String,
}

/// Keeps a report; tells whether it is the first of its registration.
pub async fn report_fraud(tx: &mut Tx<'_>, report: &NewFraudReport) -> Result<bool, StoreError> {
    let sealed = tx.seal(EXPLANATION, &report.explanation)?;
    let (now, event) = (tx.now(), tx.event());
    let changed = tx
        .change_any(
            sql!(
                "INSERT INTO fraud_report (id, registration_id, organisation_id, officer_id, reason, explanation, reported_at, event_id)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (registration_id) DO NOTHING"
            ),
            args![
                report.id, report.registration, report.organisation, report.officer,
                report.reason.code(), sealed, now, event
            ],
        )
        .await?;
    Ok(changed == 1)
}

/// A report as the operator reads it.
#[derive(Debug, Clone)]
pub struct FraudReport {
    /// Its row.
    pub id: FraudReportId,
    /// Dossier number.
    pub reference: Reference,
    /// Name of the organisation.
    pub organisation: String,
    /// Why the person was not identified.
    pub reason: NotIdentifiedReason,
    /// In the officer's words.
    pub explanation: Personal<String>,
    /// When.
    pub at: Timestamp,
}

/// Reports since a moment, the newest first, a thousand at most.
pub async fn fraud_reports(
    view: &mut View<'_>,
    since: Timestamp,
) -> Result<Vec<FraudReport>, StoreError> {
    let rows = view
        .all(
            sql!(
                "SELECT f.id, f.reason, f.explanation, f.reported_at, r.reference, o.name
                 FROM fraud_report f JOIN registration r ON r.id = f.registration_id
                 JOIN organisation o ON o.id = f.organisation_id
                 WHERE f.reported_at >= $1 ORDER BY f.reported_at DESC LIMIT 1000"
            ),
            args![since],
        )
        .await?;
    rows.iter()
        .map(|row| {
            let explanation = view.vault.open_value(EXPLANATION, &row.bytes("explanation")?)?;
            Ok(FraudReport {
                id: row.id("id")?,
                reference: reference(row)?,
                organisation: row.text("name")?,
                reason: row.code("reason", NotIdentifiedReason::from_code)?,
                explanation: Personal::new(explanation),
                at: row.moment("reported_at")?,
            })
        })
        .collect()
}

/// Whether a registration was reported.
pub async fn is_reported(
    view: &mut View<'_>,
    registration: RegistrationId,
) -> Result<bool, StoreError> {
    let row = view
        .optional(
            sql!("SELECT 1 AS one FROM fraud_report WHERE registration_id = $1"),
            args![registration],
        )
        .await?;
    Ok(row.is_some())
}

/// Allows a procedure to an organisation for a period.
pub async fn allow_procedure(
    tx: &mut Tx<'_>,
    organisation: OrganisationId,
    procedure: &str,
    from: Timestamp,
    until: Timestamp,
) -> Result<(), StoreError> {
    let event = tx.event();
    let id: loket_domain::id::AuthorisationId = tx.new_id()?;
    // What was allowed before ends where the new permission begins.
    tx.change_any(
        sql!(
            "UPDATE procedure_permission SET valid_until = $1, event_id = $2
             WHERE organisation_id = $3 AND procedure = $4 AND valid_from <= $1 AND valid_until > $1"
        ),
        args![from, event, organisation, procedure],
    )
    .await?;
    tx.change(
        1,
        sql!(
            "INSERT INTO procedure_permission (id, organisation_id, procedure, valid_from, valid_until, event_id)
             VALUES ($1, $2, $3, $4, $5, $6)"
        ),
        args![id, organisation, procedure, from, until, event],
    )
    .await
}

/// The procedures that an organisation is allowed now beside those that are offered to all.
pub async fn allowed_procedures(
    view: &mut View<'_>,
    organisation: OrganisationId,
    now: Timestamp,
) -> Result<Vec<String>, StoreError> {
    let rows = view
        .all(
            sql!(
                "SELECT DISTINCT procedure FROM procedure_permission
                 WHERE organisation_id = $1 AND valid_from <= $2 AND valid_until > $2 ORDER BY procedure"
            ),
            args![organisation, now],
        )
        .await?;
    rows.iter().map(|row| row.text("procedure")).collect()
}

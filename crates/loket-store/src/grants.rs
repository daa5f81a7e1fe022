//! What is known of the caller and of the thing acted on, loaded inside the transaction.

use loket_domain::caller::Caller;
use loket_domain::id::SessionId;
use loket_domain::office::{AgreementState, AuthorisationState, Grant, RoleKind, StaffFacts};
use loket_domain::policy::{CallerFacts, ScopeFacts};
use loket_domain::register::RegisterName;
use loket_domain::{Refusal, Timestamp};

use crate::command::Scope;
use crate::error::{Failure, StoreError};
use crate::reader::View;
use crate::settings::Settings;
use crate::statement::{Row, args, sql};

/// The facts of a session, whatever its state; `None` when there is no such session.
pub(crate) async fn staff(
    view: &mut View<'_>,
    settings: &Settings,
    session: SessionId,
) -> Result<Option<StaffFacts>, StoreError> {
    let row = view
        .optional(
            sql!(
                "SELECT s.staff_id, s.organisation_id, s.card_fingerprint, s.post, s.card_shown_at, s.started_at, s.last_seen_at, s.ended_at
                 FROM session s WHERE s.id = $1"
            ),
            args![session],
        )
        .await?;
    let Some(row) = row else { return Ok(None) };
    let idle_end = row.moment("last_seen_at")?.plus(settings.limits.session_idle);
    let last_end = row.moment("started_at")?.plus(settings.limits.session_at_most);
    let facts =
        standing(view, &settings.terms_version, row.id("staff_id")?, row.id("organisation_id")?)
            .await?;
    Ok(Some(StaffFacts {
        seen_at: row.moment("last_seen_at")?,
        session_ends_at: idle_end.min(last_end),
        session_ended: row.opt_int("ended_at")?.is_some(),
        card_shown_at: row.moment("card_shown_at")?,
        card_fingerprint: row.digest("card_fingerprint")?,
        post: row.opt_digest("post")?,
        ..facts
    }))
}

/// What is known of a member of staff at an organisation, without a session.
pub async fn standing(
    view: &mut View<'_>,
    terms_version: &str,
    staff: loket_domain::id::StaffId,
    organisation: loket_domain::id::OrganisationId,
) -> Result<StaffFacts, StoreError> {
    let at_operator = crate::tables::organisation::load(view, organisation)
        .await?
        .ok_or(StoreError::Unreadable("organisation"))?
        .at_operator;
    Ok(StaffFacts {
        staff,
        organisation,
        at_operator,
        seen_at: Timestamp::from_micros(0),
        session_ends_at: Timestamp::from_micros(i64::MAX),
        session_ended: false,
        card_shown_at: Timestamp::from_micros(0),
        card_fingerprint: [0; 32],
        post: None,
        grants: roles(view, staff, organisation).await?,
        agreement: agreement(view, organisation).await?,
        authorisations: authorisations(view, organisation).await?,
        terms_accepted: view
            .optional(
                sql!("SELECT 1 AS one FROM terms_acceptance WHERE staff_id = $1 AND version = $2"),
                args![staff, terms_version],
            )
            .await?
            .is_some(),
    })
}

async fn roles(
    view: &mut View<'_>,
    staff: loket_domain::id::StaffId,
    organisation: loket_domain::id::OrganisationId,
) -> Result<Vec<Grant>, StoreError> {
    let rows = view
        .all(
            sql!(
                "SELECT id, kind, valid_from, valid_until, withdrawn_at, trained_at FROM role
                 WHERE staff_id = $1 AND organisation_id = $2 ORDER BY valid_until"
            ),
            args![staff, organisation],
        )
        .await?;
    rows.iter().map(grant).collect()
}

fn grant(row: &Row) -> Result<Grant, StoreError> {
    Ok(Grant {
        id: row.id("id")?,
        kind: row.code("kind", RoleKind::from_code)?,
        from: row.moment("valid_from")?,
        until: row.moment("valid_until")?,
        withdrawn_at: row.opt_moment("withdrawn_at")?,
        trained_at: row.opt_moment("trained_at")?,
    })
}

async fn agreement(
    view: &mut View<'_>,
    organisation: loket_domain::id::OrganisationId,
) -> Result<Option<AgreementState>, StoreError> {
    let row = view
        .optional(
            sql!(
                "SELECT id, in_force_from, ends_at FROM agreement WHERE organisation_id = $1
                 ORDER BY recorded_at DESC LIMIT 1"
            ),
            args![organisation],
        )
        .await?;
    row.map(|row| {
        Ok(AgreementState {
            id: row.id("id")?,
            in_force_from: row.opt_moment("in_force_from")?,
            ends_at: row.opt_moment("ends_at")?,
        })
    })
    .transpose()
}

async fn authorisations(
    view: &mut View<'_>,
    organisation: loket_domain::id::OrganisationId,
) -> Result<Vec<AuthorisationState>, StoreError> {
    let rows = view
        .all(
            sql!("SELECT register, valid_from, valid_until FROM authorisation WHERE organisation_id = $1"),
            args![organisation],
        )
        .await?;
    rows.iter()
        .map(|row| {
            Ok(AuthorisationState {
                register: row.code("register", RegisterName::from_code)?,
                from: row.moment("valid_from")?,
                until: row.opt_moment("valid_until")?,
            })
        })
        .collect()
}

/// The facts of what is acted on; what does not exist is not found.
pub(crate) async fn scope(
    view: &mut View<'_>,
    scope: Scope,
    staff: Option<&StaffFacts>,
) -> Result<ScopeFacts, Failure> {
    let Some(registration) = scope.registration else {
        return Ok(ScopeFacts { organisation: scope.organisation, ..ScopeFacts::default() });
    };
    let row = view
        .optional(
            sql!("SELECT organisation_id, officer_id FROM registration WHERE id = $1"),
            args![registration],
        )
        .await?
        .ok_or(Refusal::NotFound)?;
    let is_about_caller = match staff {
        Some(staff) => crate::tables::staff::is_about(view, staff.staff, registration).await?,
        None => false,
    };
    Ok(ScopeFacts {
        organisation: Some(row.id("organisation_id")?),
        officer: Some(row.id("officer_id")?),
        is_about_caller,
    })
}

/// The caller as the matrix sees it. Staff must have been loaded before.
pub(crate) fn facts<'f>(
    caller: &Caller,
    staff: Option<&'f StaffFacts>,
) -> Result<CallerFacts<'f>, Refusal> {
    Ok(match caller {
        Caller::Staff(_) => CallerFacts::Staff(staff.ok_or(Refusal::NotSignedIn)?),
        Caller::Card(_) => CallerFacts::CardHolder,
        Caller::Applicant(_) => CallerFacts::Applicant,
        Caller::AddressHolder(_) => CallerFacts::AddressHolder,
        Caller::KeyHolder { .. } => CallerFacts::KeyHolder,
        Caller::RelyingParty(_) => CallerFacts::RelyingParty,
        Caller::Operator { .. } => CallerFacts::Operator,
        Caller::Job(_) => CallerFacts::Job,
    })
}

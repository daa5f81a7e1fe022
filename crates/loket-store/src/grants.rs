//! What is known of the caller and of the thing acted on, loaded inside the transaction.

use loket_domain::caller::Caller;
use loket_domain::id::{OrganisationId, PersonId, SessionId, StaffId};
use loket_domain::office::{
    AgreementState, AuthorisationState, EnterpriseNumber, Grant, RoleKind, StaffFacts,
};
use loket_domain::policy::{CallerFacts, ScopeFacts};
use loket_domain::register::RegisterName;
use loket_domain::{Refusal, Timestamp};

use crate::command::Scope;
use crate::error::{Failure, StoreError};
use crate::personal::Personal;
use crate::reader::View;
use crate::settings::Settings;
use crate::statement::{Row, args, sql};
use crate::tables;
use crate::tables::staff::StaffName;

/// Who holds a session, whatever its state.
#[derive(Debug, Clone)]
pub struct Holder {
    /// The session.
    pub session: SessionId,
    /// What is known of the member of staff.
    pub facts: StaffFacts,
    /// Given names and surname.
    pub name: Personal<StaffName>,
    /// Name of the organisation.
    pub organisation: String,
}

/// How a session is found.
#[derive(Debug, Clone, Copy)]
pub enum OfSession {
    /// By its row.
    Id(SessionId),
    /// By SHA-256 of the cookie's token.
    Token([u8; 32]),
}

/// The facts of a session, whatever its state; `None` when there is no such session.
pub(crate) async fn staff(
    view: &mut View<'_>,
    settings: &Settings,
    session: SessionId,
) -> Result<Option<StaffFacts>, StoreError> {
    Ok(found(view, settings, OfSession::Id(session)).await?.map(|(_, facts)| facts))
}

/// Who holds a session; `None` when there is no such session. Only here is the name opened: no right
/// depends on it.
pub(crate) async fn holder(
    view: &mut View<'_>,
    settings: &Settings,
    session: OfSession,
) -> Result<Option<Holder>, StoreError> {
    let Some((row, facts)) = found(view, settings, session).await? else { return Ok(None) };
    Ok(Some(Holder {
        session: row.id("session_id")?,
        facts,
        name: tables::staff::opened_name(view, &row.bytes("staff_name")?)?,
        organisation: row.text("organisation_name")?,
    }))
}

async fn found(
    view: &mut View<'_>,
    settings: &Settings,
    session: OfSession,
) -> Result<Option<(Row, StaffFacts)>, StoreError> {
    let (id, token) = match session {
        OfSession::Id(id) => (Some(id), None),
        OfSession::Token(token) => (None, Some(token)),
    };
    // One statement for all that has one row: this is read for each command and each page.
    let row = view
        .optional(
            sql!(
                "SELECT s.id AS session_id, s.staff_id, s.organisation_id, s.card_fingerprint, s.post, s.card_shown_at, s.started_at, s.last_seen_at, s.ended_at,
                   o.at_operator, o.enterprise_number, a.id AS agreement_id, a.in_force_from, a.ends_at, t.version AS terms,
                   m.name AS staff_name, o.name AS organisation_name
                 FROM session s JOIN organisation o ON o.id = s.organisation_id JOIN staff m ON m.id = s.staff_id
                 LEFT JOIN agreement a ON a.id = (SELECT newest.id FROM agreement newest
                   WHERE newest.organisation_id = o.id ORDER BY newest.recorded_at DESC LIMIT 1)
                 LEFT JOIN terms_acceptance t ON t.staff_id = s.staff_id AND t.version = $2
                 WHERE s.id = $1 OR s.token_hash = $3"
            ),
            args![id, settings.terms_version.as_str(), token],
        )
        .await?;
    let Some(row) = row else { return Ok(None) };
    let idle_end = row.moment("last_seen_at")?.plus(settings.limits.session_idle);
    let last_end = row.moment("started_at")?.plus(settings.limits.session_at_most);
    let facts = facts_of(view, &row, row.id("staff_id")?, row.id("organisation_id")?).await?;
    let facts = StaffFacts {
        seen_at: row.moment("last_seen_at")?,
        session_ends_at: idle_end.min(last_end),
        session_ended: row.opt_int("ended_at")?.is_some(),
        card_shown_at: row.moment("card_shown_at")?,
        card_fingerprint: row.digest("card_fingerprint")?,
        post: row.opt_digest("post")?,
        ..facts
    };
    Ok(Some((row, facts)))
}

/// What is known of a member of staff at an organisation, without a session.
pub async fn standing(
    view: &mut View<'_>,
    terms_version: &str,
    staff: StaffId,
    organisation: OrganisationId,
) -> Result<StaffFacts, StoreError> {
    let row = view
        .optional(
            sql!(
                "SELECT o.at_operator, o.enterprise_number, a.id AS agreement_id, a.in_force_from, a.ends_at, t.version AS terms
                 FROM organisation o
                 LEFT JOIN agreement a ON a.id = (SELECT newest.id FROM agreement newest
                   WHERE newest.organisation_id = o.id ORDER BY newest.recorded_at DESC LIMIT 1)
                 LEFT JOIN terms_acceptance t ON t.staff_id = $1 AND t.version = $2
                 WHERE o.id = $3"
            ),
            args![staff, terms_version, organisation],
        )
        .await?
        .ok_or(StoreError::Unreadable("organisation"))?;
    facts_of(view, &row, staff, organisation).await
}

/// The facts that do not depend on a session, from a row of either statement above.
async fn facts_of(
    view: &mut View<'_>,
    row: &Row,
    staff: StaffId,
    organisation: OrganisationId,
) -> Result<StaffFacts, StoreError> {
    let (grants, authorisations) = rights(view, staff, organisation).await?;
    Ok(StaffFacts {
        staff,
        organisation,
        enterprise_number: EnterpriseNumber::parse(&row.text("enterprise_number")?)
            .map_err(|_| StoreError::Unreadable("organisation.enterprise_number"))?,
        at_operator: row.int("at_operator")? == 1,
        seen_at: Timestamp::from_micros(0),
        session_ends_at: Timestamp::from_micros(i64::MAX),
        session_ended: false,
        card_shown_at: Timestamp::from_micros(0),
        card_fingerprint: [0; 32],
        post: None,
        grants,
        agreement: agreement(row)?,
        authorisations,
        terms_accepted: row.opt_text("terms")?.is_some(),
    })
}

/// The roles of a member of staff at an organisation, by their end, and what the organisation is
/// authorised to ask; in one statement as well.
async fn rights(
    view: &mut View<'_>,
    staff: StaffId,
    organisation: OrganisationId,
) -> Result<(Vec<Grant>, Vec<AuthorisationState>), StoreError> {
    let rows = view
        .all(
            sql!(
                "SELECT CAST(1 AS BIGINT) AS is_role, id, kind, valid_from, valid_until, withdrawn_at, trained_at FROM role
                 WHERE staff_id = $1 AND organisation_id = $2
                 UNION ALL
                 SELECT 0, id, register, valid_from, valid_until, NULL, NULL FROM authorisation
                 WHERE organisation_id = $2 ORDER BY valid_until"
            ),
            args![staff, organisation],
        )
        .await?;
    let (mut grants, mut authorisations) = (Vec::new(), Vec::new());
    for row in &rows {
        if row.int("is_role")? == 1 {
            grants.push(grant(row)?);
        } else {
            authorisations.push(authorisation(row)?);
        }
    }
    Ok((grants, authorisations))
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

fn agreement(row: &Row) -> Result<Option<AgreementState>, StoreError> {
    let Some(id) = row.opt_id("agreement_id")? else { return Ok(None) };
    Ok(Some(AgreementState {
        id,
        in_force_from: row.opt_moment("in_force_from")?,
        ends_at: row.opt_moment("ends_at")?,
    }))
}

fn authorisation(row: &Row) -> Result<AuthorisationState, StoreError> {
    Ok(AuthorisationState {
        register: row.code("kind", RegisterName::from_code)?,
        from: row.moment("valid_from")?,
        until: row.opt_moment("valid_until")?,
    })
}

/// The facts of what is acted on, and the person it is about where that is known; what does not exist
/// is not found.
pub(crate) async fn scope(
    view: &mut View<'_>,
    scope: Scope,
    staff: Option<&StaffFacts>,
) -> Result<(ScopeFacts, Option<PersonId>), Failure> {
    let Some(registration) = scope.registration else {
        let facts = ScopeFacts { organisation: scope.organisation, ..ScopeFacts::default() };
        return Ok((facts, None));
    };
    let found = tables::staff::acted_on(view, staff.map(|staff| staff.staff), registration).await?;
    let found = found.ok_or(Refusal::NotFound)?;
    let facts = ScopeFacts {
        organisation: Some(found.organisation),
        officer: Some(found.officer),
        is_about_caller: found.is_about_caller,
    };
    Ok((facts, found.person))
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

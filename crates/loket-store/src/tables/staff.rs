//! Staff, their roles, and the terms that they accepted.

use loket_domain::id::{OrganisationId, PersonId, RegistrationId, RoleId, StaffId};
use loket_domain::office::{Employment, Grant, RoleKind};
use loket_domain::ssin::Ssin;
use loket_domain::{Language, Timestamp};
use serde::{Deserialize, Serialize};

use super::View;
use crate::error::StoreError;
use crate::personal::Personal;
use crate::statement::{Row, args, number_token, sql};
use crate::tx::Tx;

const SEAL: &str = "staff";

/// Name of a member of staff; stored sealed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StaffName {
    /// Given names.
    pub given_names: String,
    /// Surname.
    pub surname: String,
}

impl std::fmt::Debug for StaffName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("StaffName(***)")
    }
}

/// The member of staff with this number, if any.
pub async fn by_number(view: &mut View<'_>, ssin: &Ssin) -> Result<Option<StaffId>, StoreError> {
    let token = number_token(view.vault, ssin);
    let row =
        view.optional(sql!("SELECT id FROM staff WHERE number_token = $1"), args![token]).await?;
    row.map(|row| row.id("id")).transpose()
}

/// Name of a member of staff.
pub async fn name(
    view: &mut View<'_>,
    id: StaffId,
) -> Result<Option<Personal<StaffName>>, StoreError> {
    let row = view.optional(sql!("SELECT name FROM staff WHERE id = $1"), args![id]).await?;
    row.map(|row| opened_name(view, &row.bytes("name")?)).transpose()
}

/// A name as it is stored, opened.
pub(crate) fn opened_name(
    view: &View<'_>,
    sealed: &[u8],
) -> Result<Personal<StaffName>, StoreError> {
    Ok(Personal::new(view.vault.open_value(SEAL, sealed)?))
}

/// Whether this is the number on the card of that member of staff.
pub async fn is_card_number(
    view: &mut View<'_>,
    staff: StaffId,
    ssin: &Ssin,
) -> Result<bool, StoreError> {
    Ok(by_number(view, ssin).await? == Some(staff))
}

/// Whose a number is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Whose {
    /// The person who is known by it.
    pub person: Option<PersonId>,
    /// The member of staff's own: the one on the card, or any other that the same person had or has.
    pub is_own: bool,
}

/// Whose a number is, asked for a member of staff; in one statement, since each look-up asks it.
pub async fn whose(view: &mut View<'_>, staff: StaffId, ssin: &Ssin) -> Result<Whose, StoreError> {
    let token = number_token(view.vault, ssin);
    let row = view
        .optional(
            sql!(
                "SELECT (SELECT known.person_id FROM person_number known WHERE known.number_token = $2) AS person_id,
                   (SELECT COUNT(*) FROM staff s
                    LEFT JOIN person_number own ON own.number_token = s.number_token
                    LEFT JOIN person_number other ON other.person_id = own.person_id
                    WHERE s.id = $1 AND (s.number_token = $2 OR other.number_token = $2)) AS own"
            ),
            args![staff, token],
        )
        .await?
        .ok_or(StoreError::Unreadable("person_number"))?;
    Ok(Whose { person: row.opt_id("person_id")?, is_own: row.int("own")? > 0 })
}

/// Whether a number is that member of staff's own, as [`whose`] says it.
pub async fn is_own_number(
    view: &mut View<'_>,
    staff: StaffId,
    ssin: &Ssin,
) -> Result<bool, StoreError> {
    Ok(whose(view, staff, ssin).await?.is_own)
}

/// A registration as far as the decision about an act on it needs it.
pub(crate) struct ActedOn {
    pub(crate) organisation: OrganisationId,
    pub(crate) officer: StaffId,
    pub(crate) person: Option<PersonId>,
    /// Whether it is about the member of staff who acts.
    pub(crate) is_about_caller: bool,
}

/// What an act on a registration is decided by, in one statement: this is read for each of them. A
/// registration is about a member of staff when its person has, or had, the number on the card, or a
/// register was asked about that number or about another of the same person.
pub(crate) async fn acted_on(
    view: &mut View<'_>,
    staff: Option<StaffId>,
    registration: RegistrationId,
) -> Result<Option<ActedOn>, StoreError> {
    let row = view
        .optional(
            sql!(
                "SELECT acted.organisation_id, acted.officer_id, acted.person_id,
                  (SELECT COUNT(*) FROM staff s WHERE s.id = $1 AND (
                   EXISTS (SELECT 1 FROM registration r JOIN person_number n ON n.person_id = r.person_id
                           WHERE r.id = $2 AND n.number_token = s.number_token)
                   OR EXISTS (SELECT 1 FROM question q
                              LEFT JOIN person_number a ON a.number_token = q.number_token
                              LEFT JOIN person_number b ON b.person_id = a.person_id
                              WHERE q.registration_id = $2
                                AND (q.number_token = s.number_token OR b.number_token = s.number_token))
                   OR EXISTS (SELECT 1 FROM verification v
                              LEFT JOIN person_number a ON a.number_token = v.number_token
                              LEFT JOIN person_number b ON b.person_id = a.person_id
                              WHERE v.registration_id = $2
                                AND (v.number_token = s.number_token OR b.number_token = s.number_token)))) AS about
                 FROM registration acted WHERE acted.id = $2"
            ),
            args![staff, registration],
        )
        .await?;
    row.map(|row| {
        Ok(ActedOn {
            organisation: row.id("organisation_id")?,
            officer: row.id("officer_id")?,
            person: row.opt_id("person_id")?,
            is_about_caller: row.int("about")? > 0,
        })
    })
    .transpose()
}

/// Whether a registration is about that member of staff, as [`acted_on`] says it.
pub async fn is_about(
    view: &mut View<'_>,
    staff: StaffId,
    registration: RegistrationId,
) -> Result<bool, StoreError> {
    let found = acted_on(view, Some(staff), registration).await?;
    Ok(found.is_some_and(|found| found.is_about_caller))
}

/// Enters a member of staff.
pub async fn insert(
    tx: &mut Tx<'_>,
    id: StaffId,
    ssin: &Ssin,
    name: &StaffName,
) -> Result<(), StoreError> {
    let sealed = tx.seal(SEAL, name)?;
    let token = number_token(tx.vault(), ssin);
    let event = tx.event();
    tx.change(
        1,
        sql!("INSERT INTO staff (id, number_token, name, event_id) VALUES ($1, $2, $3, $4)"),
        args![id, token, sealed, event],
    )
    .await
}

/// A role to be given.
#[derive(Debug, Clone)]
pub struct NewRole {
    /// Its row.
    pub id: RoleId,
    /// To whom.
    pub staff: StaffId,
    /// At which organisation.
    pub organisation: OrganisationId,
    /// Which.
    pub kind: RoleKind,
    /// How employed.
    pub employment: Employment,
    /// From when.
    pub from: Timestamp,
    /// Until when, exclusive.
    pub until: Timestamp,
    /// Last training.
    pub trained_at: Option<Timestamp>,
}

/// Gives a role.
pub async fn insert_role(tx: &mut Tx<'_>, role: &NewRole) -> Result<(), StoreError> {
    let event = tx.event();
    tx.change(
        1,
        sql!(
            "INSERT INTO role (id, staff_id, organisation_id, kind, employment, valid_from, valid_until, trained_at, event_id)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
        ),
        args![
            role.id, role.staff, role.organisation, role.kind.code(), role.employment.code(),
            role.from, role.until, role.trained_at, event
        ],
    )
    .await
}

/// A role as listed.
#[derive(Debug, Clone)]
pub struct ListedRole {
    /// The role and its period.
    pub grant: Grant,
    /// Whose.
    pub staff: StaffId,
    /// At which organisation.
    pub organisation: OrganisationId,
}

fn listed(row: &Row) -> Result<ListedRole, StoreError> {
    Ok(ListedRole {
        grant: Grant {
            id: row.id("id")?,
            kind: row.code("kind", RoleKind::from_code)?,
            from: row.moment("valid_from")?,
            until: row.moment("valid_until")?,
            withdrawn_at: row.opt_moment("withdrawn_at")?,
            trained_at: row.opt_moment("trained_at")?,
        },
        staff: row.id("staff_id")?,
        organisation: row.id("organisation_id")?,
    })
}

/// All roles of a member of staff, over all organisations, the latest end first.
pub async fn roles_of(view: &mut View<'_>, staff: StaffId) -> Result<Vec<ListedRole>, StoreError> {
    let rows = view
        .all(
            sql!(
                "SELECT id, staff_id, organisation_id, kind, valid_from, valid_until, withdrawn_at, trained_at
                 FROM role WHERE staff_id = $1 ORDER BY valid_until DESC"
            ),
            args![staff],
        )
        .await?;
    rows.iter().map(listed).collect()
}

/// All roles at an organisation.
pub async fn roles_at(
    view: &mut View<'_>,
    organisation: OrganisationId,
) -> Result<Vec<ListedRole>, StoreError> {
    let rows = view
        .all(
            sql!(
                "SELECT id, staff_id, organisation_id, kind, valid_from, valid_until, withdrawn_at, trained_at
                 FROM role WHERE organisation_id = $1 ORDER BY valid_from"
            ),
            args![organisation],
        )
        .await?;
    rows.iter().map(listed).collect()
}

/// One role.
pub async fn role(view: &mut View<'_>, id: RoleId) -> Result<Option<ListedRole>, StoreError> {
    let row = view
        .optional(
            sql!(
                "SELECT id, staff_id, organisation_id, kind, valid_from, valid_until, withdrawn_at, trained_at
                 FROM role WHERE id = $1"
            ),
            args![id],
        )
        .await?;
    row.as_ref().map(listed).transpose()
}

/// Withdraws a role that was not withdrawn before.
pub async fn withdraw_role(tx: &mut Tx<'_>, id: RoleId) -> Result<(), StoreError> {
    let (now, event) = (tx.now(), tx.event());
    tx.change(
        1,
        sql!("UPDATE role SET withdrawn_at = $1, event_id = $2 WHERE id = $3 AND withdrawn_at IS NULL"),
        args![now, event, id],
    )
    .await
}

/// Keeps that the terms were accepted; a second time changes nothing.
pub async fn accept_terms(
    tx: &mut Tx<'_>,
    staff: StaffId,
    version: &str,
    language: Language,
) -> Result<bool, StoreError> {
    let (now, event) = (tx.now(), tx.event());
    let changed = tx
        .change_any(
            sql!(
                "INSERT INTO terms_acceptance (staff_id, version, language, accepted_at, event_id)
                 VALUES ($1, $2, $3, $4, $5) ON CONFLICT (staff_id, version) DO NOTHING"
            ),
            args![staff, version, language.code(), now, event],
        )
        .await?;
    Ok(changed == 1)
}

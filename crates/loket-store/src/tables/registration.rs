//! Registrations. A row becomes a state by [`load`]; each move has its own update that takes the
//! new state, so that no column can be set that the state does not have.

use loket_domain::Language;
use loket_domain::Timestamp;
use loket_domain::contact::{ConfirmedContact, Destination, EmailAddress, MobileNumber};
use loket_domain::id::{OrganisationId, PersonId, RegistrationId};
use loket_domain::key::AssuranceLevel;
use loket_domain::person::RegisterPerson;
use loket_domain::registration::{
    Activated, Contactable, Decision, Dossier, End, EndKind, Identified, Invited, Opened,
    Reference, Registration, StateCode, VisitReason,
};

use super::{View, contact};
use crate::error::StoreError;
use crate::personal::Personal;
use crate::statement::{Row, args, sql};
use crate::tx::Tx;

const SEAL: &str = "registration.person";

fn dossier(row: &Row) -> Result<Dossier, StoreError> {
    Ok(Dossier {
        id: row.id("id")?,
        reference: row
            .text("reference")?
            .parse()
            .map_err(|_| StoreError::Unreadable("registration.reference"))?,
        organisation: row.id("organisation_id")?,
        officer: row.id("officer_id")?,
        reason: row.code("reason", VisitReason::from_code)?,
        opened_at: row.moment("opened_at")?,
    })
}

fn identified(row: &Row) -> Result<Identified, StoreError> {
    Ok(Identified {
        dossier: dossier(row)?,
        person: row.id("person_id")?,
        decision: Decision {
            procedure: row.text("procedure")?,
            version: row.number("procedure_version")?,
            level: row.code("level", AssuranceLevel::from_code)?,
            officer: row.id("identified_by")?,
            card_fingerprint: row.digest("identified_card")?,
            at: row.moment("identified_at")?,
        },
    })
}

async fn contactable(view: &mut View<'_>, row: &Row) -> Result<Contactable, StoreError> {
    let email_id = row.id("email_id")?;
    let mobile_id = row.opt_id("mobile_id")?;
    let (email, mobile) = contact::destinations(view, email_id, mobile_id).await?;
    let email: EmailAddress = match email {
        Destination::Email(address) => address,
        Destination::Sms(_) => return Err(StoreError::Unreadable("registration.email_id")),
    };
    let mobile: Option<ConfirmedContact<MobileNumber>> = match mobile_id.zip(mobile) {
        None => None,
        Some((id, Destination::Sms(destination))) => Some(ConfirmedContact { id, destination }),
        Some((_, Destination::Email(_))) => {
            return Err(StoreError::Unreadable("registration.mobile_id"));
        }
    };
    let language = row.code("language", |code| code.parse::<Language>().ok())?;
    let email = ConfirmedContact { id: email_id, destination: email };
    Ok(identified(row)?.reachable(language, email, mobile))
}

/// A registration in its state; `None` when there is none.
pub async fn load(
    view: &mut View<'_>,
    id: RegistrationId,
) -> Result<Option<Registration>, StoreError> {
    let row = view
        .optional(
            sql!(
                "SELECT id, reference, state, organisation_id, officer_id, reason, opened_at, person_id, procedure,
                   procedure_version, level, identified_by, identified_card, identified_at, language, email_id,
                   mobile_id, invitation_id, key_id, activated_at, ended_at
                 FROM registration WHERE id = $1"
            ),
            args![id],
        )
        .await?;
    let Some(row) = row else { return Ok(None) };
    let ended = |kind| -> Result<Registration, StoreError> {
        Ok(Registration::Ended(End { dossier: dossier(&row)?, kind, at: row.moment("ended_at")? }))
    };
    Ok(Some(match row.code("state", StateCode::from_code)? {
        StateCode::Opened => Registration::Opened(Opened {
            dossier: dossier(&row)?,
            person: row.opt_id("person_id")?,
        }),
        StateCode::Identified => Registration::Identified(identified(&row)?),
        StateCode::Contactable => Registration::Contactable(contactable(view, &row).await?),
        StateCode::Invited => {
            Registration::Invited(contactable(view, &row).await?.invite(row.id("invitation_id")?))
        }
        StateCode::Activated => {
            // Without contact points: they may have been erased since.
            Registration::Activated(Activated {
                identified: identified(&row)?,
                invitation: row.id("invitation_id")?,
                key: row.id("key_id")?,
                at: row.moment("activated_at")?,
            })
        }
        StateCode::Refused => ended(EndKind::Refused)?,
        StateCode::Expired => ended(EndKind::Expired)?,
        StateCode::Withdrawn => ended(EndKind::Withdrawn)?,
    }))
}

/// The next dossier number of a year.
pub async fn next_reference(tx: &mut Tx<'_>, year: u16) -> Result<Reference, StoreError> {
    let row = tx
        .change_one(
            sql!(
                "INSERT INTO reference_counter (year, used) VALUES ($1, 1)
                 ON CONFLICT (year) DO UPDATE SET used = reference_counter.used + 1 RETURNING used"
            ),
            args![u32::from(year)],
        )
        .await?;
    let used = row.number("used")?;
    Reference::new(year, used).map_err(|_| StoreError::Unreadable("reference_counter.used"))
}

/// Keeps a registration just opened.
pub async fn insert(tx: &mut Tx<'_>, opened: &Opened) -> Result<(), StoreError> {
    let event = tx.event();
    let d = &opened.dossier;
    tx.change(
        1,
        sql!(
            "INSERT INTO registration (id, reference, state, organisation_id, officer_id, opened_by, reason, opened_at, event_id)
             VALUES ($1, $2, 'opened', $3, $4, $4, $5, $6, $7)"
        ),
        args![d.id, d.reference.to_string(), d.organisation, d.officer, d.reason.code(), d.opened_at, event],
    )
    .await
}

/// Keeps who the person is, as the register answered.
pub async fn set_found(
    tx: &mut Tx<'_>,
    opened: &Opened,
    person: &RegisterPerson,
) -> Result<(), StoreError> {
    let sealed = tx.seal(SEAL, person)?;
    let event = tx.event();
    tx.change(
        1,
        sql!("UPDATE registration SET person_id = $1, person_sealed = $2, event_id = $3 WHERE id = $4 AND state = 'opened'"),
        args![opened.person, sealed, event, opened.dossier.id],
    )
    .await
}

/// The person of a registration as the register answered.
pub async fn person(
    view: &mut View<'_>,
    id: RegistrationId,
) -> Result<Option<Personal<RegisterPerson>>, StoreError> {
    let row = view
        .optional(sql!("SELECT person_sealed FROM registration WHERE id = $1"), args![id])
        .await?;
    let Some(sealed) = row.map(|row| row.opt_bytes("person_sealed")).transpose()?.flatten() else {
        return Ok(None);
    };
    Ok(Some(Personal::new(view.vault.open_value(SEAL, &sealed)?)))
}

/// Keeps the chosen procedure of an opened registration.
pub async fn set_procedure(
    tx: &mut Tx<'_>,
    opened: &Opened,
    procedure: &str,
    version: u32,
) -> Result<(), StoreError> {
    let event = tx.event();
    tx.change(
        1,
        sql!("UPDATE registration SET procedure = $1, procedure_version = $2, event_id = $3 WHERE id = $4 AND state = 'opened'"),
        args![procedure, version, event, opened.dossier.id],
    )
    .await
}

/// The chosen procedure and its version, if one was chosen.
pub async fn procedure(
    view: &mut View<'_>,
    id: RegistrationId,
) -> Result<Option<(String, u32)>, StoreError> {
    let row = view
        .optional(
            sql!("SELECT procedure, procedure_version FROM registration WHERE id = $1 AND procedure IS NOT NULL"),
            args![id],
        )
        .await?;
    row.map(|row| Ok((row.text("procedure")?, row.number("procedure_version")?))).transpose()
}

/// Keeps the decision that this is the person.
pub async fn set_identified(tx: &mut Tx<'_>, identified: &Identified) -> Result<(), StoreError> {
    let event = tx.event();
    let d = &identified.decision;
    tx.change(
        1,
        sql!(
            "UPDATE registration SET state = 'identified', person_id = $1, procedure = $2, procedure_version = $3, level = $4,
               identified_by = $5, identified_card = $6, identified_at = $7, language = NULL, email_id = NULL,
               mobile_id = NULL, event_id = $8
             WHERE id = $9 AND state IN ('opened', 'contactable')"
        ),
        args![
            identified.person, d.procedure, d.version, d.level.code(), d.officer, d.card_fingerprint, d.at,
            event, identified.dossier.id
        ],
    )
    .await
}

/// Keeps that the contact points are confirmed.
pub async fn set_contactable(tx: &mut Tx<'_>, contactable: &Contactable) -> Result<(), StoreError> {
    let event = tx.event();
    tx.change(
        1,
        sql!(
            "UPDATE registration SET state = 'contactable', language = $1, email_id = $2, mobile_id = $3, event_id = $4
             WHERE id = $5 AND state = 'identified'"
        ),
        args![
            contactable.language.code(),
            contactable.email.id,
            contactable.mobile.as_ref().map(|m| m.id),
            event,
            contactable.identified.dossier.id
        ],
    )
    .await
}

/// Keeps that an invitation was called back, and when.
pub async fn set_called_back(tx: &mut Tx<'_>, contactable: &Contactable) -> Result<(), StoreError> {
    let (now, event) = (tx.now(), tx.event());
    tx.change(
        1,
        sql!(
            "UPDATE registration SET state = 'contactable', invitation_id = NULL, called_back_at = $1, event_id = $2
             WHERE id = $3 AND state = 'invited'"
        ),
        args![now, event, contactable.identified.dossier.id],
    )
    .await
}

/// Keeps that link and code are issued. The invitation's row must follow in the same command.
pub async fn set_invited(tx: &mut Tx<'_>, invited: &Invited) -> Result<(), StoreError> {
    let event = tx.event();
    tx.change(
        1,
        sql!("UPDATE registration SET state = 'invited', invitation_id = $1, event_id = $2 WHERE id = $3 AND state IN ('contactable', 'invited')"),
        args![invited.invitation, event, invited.contactable.identified.dossier.id],
    )
    .await
}

/// Keeps that the person has the key.
pub async fn set_activated(tx: &mut Tx<'_>, activated: &Activated) -> Result<(), StoreError> {
    let event = tx.event();
    tx.change(
        1,
        sql!("UPDATE registration SET state = 'activated', key_id = $1, activated_at = $2, event_id = $3 WHERE id = $4 AND state = 'invited'"),
        args![
            activated.key,
            activated.at,
            event,
            activated.identified.dossier.id
        ],
    )
    .await
}

/// Keeps an end without a key.
pub async fn set_ended(tx: &mut Tx<'_>, end: &End, reason: &str) -> Result<(), StoreError> {
    let event = tx.event();
    let state = match end.kind {
        EndKind::Refused => StateCode::Refused,
        EndKind::Expired => StateCode::Expired,
        EndKind::Withdrawn => StateCode::Withdrawn,
    };
    tx.change(
        1,
        sql!(
            "UPDATE registration SET state = $1, ended_at = $2, end_reason = $3, event_id = $4
             WHERE id = $5 AND state IN ('opened', 'identified', 'contactable', 'invited')"
        ),
        args![state.code(), end.at, reason, event, end.dossier.id],
    )
    .await
}

/// A registration in a list: no personal data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Its row.
    pub id: RegistrationId,
    /// Dossier number.
    pub reference: Reference,
    /// State.
    pub state: StateCode,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// Whether a person has been found.
    pub person_found: bool,
}

pub(crate) fn listed(row: &Row) -> Result<Listed, StoreError> {
    Ok(Listed {
        id: row.id("id")?,
        reference: row
            .text("reference")?
            .parse()
            .map_err(|_| StoreError::Unreadable("registration.reference"))?,
        state: row.code("state", StateCode::from_code)?,
        opened_at: row.moment("opened_at")?,
        person_found: row.opt_bytes("person_id")?.is_some(),
    })
}

/// Open registrations of an officer, the newest first, fifty at most.
pub async fn open_of(
    view: &mut View<'_>,
    organisation: OrganisationId,
    officer: loket_domain::id::StaffId,
) -> Result<Vec<Listed>, StoreError> {
    let rows = view
        .all(
            sql!(
                "SELECT id, reference, state, opened_at, person_id FROM registration
                 WHERE organisation_id = $1 AND officer_id = $2 AND state IN ('opened', 'identified', 'contactable')
                 ORDER BY opened_at DESC LIMIT 50"
            ),
            args![organisation, officer],
        )
        .await?;
    rows.iter().map(listed).collect()
}

/// How many registrations of an organisation opened since `since` stand in each state.
pub async fn figures(
    view: &mut View<'_>,
    organisation: OrganisationId,
    since: Timestamp,
) -> Result<Vec<(StateCode, u32)>, StoreError> {
    let rows = view
        .all(
            sql!("SELECT state, COUNT(*) AS n FROM registration WHERE organisation_id = $1 AND opened_at >= $2 GROUP BY state"),
            args![organisation, since],
        )
        .await?;
    rows.iter()
        .map(|row| Ok((row.code("state", StateCode::from_code)?, row.number("n")?)))
        .collect()
}

/// By dossier number.
pub async fn by_reference(
    view: &mut View<'_>,
    reference: Reference,
) -> Result<Option<RegistrationId>, StoreError> {
    let row = view
        .optional(
            sql!("SELECT id FROM registration WHERE reference = $1"),
            args![reference.to_string()],
        )
        .await?;
    row.map(|row| row.id("id")).transpose()
}

/// The dossier number of a registration.
pub async fn reference(
    view: &mut View<'_>,
    id: RegistrationId,
) -> Result<Option<Reference>, StoreError> {
    let row =
        view.optional(sql!("SELECT reference FROM registration WHERE id = $1"), args![id]).await?;
    row.map(|row| {
        let text = row.text("reference")?;
        text.parse().map_err(|_| StoreError::Unreadable("registration.reference"))
    })
    .transpose()
}

/// Registrations without an invitation opened before `before`, which must end by themselves.
pub async fn stale(
    view: &mut View<'_>,
    before: Timestamp,
) -> Result<Vec<RegistrationId>, StoreError> {
    let rows = view
        .all(
            sql!(
                "SELECT id FROM registration WHERE state IN ('opened', 'identified', 'contactable') AND COALESCE(called_back_at, opened_at) < $1
                 ORDER BY opened_at LIMIT 100"
            ),
            args![before],
        )
        .await?;
    rows.iter().map(|row| row.id("id")).collect()
}

/// The person of a registration, as our own identifier.
pub async fn person_id(
    view: &mut View<'_>,
    id: RegistrationId,
) -> Result<Option<PersonId>, StoreError> {
    let row =
        view.optional(sql!("SELECT person_id FROM registration WHERE id = $1"), args![id]).await?;
    row.map(|row| row.opt_id("person_id")).transpose().map(Option::flatten)
}

/// Name of the end reason of an ended registration.
pub async fn end_reason(
    view: &mut View<'_>,
    id: RegistrationId,
) -> Result<Option<String>, StoreError> {
    let row =
        view.optional(sql!("SELECT end_reason FROM registration WHERE id = $1"), args![id]).await?;
    row.map(|row| row.opt_text("end_reason")).transpose().map(Option::flatten)
}

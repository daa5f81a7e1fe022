//! The proof of consent to be contacted (SEED-56): which text in which language, who heard it and
//! when, and when it was withdrawn. The proof outlives the addresses.

use loket_domain::contact::Destination;
use loket_domain::id::{OrganisationId, PersonId, RegistrationId, StaffId};
use loket_domain::registration::Reference;
use loket_domain::{Language, Timestamp};

use super::View;
use super::contact::token_of;
use crate::error::StoreError;
use crate::statement::{Row, args, sql};
use crate::tx::Tx;

/// Who withdrew a consent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WithdrawnBy {
    /// The person, by a link.
    Person,
    /// An officer, at the person's word.
    Officer,
    /// The office, which carries a withdrawal over to the person's other visits.
    Office,
}

impl WithdrawnBy {
    const fn code(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Officer => "officer",
            Self::Office => "office",
        }
    }
    fn from_code(code: &str) -> Option<Self> {
        [Self::Person, Self::Officer, Self::Office].into_iter().find(|by| by.code() == code)
    }
}

/// A consent as kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Consent {
    /// Version of the text.
    pub version: String,
    /// Language in which it was read, and of all messages.
    pub language: Language,
    /// SHA-256 of the text in that language; `None` for the first ones.
    pub text_digest: Option<[u8; 32]>,
    /// Who read it to the person; `None` for the first ones.
    pub officer: Option<StaffId>,
    /// When it was given.
    pub given_at: Timestamp,
    /// When and by whom it was withdrawn.
    pub withdrawn: Option<(Timestamp, WithdrawnBy)>,
}

fn read(row: &Row) -> Result<Consent, StoreError> {
    let digest = row.opt_bytes("text_digest")?;
    let by = row.opt_text("withdrawn_by")?.and_then(|code| WithdrawnBy::from_code(&code));
    Ok(Consent {
        version: row.text("version")?,
        language: row.code("language", |code| code.parse().ok())?,
        text_digest: digest
            .map(|digest| {
                digest.try_into().map_err(|_| StoreError::Unreadable("consent.text_digest"))
            })
            .transpose()?,
        officer: row.opt_id("officer_id")?,
        given_at: row.moment("given_at")?,
        withdrawn: row.opt_moment("withdrawn_at")?.zip(by),
    })
}

/// The consent of a registration, given or withdrawn.
pub async fn load(
    view: &mut View<'_>,
    registration: RegistrationId,
) -> Result<Option<Consent>, StoreError> {
    let row = view
        .optional(
            sql!(
                "SELECT version, language, text_digest, officer_id, given_at, withdrawn_at, withdrawn_by FROM consent
                 WHERE registration_id = $1"
            ),
            args![registration],
        )
        .await?;
    row.as_ref().map(read).transpose()
}

/// Keeps a consent. The same one given again, as when an address is corrected, keeps its time;
/// another version or language takes its place, and the trail has both.
pub async fn give(
    tx: &mut Tx<'_>,
    registration: RegistrationId,
    new: &Consent,
) -> Result<(), StoreError> {
    let kept = load(&mut tx.view(), registration).await?;
    let stands = kept.is_some_and(|kept| {
        kept.withdrawn.is_none()
            && kept.version == new.version
            && kept.language == new.language
            && kept.text_digest == new.text_digest
    });
    if stands {
        return Ok(());
    }
    let event = tx.event();
    tx.change_any(sql!("DELETE FROM consent WHERE registration_id = $1"), args![registration])
        .await?;
    tx.change(
        1,
        sql!(
            "INSERT INTO consent (registration_id, version, language, text_digest, officer_id, given_at, event_id)
             VALUES ($1, $2, $3, $4, $5, $6, $7)"
        ),
        args![
            registration, new.version, new.language.code(), new.text_digest, new.officer, new.given_at, event
        ],
    )
    .await
}

/// Keeps that a consent was withdrawn; tells whether there was one that stood.
pub async fn withdraw(
    tx: &mut Tx<'_>,
    registration: RegistrationId,
    by: WithdrawnBy,
) -> Result<bool, StoreError> {
    let (now, event) = (tx.now(), tx.event());
    let changed = tx
        .change_any(
            sql!(
                "UPDATE consent SET withdrawn_at = $1, withdrawn_by = $2, event_id = $3
                 WHERE registration_id = $4 AND withdrawn_at IS NULL"
            ),
            args![now, by.code(), event, registration],
        )
        .await?;
    Ok(changed == 1)
}

/// Registrations whose consent stands although the same person withdrew one since: a person
/// withdraws for all visits, at any counter. A hundred at most.
pub async fn to_follow(view: &mut View<'_>) -> Result<Vec<RegistrationId>, StoreError> {
    let rows = view
        .all(
            sql!(
                "SELECT c.registration_id FROM consent c JOIN registration r ON r.id = c.registration_id
                 WHERE c.withdrawn_at IS NULL AND EXISTS (
                   SELECT 1 FROM consent w JOIN registration x ON x.id = w.registration_id
                   WHERE x.person_id = r.person_id AND w.withdrawn_at >= c.given_at)
                 LIMIT 100"
            ),
            vec![],
        )
        .await?;
    rows.iter().map(|row| row.id("registration_id")).collect()
}

/// Registrations of a person whose consent stands.
pub async fn of_person(
    view: &mut View<'_>,
    person: PersonId,
) -> Result<Vec<RegistrationId>, StoreError> {
    let rows = view
        .all(
            sql!(
                "SELECT c.registration_id FROM consent c JOIN registration r ON r.id = c.registration_id
                 WHERE r.person_id = $1 AND c.withdrawn_at IS NULL"
            ),
            args![person],
        )
        .await?;
    rows.iter().map(|row| row.id("registration_id")).collect()
}

/// A consent that stands for an address, as the holder of that address may see it: no name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// Of which registration.
    pub registration: RegistrationId,
    /// Its e-mail contact point.
    pub contact_point: loket_domain::id::ContactPointId,
    /// At whose counter.
    pub organisation: OrganisationId,
    /// When.
    pub given_at: Timestamp,
    /// Dossier number.
    pub reference: Reference,
}

fn standing(row: &Row) -> Result<Standing, StoreError> {
    Ok(Standing {
        registration: row.id("registration_id")?,
        contact_point: row.id("contact_id")?,
        organisation: row.id("organisation_id")?,
        given_at: row.moment("given_at")?,
        reference: row
            .text("reference")?
            .parse()
            .map_err(|_| StoreError::Unreadable("registration.reference"))?,
    })
}

/// The consents that stand for an e-mail address that was confirmed, the newest first.
pub async fn standing_for(
    view: &mut View<'_>,
    destination_token: [u8; 32],
) -> Result<Vec<Standing>, StoreError> {
    let rows = view
        .all(
            sql!(
                "SELECT c.registration_id, p.id AS contact_id, r.organisation_id, r.reference, c.given_at
                 FROM contact_point p JOIN registration r ON r.id = p.registration_id
                   JOIN consent c ON c.registration_id = p.registration_id
                 WHERE p.destination_token = $1 AND p.channel = 'email' AND p.state = 'confirmed' AND c.withdrawn_at IS NULL
                 ORDER BY c.given_at DESC LIMIT 50"
            ),
            args![destination_token],
        )
        .await?;
    rows.iter().map(standing).collect()
}

/// The keyed token of a destination, for [`standing_for`].
pub fn token(view: &View<'_>, destination: &Destination) -> [u8; 32] {
    token_of(view.vault, destination)
}

/// Keeps the digest of a link by which the holder of an address can withdraw consent.
pub async fn keep_link(
    tx: &mut Tx<'_>,
    digest: [u8; 32],
    destination: &Destination,
    until: Timestamp,
) -> Result<(), StoreError> {
    let token = token_of(tx.vault(), destination);
    let event = tx.event();
    tx.change(
        1,
        sql!("INSERT INTO consent_link (digest, destination_token, until, event_id) VALUES ($1, $2, $3, $4)"),
        args![digest, token, until, event],
    )
    .await
}

/// The token of the address that a link was sent to, while the link works.
pub async fn by_link(
    view: &mut View<'_>,
    digest: [u8; 32],
    now: Timestamp,
) -> Result<Option<[u8; 32]>, StoreError> {
    let row = view
        .optional(
            sql!("SELECT destination_token FROM consent_link WHERE digest = $1 AND until > $2"),
            args![digest, now],
        )
        .await?;
    row.map(|row| row.digest("destination_token")).transpose()
}

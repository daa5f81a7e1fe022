//! Making and keeping the short codes that confirm an address (DESIGN section 8, requirement ID-24).

use std::time::Duration;

use loket_domain::audit::Event;
use loket_domain::code::contact_code;
use loket_domain::contact::Destination;
use loket_domain::id::{ContactPointId, MessageId, RegistrationId};
use loket_domain::message::{MessageContent, QueuedMessage};
use loket_domain::registration::Registration;
use loket_domain::secret::Secret;
use loket_domain::{Language, Refusal, Timestamp};
use loket_store::tables::contact::{AskedBy, ContactPoint, ContactState};
use loket_store::{Failure, Tx, tables};

/// A code works for ten minutes.
pub const CODE_WORKS: Duration = Duration::from_secs(10 * 60);
/// Tries of a code.
pub(crate) const TRIES: u32 = 5;
/// Sends per address and hour.
pub(crate) const SENDS_AN_HOUR: u32 = 3;

/// A code with all that is kept of it.
pub(crate) struct NewCode {
    code: Secret,
    pub(crate) digest: [u8; 32],
    pub(crate) until: Timestamp,
}

/// Draws a code for a contact point.
pub(crate) fn draw(tx: &Tx<'_>, contact: ContactPointId) -> Result<NewCode, Failure> {
    // One draw in a thousand falls outside; a hundred in a row do not happen with a working generator.
    for _ in 0..100 {
        if let Some(code) = contact_code(tx.random()?) {
            let digest = digest(tx, contact, &code);
            return Ok(NewCode { code, digest, until: tx.now().plus(CODE_WORKS) });
        }
    }
    Err(loket_store::StoreError::BrokenOff("no contact code could be drawn").into())
}

/// The keyed digest of a code, bound to its contact point.
pub(crate) fn digest(tx: &Tx<'_>, contact: ContactPointId, code: &Secret) -> [u8; 32] {
    let mut value = contact.to_bytes();
    value.extend_from_slice(code.expose().as_bytes());
    tx.vault().token("contact_code", &value)
}

/// Queues the message with the code, unless three were sent to this address within the hour.
pub(crate) async fn send(
    tx: &mut Tx<'_>,
    registration: RegistrationId,
    organisation: &str,
    language: Language,
    destination: &Destination,
    new: &NewCode,
) -> Result<MessageId, Failure> {
    count(tx, destination, AskedBy::Officer).await?;
    let message = QueuedMessage {
        to: destination.clone(),
        language,
        content: MessageContent::ContactCode {
            code: new.code.expose().to_owned(),
            until: new.until,
            organisation: organisation.to_owned(),
        },
    };
    Ok(tables::outbox::insert(tx, registration, None, &message, new.until).await?)
}

/// Counts a message with a code or link to an address, three an hour.
pub(crate) async fn count(
    tx: &mut Tx<'_>,
    destination: &Destination,
    by: AskedBy,
) -> Result<(), Failure> {
    if tables::contact::count_send(tx, destination, by).await? > SENDS_AN_HOUR {
        return Err(Refusal::TooManySends.into());
    }
    Ok(())
}

/// A contact point that waits to be confirmed, with what a message to it says.
pub(crate) struct Awaiting {
    pub(crate) point: ContactPoint,
    pub(crate) language: Language,
    pub(crate) organisation: String,
}

/// The contact point, while it can still be confirmed.
pub(crate) async fn awaiting(
    tx: &mut Tx<'_>,
    registration: RegistrationId,
    point: ContactPointId,
) -> Result<Awaiting, Failure> {
    let Registration::Identified(identified) =
        crate::commands::registration(tx, registration).await?
    else {
        return Err(Refusal::WrongStep.into());
    };
    let language = tables::contact::consent_language(&mut tx.view(), registration)
        .await?
        .ok_or(Refusal::ConsentMissing)?;
    let point = tables::contact::current(&mut tx.view(), registration)
        .await?
        .into_iter()
        .find(|c| c.id == point && c.state == ContactState::Entered)
        .ok_or(Refusal::NotFound)?;
    let organisation = tables::organisation::load(&mut tx.view(), identified.dossier.organisation)
        .await?
        .ok_or(Refusal::NotFound)?;
    Ok(Awaiting { point, language, organisation: organisation.name })
}

/// The event of a contact point that was entered. The trail is kept for ten years and the consent
/// may be withdrawn tomorrow: it holds enough of the address to recognise it, and no more.
pub(crate) fn entered(
    contact_point: ContactPointId,
    destination: &Destination,
    message: MessageId,
) -> Event {
    Event::ContactPointEntered {
        contact_point,
        channel: destination.channel(),
        message,
        destination: destination.masked(),
    }
}

//! Withdraws the consent to be contacted: addresses are erased, nothing that waits is sent, and the
//! proof of the consent stays (SEED-56). An invitation whose key was not made yet is worth nothing
//! from then on, since nobody could be told of anything about it; a key that exists works on.
//!
//! One registration a command; the office carries it over to the person's other visits. An officer
//! withdraws in any dossier in which the person was identified, also in one without a consent of its
//! own: "at any counter" includes one where the person was never before.

use std::time::Duration;

use loket_domain::audit::Event;
use loket_domain::contact::{Channel, Destination};
use loket_domain::id::{MessageId, RegistrationId};
use loket_domain::message::{MessageContent, QueuedMessage};
use loket_domain::policy::Action;
use loket_domain::registration::Registration;
use loket_domain::{Language, Refusal};
use loket_store::tables::consent::WithdrawnBy;
use loket_store::tables::contact::{self, ContactState};
use loket_store::tables::invitation::InvitationState;
use loket_store::{Audited, Command, Failure, Permit, Scope, Tx, tables};
use serde::Serialize;

/// Why a registration ended whose invitation was still open.
pub const END_REASON: &str = "consent_withdrawn";

/// How long the last message may wait for the relay; afterwards the address is gone from there too.
const LAST_MESSAGE: Duration = Duration::from_secs(24 * 60 * 60);

/// Withdraws it.
#[derive(Debug, Serialize)]
pub struct WithdrawConsent {
    /// Of which registration.
    pub registration: RegistrationId,
}

impl Command for WithdrawConsent {
    type Output = ();
    const ACTION: Action = Action::WithdrawConsent;

    fn scope(&self) -> Scope {
        Scope::registration(self.registration)
    }

    async fn apply(
        &self,
        tx: &mut Tx<'_>,
        permit: Permit<'_, Self>,
    ) -> Result<Audited<()>, Failure> {
        let id = self.registration;
        let by = match (permit.staff_if_any(), permit.contact_point()) {
            (Some(_), _) => WithdrawnBy::Officer,
            (None, Ok(holder)) => {
                // The holder of an address speaks for the visits that it was confirmed in.
                let points = contact::current(&mut tx.view(), id).await?;
                if !points.iter().any(|p| p.id == holder && p.state == ContactState::Confirmed) {
                    return Err(Refusal::AddressLinkInvalid.into());
                }
                WithdrawnBy::Person
            }
            (None, Err(_)) => WithdrawnBy::Office,
        };
        let registration = super::registration(tx, id).await?;
        let person = tables::registration::person_id(&mut tx.view(), id).await?;
        let Some(language) = contact::consent_language(&mut tx.view(), id).await? else {
            let person =
                person.filter(|_| by == WithdrawnBy::Officer && is_identified(&registration));
            let person = person.ok_or(Refusal::ConsentMissing)?;
            if tables::consent::of_person(&mut tx.view(), person).await?.is_empty() {
                return Err(Refusal::ConsentMissing.into());
            }
            let event = Event::ConsentWithdrawn { contact_points: 0, message: None };
            return Ok(Audited::new((), event, []).of(person));
        };
        let last = self.last_address(tx).await?;
        let more = end_what_rests_on_it(tx, registration, permit.now()).await?;
        tables::consent::withdraw(tx, id, by).await?;
        let erased = contact::erase(tx, id).await?;
        tables::outbox::drop_of_registration(tx, id).await?;
        let message = match last.filter(|_| by != WithdrawnBy::Office) {
            Some(to) => Some(self.tell(tx, to, language).await?),
            None => None,
        };
        let event = Event::ConsentWithdrawn {
            contact_points: u32::try_from(erased).unwrap_or(u32::MAX),
            message,
        };
        let audited = Audited::new((), event, more).on(id);
        Ok(match person {
            Some(person) => audited.of(person),
            None => audited,
        })
    }
}

impl WithdrawConsent {
    /// Where the person is told one last time.
    async fn last_address(&self, tx: &mut Tx<'_>) -> Result<Option<Destination>, Failure> {
        let points = contact::current(&mut tx.view(), self.registration).await?;
        let confirmed = points
            .iter()
            .find(|p| p.channel == Channel::Email && p.state == ContactState::Confirmed);
        Ok(confirmed.map(|p| tx.open(&p.destination).clone()))
    }

    async fn tell(
        &self,
        tx: &mut Tx<'_>,
        to: Destination,
        language: Language,
    ) -> Result<MessageId, Failure> {
        let at = tx.now();
        let content = MessageContent::ConsentWithdrawn { at };
        let queued = QueuedMessage { to, language, content };
        let until = at.plus(LAST_MESSAGE);
        Ok(tables::outbox::insert(tx, self.registration, None, &queued, until).await?)
    }
}

/// Whether an officer decided in this registration who the person is.
const fn is_identified(registration: &Registration) -> bool {
    match registration {
        Registration::Identified(_)
        | Registration::Contactable(_)
        | Registration::Invited(_)
        | Registration::Activated(_) => true,
        Registration::Opened(_) | Registration::Ended(_) => false,
    }
}

/// A registration goes back to before its addresses; one with an open invitation ends.
async fn end_what_rests_on_it(
    tx: &mut Tx<'_>,
    registration: Registration,
    now: loket_domain::Timestamp,
) -> Result<Vec<Event>, Failure> {
    match registration {
        Registration::Opened(_) => Err(Refusal::ConsentMissing.into()),
        Registration::Identified(_) | Registration::Activated(_) | Registration::Ended(_) => {
            Ok(vec![])
        }
        Registration::Contactable(contactable) => {
            tables::registration::set_identified(tx, &contactable.change_contact()).await?;
            Ok(vec![])
        }
        Registration::Invited(invited) => {
            let invitation = invited.invitation;
            let mut more = Vec::new();
            if tables::invitation::close(tx, invitation, InvitationState::Cancelled).await? {
                more.push(Event::InvitationCancelled { invitation });
            }
            tables::registration::set_ended(tx, &invited.withdraw(now), END_REASON).await?;
            more.push(Event::RegistrationWithdrawn { reason: END_REASON.to_owned() });
            Ok(more)
        }
    }
}

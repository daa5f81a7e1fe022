//! Records the person's consent and language, and the addresses to confirm; a code goes to each
//! (SEED-56). An address that is confirmed already and did not change stays confirmed.

use loket_domain::audit::Event;
use loket_domain::contact::{Channel, Destination, EmailAddress, MobileNumber};
use loket_domain::id::RegistrationId;
use loket_domain::policy::Action;
use loket_domain::registration::{Identified, Registration};
use loket_domain::{Language, Refusal};
use loket_store::tables::contact::{self, ContactState, NewContactPoint};
use loket_store::{Audited, Command, Failure, Permit, Scope, Tx, keeps_answer, tables};
use serde::Serialize;

use crate::contact_codes;

/// Records consent and addresses.
#[derive(Debug, Serialize)]
pub struct EnterContact {
    /// In which registration.
    pub registration: RegistrationId,
    /// Version of the consent text that was read to the person; `None` without consent.
    pub consent: Option<String>,
    /// Language that the person chose for messages.
    pub language: Language,
    /// E-mail address, for the link.
    pub email: EmailAddress,
    /// Mobile number, for the code; without it the code goes on paper.
    pub mobile: Option<MobileNumber>,
}

impl Command for EnterContact {
    type Output = ();
    const ACTION: Action = Action::EnterContact;
    keeps_answer!();

    fn scope(&self) -> Scope {
        Scope::registration(self.registration)
    }

    async fn apply(
        &self,
        tx: &mut Tx<'_>,
        _permit: Permit<'_, Self>,
    ) -> Result<Audited<()>, Failure> {
        let version = self.consent.clone().ok_or(Refusal::ConsentMissing)?;
        let identified = self.identified(tx).await?;
        contact::set_consent(tx, self.registration, &version, self.language).await?;
        let organisation =
            tables::organisation::load(&mut tx.view(), identified.dossier.organisation)
                .await?
                .ok_or(Refusal::NotFound)?;
        let mut more = Vec::new();
        let email = Destination::Email(self.email.clone());
        more.extend(self.enter(tx, &organisation.name, email).await?);
        match &self.mobile {
            Some(mobile) => {
                let mobile = Destination::Sms(mobile.clone());
                more.extend(self.enter(tx, &organisation.name, mobile).await?);
            }
            None => contact::replace(tx, self.registration, Channel::Sms).await?,
        }
        super::confirm_contact_point::settle(tx, identified).await?;
        let event = Event::ConsentGiven { version, language: self.language };
        Ok(Audited::new((), event, more))
    }
}

impl EnterContact {
    /// The identified registration; one that was contactable goes back a step (SEED-19).
    async fn identified(&self, tx: &mut Tx<'_>) -> Result<Identified, Failure> {
        match super::registration(tx, self.registration).await? {
            Registration::Identified(identified) => Ok(identified),
            Registration::Contactable(contactable) => {
                let identified = contactable.change_contact();
                tables::registration::set_identified(tx, &identified).await?;
                Ok(identified)
            }
            Registration::Opened(_) => Err(Refusal::NotIdentified.into()),
            Registration::Invited(_) | Registration::Activated(_) | Registration::Ended(_) => {
                Err(Refusal::WrongStep.into())
            }
        }
    }

    async fn enter(
        &self,
        tx: &mut Tx<'_>,
        organisation: &str,
        destination: Destination,
    ) -> Result<Option<Event>, Failure> {
        let current = contact::current(&mut tx.view(), self.registration).await?;
        let same = current.iter().find(|c| {
            c.channel == destination.channel() && *tx.open(&c.destination) == destination
        });
        if same.is_some_and(|c| c.state == ContactState::Confirmed) {
            return Ok(None);
        }
        let id = tx.new_id()?;
        let code = contact_codes::draw(tx, id)?;
        let message = contact_codes::send(
            tx,
            self.registration,
            organisation,
            self.language,
            &destination,
            &code,
        )
        .await?;
        let event = contact_codes::entered(id, &destination, message);
        let new = NewContactPoint {
            id,
            registration: self.registration,
            destination,
            code_digest: code.digest,
            code_until: code.until,
            tries: contact_codes::TRIES,
        };
        contact::insert(tx, &new).await?;
        Ok(Some(event))
    }
}

//! Records the person's consent and language, and the addresses to confirm; a code goes to each
//! (SEED-56). An address that is confirmed already and did not change stays confirmed. One that
//! serves several persons already needs a reason.

use loket_domain::audit::Event;
use loket_domain::consent::ConsentText;
use loket_domain::contact::{Channel, Destination, EmailAddress, MobileNumber, SharedReason};
use loket_domain::id::RegistrationId;
use loket_domain::policy::Action;
use loket_domain::registration::{Identified, Registration};
use loket_domain::{Language, Refusal};
use loket_store::tables::consent::Consent;
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
    /// The version that is in force: no other one counts as consent.
    #[serde(skip)]
    pub in_force: String,
    /// Language that the person chose for messages.
    pub language: Language,
    /// E-mail address, for the link.
    pub email: EmailAddress,
    /// Mobile number, for the code; without it the code goes on paper.
    pub mobile: Option<MobileNumber>,
    /// Why an address serves several persons, once that was asked.
    pub shared: Option<SharedReason>,
    /// How this installation takes addresses of several persons.
    pub sharing: Sharing,
}

/// How an installation takes addresses of several persons.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Sharing {
    /// How many persons may use one address before a reason is asked.
    pub persons_without_reason: u32,
    /// Whether an address that serves a person with a key is refused to everybody else.
    pub one_key_holder: bool,
}

impl Default for Sharing {
    fn default() -> Self {
        Self { persons_without_reason: 2, one_key_holder: false }
    }
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
        permit: Permit<'_, Self>,
    ) -> Result<Audited<()>, Failure> {
        let version = self.consent.clone().ok_or(Refusal::ConsentMissing)?;
        let text = ConsentText::of(&version).filter(|text| text.version == self.in_force);
        let text = text.ok_or(Refusal::ConsentMissing)?;
        let text_digest = text.digest(self.language);
        let identified = self.identified(tx).await?;
        let consent = Consent {
            version: version.clone(),
            language: self.language,
            text_digest: Some(text_digest),
            officer: Some(permit.staff()?.staff),
            given_at: permit.now(),
            withdrawn: None,
        };
        tables::consent::give(tx, self.registration, &consent).await?;
        let organisation =
            tables::organisation::load(&mut tx.view(), identified.dossier.organisation)
                .await?
                .ok_or(Refusal::NotFound)?;
        let mut more = Vec::new();
        let email = Destination::Email(self.email.clone());
        more.extend(self.enter(tx, &identified, &organisation.name, email).await?);
        match &self.mobile {
            Some(mobile) => {
                let mobile = Destination::Sms(mobile.clone());
                more.extend(self.enter(tx, &identified, &organisation.name, mobile).await?);
            }
            None => contact::replace(tx, self.registration, Channel::Sms).await?,
        }
        super::confirm_contact_point::settle(tx, identified).await?;
        let event = Event::ConsentGiven {
            version,
            language: self.language,
            text_digest: Some(hex(text_digest)),
        };
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
        identified: &Identified,
        organisation: &str,
        destination: Destination,
    ) -> Result<Vec<Event>, Failure> {
        let current = contact::current(&mut tx.view(), self.registration).await?;
        let same = current.iter().find(|c| {
            c.channel == destination.channel() && *tx.open(&c.destination) == destination
        });
        // Correcting one address leaves the other alone: its code may be on the way to being read out.
        let stands = |c: &contact::ContactPoint| match c.state {
            ContactState::Confirmed => true,
            ContactState::Entered => {
                let by_code = c.code_until > tx.now() && c.tries_left > 0;
                by_code || c.link_until.is_some_and(|until| until > tx.now())
            }
            ContactState::Replaced => false,
        };
        if same.is_some_and(stands) {
            return Ok(vec![]);
        }
        let persons = self.persons(tx, identified, &destination).await?;
        let shared = match (persons >= self.sharing.persons_without_reason, self.shared) {
            (false, _) => None,
            (true, Some(reason)) => Some(reason),
            (true, None) => return Err(Refusal::SharedContactUnexplained.into()),
        };
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
        let channel = destination.channel();
        let mut events = vec![contact_codes::entered(id, &destination, message)];
        events.extend(shared.map(|reason| Event::SharedContactExplained {
            contact_point: id,
            channel,
            persons,
            reason,
        }));
        let new = NewContactPoint {
            id,
            registration: self.registration,
            destination,
            code_digest: code.digest,
            code_until: code.until,
            tries: contact_codes::TRIES,
            shared,
        };
        contact::insert(tx, &new).await?;
        Ok(events)
    }

    /// How many other persons have this destination as theirs.
    async fn persons(
        &self,
        tx: &mut Tx<'_>,
        identified: &Identified,
        destination: &Destination,
    ) -> Result<u32, Failure> {
        let (person, now) = (identified.person, tx.now());
        let view = &mut tx.view();
        if self.sharing.one_key_holder
            && contact::has_other_key_holder(view, destination, person, now).await?
        {
            return Err(Refusal::ContactInUse.into());
        }
        Ok(contact::other_persons(view, destination, person).await?)
    }
}

fn hex(digest: [u8; 32]) -> String {
    digest.iter().flat_map(|byte| [byte >> 4, byte & 15]).fold(
        String::with_capacity(64),
        |mut text, nibble| {
            text.extend(char::from_digit(u32::from(nibble), 16));
            text
        },
    )
}

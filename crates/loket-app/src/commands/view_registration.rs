//! Shows a registration to an officer: what each page needs and no more (SEED-40, SEED-60). Where
//! personal data is on the page, the event says which fields.

use loket_domain::audit::Event;
use loket_domain::contact::{Channel, Destination};
use loket_domain::id::{ContactPointId, RegistrationId};
use loket_domain::person::RegisterPerson;
use loket_domain::policy::Action;
use loket_domain::register::RegisterOutcome;
use loket_domain::registration::{Decision, Dossier, Registration, StateCode};
use loket_domain::{Language, Refusal, Ssin, Timestamp};
use loket_store::tables::contact::ContactState;
use loket_store::tables::identification::Identification;
use loket_store::tables::invitation::InvitationState;
use loket_store::tables::outbox::MessageState;
use loket_store::{Audited, Command, Failure, Permit, Personal, Scope, Tx, tables};
use serde::Serialize;

/// Which page is shown; decides which personal data comes with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Page {
    /// Where it stands: nothing personal.
    Status,
    /// The person as the register answered.
    Person,
    /// The checks before and after the document: nothing personal.
    Checks,
    /// Document and register side by side.
    Comparison,
    /// The contact points.
    Contact,
    /// Everything once more before sending: names and contact points.
    Review,
}

impl Page {
    const fn code(self) -> &'static str {
        match self {
            Self::Status => "status",
            Self::Person => "person",
            Self::Checks => "checks",
            Self::Comparison => "comparison",
            Self::Contact => "contact",
            Self::Review => "review",
        }
    }
    /// The fields that the page shows, as they stand in the event.
    const fn fields(self) -> &'static [&'static str] {
        match self {
            Self::Status | Self::Checks => &[],
            Self::Person => &[
                "given_names",
                "surname",
                "birth_date",
                "birth_place",
                "sex",
                "address",
                "standing",
                "number",
            ],
            Self::Comparison => &["given_names", "surname", "birth_date", "sex", "document"],
            Self::Contact => &["email", "mobile"],
            Self::Review => &["given_names", "surname", "email", "mobile"],
        }
    }
}

/// Shows a registration.
#[derive(Debug, Serialize)]
pub struct ViewRegistration {
    /// Which.
    pub registration: RegistrationId,
    /// For which page.
    pub page: Page,
}

/// A contact point on a page.
#[derive(Debug, Clone)]
pub struct ContactView {
    /// Its row.
    pub id: ContactPointId,
    /// Its channel.
    pub channel: Channel,
    /// How far it is.
    pub state: ContactState,
    /// Where to; only on the pages that show it.
    pub destination: Option<Personal<Destination>>,
    /// Until when its code works.
    pub code_until: Timestamp,
    /// Tries left of its code.
    pub tries_left: u32,
}

/// A message on a page.
#[derive(Debug, Clone)]
pub struct MessageView {
    /// Stable code of its kind.
    pub kind: String,
    /// Its channel.
    pub channel: Channel,
    /// How far it is.
    pub state: MessageState,
    /// How often it was tried.
    pub attempts: u32,
}

/// The open or last invitation on a page.
#[derive(Debug, Clone)]
pub struct InvitationView {
    /// How far it is.
    pub state: InvitationState,
    /// How the code travels.
    pub code_channel: Channel,
    /// Until when the link works.
    pub link_until: Timestamp,
    /// Until when the code works; `None` until the slip is printed.
    pub code_until: Option<Timestamp>,
    /// Tries left.
    pub tries_left: u32,
}

/// A registration as a page needs it.
#[derive(Debug, Clone)]
pub struct RegistrationView {
    /// Number, officer, reason, time.
    pub dossier: Dossier,
    /// State.
    pub state: StateCode,
    /// Why it ended, when it ended without a key.
    pub end_reason: Option<String>,
    /// Stable code of the register's last answer: an outcome, `lost`, or `None` while it is asked.
    pub answer: Option<String>,
    /// Whether a person was found.
    pub person_found: bool,
    /// The person; on the pages that show it.
    pub person: Option<Personal<RegisterPerson>>,
    /// The number that replaced the one asked for; on the person page.
    pub replaced_by: Option<Personal<Ssin>>,
    /// Chosen procedure and version.
    pub procedure: Option<(String, u32)>,
    /// What was seen: checks always, document and verdicts on the comparison page.
    pub identification: Personal<Identification>,
    /// The decision, once taken.
    pub decision: Option<Decision>,
    /// Language of the person, with the consent.
    pub consent_language: Option<Language>,
    /// Contact points that were not replaced.
    pub contacts: Vec<ContactView>,
    /// The invitation.
    pub invitation: Option<InvitationView>,
    /// The messages, in order.
    pub messages: Vec<MessageView>,
}

impl Command for ViewRegistration {
    type Output = RegistrationView;
    const ACTION: Action = Action::ViewRegistration;

    fn scope(&self) -> Scope {
        Scope::registration(self.registration)
    }

    async fn apply(
        &self,
        tx: &mut Tx<'_>,
        _permit: Permit<'_, Self>,
    ) -> Result<Audited<RegistrationView>, Failure> {
        let registration = super::registration(tx, self.registration).await?;
        let view = self.read(tx, registration).await?;
        let person = tables::registration::person_id(&mut tx.view(), self.registration).await?;
        let page = self.page.code().to_owned();
        let fields = self.page.fields();
        let event = if fields.is_empty() {
            Event::RegistrationViewed { page }
        } else {
            let fields = fields.iter().map(|f| (*f).to_owned()).collect();
            Event::PersonShown { fields, page }
        };
        let audited = Audited::new(view, event, []);
        Ok(match person {
            Some(person) => audited.of(person),
            None => audited,
        })
    }
}

impl ViewRegistration {
    async fn read(
        &self,
        tx: &mut Tx<'_>,
        registration: Registration,
    ) -> Result<RegistrationView, Failure> {
        let id = self.registration;
        let shows_person = matches!(self.page, Page::Person | Page::Comparison | Page::Review);
        let shows_contacts = matches!(self.page, Page::Contact | Page::Review);
        let person = tables::registration::person(&mut tx.view(), id).await?;
        let person_found = person.is_some();
        let question = tables::question::latest(&mut tx.view(), id).await?;
        let replaced_by = question
            .as_ref()
            .filter(|_| self.page == Page::Person)
            .and_then(|q| q.answer.as_ref())
            .and_then(|answer| match tx.open(answer) {
                RegisterOutcome::Replaced { by } => Some(Personal::new(*by)),
                _ => None,
            });
        let kept = tables::identification::load(&mut tx.view(), id).await?;
        let mut seen = tx.open(&kept).clone();
        if self.page != Page::Comparison {
            seen.document = None;
        }
        Ok(RegistrationView {
            dossier: registration.dossier().clone(),
            state: registration.state(),
            end_reason: tables::registration::end_reason(&mut tx.view(), id).await?,
            answer: question.and_then(|q| q.outcome),
            person_found,
            person: person.filter(|_| shows_person),
            replaced_by,
            procedure: tables::registration::procedure(&mut tx.view(), id).await?,
            identification: Personal::new(seen),
            decision: decision(&registration).cloned(),
            consent_language: tables::contact::consent_language(&mut tx.view(), id).await?,
            contacts: contacts(tx, id, shows_contacts).await?,
            invitation: invitation(tx, &registration).await?,
            messages: messages(tx, id).await?,
        })
    }
}

const fn decision(registration: &Registration) -> Option<&Decision> {
    match registration {
        Registration::Opened(_) | Registration::Ended(_) => None,
        Registration::Identified(s) => Some(&s.decision),
        Registration::Contactable(s) => Some(&s.identified.decision),
        Registration::Invited(s) => Some(&s.contactable.identified.decision),
        Registration::Activated(s) => Some(&s.invited.contactable.identified.decision),
    }
}

async fn contacts(
    tx: &mut Tx<'_>,
    id: RegistrationId,
    shown: bool,
) -> Result<Vec<ContactView>, Failure> {
    let points = tables::contact::current(&mut tx.view(), id).await?;
    Ok(points
        .into_iter()
        .map(|point| ContactView {
            id: point.id,
            channel: point.channel,
            state: point.state,
            destination: Some(point.destination).filter(|_| shown),
            code_until: point.code_until,
            tries_left: point.tries_left,
        })
        .collect())
}

async fn invitation(
    tx: &mut Tx<'_>,
    registration: &Registration,
) -> Result<Option<InvitationView>, Failure> {
    let id = match registration {
        Registration::Invited(s) => s.invitation,
        Registration::Activated(s) => s.invited.invitation,
        Registration::Opened(_)
        | Registration::Identified(_)
        | Registration::Contactable(_)
        | Registration::Ended(_) => return Ok(None),
    };
    let row = tables::invitation::load(&mut tx.view(), id).await?.ok_or(Refusal::NotFound)?;
    Ok(Some(InvitationView {
        state: row.state,
        code_channel: row.code_channel,
        link_until: row.link_until,
        code_until: row.code_until,
        tries_left: row.tries_left,
    }))
}

async fn messages(tx: &mut Tx<'_>, id: RegistrationId) -> Result<Vec<MessageView>, Failure> {
    let rows = tables::outbox::of_registration(&mut tx.view(), id).await?;
    Ok(rows
        .into_iter()
        .map(|m| MessageView {
            kind: m.kind,
            channel: m.channel,
            state: m.state,
            attempts: m.attempts,
        })
        .collect())
}

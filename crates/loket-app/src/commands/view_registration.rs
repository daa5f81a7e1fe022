//! Shows a registration to an officer: what each page needs and no more (SEED-40, SEED-60). Where
//! personal data is on the page, the event says which fields.

mod parts;

use loket_domain::audit::Event;
use loket_domain::contact::{Channel, Destination};
use loket_domain::document::{DocumentKind, IssuerCode};
use loket_domain::id::{ContactPointId, RegistrationId};
use loket_domain::person::RegisterPerson;
use loket_domain::policy::Action;
use loket_domain::register::{Criteria, RegisterOutcome, SearchOutcome};
use loket_domain::registration::{Circumstances, Decision, Dossier, Registration, StateCode};
use loket_domain::{Language, Refusal, Ssin, Timestamp};
use loket_store::tables::consent::Consent;
use loket_store::tables::contact::ContactState;
use loket_store::tables::identification::Identification;
use loket_store::tables::invitation::InvitationState;
use loket_store::tables::outbox::MessageState;
use loket_store::tables::second_check::SecondCheck;
use loket_store::tables::staff::StaffName;
use loket_store::tables::visit::RefusedBefore;
use loket_store::{Audited, Command, Failure, Permit, Personal, Scope, Tx, tables};
use serde::Serialize;

use self::parts::{
    allowed, calls_left, contacts, decision, invitation, live_keys, looking, messages,
    refused_before,
};
use crate::look_up_limits::QUESTIONS;

/// Which page is shown; decides which personal data comes with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Page {
    /// Where it stands: nothing personal.
    Status,
    /// The person as the register answered.
    Person,
    /// The short list that a search by name found.
    Hits,
    /// The checks before and after the document: nothing personal.
    Checks,
    /// Document and register side by side.
    Comparison,
    /// The contact points.
    Contact,
    /// The proof of consent: who it was given to, and nothing of the person.
    Consent,
    /// Everything once more before sending: names and contact points.
    Review,
}

impl Page {
    /// Every page.
    pub const ALL: [Self; 8] = [
        Self::Status,
        Self::Person,
        Self::Hits,
        Self::Checks,
        Self::Comparison,
        Self::Contact,
        Self::Consent,
        Self::Review,
    ];
    const fn code(self) -> &'static str {
        match self {
            Self::Status => "status",
            Self::Person => "person",
            Self::Hits => "hits",
            Self::Checks => "checks",
            Self::Comparison => "comparison",
            Self::Contact => "contact",
            Self::Consent => "consent",
            Self::Review => "review",
        }
    }
    /// The fields that the page shows, as they stand in the event.
    pub const fn fields(self) -> &'static [&'static str] {
        match self {
            Self::Status | Self::Checks | Self::Consent => &[],
            Self::Person => &[
                "given_names",
                "surname",
                "birth_date",
                "birth_place",
                "sex",
                "address",
                "standing",
                "number",
                "under_guardianship",
                "earlier_refusal",
            ],
            Self::Hits => &["given_names", "surname", "birth_date", "sex", "municipality"],
            Self::Comparison => {
                &["given_names", "surname", "birth_date", "sex", "number", "document"]
            }
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
    /// Until when a link works that was sent instead.
    pub link_until: Option<Timestamp>,
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
    /// Short code of what went wrong last.
    pub cause: Option<String>,
    /// Whether it was set apart for the operator.
    pub set_apart: bool,
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

/// How the person is being looked up, as far as it has come.
#[derive(Debug, Clone)]
pub enum Looking {
    /// By number.
    Number,
    /// By a document that must belong to the number first.
    Document {
        /// Stable code of what the register said; `None` while it is asked.
        outcome: Option<String>,
        /// How often it may be tried again.
        left: u32,
    },
    /// By name and date of birth.
    Name {
        /// Stable code of what the registers said; `None` while they are asked.
        outcome: Option<String>,
        /// Whom it looked for; on the page of the short list.
        criteria: Option<Personal<Criteria>>,
        /// What was found; on the page of the short list.
        found: Option<Personal<SearchOutcome>>,
        /// How often it may be searched again.
        left: u32,
    },
}

/// A registration as a page needs it.
#[derive(Debug, Clone)]
#[expect(clippy::struct_excessive_bools, reason = "each answers a question of its own on a page")]
pub struct RegistrationView {
    /// Number, officer, reason, time.
    pub dossier: Dossier,
    /// Name of the officer who has it.
    pub officer: Personal<StaffName>,
    /// Whether that is who looks.
    pub is_own: bool,
    /// How the person is being looked up.
    pub looking: Looking,
    /// Whether there was a search by name, so that another hit can be chosen.
    pub listed: bool,
    /// Whether the registers may be asked about a person once more in this registration.
    pub may_ask: bool,
    /// The same person was not identified here within the last day; on the person page.
    pub refused_before: Option<RefusedBefore>,
    /// What is noted of the visit.
    pub circumstances: Option<Circumstances>,
    /// The open call for a second officer.
    pub second_check: Option<SecondCheck>,
    /// Procedures that the organisation is allowed beside those for everybody.
    pub allowed: Vec<String>,
    /// Whether it was reported as a possible fraud.
    pub reported: bool,
    /// State.
    pub state: StateCode,
    /// Why it ended, when it ended without a key.
    pub end_reason: Option<String>,
    /// Stable code of the register's last answer: an outcome, `lost`, or `None` while it is asked.
    pub answer: Option<String>,
    /// Whether a person was found.
    pub person_found: bool,
    /// Whether the person may get a key, as far as the register's answer says.
    pub may_have_key: bool,
    /// The person; on the pages that show it.
    pub person: Option<Personal<RegisterPerson>>,
    /// The number that replaced the one asked for; on the person page.
    pub replaced_by: Option<Personal<Ssin>>,
    /// Chosen procedure and version.
    pub procedure: Option<(String, u32)>,
    /// What was seen: checks always, document and verdicts on the comparison page.
    pub identification: Personal<Identification>,
    /// Kind and issuer of the recorded document, and nothing else of it.
    pub document_model: Option<(DocumentKind, IssuerCode)>,
    /// The decision, once taken.
    pub decision: Option<Decision>,
    /// Language of the person, with the consent.
    pub consent_language: Option<Language>,
    /// The consent, given or withdrawn.
    pub consent: Option<Consent>,
    /// Whether a consent of the same person stands that can be withdrawn here; on the page of the
    /// proof.
    pub consent_stands: bool,
    /// Name of who heard it; on the page of the proof.
    pub consent_officer: Option<Personal<StaffName>>,
    /// Contact points that were not replaced.
    pub contacts: Vec<ContactView>,
    /// The invitation.
    pub invitation: Option<InvitationView>,
    /// The messages, in order.
    pub messages: Vec<MessageView>,
    /// How many keys of the identified person work.
    pub live_keys: u32,
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
        permit: Permit<'_, Self>,
    ) -> Result<Audited<RegistrationView>, Failure> {
        let registration = super::registration(tx, self.registration).await?;
        let is_own = registration.dossier().officer == permit.staff()?.staff;
        // Before link and code are out, a dossier is one officer's work: a colleague sees where it
        // stands and can take it over, and nothing of the person.
        let one_officers = matches!(
            registration.state(),
            StateCode::Opened | StateCode::Identified | StateCode::Contactable
        );
        if one_officers && !is_own && !self.page.fields().is_empty() {
            return Err(Refusal::OtherOfficer.into());
        }
        let view = self.read(tx, registration, is_own).await?;
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
        is_own: bool,
    ) -> Result<RegistrationView, Failure> {
        let id = self.registration;
        let shows_person = matches!(self.page, Page::Person | Page::Comparison | Page::Review);
        let shows_contacts = matches!(self.page, Page::Contact | Page::Review);
        let person = tables::registration::person(&mut tx.view(), id).await?;
        let person_found = person.is_some();
        let today = tx.now().belgian_day();
        let may_have_key = person.as_ref().is_some_and(|p| tx.open(p).hindrance(today).is_none());
        let dossier = registration.dossier().clone();
        let officer = tables::staff::name(&mut tx.view(), dossier.officer).await?;
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
        let model = seen.document.as_ref().map(|document| (document.kind(), document.issuer()));
        if self.page != Page::Comparison {
            seen.document = None;
        }
        let consent = tables::consent::load(&mut tx.view(), id).await?;
        let heard = consent.as_ref().and_then(|consent| consent.officer);
        Ok(RegistrationView {
            document_model: model,
            consent_officer: match heard.filter(|_| self.page == Page::Consent) {
                Some(officer) => tables::staff::name(&mut tx.view(), officer).await?,
                None => None,
            },
            consent_stands: match self.page {
                Page::Consent => self.consent_stands(tx, &registration).await?,
                Page::Status
                | Page::Person
                | Page::Hits
                | Page::Checks
                | Page::Comparison
                | Page::Contact
                | Page::Review => false,
            },
            consent,
            officer: officer.ok_or(Refusal::NotFound)?,
            is_own,
            listed: tables::search::latest(&mut tx.view(), id).await?.is_some(),
            may_ask: calls_left(tx, id).await? > 0
                && tables::question::count(&mut tx.view(), id).await? < QUESTIONS,
            looking: looking(tx, id, question.is_some(), self.page).await?,
            refused_before: match (
                self.page,
                tables::registration::person_id(&mut tx.view(), id).await?,
            ) {
                (Page::Person, Some(person)) => refused_before(tx, person, &dossier).await?,
                _ => None,
            },
            circumstances: tables::visit::circumstances(&mut tx.view(), id).await?,
            second_check: tables::second_check::open_of(&mut tx.view(), id).await?,
            allowed: allowed(tx, &dossier).await?,
            reported: tables::visit::is_reported(&mut tx.view(), id).await?,
            dossier,
            state: registration.state(),
            end_reason: tables::registration::end_reason(&mut tx.view(), id).await?,
            answer: question.and_then(|q| q.outcome),
            person_found,
            may_have_key,
            person: person.filter(|_| shows_person),
            replaced_by,
            procedure: tables::registration::procedure(&mut tx.view(), id).await?,
            identification: Personal::new(seen),
            decision: decision(&registration).cloned(),
            consent_language: tables::contact::consent_language(&mut tx.view(), id).await?,
            contacts: contacts(tx, id, shows_contacts).await?,
            invitation: invitation(tx, &registration).await?,
            messages: messages(tx, id).await?,
            live_keys: live_keys(tx, &registration).await?,
        })
    }
}

impl ViewRegistration {
    /// Whether withdrawing would withdraw anything: here, or once the person is identified, at any
    /// other visit.
    async fn consent_stands(
        &self,
        tx: &mut Tx<'_>,
        registration: &Registration,
    ) -> Result<bool, Failure> {
        let view = &mut tx.view();
        if tables::contact::consent_language(view, self.registration).await?.is_some() {
            return Ok(true);
        }
        match tables::registration::person_id(view, self.registration).await? {
            Some(person) if decision(registration).is_some() => {
                Ok(!tables::consent::of_person(view, person).await?.is_empty())
            }
            Some(_) | None => Ok(false),
        }
    }
}

//! Opens a registration and keeps the intent to ask the register, before any call (SEED-05, 39):
//! by number, by a document in hand that is verified first, or by name and date of birth.

use loket_domain::audit::Event;
use loket_domain::comparison::Explanation;
use loket_domain::id::RegistrationId;
use loket_domain::policy::Action;
use loket_domain::register::{Criteria, Shown};
use loket_domain::registration::{Dossier, Opened, VisitReason};
use loket_domain::{Refusal, Ssin};
use loket_store::{Audited, Command, Failure, Permit, Scope, Tx, keeps_answer, tables};
use serde::{Deserialize, Serialize};

use super::ask_register::{Asked, ask};
use super::explain_delay::unexplained;
use super::search_register::{AskedSearch, search};
use super::verify_document::{AskedVerification, verify};
use crate::look_up_limits::LOOK_UPS_AN_HOUR;

/// How the person is looked up.
#[derive(Debug, Serialize)]
pub enum Wanted {
    /// By the number that the person gives.
    Number(Ssin),
    /// By number and the document in the officer's hand: verified before anything is told.
    Document(Ssin, Shown),
    /// By name and date of birth.
    Name(Criteria),
}

/// Opens a registration.
#[derive(Debug, Serialize)]
pub struct OpenRegistration {
    /// How the person is looked up.
    pub wanted: Wanted,
    /// Why the person comes.
    pub reason: VisitReason,
    /// Why there are so many look-ups this hour, once that was asked.
    pub many: Option<Explanation>,
}

/// What is to be asked of the register.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum ToAsk {
    /// A person.
    Person(Asked),
    /// Whether a document belongs to a number.
    Verification(AskedVerification),
    /// Who has this name.
    Search(AskedSearch),
}

impl ToAsk {
    /// How much the officer looked up within the hour before.
    const fn look_ups(&self) -> u32 {
        match self {
            Self::Person(asked) => asked.look_ups(),
            Self::Verification(verification) => verification.asked.look_ups(),
            Self::Search(asked) => asked.look_ups(),
        }
    }
}

/// A registration was opened and its question kept.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Begun {
    /// The registration.
    pub registration: RegistrationId,
    /// The question to ask.
    pub ask: ToAsk,
}

impl OpenRegistration {
    /// What tells of unusually many look-ups; a reason is asked first.
    fn why_so_many(&self, look_ups: u32) -> Result<Option<Event>, Refusal> {
        match &self.many {
            None if look_ups >= LOOK_UPS_AN_HOUR => Err(Refusal::TooManyLookUps),
            Some(words) if look_ups >= LOOK_UPS_AN_HOUR => Ok(Some(Event::ManyLookUpsExplained {
                look_ups,
                explanation: words.as_str().to_owned(),
            })),
            _ => Ok(None),
        }
    }
}

impl Command for OpenRegistration {
    type Output = Begun;
    const ACTION: Action = Action::OpenRegistration;
    keeps_answer!();

    fn scope(&self) -> Scope {
        Scope::NONE
    }

    async fn apply(
        &self,
        tx: &mut Tx<'_>,
        permit: Permit<'_, Self>,
    ) -> Result<Audited<Begun>, Failure> {
        let staff = permit.staff()?;
        let now = permit.now();
        if !unexplained(tx, staff).await?.is_empty() {
            return Err(Refusal::DelayUnexplained.into());
        }
        let year = u16::try_from(now.belgian_day().year()).map_err(|_| Refusal::InvalidInput)?;
        let opened = Opened {
            dossier: Dossier {
                id: tx.new_id()?,
                reference: tables::registration::next_reference(tx, year).await?,
                organisation: staff.organisation,
                officer: staff.staff,
                reason: self.reason,
                opened_at: now,
            },
            person: None,
        };
        tables::registration::insert(tx, &opened).await?;
        let (ask, event) = match &self.wanted {
            Wanted::Number(ssin) => {
                let (asked, event) = ask(tx, staff, &opened, *ssin).await?;
                (ToAsk::Person(asked), event)
            }
            Wanted::Document(ssin, shown) => {
                let (asked, event) = verify(tx, staff, &opened, *ssin, shown).await?;
                (ToAsk::Verification(asked), event)
            }
            Wanted::Name(criteria) => {
                let (asked, event) = search(tx, staff, &opened, criteria).await?;
                (ToAsk::Search(asked), event)
            }
        };
        let many = self.why_so_many(ask.look_ups())?;
        let first =
            Event::RegistrationOpened { reference: opened.dossier.reference, reason: self.reason };
        let registration = opened.dossier.id;
        let more: Vec<Event> = [Some(event), many].into_iter().flatten().collect();
        let person = match &ask {
            ToAsk::Person(asked) => Some(asked.person()),
            ToAsk::Verification(verification) => Some(verification.asked.person()),
            ToAsk::Search(_) => None,
        };
        let audited = Audited::new(Begun { registration, ask }, first, more).on(registration);
        Ok(match person {
            Some(person) => audited.of(person),
            None => audited,
        })
    }
}

//! Keeps the intent to ask a register: who, whom, why (DESIGN section 3). The call follows outside
//! the transaction; `RecordAnswer` keeps what came back.

use loket_domain::audit::Event;
use loket_domain::id::{OrganisationId, PersonId, QuestionId, RegistrationId, StaffId};
use loket_domain::office::StaffFacts;
use loket_domain::policy::Action;
use loket_domain::register::{Question, RegisterName};
use loket_domain::registration::Opened;
use loket_domain::{Refusal, Ssin};
use loket_store::{Audited, Command, Failure, Permit, Scope, Tx, keeps_answer, tables};
use serde::{Deserialize, Serialize};

use crate::look_up_limits::{QUESTIONS, admit};

/// Asks again in an open registration, with the number asked before, or with the one whose document
/// was found to belong to it.
#[derive(Debug, Serialize)]
pub struct AskRegister {
    /// In which registration.
    pub registration: RegistrationId,
}

/// A question that is kept and may be asked now.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Asked {
    /// Our ticket.
    pub id: QuestionId,
    registration: RegistrationId,
    officer: StaffId,
    organisation: OrganisationId,
    enterprise_number: String,
    registers: Vec<RegisterName>,
    ssin: Ssin,
    /// Whose number that is, as far as we know it.
    person: PersonId,
    /// Steps of waiting before the call.
    slowed: u32,
    /// How much the officer looked up within the hour before.
    #[serde(skip)]
    look_ups: u32,
}

impl Asked {
    /// How many steps the call waits, since the officer asks so fast.
    pub const fn slowed(&self) -> u32 {
        self.slowed
    }

    pub(crate) const fn look_ups(&self) -> u32 {
        self.look_ups
    }

    /// Whom the events are about: they are found by it even when no register answers.
    pub(crate) const fn person(&self) -> PersonId {
        self.person
    }

    /// As the register client wants it.
    pub fn question(&self) -> Question {
        Question {
            id: self.id,
            registration: self.registration,
            officer: self.officer,
            organisation: self.organisation,
            enterprise_number: self.enterprise_number.clone(),
            registers: self.registers.clone(),
            ssin: self.ssin,
        }
    }
}

impl Command for AskRegister {
    type Output = Asked;
    const ACTION: Action = Action::AskRegister;
    keeps_answer!();

    fn scope(&self) -> Scope {
        Scope::registration(self.registration)
    }

    async fn apply(
        &self,
        tx: &mut Tx<'_>,
        permit: Permit<'_, Self>,
    ) -> Result<Audited<Asked>, Failure> {
        let opened = super::opened(tx, self.registration).await?;
        if opened.person.is_some() {
            return Err(Refusal::WrongStep.into());
        }
        let ssin = number(tx, self.registration).await?.ok_or(Refusal::WrongStep)?;
        let (asked, event) = ask(tx, permit.staff()?, &opened, ssin).await?;
        let person = asked.person;
        Ok(Audited::new(asked, event, []).of(person))
    }
}

/// The number that may be asked: the one asked before, or the one of a document that matched.
async fn number(tx: &mut Tx<'_>, id: RegistrationId) -> Result<Option<Ssin>, Failure> {
    if let Some(before) = tables::question::latest(&mut tx.view(), id).await? {
        return Ok(Some(*tx.open(&before.number)));
    }
    let verified = tables::verification::latest(&mut tx.view(), id).await?;
    let matched = verified.filter(|v| v.outcome.as_deref() == Some("match"));
    Ok(matched.map(|v| *tx.open(&v.number)))
}

/// Keeps a question; refuses the officer's own number, and more people than a registration needs.
pub(crate) async fn ask(
    tx: &mut Tx<'_>,
    staff: &StaffFacts,
    opened: &Opened,
    ssin: Ssin,
) -> Result<(Asked, Event), Failure> {
    let (asked, before) = addressed(tx, staff, opened, ssin).await?;
    if before >= QUESTIONS {
        return Err(Refusal::TooManyQuestions.into());
    }
    tables::question::insert(tx, asked.id, opened.dossier.id, staff.staff, &ssin).await?;
    let event = Event::RegisterAsked {
        question: asked.id,
        registers: asked.registers.clone(),
        purpose: opened.dossier.reason.code().to_owned(),
        ssin,
    };
    Ok((asked, event))
}

/// Who asks about whom, for what right, at which registers, and how many people the registration asked
/// for by number before; nothing is kept yet.
pub(crate) async fn addressed(
    tx: &mut Tx<'_>,
    staff: &StaffFacts,
    opened: &Opened,
    ssin: Ssin,
) -> Result<(Asked, u32), Failure> {
    let whose = tables::staff::whose(&mut tx.view(), staff.staff, &ssin).await?;
    if whose.is_own {
        return Err(Refusal::OwnNumber.into());
    }
    let admitted = admit(tx, staff.staff, opened.dossier.id).await?;
    let asked = Asked {
        id: tx.new_id()?,
        person: match whose.person {
            Some(known) => known,
            None => tables::person::insert(tx, &ssin).await?,
        },
        slowed: admitted.slowed,
        look_ups: admitted.look_ups,
        registration: opened.dossier.id,
        officer: staff.staff,
        organisation: staff.organisation,
        enterprise_number: staff.enterprise_number.as_str().to_owned(),
        registers: staff.open_registers(tx.now()),
        ssin,
    };
    Ok((asked, admitted.questions))
}

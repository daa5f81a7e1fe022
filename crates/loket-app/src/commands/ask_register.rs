//! Keeps the intent to ask a register: who, whom, why (DESIGN section 3). The call follows outside
//! the transaction; `RecordAnswer` keeps what came back.

use loket_domain::audit::Event;
use loket_domain::id::{OrganisationId, QuestionId, RegistrationId, StaffId};
use loket_domain::office::StaffFacts;
use loket_domain::policy::Action;
use loket_domain::register::{Question, RegisterName};
use loket_domain::registration::Opened;
use loket_domain::{Refusal, Ssin};
use loket_store::{Audited, Command, Failure, Permit, Scope, Tx, keeps_answer, tables};
use serde::{Deserialize, Serialize};

/// Look-ups an hour and officer (DESIGN section 8).
pub const LOOK_UPS_AN_HOUR: u32 = 60;

/// Asks again in an open registration, with the number asked before.
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
}

impl Asked {
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
        let before = tables::question::latest(&mut tx.view(), self.registration)
            .await?
            .ok_or(Refusal::WrongStep)?;
        let ssin = *tx.open(&before.number);
        let (asked, event) = ask(tx, permit.staff()?, &opened, ssin).await?;
        Ok(Audited::new(asked, event, []))
    }
}

/// Keeps a question; refuses the officer's own number and more look-ups than a counter needs.
pub(crate) async fn ask(
    tx: &mut Tx<'_>,
    staff: &StaffFacts,
    opened: &Opened,
    ssin: Ssin,
) -> Result<(Asked, Event), Failure> {
    let now = tx.now();
    if tables::staff::is_own_number(&mut tx.view(), staff.staff, &ssin).await? {
        return Err(Refusal::OwnNumber.into());
    }
    if tables::question::count_in_hour(&mut tx.view(), staff.staff, now).await? >= LOOK_UPS_AN_HOUR
    {
        return Err(Refusal::TooManyLookUps.into());
    }
    let registers = staff.open_registers(now);
    let organisation = tables::organisation::load(&mut tx.view(), staff.organisation)
        .await?
        .ok_or(Refusal::NotFound)?;
    let id = tx.new_id()?;
    tables::question::insert(tx, id, opened.dossier.id, staff.staff, &ssin).await?;
    let event = Event::RegisterAsked {
        question: id,
        registers: registers.clone(),
        purpose: opened.dossier.reason.code().to_owned(),
        ssin,
    };
    let asked = Asked {
        id,
        registration: opened.dossier.id,
        officer: staff.staff,
        organisation: staff.organisation,
        enterprise_number: organisation.enterprise_number.as_str().to_owned(),
        registers,
        ssin,
    };
    Ok((asked, event))
}

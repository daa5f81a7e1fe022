//! Keeps the intent to search the registers by name and date of birth, in an open registration.

use loket_domain::Refusal;
use loket_domain::audit::Event;
use loket_domain::id::{OrganisationId, QuestionId, RegistrationId, StaffId};
use loket_domain::office::StaffFacts;
use loket_domain::policy::Action;
use loket_domain::register::{Criteria, RegisterName, Search};
use loket_domain::registration::Opened;
use loket_store::{Audited, Command, Failure, Permit, Scope, Tx, keeps_answer, tables};
use serde::{Deserialize, Serialize};

use crate::look_up_limits::{SEARCHES, admit};

/// Searches once more in an open registration.
#[derive(Debug, Serialize)]
pub struct SearchRegister {
    /// In which registration.
    pub registration: RegistrationId,
    /// Whom.
    pub criteria: Criteria,
}

/// A search that is kept and may be made now.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AskedSearch {
    /// Our ticket.
    pub id: QuestionId,
    registration: RegistrationId,
    officer: StaffId,
    organisation: OrganisationId,
    enterprise_number: String,
    registers: Vec<RegisterName>,
    criteria: Criteria,
    /// Steps of waiting before the call.
    slowed: u32,
    /// How much the officer looked up within the hour before.
    #[serde(skip)]
    look_ups: u32,
}

impl AskedSearch {
    /// How many steps the call waits, since the officer asks so fast.
    pub const fn slowed(&self) -> u32 {
        self.slowed
    }

    pub(crate) const fn look_ups(&self) -> u32 {
        self.look_ups
    }

    /// As the register client wants it.
    pub fn search(&self) -> Search {
        Search {
            id: self.id,
            registration: self.registration,
            officer: self.officer,
            organisation: self.organisation,
            enterprise_number: self.enterprise_number.clone(),
            registers: self.registers.clone(),
            criteria: self.criteria.clone(),
        }
    }
}

impl Command for SearchRegister {
    type Output = AskedSearch;
    const ACTION: Action = Action::SearchRegister;
    keeps_answer!();

    fn scope(&self) -> Scope {
        Scope::registration(self.registration)
    }

    async fn apply(
        &self,
        tx: &mut Tx<'_>,
        permit: Permit<'_, Self>,
    ) -> Result<Audited<AskedSearch>, Failure> {
        let opened = super::opened(tx, self.registration).await?;
        let by_name = tables::search::latest(&mut tx.view(), self.registration).await?.is_some();
        let chosen = tables::registration::procedure(&mut tx.view(), self.registration).await?;
        // Who came by a number searches in a registration of its own.
        if !by_name || chosen.is_some() {
            return Err(Refusal::WrongStep.into());
        }
        if tables::search::count(&mut tx.view(), self.registration).await? >= SEARCHES {
            return Err(Refusal::TooManySearches.into());
        }
        let (asked, event) = search(tx, permit.staff()?, &opened, &self.criteria).await?;
        Ok(Audited::new(asked, event, []))
    }
}

/// Keeps a search; what registers cannot search for never leaves.
pub(crate) async fn search(
    tx: &mut Tx<'_>,
    staff: &StaffFacts,
    opened: &Opened,
    criteria: &Criteria,
) -> Result<(AskedSearch, Event), Failure> {
    criteria.searchable().map_err(|_| Refusal::InvalidInput)?;
    let admitted = admit(tx, staff.staff, opened.dossier.id).await?;
    let asked = AskedSearch {
        id: tx.new_id()?,
        registration: opened.dossier.id,
        officer: staff.staff,
        organisation: staff.organisation,
        enterprise_number: staff.enterprise_number.as_str().to_owned(),
        registers: staff.open_registers(tx.now()),
        criteria: criteria.clone(),
        slowed: admitted.slowed,
        look_ups: admitted.look_ups,
    };
    tables::search::insert(tx, asked.id, opened.dossier.id, staff.staff, criteria).await?;
    let event = Event::RegisterSearched {
        question: asked.id,
        registers: asked.registers.clone(),
        purpose: opened.dossier.reason.code().to_owned(),
        criteria: criteria.clone(),
    };
    Ok((asked, event))
}

//! Chooses the identification procedure; the version in force today is fixed with the registration
//! (SEED-16). Choosing anew starts the identification over. Nobody is identified who gets no key.

use std::sync::Arc;

use loket_domain::Refusal;
use loket_domain::audit::Event;
use loket_domain::id::RegistrationId;
use loket_domain::policy::Action;
use loket_domain::procedure::Procedures;
use loket_store::tables::identification::{self, Identification};
use loket_store::{Audited, Command, Failure, Permit, Scope, Tx, keeps_answer, tables};
use serde::Serialize;

use crate::identifying::Identifying;

/// Chooses the procedure.
#[derive(Debug, Serialize)]
pub struct ChooseProcedure {
    /// In which registration.
    pub registration: RegistrationId,
    /// Id of the procedure.
    pub procedure: String,
    /// The procedures of this installation.
    #[serde(skip)]
    pub procedures: Arc<Procedures>,
}

impl Command for ChooseProcedure {
    type Output = ();
    const ACTION: Action = Action::ChooseProcedure;
    keeps_answer!();

    fn scope(&self) -> Scope {
        Scope::registration(self.registration)
    }

    async fn apply(
        &self,
        tx: &mut Tx<'_>,
        permit: Permit<'_, Self>,
    ) -> Result<Audited<()>, Failure> {
        let opened = super::opened(tx, self.registration).await?;
        let now = permit.now();
        let today = now.belgian_day();
        let person = tables::registration::person(&mut tx.view(), self.registration)
            .await?
            .ok_or(Refusal::PersonNotFound)?;
        if let Some(refusal) = tx.open(&person).hindrance(today) {
            return Err(refusal.into());
        }
        if tables::registration::procedure(&mut tx.view(), self.registration).await?.is_some() {
            Identifying::load(tx, self.registration, &self.procedures).await?.goes_on()?;
        }
        let organisation = opened.dossier.organisation;
        let allowed = tables::visit::allowed_procedures(&mut tx.view(), organisation, now).await?;
        let procedure = self
            .procedures
            .offered(today, &allowed)
            .into_iter()
            .find(|p| p.id.as_str() == self.procedure)
            .ok_or(Refusal::ProcedureNotInForce)?;
        let version = procedure.version;
        tables::registration::set_procedure(tx, &opened, &self.procedure, version).await?;
        tables::second_check::close_of(tx, self.registration).await?;
        identification::save(tx, self.registration, &Identification::default()).await?;
        let event = Event::ProcedureChosen { procedure: self.procedure.clone(), version };
        Ok(Audited::new((), event, []))
    }
}

//! Allows an organisation a procedure that is not offered to all, such as the one by video.

use std::sync::Arc;

use loket_domain::audit::Event;
use loket_domain::id::OrganisationId;
use loket_domain::policy::Action;
use loket_domain::procedure::Procedures;
use loket_domain::{Refusal, Timestamp};
use loket_store::{Audited, Command, Failure, Permit, Scope, Tx, keeps_answer, tables};
use serde::Serialize;

/// Allows it.
#[derive(Debug, Serialize)]
pub struct AllowProcedure {
    /// To which organisation.
    pub organisation: OrganisationId,
    /// Which procedure, in all its versions.
    pub procedure: String,
    /// Until when, exclusive; now for taking the permission back.
    pub until: Timestamp,
    /// Why.
    pub reason: String,
    /// The procedures of this installation.
    #[serde(skip)]
    pub procedures: Arc<Procedures>,
}

impl Command for AllowProcedure {
    type Output = ();
    const ACTION: Action = Action::AllowProcedure;
    keeps_answer!();

    fn scope(&self) -> Scope {
        Scope::organisation(self.organisation)
    }

    async fn apply(
        &self,
        tx: &mut Tx<'_>,
        permit: Permit<'_, Self>,
    ) -> Result<Audited<()>, Failure> {
        let from = permit.now();
        let known = self.procedures.all().iter().any(|p| p.id.as_str() == self.procedure);
        if !known || self.reason.trim().is_empty() {
            return Err(Refusal::InvalidInput.into());
        }
        if tables::organisation::load(&mut tx.view(), self.organisation).await?.is_none() {
            return Err(Refusal::NotFound.into());
        }
        let until = self.until.max(from);
        tables::visit::allow_procedure(tx, self.organisation, &self.procedure, from, until).await?;
        let event = Event::ProcedureAllowed {
            organisation: self.organisation,
            procedure: self.procedure.clone(),
            from,
            until,
            reason: self.reason.clone(),
        };
        Ok(Audited::new((), event, []))
    }
}

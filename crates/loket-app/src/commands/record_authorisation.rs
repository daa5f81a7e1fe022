//! Records the authorisation of an organisation for one register (SEED-85, SEED-86).

use loket_domain::audit::Event;
use loket_domain::id::{AuthorisationId, OrganisationId};
use loket_domain::policy::Action;
use loket_domain::register::RegisterName;
use loket_domain::{Refusal, Timestamp};
use loket_store::tables::organisation;
use loket_store::{Audited, Command, Failure, Permit, Scope, Tx, keeps_answer};
use serde::Serialize;

/// Records an authorisation.
#[derive(Debug, Serialize)]
pub struct RecordAuthorisation {
    /// Of which organisation.
    pub organisation: OrganisationId,
    /// For which register.
    pub register: RegisterName,
    /// Reference of the decision or deliberation.
    pub reference: String,
    /// From when.
    pub from: Timestamp,
    /// Until when, exclusive.
    pub until: Option<Timestamp>,
}

impl Command for RecordAuthorisation {
    type Output = AuthorisationId;
    const ACTION: Action = Action::RecordAuthorisation;
    keeps_answer!();

    fn scope(&self) -> Scope {
        Scope::organisation(self.organisation)
    }

    async fn apply(
        &self,
        tx: &mut Tx<'_>,
        _permit: Permit<'_, Self>,
    ) -> Result<Audited<AuthorisationId>, Failure> {
        organisation::load(&mut tx.view(), self.organisation).await?.ok_or(Refusal::NotFound)?;
        if self.reference.trim().is_empty() {
            return Err(Refusal::InvalidInput.into());
        }
        if self.until.is_some_and(|until| until <= self.from) {
            return Err(Refusal::PeriodNotPossible.into());
        }
        let authorisation = tx.new_id()?;
        let reference = self.reference.trim();
        organisation::insert_authorisation(
            tx,
            authorisation,
            self.organisation,
            self.register,
            reference,
            self.from,
            self.until,
        )
        .await?;
        let event = Event::AuthorisationRecorded {
            authorisation,
            organisation: self.organisation,
            register: self.register,
            reference: reference.to_owned(),
            from: self.from,
            until: self.until,
        };
        Ok(Audited::new(authorisation, event, []))
    }
}

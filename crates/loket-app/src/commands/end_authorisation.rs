//! Ends the authorisation of an organisation for one register: that register is closed to it.

use loket_domain::audit::Event;
use loket_domain::id::OrganisationId;
use loket_domain::policy::Action;
use loket_domain::register::RegisterName;
use loket_domain::{Refusal, Timestamp};
use loket_store::tables::organisation;
use loket_store::{Audited, Command, Failure, Permit, Scope, Tx, keeps_answer};
use serde::Serialize;

/// Ends an authorisation.
#[derive(Debug, Serialize)]
pub struct EndAuthorisation {
    /// Of which organisation.
    pub organisation: OrganisationId,
    /// For which register.
    pub register: RegisterName,
    /// From when; a moment in the past becomes now.
    pub at: Timestamp,
}

impl Command for EndAuthorisation {
    type Output = ();
    const ACTION: Action = Action::EndAuthorisation;
    keeps_answer!();

    fn scope(&self) -> Scope {
        Scope::organisation(self.organisation)
    }

    async fn apply(
        &self,
        tx: &mut Tx<'_>,
        permit: Permit<'_, Self>,
    ) -> Result<Audited<()>, Failure> {
        let ends_at = self.at.max(permit.now());
        let ended =
            organisation::end_authorisations(tx, self.organisation, self.register, ends_at).await?;
        if ended == 0 {
            return Err(Refusal::AuthorisationMissing.into());
        }
        let event = Event::AuthorisationEnded {
            organisation: self.organisation,
            register: self.register,
            ends_at,
        };
        Ok(Audited::new((), event, []))
    }
}

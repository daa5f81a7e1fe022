//! Ends an agreement; access stops at that moment (SEED-04, SEED-20).

use loket_domain::audit::Event;
use loket_domain::id::OrganisationId;
use loket_domain::policy::Action;
use loket_domain::{Refusal, Timestamp};
use loket_store::tables::organisation;
use loket_store::{Audited, Command, Failure, Permit, Scope, Tx, keeps_answer};
use serde::Serialize;

/// Ends the open agreement of an organisation.
#[derive(Debug, Serialize)]
pub struct EndAgreement {
    /// Of which organisation.
    pub organisation: OrganisationId,
    /// From when; a moment in the past becomes now.
    pub at: Timestamp,
    /// Why.
    pub reason: String,
}

impl Command for EndAgreement {
    type Output = ();
    const ACTION: Action = Action::EndAgreement;
    keeps_answer!();

    fn scope(&self) -> Scope {
        Scope::organisation(self.organisation)
    }

    async fn apply(
        &self,
        tx: &mut Tx<'_>,
        _permit: Permit<'_, Self>,
    ) -> Result<Audited<()>, Failure> {
        if self.reason.trim().is_empty() {
            return Err(Refusal::InvalidInput.into());
        }
        let now = tx.now();
        let agreement = organisation::open_agreement(&mut tx.view(), self.organisation, now)
            .await?
            .ok_or(Refusal::AgreementMissing)?;
        let ends_at = self.at.max(now);
        organisation::end_agreement(tx, agreement, ends_at, self.reason.trim()).await?;
        let event = Event::AgreementEnded {
            agreement,
            organisation: self.organisation,
            ends_at,
            reason: self.reason.trim().to_owned(),
        };
        Ok(Audited::new((), event, []))
    }
}

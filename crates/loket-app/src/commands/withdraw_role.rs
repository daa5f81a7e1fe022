//! Withdraws a role; the holder's next request is refused (SEED-49).

use loket_domain::Refusal;
use loket_domain::audit::Event;
use loket_domain::id::{OrganisationId, RoleId};
use loket_domain::policy::Action;
use loket_store::{Audited, Command, Failure, Permit, Scope, Tx, keeps_answer, tables};
use serde::Serialize;

/// Withdraws a role.
#[derive(Debug, Serialize)]
pub struct WithdrawRole {
    /// At which organisation.
    pub organisation: OrganisationId,
    /// Which.
    pub role: RoleId,
    /// Why.
    pub reason: String,
}

impl Command for WithdrawRole {
    type Output = ();
    const ACTION: Action = Action::WithdrawRole;
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
        let role = tables::staff::role(&mut tx.view(), self.role)
            .await?
            .filter(|role| role.organisation == self.organisation)
            .ok_or(Refusal::NotFound)?;
        if role.grant.withdrawn_at.is_some() {
            return Err(Refusal::RoleWithdrawn.into());
        }
        tables::staff::withdraw_role(tx, self.role).await?;
        let event = Event::RoleWithdrawn {
            role: self.role,
            staff: role.staff,
            organisation: self.organisation,
            reason: self.reason.trim().to_owned(),
        };
        Ok(Audited::new((), event, []))
    }
}

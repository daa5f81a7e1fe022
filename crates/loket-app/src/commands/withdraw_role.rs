//! Withdraws a role; with the last one at an organisation its holder is signed out there everywhere
//! (SEED-49).

use loket_domain::Refusal;
use loket_domain::Timestamp;
use loket_domain::audit::Event;
use loket_domain::caller::SessionEndReason::RoleLost;
use loket_domain::id::{OrganisationId, RoleId, StaffId};
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
        let ended = sign_out_everywhere(tx, role.staff, self.organisation).await?;
        Ok(Audited::new((), event, ended))
    }
}

/// Ends the sessions of somebody who has no valid role left at an organisation.
async fn sign_out_everywhere(
    tx: &mut Tx<'_>,
    staff: StaffId,
    organisation: OrganisationId,
) -> Result<Vec<Event>, Failure> {
    let now = tx.now();
    let roles = tables::staff::roles_of(&mut tx.view(), staff).await?;
    let may_stay = roles.iter().any(|role| {
        role.organisation == organisation
            && role.grant.withdrawn_at.is_none()
            && role.grant.until > now
    });
    if may_stay {
        return Ok(Vec::new());
    }
    let mut events = Vec::new();
    let ever = Timestamp::from_micros(0);
    for session in tables::session::open_of(&mut tx.view(), staff, ever).await? {
        if session.organisation == organisation
            && tables::session::end_because(tx, session.id, RoleLost).await?
        {
            events.push(Event::SessionEnded { session: session.id, reason: RoleLost });
        }
    }
    Ok(events)
}

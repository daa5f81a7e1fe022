//! Hands a registration to a colleague, or takes one over from a colleague. Both are named.

use loket_domain::Refusal;
use loket_domain::audit::Event;
use loket_domain::id::{RegistrationId, StaffId};
use loket_domain::office::RoleKind;
use loket_domain::policy::Action;
use loket_store::{Audited, Command, Failure, Permit, Scope, Tx, keeps_answer, tables};
use serde::Serialize;

/// Hands over.
#[derive(Debug, Serialize)]
pub struct HandOverRegistration {
    /// Which.
    pub registration: RegistrationId,
    /// To whom; oneself for taking it over.
    pub to: StaffId,
}

impl Command for HandOverRegistration {
    type Output = ();
    const ACTION: Action = Action::HandOverRegistration;
    keeps_answer!();

    fn scope(&self) -> Scope {
        Scope::registration(self.registration)
    }

    async fn apply(
        &self,
        tx: &mut Tx<'_>,
        permit: Permit<'_, Self>,
    ) -> Result<Audited<()>, Failure> {
        let staff = permit.staff()?;
        let from = super::registration(tx, self.registration).await?.dossier().officer;
        if from != staff.staff && self.to != staff.staff {
            return Err(Refusal::OtherOfficer.into());
        }
        if tables::staff::is_about(&mut tx.view(), self.to, self.registration).await? {
            return Err(Refusal::OwnDossier.into());
        }
        let now = permit.now();
        let roles = tables::staff::roles_at(&mut tx.view(), staff.organisation).await?;
        let at_work = roles.iter().any(|role| {
            let grant = &role.grant;
            role.staff == self.to
                && grant.kind == RoleKind::Officer
                && grant.from <= now
                && now < grant.until
                && grant.withdrawn_at.is_none_or(|at| at > now)
        });
        if !at_work {
            return Err(Refusal::ColleagueUnknown.into());
        }
        if from == self.to
            || !tables::visit::hand_over(tx, self.registration, from, self.to).await?
        {
            return Err(Refusal::WrongStep.into());
        }
        tables::second_check::close_of(tx, self.registration).await?;
        Ok(Audited::new((), Event::RegistrationHandedOver { from, to: self.to }, []))
    }
}

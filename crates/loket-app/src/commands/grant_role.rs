//! Gives a role for a period (SEED-21, 30, 31, 45): never to oneself, never for longer than
//! twelve months, to permanent staff only; officers need a training of the last twelve months.

use std::time::Duration;

use loket_domain::audit::Event;
use loket_domain::id::{OrganisationId, RoleId};
use loket_domain::office::{Employment, RoleKind};
use loket_domain::policy::{Action, TRAINING_COUNTS};
use loket_domain::{Refusal, Ssin, Timestamp};
use loket_store::tables::staff::{self, NewRole, StaffName};
use loket_store::{Audited, Command, Failure, Permit, Scope, Tx, keeps_answer, tables};
use serde::Serialize;

/// Twelve months and the day on which they end.
const LONGEST: Duration = Duration::from_secs(367 * 24 * 3600);

/// Gives a role.
#[derive(Serialize)]
pub struct GrantRole {
    /// At which organisation.
    pub organisation: OrganisationId,
    /// Number of the member of staff, as on the card.
    pub ssin: Ssin,
    /// Name of the member of staff.
    pub name: StaffName,
    /// Which role.
    pub kind: RoleKind,
    /// How employed.
    pub employment: Employment,
    /// From when.
    pub from: Timestamp,
    /// Until when, exclusive.
    pub until: Timestamp,
    /// Last training, compulsory for officers.
    pub trained_at: Option<Timestamp>,
}

impl Command for GrantRole {
    type Output = RoleId;
    const ACTION: Action = Action::GrantRole;
    keeps_answer!();

    fn scope(&self) -> Scope {
        Scope::organisation(self.organisation)
    }

    async fn apply(
        &self,
        tx: &mut Tx<'_>,
        permit: Permit<'_, Self>,
    ) -> Result<Audited<RoleId>, Failure> {
        tables::organisation::load(&mut tx.view(), self.organisation)
            .await?
            .ok_or(Refusal::NotFound)?;
        self.check(permit.now())?;
        let known = staff::by_number(&mut tx.view(), &self.ssin).await?;
        if let (Some(granter), Some(holder)) = (permit.staff_if_any(), known)
            && granter.staff == holder
        {
            return Err(Refusal::OwnRole.into());
        }
        let holder = if let Some(holder) = known {
            holder
        } else {
            let id = tx.new_id()?;
            staff::insert(tx, id, &self.ssin, &self.name).await?;
            id
        };
        let role = NewRole {
            id: tx.new_id()?,
            staff: holder,
            organisation: self.organisation,
            kind: self.kind,
            employment: self.employment,
            from: self.from,
            until: self.until,
            trained_at: self.trained_at,
        };
        staff::insert_role(tx, &role).await?;
        let event = Event::RoleGranted {
            role: role.id,
            staff: holder,
            organisation: self.organisation,
            role_kind: self.kind,
            employment: self.employment,
            from: self.from,
            until: self.until,
        };
        Ok(Audited::new(role.id, event, []))
    }
}

impl GrantRole {
    fn check(&self, now: Timestamp) -> Result<(), Refusal> {
        // A subcontractor's staff needs a prior approval, for which there is no desk yet: refuse.
        if self.employment != Employment::Permanent {
            return Err(Refusal::EmploymentNotPermanent);
        }
        if self.until <= self.from || self.until <= now || self.until.since(self.from) > LONGEST {
            return Err(Refusal::PeriodNotPossible);
        }
        let trained = self.trained_at.is_some_and(|at| at <= now && at.plus(TRAINING_COUNTS) > now);
        if self.kind == RoleKind::Officer && !trained {
            return Err(Refusal::TrainingExpired);
        }
        let name = [&self.name.given_names, &self.name.surname];
        if name.into_iter().any(|part| part.chars().count() > 300) {
            return Err(Refusal::InvalidInput);
        }
        Ok(())
    }
}

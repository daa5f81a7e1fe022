//! Says why a registration was left without a result for half an hour. Until then the officer opens
//! no other: a look-up that leads nowhere is accounted for while it is remembered (SEED-39).

use std::time::Duration;

use loket_domain::audit::Event;
use loket_domain::id::RegistrationId;
use loket_domain::office::StaffFacts;
use loket_domain::policy::Action;
use loket_domain::registration::{DelayReason, WITHOUT_RESULT};
use loket_domain::{Refusal, Timestamp};
use loket_store::tables::registration::Listed;
use loket_store::{Audited, Command, Failure, Permit, Scope, Tx, keeps_answer, tables};
use serde::Serialize;

/// What is older than this is no longer asked for; it counts for the reviewer all the same.
const REMEMBERED: Duration = Duration::from_hours(7 * 24);

/// Says why.
#[derive(Debug, Serialize)]
pub struct ExplainDelay {
    /// Of which registration.
    pub registration: RegistrationId,
    /// Why.
    pub reason: DelayReason,
}

impl Command for ExplainDelay {
    type Output = ();
    const ACTION: Action = Action::ExplainDelay;
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
        let asked = unexplained(tx, staff).await?;
        let of = asked.iter().find(|listed| listed.id == self.registration);
        let opened_at = of.ok_or(Refusal::WrongStep)?.opened_at;
        let kept = tables::visit::explain_delay(
            tx,
            self.registration,
            staff.organisation,
            staff.staff,
            self.reason,
        );
        if !kept.await? {
            return Err(Refusal::WrongStep.into());
        }
        Ok(Audited::new((), Event::DelayExplained { reason: self.reason, opened_at }, []))
    }
}

/// The registrations of an officer that must be accounted for.
pub(crate) async fn unexplained(
    tx: &mut Tx<'_>,
    staff: &StaffFacts,
) -> Result<Vec<Listed>, Failure> {
    let now = tx.now();
    Ok(unexplained_at(&mut tx.view(), staff, now).await?)
}

/// The same for the desk, which only reads.
pub(crate) async fn unexplained_at(
    view: &mut tables::View<'_>,
    staff: &StaffFacts,
    now: Timestamp,
) -> Result<Vec<Listed>, loket_store::StoreError> {
    let (from, before) = (now.minus(REMEMBERED), now.minus(WITHOUT_RESULT));
    tables::visit::unexplained(view, staff.organisation, staff.staff, from, before).await
}

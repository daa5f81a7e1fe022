//! Lifts a hold: its events go with the others from now on.

use loket_domain::Refusal;
use loket_domain::audit::Event;
use loket_domain::id::HoldId;
use loket_domain::policy::Action;
use loket_store::log::holds;
use loket_store::{Audited, Command, Failure, Permit, Scope, Tx};
use serde::Serialize;

use crate::approval::reason_of;

/// Lifts a hold.
#[derive(Debug, Serialize)]
pub struct LiftAuditHold {
    /// Which.
    pub hold: HoldId,
    /// Why.
    pub reason: String,
}

impl Command for LiftAuditHold {
    type Output = ();
    const ACTION: Action = Action::LiftAuditHold;

    fn scope(&self) -> Scope {
        Scope::NONE
    }

    async fn apply(
        &self,
        tx: &mut Tx<'_>,
        _permit: Permit<'_, Self>,
    ) -> Result<Audited<()>, Failure> {
        let reason = reason_of(&self.reason)?;
        if !holds::lift(tx, self.hold).await? {
            return Err(Refusal::NotFound.into());
        }
        Ok(Audited::new((), Event::AuditHoldLifted { hold: self.hold, reason }, []))
    }
}

//! Places a hold: the events of a registration, or of a period, may not go before they were exported.

use loket_domain::Refusal;
use loket_domain::audit::Event;
use loket_domain::id::HoldId;
use loket_domain::policy::Action;
use loket_store::log::holds::{self, HoldScope};
use loket_store::{Audited, Command, Failure, Permit, Scope, Tx};
use serde::Serialize;

use crate::approval::reason_of;

/// Places a hold.
#[derive(Debug, Serialize)]
pub struct PlaceAuditHold {
    /// What it is over.
    pub over: HoldScope,
    /// Why: which investigation, by whose order.
    pub reason: String,
}

impl Command for PlaceAuditHold {
    type Output = HoldId;
    const ACTION: Action = Action::PlaceAuditHold;

    fn scope(&self) -> Scope {
        Scope::NONE
    }

    async fn apply(
        &self,
        tx: &mut Tx<'_>,
        _permit: Permit<'_, Self>,
    ) -> Result<Audited<HoldId>, Failure> {
        let reason = reason_of(&self.reason)?;
        let HoldScope { registration, period } = self.over;
        let backwards = period.is_some_and(|(from, until)| until <= from);
        if backwards || (registration.is_none() && period.is_none()) {
            return Err(Refusal::InvalidInput.into());
        }
        let hold: HoldId = tx.new_id()?;
        holds::place_hold(tx, hold, &self.over).await?;
        let event = Event::AuditHoldPlaced {
            hold,
            registration,
            from: period.map(|(from, _)| from),
            until: period.map(|(_, until)| until),
            reason,
        };
        Ok(Audited::new(hold, event, []))
    }
}

//! Records that the events of a hold were exported up to a place: a purge of what lies below may go on.

use loket_domain::Refusal;
use loket_domain::audit::Event;
use loket_domain::id::HoldId;
use loket_domain::policy::Action;
use loket_store::log::holds;
use loket_store::{Audited, Command, Failure, Permit, Scope, Tx};
use serde::Serialize;

/// What was exported.
#[derive(Debug, Serialize)]
pub struct RecordHoldExport {
    /// Which hold.
    pub hold: HoldId,
    /// How many events.
    pub events: u64,
    /// Size of the checkpoint under which they were proved: every held event below it was exported.
    pub size: u64,
}

impl Command for RecordHoldExport {
    type Output = ();
    const ACTION: Action = Action::RecordHoldExport;

    fn scope(&self) -> Scope {
        Scope::NONE
    }

    async fn apply(
        &self,
        tx: &mut Tx<'_>,
        _permit: Permit<'_, Self>,
    ) -> Result<Audited<()>, Failure> {
        let Self { hold, events, size } = *self;
        if !holds::exported(tx, hold, size).await? {
            return Err(Refusal::NotFound.into());
        }
        Ok(Audited::new((), Event::AuditHoldExported { hold, events, size }, []))
    }
}

//! Ends a session: another one of one's own, or one whose card is no longer good.

use loket_domain::Refusal;
use loket_domain::audit::Event;
use loket_domain::caller::SessionEndReason;
use loket_domain::id::SessionId;
use loket_domain::policy::Action;
use loket_store::{Audited, Command, Failure, Permit, Scope, Tx, keeps_answer, tables};
use serde::Serialize;

/// Ends the session.
#[derive(Debug, Serialize)]
pub struct EndSession {
    /// Which.
    pub session: SessionId,
    /// Why.
    pub reason: SessionEndReason,
}

impl Command for EndSession {
    type Output = ();
    const ACTION: Action = Action::EndSession;
    keeps_answer!();

    fn scope(&self) -> Scope {
        Scope::NONE
    }

    async fn apply(
        &self,
        tx: &mut Tx<'_>,
        permit: Permit<'_, Self>,
    ) -> Result<Audited<()>, Failure> {
        let holder = tables::session::holder(&mut tx.view(), self.session).await?;
        if let Some(caller) = permit.staff_if_any() {
            // Of the sessions of others not even the existence is told.
            if holder != Some(caller.staff) {
                return Err(Refusal::NotFound.into());
            }
        }
        if !tables::session::end_because(tx, self.session, self.reason).await? {
            return Err(Refusal::NotFound.into());
        }
        let event = Event::SessionEnded { session: self.session, reason: self.reason };
        Ok(Audited::new((), event, []))
    }
}

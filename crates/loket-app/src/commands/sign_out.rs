//! Ends the caller's own session.

use loket_domain::audit::Event;
use loket_domain::id::SessionId;
use loket_domain::policy::Action;
use loket_store::{Audited, Command, Failure, Permit, Scope, Tx, keeps_answer, tables};
use serde::Serialize;

/// Ends the session.
#[derive(Debug, Serialize)]
pub struct SignOut {
    /// The caller's own session.
    pub session: SessionId,
}

impl Command for SignOut {
    type Output = ();
    const ACTION: Action = Action::SignOut;
    keeps_answer!();

    fn scope(&self) -> Scope {
        Scope::NONE
    }

    async fn apply(
        &self,
        tx: &mut Tx<'_>,
        _permit: Permit<'_, Self>,
    ) -> Result<Audited<()>, Failure> {
        tables::session::end(tx, self.session).await?;
        Ok(Audited::new((), Event::SignedOut { session: self.session }, []))
    }
}

//! Records start and stop of a server.

use loket_domain::audit::Event;
use loket_domain::policy::Action;
use loket_store::{Audited, Command, Failure, Permit, Scope, Store, Tx};
use serde::Serialize;

/// What a server did.
#[derive(Debug, Serialize)]
pub enum RecordServer {
    /// It started.
    Started {
        /// Version of the program.
        version: String,
    },
    /// It stopped in order.
    Stopped {
        /// Why.
        reason: String,
    },
}

impl Command for RecordServer {
    type Output = ();
    const ACTION: Action = Action::RecordServer;

    fn scope(&self) -> Scope {
        Scope::NONE
    }

    async fn apply(
        &self,
        _tx: &mut Tx<'_>,
        _permit: Permit<'_, Self>,
    ) -> Result<Audited<()>, Failure> {
        let event = match self {
            Self::Started { version } => {
                Event::ServerStarted { version: version.clone(), schema: Store::schema_version() }
            }
            Self::Stopped { reason } => Event::ServerStopped { reason: reason.clone() },
        };
        Ok(Audited::new((), event, []))
    }
}

//! Records what became of handing the state of a key over to the federal authentication service.

use std::time::Duration;

use loket_domain::Refusal;
use loket_domain::audit::Event;
use loket_domain::id::AnnouncementId;
use loket_domain::policy::Action;
use loket_store::{Audited, Command, Failure, Permit, Scope, Tx, tables};
use serde::Serialize;

/// Records it.
#[derive(Debug, Serialize)]
pub struct RecordKeyHandOver {
    /// Which.
    pub announcement: AnnouncementId,
    /// What became of it.
    pub handed: Handed,
}

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Handed {
    /// The service took it.
    Over,
    /// It is tried again.
    Later {
        /// Short code.
        cause: String,
        /// After this long.
        wait: Duration,
        /// Nothing but this one is known to be at fault.
        own: bool,
    },
    /// It waits for the operator.
    SetApart {
        /// Short code.
        cause: String,
    },
}

impl Command for RecordKeyHandOver {
    type Output = ();
    const ACTION: Action = Action::RecordKeyHandOver;

    fn scope(&self) -> Scope {
        Scope::NONE
    }

    async fn apply(
        &self,
        tx: &mut Tx<'_>,
        _permit: Permit<'_, Self>,
    ) -> Result<Audited<()>, Failure> {
        let (announcement, id) = (self.announcement, self.announcement);
        let found = tables::announcement::load(&mut tx.view(), id).await?;
        let found = found.ok_or(Refusal::WrongStep)?;
        let (key, attempts) = (found.key, found.attempts + 1);
        let (changed, event) = match &self.handed {
            Handed::Over => (
                tables::announcement::close(tx, id, true).await?,
                Event::KeyHandedOver { announcement, key, attempts },
            ),
            Handed::Later { cause, wait, own } => (
                tables::announcement::delayed(tx, id, cause, *wait, *own).await?,
                Event::KeyHandOverDelayed { announcement, key, cause: cause.clone(), attempts },
            ),
            Handed::SetApart { cause } => (
                tables::announcement::set_apart(tx, id, cause).await?,
                Event::KeyHandOverSetApart { announcement, key, cause: cause.clone(), attempts },
            ),
        };
        if changed { Ok(Audited::new((), event, [])) } else { Err(Refusal::WrongStep.into()) }
    }
}

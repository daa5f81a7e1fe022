//! The operator decides about a state of a key that was set apart: it is handed over again, or not at
//! all.

use loket_domain::Refusal;
use loket_domain::audit::Event;
use loket_domain::id::AnnouncementId;
use loket_domain::policy::Action;
use loket_store::{Audited, Command, Failure, Permit, Scope, Tx, tables};
use serde::Serialize;

/// Decides.
#[derive(Debug, Serialize)]
pub struct SettleKeyHandOver {
    /// Which.
    pub announcement: AnnouncementId,
    /// Again, or not at all.
    pub again: bool,
    /// Why, for the trail; nothing personal.
    pub reason: String,
}

impl Command for SettleKeyHandOver {
    type Output = ();
    const ACTION: Action = Action::SettleKeyHandOver;

    fn scope(&self) -> Scope {
        Scope::NONE
    }

    async fn apply(
        &self,
        tx: &mut Tx<'_>,
        _permit: Permit<'_, Self>,
    ) -> Result<Audited<()>, Failure> {
        let reason: String = self.reason.trim().chars().take(200).collect();
        if reason.is_empty() {
            return Err(Refusal::ReasonMissing.into());
        }
        let found = tables::announcement::load(&mut tx.view(), self.announcement).await?;
        let found = found.ok_or(Refusal::NotFound)?;
        if found.set_apart_at.is_none() {
            return Err(Refusal::WrongStep.into());
        }
        if self.again {
            tables::announcement::take_up_again(tx, found.id).await?;
        } else {
            tables::announcement::close(tx, found.id, false).await?;
        }
        let event = Event::KeyHandOverSettled {
            announcement: found.id,
            key: found.key,
            again: self.again,
            reason,
        };
        Ok(Audited::new((), event, []))
    }
}

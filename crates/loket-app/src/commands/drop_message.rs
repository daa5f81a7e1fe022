//! Drops a message that was set apart: it is not sent any more, and the dossier says so.

use loket_domain::Refusal;
use loket_domain::audit::Event;
use loket_domain::id::MessageId;
use loket_domain::policy::Action;
use loket_store::tables::outbox::{self, MessageState};
use loket_store::{Audited, Command, Failure, Permit, Scope, Tx, keeps_answer};
use serde::Serialize;

/// Code of the cause on the dossier.
const CAUSE: &str = "operator";

/// Drops it.
#[derive(Debug, Serialize)]
pub struct DropMessage {
    /// Which.
    pub message: MessageId,
    /// Why; nothing personal.
    pub reason: String,
}

impl Command for DropMessage {
    type Output = ();
    const ACTION: Action = Action::DropMessage;
    keeps_answer!();

    fn scope(&self) -> Scope {
        Scope::NONE
    }

    async fn apply(
        &self,
        tx: &mut Tx<'_>,
        permit: Permit<'_, Self>,
    ) -> Result<Audited<()>, Failure> {
        let reason = self.reason.trim();
        if reason.is_empty() || reason.chars().count() > 200 {
            return Err(Refusal::ReasonMissing.into());
        }
        let found = super::own_message(tx, permit.staff_if_any(), self.message).await?;
        if found.set_apart_at.is_none()
            || !outbox::given_up(tx, found.id, MessageState::Failed, CAUSE).await?
        {
            return Err(Refusal::WrongStep.into());
        }
        let event = Event::MessageDropped {
            message: found.id,
            message_kind: found.kind,
            channel: found.channel,
            reason: reason.to_owned(),
        };
        Ok(Audited::new((), event, []).on(found.registration))
    }
}

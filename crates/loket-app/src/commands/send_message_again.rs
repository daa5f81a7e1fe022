//! Sends a message that was set apart again, as if it were new.

use loket_domain::Refusal;
use loket_domain::audit::Event;
use loket_domain::id::MessageId;
use loket_domain::policy::Action;
use loket_store::tables::outbox;
use loket_store::{Audited, Command, Failure, Permit, Scope, Tx, keeps_answer};
use serde::Serialize;

/// Sends it again.
#[derive(Debug, Serialize)]
pub struct SendMessageAgain {
    /// Which.
    pub message: MessageId,
}

impl Command for SendMessageAgain {
    type Output = ();
    const ACTION: Action = Action::SendMessageAgain;
    keeps_answer!();

    fn scope(&self) -> Scope {
        Scope::NONE
    }

    async fn apply(
        &self,
        tx: &mut Tx<'_>,
        permit: Permit<'_, Self>,
    ) -> Result<Audited<()>, Failure> {
        let found = super::own_message(tx, permit.staff_if_any(), self.message).await?;
        if !outbox::take_up_again(tx, found.id).await? {
            return Err(Refusal::WrongStep.into());
        }
        let event = Event::MessageTakenUpAgain {
            message: found.id,
            message_kind: found.kind,
            channel: found.channel,
        };
        Ok(Audited::new((), event, []).on(found.registration))
    }
}

//! Records what became of a message.

use std::time::Duration;

use loket_domain::Refusal;
use loket_domain::audit::Event;
use loket_domain::id::MessageId;
use loket_domain::policy::Action;
use loket_store::tables::outbox::{self, MessageState};
use loket_store::{Audited, Command, Failure, Permit, Scope, Tx};
use serde::Serialize;

/// What became of a message.
#[derive(Debug, Clone, Serialize)]
pub enum Delivery {
    /// The relay or gateway took it.
    HandedOver {
        /// Its own reference.
        reference: Option<String>,
    },
    /// It will be tried again after a while.
    Delayed {
        /// Short code of the cause.
        cause: String,
        /// How long to wait.
        wait: Duration,
        /// Whether the message itself may be at fault: others get through.
        own: bool,
    },
    /// It keeps failing, or cannot be sent as it is: it waits for the operator.
    SetApart {
        /// Short code of the cause.
        cause: String,
    },
    /// It was given up.
    Failed {
        /// Short code of the cause.
        cause: String,
    },
    /// It was not sent, because what it was about is over (SEED-83).
    Dropped {
        /// Short code of the cause.
        cause: String,
    },
    /// The gateway reported delivery.
    Delivered,
}

/// Records it.
#[derive(Debug, Serialize)]
pub struct RecordDelivery {
    /// Of which message.
    pub message: MessageId,
    /// What became of it.
    pub delivery: Delivery,
}

impl Command for RecordDelivery {
    type Output = ();
    const ACTION: Action = Action::RecordDelivery;

    fn scope(&self) -> Scope {
        Scope::NONE
    }

    async fn apply(
        &self,
        tx: &mut Tx<'_>,
        _permit: Permit<'_, Self>,
    ) -> Result<Audited<()>, Failure> {
        let found = outbox::load(&mut tx.view(), self.message).await?.ok_or(Refusal::NotFound)?;
        let (message, message_kind, channel) = (found.id, found.kind.clone(), found.channel);
        let attempts = found.attempts.saturating_add(1);
        let (changed, event) = match &self.delivery {
            Delivery::HandedOver { reference } => (
                outbox::handed_over(tx, message, reference.as_deref()).await?,
                Event::MessageHandedOver {
                    message,
                    message_kind,
                    channel,
                    attempts,
                    reference: reference.clone(),
                },
            ),
            Delivery::Delayed { cause, wait, own } => (
                outbox::delayed(tx, message, cause, *wait, *own).await?,
                Event::MessageDelayed {
                    message,
                    message_kind,
                    channel,
                    cause: cause.clone(),
                    attempts,
                },
            ),
            Delivery::SetApart { cause } => (
                outbox::set_apart(tx, message, cause).await?,
                Event::MessageSetApart {
                    message,
                    message_kind,
                    channel,
                    cause: cause.clone(),
                    attempts,
                },
            ),
            Delivery::Failed { cause } => (
                outbox::given_up(tx, message, MessageState::Failed, cause).await?,
                Event::MessageFailed { message, message_kind, channel, cause: cause.clone() },
            ),
            Delivery::Dropped { cause } => (
                outbox::given_up(tx, message, MessageState::Dropped, cause).await?,
                Event::MessageFailed { message, message_kind, channel, cause: cause.clone() },
            ),
            Delivery::Delivered => (
                outbox::delivered(tx, message).await?,
                Event::MessageDelivered { message, message_kind, channel },
            ),
        };
        // A receipt that comes twice or late finds the message where it is and changes nothing.
        if !changed {
            return Err(Refusal::WrongStep.into());
        }
        Ok(Audited::new((), event, []).on(found.registration))
    }
}

//! What relays and gateways tell of messages that they took: by a call of theirs, by a connection of
//! ours, or by mail that comes back. A receipt that comes twice, late, in another order or for
//! nothing leaves the same state (fault row F25).

use std::time::Duration;

use loket_domain::Refusal;
use loket_domain::caller::Door;
use loket_domain::contact::Channel;
use loket_domain::delivery::ReturnTag;
use loket_domain::id::MessageId;
use loket_domain::port::{Receipt, ReceiptOf, ReceiptOutcome};
use loket_store::{Call, Failure, Store, StoreError, tables};
use subtle::ConstantTimeEq as _;
use tokio::sync::watch;

use super::messenger;
use crate::commands::record_delivery::{Delivery, RecordDelivery};
use crate::office::Office;

/// Purpose of the proof in a return address.
const PROOF: &str = "return_tag";
/// How often a receipt looks for the reference that it names: a gateway may report before our
/// record of its answer is committed.
const LOOKS: u32 = 8;
/// Between two such looks, and before a receipt that could not be kept is tried again.
const AGAIN: Duration = Duration::from_millis(250);

/// The tag that stands in the return address of a message's mail.
pub fn return_tag(vault: &loket_store::Vault, message: MessageId) -> ReturnTag {
    let token = vault.token(PROOF, &message.to_bytes());
    let mut proof = [0; 8];
    proof.iter_mut().zip(token).for_each(|(to, from)| *to = from);
    ReturnTag { message, proof }
}

/// Somebody else was faster, or there is no such message: nothing to do.
pub(super) fn settled(result: Result<(), Failure>) -> Result<(), Failure> {
    match result {
        Err(Failure::Refused(Refusal::WrongStep | Refusal::NotFound)) => Ok(()),
        other => other,
    }
}

/// Takes receipts from the connection of a channel; the next one is asked for only when the last
/// one is kept.
pub(super) async fn keep_taking(
    office: &Office,
    channel: Channel,
    mut stop: watch::Receiver<bool>,
) {
    let Some(messenger) = messenger(office, channel) else { return };
    while !*stop.borrow() {
        let receipt = tokio::select! {
            receipt = messenger.receipt() => receipt,
            _ = stop.changed() => return,
        };
        while let Err(error) = office.record_receipt(channel, &receipt, Door::Job).await {
            tracing::error!(%error, "a delivery receipt could not be kept yet");
            tokio::select! {
                () = tokio::time::sleep(AGAIN) => {}
                _ = stop.changed() => return,
            }
        }
    }
}

async fn named(
    store: &Store,
    channel: Channel,
    of: &ReceiptOf,
) -> Result<Option<MessageId>, StoreError> {
    let reference = match of {
        ReceiptOf::Message(message) => return Ok(Some(*message)),
        ReceiptOf::Reference(reference) => reference,
    };
    for _ in 0..LOOKS {
        let found = {
            let mut reader = store.reader().await?;
            tables::outbox::by_reference(&mut reader.view(), channel, reference).await?
        };
        if found.is_some() {
            return Ok(found);
        }
        tokio::time::sleep(AGAIN).await;
    }
    Ok(None)
}

impl Office {
    /// Takes a delivery receipt. Doubled, late and unknown receipts change nothing.
    pub async fn record_receipt(
        &self,
        channel: Channel,
        receipt: &Receipt,
        door: Door,
    ) -> Result<(), Failure> {
        let delivery = match &receipt.outcome {
            ReceiptOutcome::Delivered => Delivery::Delivered,
            ReceiptOutcome::Failed { cause } => Delivery::Failed { cause: cause.clone() },
            ReceiptOutcome::Underway => return Ok(()),
        };
        let Some(message) = named(self.store(), channel, &receipt.of).await? else {
            return Ok(());
        };
        let call = Call { door, ..self.job_call("receipts")? };
        settled(self.store().run(call, RecordDelivery { message, delivery }).await)
    }

    /// The tag that stands in the return address of a message's mail.
    pub fn return_tag(&self, message: MessageId) -> ReturnTag {
        return_tag(self.store().vault(), message)
    }

    /// Takes what mail that came back says of its message. Tells whether the tag is one of ours:
    /// without the right proof nobody can report on a message, whatever its identifier.
    pub async fn record_returned(
        &self,
        tag: ReturnTag,
        outcome: ReceiptOutcome,
    ) -> Result<bool, Failure> {
        let own = self.return_tag(tag.message);
        if !bool::from(own.proof.ct_eq(&tag.proof)) {
            return Ok(false);
        }
        let receipt = Receipt { of: ReceiptOf::Message(tag.message), outcome };
        self.record_receipt(Channel::Email, &receipt, Door::Cli).await?;
        Ok(true)
    }
}

//! Confirms an address by the link that was mailed to it: the holder of the mailbox says so with a
//! button. Opening the link alone confirms nothing.

use loket_domain::Refusal;
use loket_domain::audit::Event;
use loket_domain::policy::Action;
use loket_domain::registration::Registration;
use loket_store::tables::contact::{self, ContactState};
use loket_store::{Audited, Command, Failure, Permit, Scope, Tx};
use serde::Serialize;

/// Confirms a contact point.
#[derive(Debug, Serialize)]
pub struct ConfirmContactByLink {
    /// SHA-256 of the link's token.
    pub digest: [u8; 32],
}

impl Command for ConfirmContactByLink {
    type Output = ();
    const ACTION: Action = Action::ConfirmContactByLink;

    fn scope(&self) -> Scope {
        Scope::NONE
    }

    async fn apply(
        &self,
        tx: &mut Tx<'_>,
        permit: Permit<'_, Self>,
    ) -> Result<Audited<()>, Failure> {
        let (id, point) = contact::by_link(&mut tx.view(), self.digest, permit.now())
            .await?
            .ok_or(Refusal::AddressLinkInvalid)?;
        // The caller is who holds this link, not another one.
        if point.id != permit.contact_point()? {
            return Err(Refusal::AddressLinkInvalid.into());
        }
        if point.state == ContactState::Confirmed {
            return Err(Refusal::WrongStep.into());
        }
        let Registration::Identified(identified) = super::registration(tx, id).await? else {
            return Err(Refusal::AddressLinkInvalid.into());
        };
        contact::confirm(tx, point.id).await?;
        let person = identified.person;
        super::confirm_contact_point::settle(tx, identified).await?;
        let event =
            Event::ContactPointConfirmed { contact_point: point.id, channel: point.channel };
        Ok(Audited::new((), event, []).on(id).of(person))
    }
}

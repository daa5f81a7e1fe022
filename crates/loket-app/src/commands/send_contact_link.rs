//! Sends a link instead of a code, to a person who cannot read the mail at the counter. The code is
//! void from then on. Never by SMS: a text message with a link is what fraud looks like.

use std::time::Duration;

use loket_domain::Refusal;
use loket_domain::audit::Event;
use loket_domain::contact::Channel;
use loket_domain::id::{ContactPointId, RegistrationId};
use loket_domain::message::{MessageContent, QueuedMessage};
use loket_domain::policy::Action;
use loket_domain::secret::Secret;
use loket_store::tables::contact::{self, AskedBy};
use loket_store::{Audited, Command, Failure, Permit, Scope, Tx, keeps_answer, tables};
use serde::Serialize;

use crate::contact_codes::{self, Awaiting};

/// A link works for a day (requirement ID-24); the dossier may end before it.
pub const LINK_WORKS: Duration = Duration::from_secs(24 * 60 * 60);

/// Sends a link.
#[derive(Debug, Serialize)]
pub struct SendContactLink {
    /// In which registration.
    pub registration: RegistrationId,
    /// To which contact point.
    pub contact_point: ContactPointId,
    /// The whole link; not part of what tells two wishes apart.
    #[serde(skip)]
    pub link: Secret,
    /// SHA-256 of its token.
    #[serde(skip)]
    pub digest: [u8; 32],
}

impl Command for SendContactLink {
    type Output = ();
    const ACTION: Action = Action::SendContactLink;
    keeps_answer!();

    fn scope(&self) -> Scope {
        Scope::registration(self.registration)
    }

    async fn apply(
        &self,
        tx: &mut Tx<'_>,
        permit: Permit<'_, Self>,
    ) -> Result<Audited<()>, Failure> {
        let Awaiting { point, language, organisation } =
            contact_codes::awaiting(tx, self.registration, self.contact_point).await?;
        if point.channel != Channel::Email {
            return Err(Refusal::NotFound.into());
        }
        let to = tx.open(&point.destination).clone();
        contact_codes::count(tx, &to, AskedBy::Officer).await?;
        let until = permit.now().plus(LINK_WORKS);
        tables::outbox::drop_contact_messages(tx, self.registration, Channel::Email).await?;
        contact::set_link(tx, point.id, self.digest, until).await?;
        let content = MessageContent::ContactLink {
            link: self.link.expose().to_owned(),
            until,
            organisation,
        };
        let queued = QueuedMessage { to, language, content };
        let message = tables::outbox::insert(tx, self.registration, None, &queued, until).await?;
        let event =
            Event::ContactLinkSent { contact_point: point.id, channel: point.channel, message };
        Ok(Audited::new((), event, []))
    }
}

//! Sends the link by which consent is withdrawn to an address that asked for it. Whoever types an
//! address learns nothing: the mail goes only where consent stands, and the page says the same
//! either way.

use std::time::Duration;

use loket_domain::Refusal;
use loket_domain::audit::Event;
use loket_domain::contact::{Destination, EmailAddress};
use loket_domain::message::{MessageContent, QueuedMessage};
use loket_domain::policy::Action;
use loket_domain::secret::Secret;
use loket_store::tables::consent;
use loket_store::tables::contact::{self, AskedBy};
use loket_store::{Audited, Command, Failure, Permit, Scope, Tx, tables};
use serde::Serialize;

use crate::contact_codes;

/// The link works for a day.
pub const LINK_WORKS: Duration = Duration::from_secs(24 * 60 * 60);

/// Sends it.
#[derive(Debug, Serialize)]
pub struct SendConsentLink {
    /// To which address.
    pub email: EmailAddress,
    /// The whole link.
    #[serde(skip)]
    pub link: Secret,
    /// SHA-256 of its token.
    #[serde(skip)]
    pub digest: [u8; 32],
}

impl Command for SendConsentLink {
    type Output = ();
    const ACTION: Action = Action::SendConsentLink;

    fn scope(&self) -> Scope {
        Scope::NONE
    }

    async fn apply(
        &self,
        tx: &mut Tx<'_>,
        permit: Permit<'_, Self>,
    ) -> Result<Audited<()>, Failure> {
        let to = Destination::Email(self.email.clone());
        let token = consent::token(&tx.view(), &to);
        let standing = consent::standing_for(&mut tx.view(), token).await?;
        let newest = standing.first().ok_or(Refusal::NotFound)?.registration;
        contact_codes::count(tx, &to, AskedBy::Anybody).await?;
        let until = permit.now().plus(LINK_WORKS);
        consent::keep_link(tx, self.digest, &to, until).await?;
        let language = contact::consent_language(&mut tx.view(), newest).await?;
        let queued = QueuedMessage {
            to,
            language: language.ok_or(Refusal::ConsentMissing)?,
            content: MessageContent::ConsentLink { link: self.link.expose().to_owned(), until },
        };
        let message = tables::outbox::insert(tx, newest, None, &queued, until).await?;
        Ok(Audited::new((), Event::ConsentLinkSent { message }, []).on(newest))
    }
}

//! Sends a new confirmation code to an address that was entered; the old code is void.

use loket_domain::audit::Event;
use loket_domain::id::{ContactPointId, RegistrationId};
use loket_domain::policy::Action;
use loket_store::tables::contact;
use loket_store::{Audited, Command, Failure, Permit, Scope, Tx, keeps_answer};
use serde::Serialize;

use crate::contact_codes::{self, Awaiting};

/// Sends a code again.
#[derive(Debug, Serialize)]
pub struct ResendContactCode {
    /// In which registration.
    pub registration: RegistrationId,
    /// To which contact point.
    pub contact_point: ContactPointId,
}

impl Command for ResendContactCode {
    type Output = ();
    const ACTION: Action = Action::ResendContactCode;
    keeps_answer!();

    fn scope(&self) -> Scope {
        Scope::registration(self.registration)
    }

    async fn apply(
        &self,
        tx: &mut Tx<'_>,
        _permit: Permit<'_, Self>,
    ) -> Result<Audited<()>, Failure> {
        let Awaiting { point, language, organisation } =
            contact_codes::awaiting(tx, self.registration, self.contact_point).await?;
        let code = contact_codes::draw(tx, point.id)?;
        let destination = tx.open(&point.destination).clone();
        let message = contact_codes::send(
            tx,
            self.registration,
            &organisation,
            language,
            &destination,
            &code,
        )
        .await?;
        contact::set_code(tx, point.id, code.digest, code.until, contact_codes::TRIES).await?;
        let event =
            Event::ContactCodeSent { contact_point: point.id, channel: point.channel, message };
        Ok(Audited::new((), event, []))
    }
}

//! Decides that the person is not identified; ends the registration without a code (SEED-75).

use loket_domain::audit::Event;
use loket_domain::comparison::Explanation;
use loket_domain::id::RegistrationId;
use loket_domain::policy::Action;
use loket_domain::registration::NotIdentifiedReason;
use loket_store::{Audited, Command, Failure, Permit, Scope, Tx, keeps_answer, tables};
use serde::Serialize;

/// Refuses.
#[derive(Debug, Serialize)]
pub struct RefuseIdentification {
    /// In which registration.
    pub registration: RegistrationId,
    /// Why.
    pub reason: NotIdentifiedReason,
    /// In the officer's words.
    pub explanation: Explanation,
}

impl Command for RefuseIdentification {
    type Output = ();
    const ACTION: Action = Action::RefuseIdentification;
    keeps_answer!();

    fn scope(&self) -> Scope {
        Scope::registration(self.registration)
    }

    async fn apply(
        &self,
        tx: &mut Tx<'_>,
        permit: Permit<'_, Self>,
    ) -> Result<Audited<()>, Failure> {
        let opened = super::opened(tx, self.registration).await?;
        let end = opened.refuse(permit.now());
        tables::second_check::close_of(tx, self.registration).await?;
        tables::registration::set_ended(tx, &end, self.reason.code()).await?;
        let event = Event::IdentificationRefused {
            reason: self.reason.code().to_owned(),
            explanation: self.explanation.as_str().to_owned(),
        };
        Ok(Audited::new((), event, []))
    }
}

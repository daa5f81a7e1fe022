//! Keeps the intent to inscribe the organisation as dealing with the person, and to ask again. A
//! register that tells only who is inscribed has said so before.

use loket_domain::Refusal;
use loket_domain::audit::Event;
use loket_domain::id::RegistrationId;
use loket_domain::policy::Action;
use loket_store::{Audited, Command, Failure, Permit, Scope, Tx, keeps_answer, tables};
use serde::Serialize;

use super::ask_register::{Asked, ask};

/// Inscribes.
#[derive(Debug, Serialize)]
pub struct InscribePerson {
    /// In which registration.
    pub registration: RegistrationId,
}

impl Command for InscribePerson {
    type Output = Asked;
    const ACTION: Action = Action::InscribePerson;
    keeps_answer!();

    fn scope(&self) -> Scope {
        Scope::registration(self.registration)
    }

    async fn apply(
        &self,
        tx: &mut Tx<'_>,
        permit: Permit<'_, Self>,
    ) -> Result<Audited<Asked>, Failure> {
        let opened = super::opened(tx, self.registration).await?;
        let before = tables::question::latest(&mut tx.view(), self.registration)
            .await?
            .filter(|question| question.outcome.as_deref() == Some("not_inscribed"))
            .ok_or(Refusal::WrongStep)?;
        let ssin = *tx.open(&before.number);
        let (asked, event) = ask(tx, permit.staff()?, &opened, ssin).await?;
        // Kept before the call: it may take effect although no answer comes, and is released then.
        tables::inscription::keep(tx, self.registration, &ssin, "asked").await?;
        let first = Event::InscriptionAsked { question: asked.id, ssin };
        let person = asked.person();
        Ok(Audited::new(asked, first, [event]).of(person))
    }
}

//! Keeps what became of inscribing the organisation for a person.

use loket_domain::Ssin;
use loket_domain::audit::Event;
use loket_domain::id::{QuestionId, RegistrationId};
use loket_domain::policy::Action;
use loket_domain::register::InscriptionOutcome;
use loket_store::{Audited, Command, Failure, Permit, Scope, Tx, tables};
use serde::Serialize;

/// Keeps the outcome.
#[derive(Debug, Serialize)]
pub struct RecordInscription {
    /// In which registration.
    pub registration: RegistrationId,
    /// With which question.
    pub question: QuestionId,
    /// Whose number.
    pub ssin: Ssin,
    /// What came back.
    pub outcome: InscriptionOutcome,
}

impl Command for RecordInscription {
    type Output = ();
    const ACTION: Action = Action::RecordInscription;

    fn scope(&self) -> Scope {
        Scope::registration(self.registration)
    }

    async fn apply(
        &self,
        tx: &mut Tx<'_>,
        _permit: Permit<'_, Self>,
    ) -> Result<Audited<()>, Failure> {
        super::opened(tx, self.registration).await?;
        let outcome = self.outcome.code();
        tables::inscription::keep(tx, self.registration, &self.ssin, outcome).await?;
        let event =
            Event::InscriptionAnswered { question: self.question, outcome: outcome.to_owned() };
        Ok(Audited::new((), event, []))
    }
}

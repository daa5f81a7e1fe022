//! Keeps what became of releasing the organisation for a person.

use loket_domain::audit::Event;
use loket_domain::id::{QuestionId, RegistrationId};
use loket_domain::policy::Action;
use loket_domain::register::InscriptionOutcome;
use loket_store::{Audited, Command, Failure, Permit, Scope, Tx, tables};
use serde::Serialize;

/// Keeps the outcome.
#[derive(Debug, Serialize)]
pub struct RecordRelease {
    /// The registration that made the organisation inscribed.
    pub registration: RegistrationId,
    /// With which question.
    pub question: QuestionId,
    /// What came back.
    pub outcome: InscriptionOutcome,
}

impl Command for RecordRelease {
    type Output = ();
    const ACTION: Action = Action::RecordRelease;

    fn scope(&self) -> Scope {
        Scope::registration(self.registration)
    }

    async fn apply(
        &self,
        tx: &mut Tx<'_>,
        _permit: Permit<'_, Self>,
    ) -> Result<Audited<()>, Failure> {
        // A register that knows the person no longer, or this organisation not, has nothing to release.
        let is_over = match self.outcome {
            InscriptionOutcome::Done
            | InscriptionOutcome::Unknown
            | InscriptionOutcome::NotAllowed => true,
            InscriptionOutcome::Down | InscriptionOutcome::Unreadable => false,
        };
        let outcome = self.outcome.code();
        tables::inscription::release_answered(tx, self.registration, outcome, is_over).await?;
        let event = Event::ReleaseAnswered { question: self.question, outcome: outcome.to_owned() };
        Ok(Audited::new((), event, []))
    }
}

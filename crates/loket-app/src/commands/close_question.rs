//! Closes a question that got no answer: the server stopped between asking and recording.

use loket_domain::Refusal;
use loket_domain::audit::Event;
use loket_domain::id::{QuestionId, RegistrationId};
use loket_domain::policy::Action;
use loket_store::{Audited, Command, Failure, Permit, Scope, Tx, tables};
use serde::Serialize;

/// Closes a question.
#[derive(Debug, Serialize)]
pub struct CloseQuestion {
    /// In which registration.
    pub registration: RegistrationId,
    /// Which.
    pub question: QuestionId,
}

impl Command for CloseQuestion {
    type Output = ();
    const ACTION: Action = Action::CloseQuestion;

    fn scope(&self) -> Scope {
        Scope::registration(self.registration)
    }

    async fn apply(
        &self,
        tx: &mut Tx<'_>,
        _permit: Permit<'_, Self>,
    ) -> Result<Audited<()>, Failure> {
        if !tables::question::close_lost(tx, self.question).await? {
            return Err(Refusal::WrongStep.into());
        }
        let event = Event::RegisterAnswered {
            question: self.question,
            outcome: "lost".to_owned(),
            register: None,
            ticket: None,
        };
        Ok(Audited::new((), event, []))
    }
}

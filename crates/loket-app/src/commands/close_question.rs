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
    /// What was asked.
    pub asked: Lost,
}

/// What got no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Lost {
    /// A question by number.
    Question,
    /// A search by name.
    Search,
    /// Whether a document belongs to a number.
    Verification,
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
        let (question, outcome) = (self.question, "lost".to_owned());
        let (closed, event) = match self.asked {
            Lost::Question => (
                tables::question::close_lost(tx, question).await?,
                Event::RegisterAnswered { question, outcome, register: None, ticket: None },
            ),
            Lost::Search => (
                tables::search::close_lost(tx, question).await?,
                Event::SearchAnswered { question, outcome, hits: 0, tickets: Vec::new() },
            ),
            Lost::Verification => (
                tables::verification::close_lost(tx, question).await?,
                Event::VerificationAnswered { question, outcome, register: None, ticket: None },
            ),
        };
        if !closed {
            return Err(Refusal::WrongStep.into());
        }
        Ok(Audited::new((), event, []))
    }
}

//! Keeps what a verification said.

use loket_domain::audit::Event;
use loket_domain::id::{QuestionId, RegistrationId};
use loket_domain::policy::Action;
use loket_domain::register::{RegisterName, Ticket, VerificationAnswer, VerificationOutcome};
use loket_store::{Audited, Command, Failure, Permit, Scope, Tx, tables};
use serde::Serialize;

/// Keeps the answer to a verification.
#[derive(Debug, Serialize)]
pub struct RecordVerification {
    /// In which registration.
    pub registration: RegistrationId,
    /// To which verification.
    pub question: QuestionId,
    /// What came back.
    pub outcome: VerificationOutcome,
    /// Which register decided it.
    pub register: Option<RegisterName>,
    /// The register's ticket.
    pub ticket: Option<Ticket>,
}

impl Command for RecordVerification {
    type Output = ();
    const ACTION: Action = Action::RecordVerification;

    fn scope(&self) -> Scope {
        Scope::registration(self.registration)
    }

    async fn apply(
        &self,
        tx: &mut Tx<'_>,
        _permit: Permit<'_, Self>,
    ) -> Result<Audited<()>, Failure> {
        super::opened(tx, self.registration).await?;
        let answer = VerificationAnswer {
            outcome: self.outcome,
            register: self.register,
            ticket: self.ticket.clone(),
        };
        let in_time = tables::verification::answer(tx, self.question, &answer).await?;
        let event = Event::VerificationAnswered {
            question: self.question,
            outcome: if in_time { self.outcome.code() } else { "late" }.to_owned(),
            register: self.register,
            ticket: self.ticket.clone(),
        };
        Ok(Audited::new((), event, []))
    }
}

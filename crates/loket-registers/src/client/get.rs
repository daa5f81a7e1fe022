//! Asking for one person by number.

use loket_domain::Ssin;
use loket_domain::register::{Question, RegisterAnswer, RegisterName, RegisterOutcome, Ticket};
use loket_domain::ssin::Synthetic;
use tokio::time::Instant;

use super::reading::{Kind, Read};
use super::{Client, Exchange, tell};
use crate::wire::{FIELDS, GetAnswer, GetRequest, Issue, urn};

impl Client {
    pub(super) async fn get_all(&self, question: &Question) -> RegisterAnswer {
        let mut last =
            RegisterAnswer { outcome: RegisterOutcome::Down, register: None, ticket: None };
        let Some((until, _place)) = self.begin().await else { return last };
        for register in &question.registers {
            last = self.get_one(*register, question, until).await;
            tell(question.id, *register, last.outcome.code());
            if last.outcome != RegisterOutcome::Unknown {
                return last;
            }
        }
        last
    }

    async fn get_one(
        &self,
        register: RegisterName,
        question: &Question,
        until: Instant,
    ) -> RegisterAnswer {
        let request = GetRequest {
            asking: self.asking_about(question),
            ssin: question.ssin.digits(),
            fields: FIELDS.iter().map(|f| (*f).to_owned()).collect(),
        };
        let (outcome, ticket) = match self.exchange(register, "/persons/get", &request, until).await
        {
            Exchange::Answered(answer) => read(&answer, question),
            Exchange::CutOff => (RegisterOutcome::Unreadable, None),
            Exchange::Down => (RegisterOutcome::Down, None),
        };
        // Which register has a person is what the answer says, not what we asked.
        let named = match &outcome {
            RegisterOutcome::Found { person, .. } => person.register,
            _ => register,
        };
        RegisterAnswer { outcome, register: Some(named), ticket }
    }
}

/// What an answer means.
pub(super) fn read(answer: &Read, question: &Question) -> (RegisterOutcome, Option<Ticket>) {
    let outcome = match answer.kind::<GetAnswer>() {
        Kind::Content(content) => return read_person(content, question),
        Kind::Forbidden { not_inscribed: true } => RegisterOutcome::NotInscribed,
        Kind::Forbidden { not_inscribed: false } => RegisterOutcome::NotAllowed,
        Kind::Bad(issues) => bad(&issues, &question.ssin),
        Kind::TooWide | Kind::Unreadable => RegisterOutcome::Unreadable,
    };
    (outcome, None)
}

fn read_person(answer: GetAnswer, question: &Question) -> (RegisterOutcome, Option<Ticket>) {
    let ticket = Some(Ticket::new(&answer.ticket));
    let register = answer.register.into();
    let outcome = match answer.person.read(register) {
        // Data of another person, or of a register that the organisation may not ask, is never
        // shown (fault row F18).
        Ok(person) if person.ssin == question.ssin && question.registers.contains(&register) => {
            RegisterOutcome::Found { person: Box::new(person), incomplete: answer.incomplete }
        }
        Ok(_) | Err(_) => RegisterOutcome::Unreadable,
    };
    (outcome, ticket)
}

fn bad(issues: &[Issue], asked: &Ssin) -> RegisterOutcome {
    let outcome = issues.iter().find_map(|issue| match issue.kind.as_str() {
        urn::NOT_KNOWN => Some(RegisterOutcome::Unknown),
        urn::CANCELLED => Some(RegisterOutcome::Cancelled),
        urn::REPLACED => {
            let by = Ssin::parse(issue.replaced_by.as_deref()?, Synthetic::Accepted).ok()?;
            (by != *asked).then_some(RegisterOutcome::Replaced { by })
        }
        _ => None,
    });
    outcome.unwrap_or(RegisterOutcome::Unreadable)
}

//! Keeps what the register answered. A person who was found becomes the person of the
//! registration, under our own identifier that stays the same over visits and numbers (SEED-07).

use loket_domain::Ssin;
use loket_domain::audit::Event;
use loket_domain::id::{PersonId, QuestionId, RegistrationId};
use loket_domain::key::KeyEnd;
use loket_domain::person::Standing;
use loket_domain::policy::Action;
use loket_domain::register::{RegisterAnswer, RegisterName, RegisterOutcome, Ticket};
use loket_store::{Audited, Command, Failure, Permit, Scope, Tx, tables};
use serde::Serialize;

use super::withdraw_key::end_all;

/// Keeps an answer.
#[derive(Debug, Serialize)]
pub struct RecordAnswer {
    /// In which registration.
    pub registration: RegistrationId,
    /// To which question.
    pub question: QuestionId,
    /// What came back.
    pub outcome: RegisterOutcome,
    /// Which register decided it.
    pub register: Option<RegisterName>,
    /// The register's ticket.
    pub ticket: Option<Ticket>,
}

impl Command for RecordAnswer {
    type Output = ();
    const ACTION: Action = Action::RecordAnswer;

    fn scope(&self) -> Scope {
        Scope::registration(self.registration)
    }

    async fn apply(
        &self,
        tx: &mut Tx<'_>,
        _permit: Permit<'_, Self>,
    ) -> Result<Audited<()>, Failure> {
        let opened = super::opened(tx, self.registration).await?;
        let answer = RegisterAnswer {
            outcome: self.outcome.clone(),
            register: self.register,
            ticket: self.ticket.clone(),
        };
        let in_time = tables::question::answer(tx, self.question, &answer).await?;
        if !in_time {
            return self.without_person(tx, "late").await;
        }
        let RegisterOutcome::Found { person: found, .. } = &self.outcome else {
            return self.without_person(tx, self.outcome.code()).await;
        };
        let earlier = earlier_numbers(tx, self.registration, found.ssin).await?;
        let id = tables::person::find_or_insert_with_history(tx, &found.ssin, &earlier).await?;
        tables::registration::set_found(tx, &opened.found(id), found).await?;
        // A register's word that somebody has died ends the keys in the same moment.
        let ended = match found.standing {
            Standing::Deceased { .. } => end_all(tx, id, KeyEnd::Death).await?,
            _ => Vec::new(),
        };
        Ok(Audited::new((), self.event(self.outcome.code()), ended).of(id))
    }
}

impl RecordAnswer {
    fn event(&self, outcome: &str) -> Event {
        Event::RegisterAnswered {
            question: self.question,
            outcome: outcome.to_owned(),
            register: self.register,
            ticket: self.ticket.clone(),
        }
    }

    /// The registration stays as it is; the event is still found by the number that was asked about.
    async fn without_person(&self, tx: &mut Tx<'_>, outcome: &str) -> Result<Audited<()>, Failure> {
        let audited = Audited::new((), self.event(outcome), []);
        Ok(match asked_about(tx, self.registration, self.question).await? {
            Some(person) => audited.of(person),
            None => audited,
        })
    }
}

/// Whose number a question was about.
async fn asked_about(
    tx: &mut Tx<'_>,
    registration: RegistrationId,
    question: QuestionId,
) -> Result<Option<PersonId>, Failure> {
    let latest = tables::question::latest(&mut tx.view(), registration).await?;
    let Some(asked) = latest.filter(|latest| latest.id == question) else { return Ok(None) };
    let number = *tx.open(&asked.number);
    Ok(tables::person::by_number(&mut tx.view(), &number).await?)
}

/// The numbers that led to this one in the registration, each replaced by the next, as the register
/// said and the officer confirmed: the history of the person's numbers.
async fn earlier_numbers(
    tx: &mut Tx<'_>,
    registration: RegistrationId,
    found: Ssin,
) -> Result<Vec<Ssin>, Failure> {
    let mut earlier = Vec::new();
    let mut last = found;
    for replaced in tables::question::replaced(&mut tx.view(), registration).await? {
        let (asked, by) = *tx.open(&replaced);
        if by == last {
            earlier.push(asked);
            last = asked;
        }
    }
    Ok(earlier)
}

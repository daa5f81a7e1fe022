//! Keeps what the register answered. A person who was found becomes the person of the
//! registration, under our own identifier that stays the same over visits and numbers (SEED-07).

use loket_domain::Ssin;
use loket_domain::audit::Event;
use loket_domain::id::{PersonId, QuestionId, RegistrationId};
use loket_domain::key::KeyEnd;
use loket_domain::person::Standing;
use loket_domain::policy::Action;
use loket_domain::register::{RegisterAnswer, RegisterName, RegisterOutcome, Ticket};
use loket_store::{Audited, Command, Failure, Permit, Scope, Tx, keeps_answer, tables};
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
    keeps_answer!();

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
        let event = |outcome: &str| Event::RegisterAnswered {
            question: self.question,
            outcome: outcome.to_owned(),
            register: self.register,
            ticket: self.ticket.clone(),
        };
        let asked = asked_about(tx, self.registration, self.question).await?;
        let about = |audited: Audited<()>| match asked {
            Some(person) => audited.of(person),
            None => audited,
        };
        if !in_time {
            return Ok(about(Audited::new((), event("late"), [])));
        }
        let RegisterOutcome::Found { person, .. } = &self.outcome else {
            return Ok(about(Audited::new((), event(self.outcome.code()), [])));
        };
        let earlier = earlier_numbers(tx, self.registration, person.ssin).await?;
        let id = tables::person::find_or_insert_with_history(tx, &person.ssin, &earlier).await?;
        tables::registration::set_found(tx, &opened.found(id), person).await?;
        // A register's word that somebody has died ends the keys in the same moment.
        let ended = match person.standing {
            Standing::Deceased { .. } => end_all(tx, id, KeyEnd::Death).await?,
            _ => Vec::new(),
        };
        Ok(Audited::new((), event(self.outcome.code()), ended).of(id))
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

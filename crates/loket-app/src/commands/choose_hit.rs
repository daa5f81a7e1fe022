//! Goes on with one of the people that a search by name found: the details are asked for by number.

use loket_domain::Refusal;
use loket_domain::audit::Event;
use loket_domain::id::RegistrationId;
use loket_domain::policy::Action;
use loket_domain::register::SearchOutcome;
use loket_store::{Audited, Command, Failure, Permit, Scope, Tx, keeps_answer, tables};
use serde::Serialize;

use super::ask_register::{Asked, ask};

/// Chooses.
#[derive(Debug, Serialize)]
pub struct ChooseHit {
    /// In which registration.
    pub registration: RegistrationId,
    /// Place in the list, from 0.
    pub hit: usize,
}

impl Command for ChooseHit {
    type Output = Asked;
    const ACTION: Action = Action::ChooseHit;
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
        // Another one may be chosen until the identification has begun.
        if tables::registration::procedure(&mut tx.view(), self.registration).await?.is_some() {
            return Err(Refusal::WrongStep.into());
        }
        let search = tables::search::latest(&mut tx.view(), self.registration)
            .await?
            .ok_or(Refusal::WrongStep)?;
        let answer = search.answer.ok_or(Refusal::WrongStep)?;
        let SearchOutcome::Found { hits, .. } = tx.open(&answer) else {
            return Err(Refusal::WrongStep.into());
        };
        let ssin = hits.get(self.hit).ok_or(Refusal::InvalidInput)?.ssin;
        let (asked, event) = ask(tx, permit.staff()?, &opened, ssin).await?;
        let chosen = Event::HitChosen { question: search.id, ssin };
        let person = asked.person();
        Ok(Audited::new(asked, chosen, [event]).of(person))
    }
}

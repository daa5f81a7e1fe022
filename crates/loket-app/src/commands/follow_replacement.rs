//! Goes on with the number that replaced the one asked for, after the officer confirmed it.

use loket_domain::Refusal;
use loket_domain::audit::Event;
use loket_domain::id::RegistrationId;
use loket_domain::policy::Action;
use loket_domain::register::RegisterOutcome;
use loket_store::{Audited, Command, Failure, Permit, Scope, Tx, keeps_answer, tables};
use serde::Serialize;

use super::ask_register::{Asked, ask};

/// Follows a replacement.
#[derive(Debug, Serialize)]
pub struct FollowReplacement {
    /// In which registration.
    pub registration: RegistrationId,
}

impl Command for FollowReplacement {
    type Output = Asked;
    const ACTION: Action = Action::FollowReplacement;
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
            .ok_or(Refusal::WrongStep)?;
        let answer = before.answer.ok_or(Refusal::WrongStep)?;
        let RegisterOutcome::Replaced { by } = *tx.open(&answer) else {
            return Err(Refusal::WrongStep.into());
        };
        let (asked, event) = ask(tx, permit.staff()?, &opened, by).await?;
        let followed = Event::ReplacementFollowed { question: before.id, ssin: by };
        let person = asked.person();
        Ok(Audited::new(asked, followed, [event]).of(person))
    }
}

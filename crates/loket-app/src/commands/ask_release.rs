//! Keeps the intent to release the organisation for a person: it was inscribed to be told of the
//! person, and none of its open registrations asks about that number any more.

use std::time::Duration;

use loket_domain::Refusal;
use loket_domain::audit::Event;
use loket_domain::id::RegistrationId;
use loket_domain::policy::Action;
use loket_domain::register::{Question, RegisterName};
use loket_store::{Audited, Command, Failure, Permit, Scope, Tx, tables};
use serde::Serialize;

/// Before the second try; each further one waits twice as long, a quarter of a day at most.
const AGAIN: Duration = Duration::from_mins(1);
/// Doublings of that wait at most.
const DOUBLINGS: u32 = 8;

/// Releases.
#[derive(Debug, Serialize)]
pub struct AskRelease {
    /// The registration that made the organisation inscribed.
    pub registration: RegistrationId,
}

impl Command for AskRelease {
    type Output = Question;
    const ACTION: Action = Action::AskRelease;

    fn scope(&self) -> Scope {
        Scope::registration(self.registration)
    }

    async fn apply(
        &self,
        tx: &mut Tx<'_>,
        _permit: Permit<'_, Self>,
    ) -> Result<Audited<Question>, Failure> {
        let kept = tables::inscription::unreleased(&mut tx.view(), self.registration)
            .await?
            .ok_or(Refusal::WrongStep)?;
        let ssin = *tx.open(&kept.number);
        // Looked at again here: one may have been opened between list and command.
        if tables::question::is_asked_in_an_open_one(&mut tx.view(), kept.organisation, &ssin)
            .await?
        {
            return Err(Refusal::WrongStep.into());
        }
        let dossier = super::registration(tx, self.registration).await?.dossier().clone();
        let organisation = tables::organisation::load(&mut tx.view(), kept.organisation)
            .await?
            .ok_or(Refusal::NotFound)?;
        let again = AGAIN * 2_u32.pow(kept.release_tries.min(DOUBLINGS));
        tables::inscription::release_asked(tx, self.registration, again).await?;
        let question = Question {
            id: tx.new_id()?,
            registration: self.registration,
            officer: dossier.officer,
            organisation: kept.organisation,
            enterprise_number: organisation.enterprise_number.as_str().to_owned(),
            // All of them: an authorisation that has ended is one more reason to be released.
            registers: RegisterName::ALL.to_vec(),
            ssin,
        };
        let event = Event::ReleaseAsked { question: question.id, ssin };
        Ok(Audited::new(question, event, []))
    }
}

//! Keeps what a search by name found. The officer's own entry is left out of the list: nobody looks
//! himself or herself up.

use loket_domain::audit::Event;
use loket_domain::id::{QuestionId, RegistrationId};
use loket_domain::policy::Action;
use loket_domain::register::{SearchAnswer, SearchOutcome, Ticket};
use loket_store::{Audited, Command, Failure, Permit, Scope, Tx, tables};
use serde::Serialize;

/// Keeps the answer to a search.
#[derive(Debug, Serialize)]
pub struct RecordSearch {
    /// In which registration.
    pub registration: RegistrationId,
    /// To which search.
    pub question: QuestionId,
    /// What came back.
    pub outcome: SearchOutcome,
    /// The registers' tickets.
    pub tickets: Vec<Ticket>,
}

impl Command for RecordSearch {
    type Output = ();
    const ACTION: Action = Action::RecordSearch;

    fn scope(&self) -> Scope {
        Scope::registration(self.registration)
    }

    async fn apply(
        &self,
        tx: &mut Tx<'_>,
        permit: Permit<'_, Self>,
    ) -> Result<Audited<()>, Failure> {
        super::opened(tx, self.registration).await?;
        let mut left_out = false;
        let mut outcome = self.outcome.clone();
        if let SearchOutcome::Found { hits, truncated } = &mut outcome {
            let officer = permit.staff()?.staff;
            let listed = hits.len();
            let mut others = Vec::with_capacity(listed);
            for hit in hits.drain(..) {
                if !tables::staff::is_own_number(&mut tx.view(), officer, &hit.ssin).await? {
                    others.push(hit);
                }
            }
            left_out = others.len() < listed;
            *hits = others;
            if left_out && hits.is_empty() && !*truncated {
                outcome = SearchOutcome::OnlyOneself;
            }
        }
        let hits = match &outcome {
            SearchOutcome::Found { hits, .. } => u32::try_from(hits.len()).unwrap_or(u32::MAX),
            SearchOutcome::Nobody
            | SearchOutcome::OnlyOneself
            | SearchOutcome::TooWide
            | SearchOutcome::NotAllowed
            | SearchOutcome::Down
            | SearchOutcome::Unreadable => 0,
        };
        let code = outcome.code();
        let answer = SearchAnswer { outcome, tickets: self.tickets.clone() };
        let in_time = tables::search::answer(tx, self.question, &answer).await?;
        let event = Event::SearchAnswered {
            question: self.question,
            outcome: if in_time { code } else { "late" }.to_owned(),
            hits,
            tickets: self.tickets.clone(),
        };
        // Told to the reviewer: whoever looks for himself or herself by name does it this way.
        let told = left_out.then_some(Event::OwnEntryLeftOut { question: self.question });
        Ok(Audited::new((), event, told.into_iter().collect::<Vec<_>>()))
    }
}

//! Records how many cards were refused at the door, by code. One by one they are only logged: whoever
//! is not signed in could fill the journal.

use loket_domain::Refusal;
use loket_domain::audit::Event;
use loket_domain::caller::CardRefusal;
use loket_domain::policy::Action;
use loket_store::{Audited, Command, Failure, Permit, Scope, Tx};
use serde::Serialize;

/// Counts since they were last recorded, none of them zero.
#[derive(Debug, Serialize)]
pub struct RecordRefusedCards {
    /// How many for each reason.
    pub counts: Vec<(CardRefusal, u32)>,
}

impl Command for RecordRefusedCards {
    type Output = ();
    const ACTION: Action = Action::RecordRefusedCards;

    fn scope(&self) -> Scope {
        Scope::NONE
    }

    async fn apply(
        &self,
        _tx: &mut Tx<'_>,
        _permit: Permit<'_, Self>,
    ) -> Result<Audited<()>, Failure> {
        let mut events = self
            .counts
            .iter()
            .map(|(refusal, count)| Event::CardsRefused { code: refusal.code(), count: *count });
        let first = events.next().ok_or(Refusal::InvalidInput)?;
        let rest: Vec<Event> = events.collect();
        Ok(Audited::new((), first, rest))
    }
}

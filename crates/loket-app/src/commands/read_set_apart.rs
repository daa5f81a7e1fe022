//! Reads the messages that were set apart: staff of an organisation its own, the operator all.
//! Nothing of the person is in them.

use loket_domain::audit::Event;
use loket_domain::policy::Action;
use loket_store::tables::outbox::{self, SetApart};
use loket_store::{Audited, Command, Failure, Permit, Scope, Tx};
use serde::Serialize;

/// Reads them.
#[derive(Debug, Serialize)]
pub struct ReadSetApart;

impl Command for ReadSetApart {
    type Output = Vec<SetApart>;
    const ACTION: Action = Action::ReadSetApart;

    fn scope(&self) -> Scope {
        Scope::NONE
    }

    async fn apply(
        &self,
        tx: &mut Tx<'_>,
        permit: Permit<'_, Self>,
    ) -> Result<Audited<Vec<SetApart>>, Failure> {
        let whose = super::own_organisation(permit.staff_if_any());
        let found = outbox::all_set_apart(&mut tx.view(), whose).await?;
        let messages = u32::try_from(found.len()).unwrap_or(u32::MAX);
        Ok(Audited::new(found, Event::SetApartRead { messages }, []))
    }
}

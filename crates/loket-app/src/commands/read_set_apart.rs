//! Reads the messages that were set apart: staff of an organisation its own, the operator all, and how
//! handing over states of keys stands. Nothing of the person is in them.

use loket_domain::audit::Event;
use loket_domain::policy::Action;
use loket_store::tables::announcement;
use loket_store::tables::outbox::{self, SetApart};
use loket_store::{Audited, Command, Failure, Permit, Scope, Tx};
use serde::Serialize;

/// What was set apart.
#[derive(Debug, Clone)]
pub struct Apart {
    /// The messages.
    pub messages: Vec<SetApart>,
    /// How handing over states of keys stands; for the operator, when any wait.
    pub key_states: Option<announcement::Standing>,
}

/// Reads them.
#[derive(Debug, Serialize)]
pub struct ReadSetApart;

impl Command for ReadSetApart {
    type Output = Apart;
    const ACTION: Action = Action::ReadSetApart;

    fn scope(&self) -> Scope {
        Scope::NONE
    }

    async fn apply(
        &self,
        tx: &mut Tx<'_>,
        permit: Permit<'_, Self>,
    ) -> Result<Audited<Apart>, Failure> {
        let whose = super::own_organisation(permit.staff_if_any());
        let found = outbox::all_set_apart(&mut tx.view(), whose).await?;
        let key_states = match whose {
            None => announcement::standing(&mut tx.view()).await?,
            Some(_) => None,
        };
        let messages = u32::try_from(found.len()).unwrap_or(u32::MAX);
        let apart = Apart { messages: found, key_states };
        Ok(Audited::new(apart, Event::SetApartRead { messages }, []))
    }
}

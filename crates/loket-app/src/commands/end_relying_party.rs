//! The operator ends a relying party: from this commit on nobody signs in there, and no token of it opens
//! anything. Its client id is not given out again.

use loket_domain::Refusal;
use loket_domain::audit::Event;
use loket_domain::policy::Action;
use loket_domain::relying_party::ClientId;
use loket_store::{Audited, Command, Failure, Permit, Scope, Tx, tables};
use serde::Serialize;

/// Ends it.
#[derive(Debug, Serialize)]
pub struct EndRelyingParty {
    /// Which.
    pub client: ClientId,
    /// Why, for the trail; nothing personal.
    pub reason: String,
}

impl Command for EndRelyingParty {
    type Output = ();
    const ACTION: Action = Action::EndRelyingParty;

    fn scope(&self) -> Scope {
        Scope::NONE
    }

    async fn apply(
        &self,
        tx: &mut Tx<'_>,
        _permit: Permit<'_, Self>,
    ) -> Result<Audited<()>, Failure> {
        let reason: String = self.reason.trim().chars().take(200).collect();
        if reason.is_empty() {
            return Err(Refusal::ReasonMissing.into());
        }
        let party = tables::relying_party::by_client(&mut tx.view(), &self.client).await?;
        let party = party.ok_or(Refusal::NotFound)?;
        if !tables::relying_party::end(tx, party.id).await? {
            return Err(Refusal::WrongStep.into());
        }
        let event =
            Event::RelyingPartyEnded { relying_party: party.id, client: party.client, reason };
        Ok(Audited::new((), event, []))
    }
}

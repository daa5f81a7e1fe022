//! The operator registers a relying party, or changes what it is registered for. What people agreed to
//! stays: a claim that is new is asked for anew, one that is gone is not told any more.

use loket_domain::Refusal;
use loket_domain::audit::Event;
use loket_domain::id::RelyingPartyId;
use loket_domain::policy::Action;
use loket_domain::relying_party::{ClientId, Registered};
use loket_store::{Audited, Command, Failure, Permit, Scope, Tx, keeps_answer, tables};
use serde::Serialize;

/// Registers it.
#[derive(Debug, Serialize)]
pub struct RegisterRelyingParty {
    /// By which it names itself.
    pub client: ClientId,
    /// What it is registered for.
    pub registered: Registered,
    /// It is registered already, and this is to stand in place of that.
    pub change: bool,
}

impl Command for RegisterRelyingParty {
    type Output = RelyingPartyId;
    const ACTION: Action = Action::RegisterRelyingParty;
    keeps_answer!();

    fn scope(&self) -> Scope {
        Scope::NONE
    }

    async fn apply(
        &self,
        tx: &mut Tx<'_>,
        _permit: Permit<'_, Self>,
    ) -> Result<Audited<RelyingPartyId>, Failure> {
        self.registered.check().map_err(|_| Refusal::InvalidInput)?;
        let known = tables::relying_party::by_client(&mut tx.view(), &self.client).await?;
        let id = match (known, self.change) {
            (None, false) => {
                tables::relying_party::insert(tx, &self.client, &self.registered).await?
            }
            (Some(known), true) if known.ended_at.is_none() => {
                // In another sector the same person would be another one there.
                if known.registered.sector != self.registered.sector {
                    return Err(Refusal::InvalidInput.into());
                }
                tables::relying_party::change(tx, known.id, &self.registered).await?;
                known.id
            }
            (Some(_), false) => return Err(Refusal::AlreadyExists.into()),
            (Some(_) | None, true) => return Err(Refusal::NotFound.into()),
        };
        let event = Event::RelyingPartyRegistered {
            relying_party: id,
            client: self.client.clone(),
            name: self.registered.name.clone(),
            claims: self.registered.claims.clone(),
            changed: self.change,
        };
        Ok(Audited::new(id, event, []))
    }
}

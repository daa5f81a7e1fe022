//! The person withdraws what was agreed for a relying party. From this commit on it learns nothing more:
//! codes and tokens that it holds are worthless.

use loket_domain::Refusal;
use loket_domain::audit::Event;
use loket_domain::id::RelyingPartyId;
use loket_domain::policy::Action;
use loket_store::{Audited, Command, Failure, Permit, Scope, Tx, tables};
use serde::Serialize;

/// Withdraws it.
#[derive(Debug, Serialize)]
pub struct WithdrawClaims {
    /// From whom.
    pub party: RelyingPartyId,
}

impl Command for WithdrawClaims {
    type Output = ();
    const ACTION: Action = Action::WithdrawClaims;

    fn scope(&self) -> Scope {
        Scope::NONE
    }

    async fn apply(
        &self,
        tx: &mut Tx<'_>,
        permit: Permit<'_, Self>,
    ) -> Result<Audited<()>, Failure> {
        let key = super::holders_key(tx, permit.key_holder()?).await?;
        if !tables::claims_consent::withdraw(tx, key.person, self.party).await? {
            return Err(Refusal::NotFound.into());
        }
        tables::party_sign_in::revoke_of(tx, key.person, self.party).await?;
        let event = Event::ClaimsWithdrawn { relying_party: self.party };
        Ok(Audited::new((), event, []).on(key.registration).of(key.person))
    }
}

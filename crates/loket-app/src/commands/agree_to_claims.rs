//! The person agrees that a relying party learns something. It is remembered until the person withdraws
//! it; what was agreed before is part of it.

use std::collections::BTreeSet;

use loket_domain::Refusal;
use loket_domain::audit::Event;
use loket_domain::id::RelyingPartyId;
use loket_domain::policy::Action;
use loket_domain::relying_party::Claim;
use loket_store::{Audited, Command, Failure, Permit, Scope, Tx, tables};
use serde::Serialize;

/// Agrees.
#[derive(Debug, Serialize)]
pub struct AgreeToClaims {
    /// With whom.
    pub party: RelyingPartyId,
    /// What it may learn, as the page showed it.
    pub claims: BTreeSet<Claim>,
    /// Digest of the cookie of the session: who signed out meanwhile agrees to nothing.
    pub session: [u8; 32],
}

impl Command for AgreeToClaims {
    type Output = ();
    const ACTION: Action = Action::AgreeToClaims;

    fn scope(&self) -> Scope {
        Scope::NONE
    }

    async fn apply(
        &self,
        tx: &mut Tx<'_>,
        permit: Permit<'_, Self>,
    ) -> Result<Audited<()>, Failure> {
        let key = super::holders_key(tx, permit.key_holder()?).await?;
        super::stands(tx, self.session).await?;
        let party = tables::relying_party::load(&mut tx.view(), self.party).await?;
        let party = party.ok_or(Refusal::NotFound)?;
        if !self.claims.is_subset(&party.registered.claims) {
            return Err(Refusal::WrongStep.into());
        }
        let before = tables::claims_consent::given(&mut tx.view(), key.person, self.party).await?;
        let mut claims = self.claims.clone();
        claims.extend(before.into_iter().flat_map(|given| given.claims));
        tables::claims_consent::give(tx, key.person, self.party, &claims).await?;
        let event = Event::ClaimsAgreed { relying_party: self.party, claims };
        Ok(Audited::new((), event, []).on(key.registration).of(key.person))
    }
}

//! A relying party learns what the person agreed to tell: with an access token that works, while the key
//! works and the consent stands. What the person has not, is left out.

use std::collections::BTreeSet;

use loket_domain::Refusal;
use loket_domain::audit::Event;
use loket_domain::contact::EmailAddress;
use loket_domain::id::PersonId;
use loket_domain::person::RegisterPerson;
use loket_domain::policy::Action;
use loket_domain::relying_party::Claim;
use loket_store::{Audited, Command, Failure, Permit, Personal, Scope, Tx, tables};
use serde::Serialize;

/// Releases them.
#[derive(Debug, Serialize)]
pub struct ReleaseClaims {
    /// Digest of the access token.
    pub token_digest: [u8; 32],
}

/// What may be told.
#[derive(Debug, Clone)]
pub struct Released {
    /// Of whom.
    pub person: PersonId,
    /// Which claims may be told.
    pub claims: BTreeSet<Claim>,
    /// What the register said, when one of the claims is of that.
    pub register: Option<Personal<RegisterPerson>>,
    /// The confirmed address, when it is one of the claims.
    pub email: Option<Personal<EmailAddress>>,
}

impl Command for ReleaseClaims {
    type Output = Released;
    const ACTION: Action = Action::ReleaseClaims;

    fn scope(&self) -> Scope {
        Scope::NONE
    }

    async fn apply(
        &self,
        tx: &mut Tx<'_>,
        permit: Permit<'_, Self>,
    ) -> Result<Audited<Released>, Failure> {
        let (party, now) = (permit.relying_party()?, permit.now());
        let found = tables::party_sign_in::by_token(&mut tx.view(), self.token_digest, now).await?;
        let sign_in = found.filter(|found| found.party == party).ok_or(Refusal::NotFound)?;
        let (key, may) = super::standing(tx, &sign_in).await?;
        let claims: BTreeSet<Claim> =
            sign_in.granted.claims.iter().copied().filter(|claim| may.contains(claim)).collect();
        let of_register = [Claim::Names, Claim::BirthDate, Claim::Number];
        let register = if of_register.iter().any(|claim| claims.contains(claim)) {
            tables::registration::person(&mut tx.view(), key.registration).await?
        } else {
            None
        };
        let email = if claims.contains(&Claim::Email) {
            super::holders_address(tx, key.registration).await?.map(|found| Personal::new(found.0))
        } else {
            None
        };
        let event = Event::ClaimsReleased {
            sign_in: sign_in.id,
            relying_party: party,
            claims: claims.clone(),
        };
        let released = Released { person: sign_in.person, claims, register, email };
        Ok(Audited::new(released, event, []).on(key.registration).of(sign_in.person))
    }
}

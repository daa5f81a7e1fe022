//! The person signs in at a relying party, which gets a code. Whether everything is there is decided here
//! once more: the page may be old, and session, key or consent gone in the meantime.

use loket_domain::Refusal;
use loket_domain::audit::Event;
use loket_domain::policy::Action;
use loket_domain::relying_party::{
    AuthorizationRequest, CODE_WORKS, NextStep, ShownKey, next_step,
};
use loket_domain::{Timestamp, id::SignInId};
use loket_store::tables::party_sign_in::{Granted, PartySignIn};
use loket_store::{Audited, Command, Failure, Permit, Scope, Tx, tables};
use serde::Serialize;

/// Grants it.
#[derive(Debug, Serialize)]
pub struct GrantSignIn {
    /// What the relying party asked.
    pub request: AuthorizationRequest,
    /// Digest of the cookie of the session in which it was agreed to: who signed out meanwhile is not signed in.
    pub session: [u8; 32],
    /// When the key was shown.
    pub shown_at: Timestamp,
    /// Digest of the code.
    pub code_digest: [u8; 32],
}

impl Command for GrantSignIn {
    type Output = SignInId;
    const ACTION: Action = Action::GrantSignIn;

    fn scope(&self) -> Scope {
        Scope::NONE
    }

    async fn apply(
        &self,
        tx: &mut Tx<'_>,
        permit: Permit<'_, Self>,
    ) -> Result<Audited<SignInId>, Failure> {
        let now = permit.now();
        super::stands(tx, self.session).await?;
        let key = super::holders_key(tx, permit.key_holder()?).await?;
        let party = self.request.party;
        let known = tables::relying_party::load(&mut tx.view(), party).await?;
        let known = known.ok_or(Refusal::NotFound)?;
        if !known.registered.returns.contains(&self.request.address) {
            return Err(Refusal::NotFound.into());
        }
        let given = tables::claims_consent::given(&mut tx.view(), key.person, party).await?;
        let shown = ShownKey { at: self.shown_at, level: key.level };
        if next_step(&self.request, Some(shown), given.as_ref(), now) != NextStep::Answer {
            return Err(Refusal::WrongStep.into());
        }
        let granted = Granted {
            address: self.request.address.clone(),
            nonce: self.request.nonce.clone(),
            challenge: self.request.challenge.clone(),
            claims: self.request.claims.clone(),
            level: key.level,
            kind: key.kind,
            shown_at: self.shown_at,
        };
        let sign_in = PartySignIn {
            id: tx.new_id()?,
            party,
            person: key.person,
            key: key.id,
            granted,
            code_until: now.plus(CODE_WORKS),
            exchanged_at: None,
            token_until: None,
            revoked_at: None,
        };
        tables::party_sign_in::insert(tx, &sign_in, self.code_digest).await?;
        let event = Event::SignInGranted {
            sign_in: sign_in.id,
            relying_party: party,
            key: key.id,
            level: key.level,
            claims: sign_in.granted.claims,
        };
        Ok(Audited::new(sign_in.id, event, []).on(key.registration).of(key.person))
    }
}

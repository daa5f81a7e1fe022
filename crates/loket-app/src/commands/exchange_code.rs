//! A relying party exchanges a code for its tokens: its own code, within a minute, once, with the secret
//! text that it committed to, for the address to which the code went, while the key works and the consent
//! stands. A code that comes a second time may be in other hands: what came of it is over (RFC 6749
//! section 4.1.2).

use loket_domain::Refusal;
use loket_domain::audit::Event;
use loket_domain::policy::Action;
use loket_domain::relying_party::TOKEN_WORKS;
use loket_store::tables::party_sign_in::PartySignIn;
use loket_store::{Audited, Command, Failure, Permit, Scope, Tx, tables};
use serde::Serialize;

/// Exchanges it.
#[derive(Debug, Serialize)]
pub struct ExchangeCode {
    /// Digest of the code.
    pub code_digest: [u8; 32],
    /// Where the relying party says that the code went.
    pub address: String,
    /// The secret text.
    #[serde(skip)]
    pub verifier: String,
    /// Digest of the new access token.
    pub token_digest: [u8; 32],
}

/// What comes of it. A second try is no refusal: it changes something.
#[derive(Debug, Clone)]
pub enum Exchange {
    /// The tokens may be given.
    Done(Box<PartySignIn>),
    /// The code came before.
    Again,
}

impl Command for ExchangeCode {
    type Output = Exchange;
    const ACTION: Action = Action::ExchangeCode;

    fn scope(&self) -> Scope {
        Scope::NONE
    }

    async fn apply(
        &self,
        tx: &mut Tx<'_>,
        permit: Permit<'_, Self>,
    ) -> Result<Audited<Exchange>, Failure> {
        let (party, now) = (permit.relying_party()?, permit.now());
        let found = tables::party_sign_in::by_code(&mut tx.view(), self.code_digest).await?;
        // Of somebody else's code not even that it exists.
        let sign_in = found.filter(|found| found.party == party).ok_or(Refusal::NotFound)?;
        if sign_in.exchanged_at.is_some() {
            tables::party_sign_in::revoke(tx, sign_in.id).await?;
            let event = Event::SignInRevoked { sign_in: sign_in.id, relying_party: party };
            return Ok(Audited::new(Exchange::Again, event, []).of(sign_in.person));
        }
        let granted = &sign_in.granted;
        if sign_in.revoked_at.is_some()
            || sign_in.code_until <= now
            || granted.address.as_str() != self.address
            || !granted.challenge.is_met_by(&self.verifier)
        {
            return Err(Refusal::NotFound.into());
        }
        super::standing(tx, &sign_in).await?;
        let until = now.plus(TOKEN_WORKS);
        tables::party_sign_in::exchanged(tx, sign_in.id, self.token_digest, until).await?;
        let event = Event::SignInExchanged { sign_in: sign_in.id, relying_party: party };
        let person = sign_in.person;
        Ok(Audited::new(Exchange::Done(Box::new(sign_in)), event, []).of(person))
    }
}

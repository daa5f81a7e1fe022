//! Signing in by the federal authentication service. What an attempt needs at its end stays here,
//! sealed, under a cookie of the browser that began it, and is taken out at the first answer.

use std::time::Duration;

use loket_domain::Refusal;
use loket_domain::caller::CardRefusal;
use loket_domain::port::FederalAttempt;
use loket_domain::secret::Secret;
use loket_store::{Failure, StoreError, Visit, VisitKind};
use subtle::ConstantTimeEq as _;

use super::sign_in::hashed;
use super::{Office, Place, SignInFailure, SignedIn};

/// How long a person may take at the service.
const ATTEMPT_WORKS: Duration = Duration::from_mins(5);

/// A visitor on the way to the service.
#[derive(Debug)]
pub struct FederalVisit {
    /// Token for the visitor's cookie.
    pub visitor: Secret,
    /// Where the service is.
    pub address: String,
}

impl Office {
    /// Whether this installation uses the service.
    pub fn has_federal(&self) -> bool {
        self.ports().federal.is_some()
    }

    /// Sends a visitor to the service.
    pub async fn begin_federal(&self) -> Result<FederalVisit, SignInFailure> {
        let service = self.ports().federal.as_ref().ok_or(Failure::from(Refusal::NotFound))?;
        let visitor = self.new_token()?;
        let attempt = FederalAttempt {
            state: self.new_token()?,
            nonce: self.new_token()?,
            verifier: self.new_token()?,
        };
        let begun = service.begin(&attempt).await;
        let address = begun.map_err(|refusal| self.turned_away(refusal))?;
        let visit = Visit {
            token_hash: hashed(visitor.expose()),
            kind: VisitKind::Federal,
            until: self.now().plus(ATTEMPT_WORKS),
        };
        self.store().put_visit(visit, written(&attempt)).await?;
        Ok(FederalVisit { visitor, address })
    }

    /// Takes the attempt out, whatever comes of it; used when the service sends somebody back
    /// without a code.
    pub async fn give_up_federal(&self, visitor: &Secret) -> Result<(), StoreError> {
        self.store().take_visit(hashed(visitor.expose()), VisitKind::Federal).await.map(drop)
    }

    /// Opens a session for whoever comes back with a code, in the browser that began.
    pub async fn finish_federal(
        &self,
        visitor: &Secret,
        (state, code): (&str, &str),
        place: Place,
    ) -> Result<SignedIn, SignInFailure> {
        let service = self.ports().federal.as_ref().ok_or(Failure::from(Refusal::NotFound))?;
        let kept = self.store().take_visit(hashed(visitor.expose()), VisitKind::Federal).await?;
        let attempt = kept.as_deref().and_then(read);
        let attempt = attempt.filter(|attempt| {
            bool::from(attempt.state.expose().as_bytes().ct_eq(state.as_bytes()))
        });
        let attempt = attempt.ok_or_else(|| self.turned_away(CardRefusal::ChallengeMissing))?;
        let proved = service.finish(code, &attempt, self.now()).await;
        let person = proved.map_err(|refusal| self.turned_away(refusal))?;
        self.open_session(person, place).await
    }
}

/// Tokens of base64url, which have no spaces.
fn written(attempt: &FederalAttempt) -> String {
    let FederalAttempt { state, nonce, verifier } = attempt;
    format!("{} {} {}", state.expose(), nonce.expose(), verifier.expose())
}

fn read(text: &str) -> Option<FederalAttempt> {
    let mut parts = text.split(' ').map(|part| Secret::new(part.to_owned()));
    Some(FederalAttempt { state: parts.next()?, nonce: parts.next()?, verifier: parts.next()? })
}

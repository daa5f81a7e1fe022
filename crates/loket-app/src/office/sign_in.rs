//! Signing in: a challenge for an anonymous visitor, taken out at its first use whatever comes of
//! it; a proved card; a session under a new token.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use loket_domain::caller::{Caller, CardRefusal, Door, ProvedPerson};
use loket_domain::id::{RequestId, SessionId};
use loket_domain::secret::Secret;
use loket_domain::{Language, Refusal};
use loket_store::{Call, Failure, StoreError, Visit, VisitKind};
use sha2::{Digest, Sha256};

use super::Office;
use crate::commands::accept_terms::AcceptTerms;
use crate::commands::sign_in::SignIn;
use crate::commands::sign_out::SignOut;

/// How long a challenge works (DESIGN section 8).
const CHALLENGE_WORKS: Duration = Duration::from_secs(5 * 60);

/// A challenge and the cookie of the visitor who may use it.
#[derive(Debug)]
pub struct Challenge {
    /// Token for the visitor's cookie.
    pub visitor: Secret,
    /// The challenge as the card signs it: 44 characters of base64.
    pub nonce: String,
}

/// A session just opened.
#[derive(Debug)]
pub struct SignedIn {
    /// Token for the session's cookie.
    pub token: Secret,
    /// The session.
    pub session: SessionId,
}

/// Where somebody signs in.
#[derive(Debug)]
pub struct Place {
    /// The address of the network.
    pub address: Option<String>,
    /// The mark that the browser of the post keeps.
    pub post: Secret,
}

/// Why nobody was signed in.
#[derive(Debug, thiserror::Error)]
pub enum SignInFailure {
    /// The card was not accepted.
    #[error("card: {0}")]
    Card(CardRefusal),
    /// The holder may not work here, or the store failed.
    #[error(transparent)]
    Office(#[from] Failure),
}

impl From<StoreError> for SignInFailure {
    fn from(error: StoreError) -> Self {
        Self::Office(error.into())
    }
}

/// SHA-256 of a cookie's token, as stored.
pub(crate) fn hashed(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

impl Office {
    pub(crate) fn new_token(&self) -> Result<Secret, StoreError> {
        Ok(Secret::new(URL_SAFE_NO_PAD.encode(self.store().random::<32>()?)))
    }

    /// A mark for a post that has none: 32 random bytes.
    pub fn new_post(&self) -> Result<Secret, SignInFailure> {
        Ok(self.new_token()?)
    }

    /// Gives a visitor a challenge of 32 random bytes that works for five minutes.
    pub async fn begin_sign_in(&self) -> Result<Challenge, StoreError> {
        let visitor = self.new_token()?;
        let nonce = STANDARD.encode(self.store().random::<32>()?);
        let visit = Visit {
            token_hash: hashed(visitor.expose()),
            kind: VisitKind::SignIn,
            until: self.now().plus(CHALLENGE_WORKS),
        };
        self.store().put_visit(visit, nonce.clone()).await?;
        Ok(Challenge { visitor, nonce })
    }

    /// Checks the token of a card against the visitor's challenge and opens a session.
    pub async fn finish_sign_in(
        &self,
        visitor: &Secret,
        token: &str,
        place: Place,
    ) -> Result<SignedIn, SignInFailure> {
        let person = self.prove_card(visitor, token).await?;
        self.open_session(person, place).await
    }

    /// A session under a new token for a proved card, if its holder may work here.
    pub(super) async fn open_session(
        &self,
        person: ProvedPerson,
        place: Place,
    ) -> Result<SignedIn, SignInFailure> {
        let session_token = self.new_token()?;
        let call = Call {
            caller: Caller::Card(person),
            door: Door::Web,
            request: self.new_request()?,
            address: place.address,
        };
        let post = hashed(place.post.expose());
        let command = SignIn { token_hash: hashed(session_token.expose()), post };
        let session = self.run(call, command).await?;
        Ok(SignedIn { token: session_token, session })
    }

    /// A card that is refused is counted.
    pub(super) fn turned_away(&self, refusal: CardRefusal) -> SignInFailure {
        self.refused_cards().count(refusal);
        SignInFailure::Card(refusal)
    }

    /// Takes the visitor's challenge out and checks the token against it. Who is refused is counted.
    pub(super) async fn prove_card(
        &self,
        visitor: &Secret,
        token: &str,
    ) -> Result<ProvedPerson, SignInFailure> {
        let kept = self.store().take_visit(hashed(visitor.expose()), VisitKind::SignIn).await?;
        let proved = match kept {
            Some(nonce) => self.ports().cards.verify(token, &nonce, self.now()).await,
            None => Err(CardRefusal::ChallengeMissing),
        };
        proved.map_err(|refusal| self.turned_away(refusal))
    }

    /// The session of a cookie; its limits are looked at by each command.
    pub async fn session_of(&self, token: &Secret) -> Result<Option<SessionId>, StoreError> {
        let mut reader = self.store().reader().await?;
        loket_store::tables::session::by_token(&mut reader.view(), hashed(token.expose())).await
    }

    /// Accepts the terms of use.
    pub async fn accept_terms(
        &self,
        call: Call,
        version: &str,
        language: Language,
    ) -> Result<(), Failure> {
        self.run(call, AcceptTerms { version: version.to_owned(), language }).await
    }

    /// Ends a session. One that has ended by itself is no failure; it is asked for first, or whoever kept its cookie
    /// could fill the trail with refusals, also while nobody else's commands are taken.
    pub async fn sign_out(&self, session: SessionId, request: RequestId) -> Result<(), Failure> {
        let now = self.now();
        let facts = self.store().staff_facts(session).await?;
        if facts.is_none_or(|facts| facts.session_ended || facts.session_ends_at <= now) {
            return Ok(());
        }
        let call = self.staff_call(session, request, None);
        match self.run(call, SignOut { session }).await {
            Err(Failure::Refused(Refusal::SessionEnded | Refusal::NotSignedIn)) => Ok(()),
            other => other,
        }
    }
}

//! Signing in by the card's certificate in a TLS handshake, on a host of its own. A visitor of the
//! main host is sent there with a ticket; who proves a card there comes back with a code that works
//! once, for a minute, and only in the browser that was sent.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use loket_domain::Ssin;
use loket_domain::Timestamp;
use loket_domain::caller::{CardRefusal, ProvedPerson, SignInMethod};
use loket_domain::secret::Secret;
use loket_store::{Failure, StoreError, Visit, VisitKind};
use serde::{Deserialize, Serialize};

use super::sign_in::hashed;
use super::{Office, Place, SignInFailure, SignedIn};

/// How long a ticket works: the time to find the card and type the PIN.
const TICKET_WORKS: Duration = Duration::from_mins(5);
/// How long a code works: one redirect.
const CODE_WORKS: Duration = Duration::from_mins(1);

/// A visitor on the way to the other host.
#[derive(Debug)]
pub struct CardHostVisit {
    /// Token for the visitor's cookie on the main host.
    pub visitor: Secret,
    /// What the other host is told; it opens nothing by itself.
    pub ticket: Secret,
}

/// A proved card on the way back; stored sealed.
#[derive(Serialize, Deserialize)]
struct Kept {
    visitor: String,
    ssin: Ssin,
    given_names: String,
    surname: String,
    fingerprint: [u8; 32],
    certificate: String,
    at: Timestamp,
}

impl Office {
    /// Sends a visitor to the other host.
    pub async fn begin_at_card_host(&self) -> Result<CardHostVisit, StoreError> {
        let (visitor, ticket) = (self.new_token()?, self.new_token()?);
        let visit = Visit {
            token_hash: hashed(ticket.expose()),
            kind: VisitKind::CardHost,
            until: self.now().plus(TICKET_WORKS),
        };
        self.store().put_visit(visit, fingerprint_of(&visitor)).await?;
        Ok(CardHostVisit { visitor, ticket })
    }

    /// Checks the certificates of a handshake on the other host; gives the code for the way back.
    /// The ticket is taken out whatever comes of it.
    pub async fn prove_at_card_host(
        &self,
        ticket: &str,
        chain: &[Vec<u8>],
    ) -> Result<Secret, SignInFailure> {
        let kept = self.store().take_visit(hashed(ticket), VisitKind::CardHost).await?;
        let proved = match &kept {
            Some(_) => self.ports().cards.prove_certificate(chain, self.now()).await,
            None => Err(CardRefusal::ChallengeMissing),
        };
        let person = proved.map_err(|refusal| self.turned_away(refusal))?;
        let code = self.new_token()?;
        let visit = Visit {
            token_hash: hashed(code.expose()),
            kind: VisitKind::CardProved,
            until: self.now().plus(CODE_WORKS),
        };
        self.store().put_visit(visit, written(kept.unwrap_or_default(), &person)?).await?;
        Ok(code)
    }

    /// Opens a session for whoever comes back with a code, in the browser that was sent.
    pub async fn finish_at_card_host(
        &self,
        visitor: &Secret,
        code: &str,
        place: Place,
    ) -> Result<SignedIn, SignInFailure> {
        let kept = self.store().take_visit(hashed(code), VisitKind::CardProved).await?;
        let person = kept.and_then(|text| read(&text, &fingerprint_of(visitor)));
        let person = person.ok_or_else(|| self.turned_away(CardRefusal::ChallengeMissing))?;
        self.open_session(person, place).await
    }
}

fn fingerprint_of(visitor: &Secret) -> String {
    crate::hex(&hashed(visitor.expose()))
}

fn written(visitor: String, person: &ProvedPerson) -> Result<String, SignInFailure> {
    let kept = Kept {
        visitor,
        ssin: person.ssin,
        given_names: person.given_names.clone(),
        surname: person.surname.clone(),
        fingerprint: person.card_fingerprint,
        certificate: STANDARD.encode(&person.certificate),
        at: person.at,
    };
    let unreadable = |_| Failure::from(StoreError::Unreadable("visitor.state"));
    Ok(serde_json::to_string(&kept).map_err(unreadable)?)
}

/// The proved card, when it is this visitor's.
fn read(text: &str, visitor: &str) -> Option<ProvedPerson> {
    let kept: Kept = serde_json::from_str(text).ok()?;
    if kept.visitor != visitor {
        return None;
    }
    Some(ProvedPerson {
        ssin: kept.ssin,
        given_names: kept.given_names,
        surname: kept.surname,
        method: SignInMethod::MutualTls,
        card_fingerprint: kept.fingerprint,
        certificate: STANDARD.decode(kept.certificate).ok()?,
        at: kept.at,
    })
}

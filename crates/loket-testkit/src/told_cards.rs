//! Cards that answer as told when they are looked at again.

use std::sync::{Arc, Mutex};

use loket_domain::Timestamp;
use loket_domain::caller::{CardRefusal, ProvedPerson};
use loket_domain::port::{Answer, CardVerifier};

/// What looking again at the card of a session finds; nobody signs in through it.
#[derive(Clone, Default)]
pub struct Cards(Arc<Mutex<Option<CardRefusal>>>);

impl Cards {
    /// Answers this from now on; `None` finds every card good.
    pub fn answer(&self, with: Option<CardRefusal>) {
        if let Ok(mut answer) = self.0.lock() {
            *answer = with;
        }
    }
}

impl CardVerifier for Cards {
    fn prove_certificate<'a>(
        &'a self,
        _chain: &'a [Vec<u8>],
        _now: Timestamp,
    ) -> Answer<'a, Result<ProvedPerson, CardRefusal>> {
        Box::pin(async { Err(CardRefusal::CertificateUnreadable) })
    }
    fn recheck<'a>(
        &'a self,
        _certificate: &'a [u8],
        _now: Timestamp,
    ) -> Answer<'a, Result<(), CardRefusal>> {
        let answer = self.0.lock().ok().and_then(|answer| *answer);
        Box::pin(async move { answer.map_or(Ok(()), Err) })
    }

    fn verify<'a>(
        &'a self,
        _token: &'a str,
        _challenge: &'a str,
        _now: Timestamp,
    ) -> Answer<'a, Result<ProvedPerson, CardRefusal>> {
        Box::pin(async { Err(CardRefusal::TokenUnreadable) })
    }
}

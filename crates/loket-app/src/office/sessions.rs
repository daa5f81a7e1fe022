//! Sessions after the sign-in: which one has, ending them, showing the card again, and looking again
//! at the cards behind them.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use loket_domain::Refusal;
use loket_domain::caller::{CardRefusal, SessionEndReason};
use loket_domain::id::SessionId;
use loket_domain::secret::Secret;
use loket_store::tables::session::{Due, Listed};
use loket_store::{Call, Failure, StoreError, tables};

use super::{Masthead, Office, SignInFailure};
use crate::commands::end_session::EndSession;
use crate::commands::record_refused_cards::RecordRefusedCards;
use crate::commands::show_card_again::ShowCardAgain;

/// How old the last look at a card may be before it is looked at again.
const LOOK_AGAIN: Duration = Duration::from_mins(15);
/// A session whose card could not be looked at for this long ends: revocation fails closed, and a
/// responder that is down for some minutes does not empty every counter.
const UNCHECKED_AT_MOST: Duration = Duration::from_mins(60);
/// Most cards that are looked at in one round.
const MOST: u32 = 50;

/// Cards that were refused at the door, counted until they are recorded.
#[derive(Debug, Default)]
pub(crate) struct RefusedCards(Mutex<BTreeMap<CardRefusal, u32>>);

impl RefusedCards {
    pub(crate) fn count(&self, refusal: CardRefusal) {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = counts.entry(refusal).or_default();
        *count = count.saturating_add(1);
    }

    fn take(&self) -> Vec<(CardRefusal, u32)> {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut *counts).into_iter().collect()
    }
}

impl Office {
    /// The open sessions of whoever is signed in, over all organisations, the newest first.
    pub async fn own_sessions(&self, masthead: &Masthead) -> Result<Vec<Listed>, StoreError> {
        let limits = &self.store().settings().limits;
        let now = self.now();
        let mut reader = self.store().reader().await?;
        let seen_since = now.minus(limits.session_idle);
        let all =
            tables::session::open_of(&mut reader.view(), masthead.facts.staff, seen_since).await?;
        Ok(all
            .into_iter()
            .filter(|one| now < one.started_at.plus(limits.session_at_most))
            .collect())
    }

    /// Ends one of one's own sessions from another.
    pub async fn end_own_session(&self, call: Call, session: SessionId) -> Result<(), Failure> {
        let reason = SessionEndReason::EndedElsewhere;
        match self.run(call, EndSession { session, reason }).await {
            // It ended by itself in the meantime, or never was one's own: nothing is told.
            Err(Failure::Refused(Refusal::NotFound)) => Ok(()),
            other => other,
        }
    }

    /// Checks the card against the visitor's challenge and keeps that it was shown again.
    pub async fn show_card_again(
        &self,
        call: Call,
        session: SessionId,
        visitor: &Secret,
        token: &str,
    ) -> Result<(), SignInFailure> {
        let person = self.prove_card(visitor, token).await?;
        let command = ShowCardAgain {
            session,
            ssin: person.ssin,
            fingerprint: person.card_fingerprint,
            certificate: person.certificate,
        };
        Ok(self.run(call, command).await?)
    }

    /// Looks again at the cards behind the sessions that are in use; ends those whose card is
    /// revoked, and those that could not be looked at for an hour.
    pub async fn look_at_cards_again(&self) -> Result<(), Failure> {
        let now = self.now();
        let seen_since = now.minus(self.store().settings().limits.session_idle);
        let due = {
            let mut reader = self.store().reader().await?;
            let before = now.minus(LOOK_AGAIN);
            tables::session::due_for_check(&mut reader.view(), seen_since, before, MOST).await?
        };
        for session in due {
            self.look_at_card(session).await?;
        }
        Ok(())
    }

    async fn look_at_card(&self, due: Due) -> Result<(), Failure> {
        let now = self.now();
        let reason = match self.ports().cards.recheck(&due.certificate, now).await {
            Ok(()) => return Ok(self.store().card_checked(due.id).await?),
            Err(CardRefusal::RevocationUnavailable | CardRefusal::CertificateUntrusted) => {
                if now < due.checked_at.plus(UNCHECKED_AT_MOST) {
                    return Ok(());
                }
                SessionEndReason::CardUnchecked
            }
            Err(_) => SessionEndReason::CardRevoked,
        };
        self.end_by_itself(due.id, reason).await
    }

    /// Signs out who has no role any more: a role that has passed its end date leaves no open page.
    pub async fn sign_out_without_role(&self) -> Result<(), Failure> {
        let now = self.now();
        let seen_since = now.minus(self.store().settings().limits.session_idle);
        let lost = {
            let mut reader = self.store().reader().await?;
            tables::session::without_role(&mut reader.view(), seen_since, now, MOST).await?
        };
        for session in lost {
            self.end_by_itself(session, SessionEndReason::RoleLost).await?;
        }
        Ok(())
    }

    async fn end_by_itself(
        &self,
        session: SessionId,
        reason: SessionEndReason,
    ) -> Result<(), Failure> {
        let call = self.job_call("sessions")?;
        match self.run(call, EndSession { session, reason }).await {
            Err(Failure::Refused(Refusal::NotFound)) => Ok(()),
            other => other,
        }
    }

    /// Records the cards that were refused since the last time.
    pub async fn record_refused_cards(&self) -> Result<(), Failure> {
        let counts = self.refused_cards().take();
        if counts.is_empty() {
            return Ok(());
        }
        let call = self.job_call("refused_cards")?;
        self.run(call, RecordRefusedCards { counts }).await
    }
}

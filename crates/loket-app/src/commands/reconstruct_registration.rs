//! Reconstructs a registration for an auditor: who was signed in with which card, what was looked
//! up and shown, each step, each message, the activation, in order (SEED-42, SEED-61). The query is
//! itself an event, with its purpose.

use std::collections::BTreeSet;

use loket_domain::Refusal;
use loket_domain::audit::{Actor, Event, JournalEntry};
use loket_domain::id::{RegistrationId, SessionId};
use loket_domain::policy::Action;
use loket_domain::registration::{Dossier, StateCode};
use loket_store::{Audited, Command, Failure, Permit, Personal, Scope, Tx, journal};
use serde::Serialize;

use crate::names::{Mentioned, Names};

/// Fewest characters of a purpose.
pub const PURPOSE_FEWEST: usize = 10;
/// Most characters of a purpose.
pub const PURPOSE_MOST: usize = 500;

/// Reconstructs a registration.
#[derive(Debug, Serialize)]
pub struct ReconstructRegistration {
    /// Which.
    pub registration: RegistrationId,
    /// Why: a complaint, a control, a sample.
    pub purpose: String,
}

/// The reconstruction.
#[derive(Debug)]
pub struct Reconstruction {
    /// Number, officer, reason, time.
    pub dossier: Dossier,
    /// State.
    pub state: StateCode,
    /// Every event, in order; the sign-ins of the sessions among them.
    pub timeline: Vec<Personal<JournalEntry>>,
    /// Who and what they mention.
    pub names: Names,
}

/// A purpose as it is kept: stated in words, and not too long.
pub fn purpose_of(typed: &str) -> Result<String, Refusal> {
    let purpose = typed.trim();
    if (PURPOSE_FEWEST..=PURPOSE_MOST).contains(&purpose.chars().count()) {
        Ok(purpose.to_owned())
    } else {
        Err(Refusal::ReasonMissing)
    }
}

impl Command for ReconstructRegistration {
    type Output = Reconstruction;
    const ACTION: Action = Action::ReconstructRegistration;

    fn scope(&self) -> Scope {
        Scope::registration(self.registration)
    }

    async fn apply(
        &self,
        tx: &mut Tx<'_>,
        _permit: Permit<'_, Self>,
    ) -> Result<Audited<Reconstruction>, Failure> {
        let purpose = purpose_of(&self.purpose)?;
        let registration = super::registration(tx, self.registration).await?;
        let mut timeline = journal::of_registration(&mut tx.view(), self.registration).await?;
        let sessions: BTreeSet<SessionId> =
            timeline.iter().filter_map(|entry| session_of(tx.open(entry))).collect();
        for session in sessions {
            timeline.extend(journal::of_session_start(&mut tx.view(), session).await?);
        }
        timeline.sort_by_key(|entry| tx.open(entry).sequence);
        let mentioned = Mentioned::by(timeline.iter().map(|entry| tx.open(entry)));
        let names = mentioned.names(&mut tx.view()).await?;
        let event = Event::RegistrationReconstructed {
            reference: registration.dossier().reference,
            purpose,
            events: u64::try_from(timeline.len()).unwrap_or(u64::MAX),
        };
        let reconstruction = Reconstruction {
            dossier: registration.dossier().clone(),
            state: registration.state(),
            timeline,
            names,
        };
        Ok(Audited::new(reconstruction, event, []))
    }
}

const fn session_of(entry: &JournalEntry) -> Option<SessionId> {
    match entry.actor {
        Actor::Staff { session, .. } => Some(session),
        _ => None,
    }
}

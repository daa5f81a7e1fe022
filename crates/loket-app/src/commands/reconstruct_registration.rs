//! Reconstructs a registration for an auditor: who was signed in with which card, what was looked
//! up and shown, each step, each message, the activation, in order (SEED-42, SEED-61). The query is
//! itself an event, with its purpose.

use std::collections::{BTreeMap, BTreeSet};

use loket_domain::Refusal;
use loket_domain::audit::{Actor, Event, JournalEntry};
use loket_domain::id::{OrganisationId, RegistrationId, SessionId, StaffId};
use loket_domain::policy::Action;
use loket_domain::registration::{Dossier, StateCode};
use loket_store::tables::staff::StaffName;
use loket_store::{Audited, Command, Failure, Permit, Personal, Scope, Tx, journal, tables};
use serde::Serialize;

/// Fewest characters of a purpose.
pub const PURPOSE_FEWEST: usize = 10;

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
    /// Names of the staff in it.
    pub staff: BTreeMap<StaffId, Personal<StaffName>>,
    /// Names of the organisations in it.
    pub organisations: BTreeMap<OrganisationId, String>,
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
        let purpose = self.purpose.trim();
        if !(PURPOSE_FEWEST..=500).contains(&purpose.chars().count()) {
            return Err(Refusal::ReasonMissing.into());
        }
        let registration = super::registration(tx, self.registration).await?;
        let mut timeline = journal::of_registration(&mut tx.view(), self.registration).await?;
        let mut people = BTreeSet::new();
        let mut sessions: BTreeSet<SessionId> = BTreeSet::new();
        let mut named = BTreeSet::new();
        for entry in &timeline {
            if let Event::RegistrationHandedOver { from, to } = tx.open(entry).event {
                named.extend([from, to]);
            }
            if let Actor::Staff { staff, organisation, session } = tx.open(entry).actor {
                people.insert((staff, organisation));
                sessions.insert(session);
            }
        }
        for session in sessions {
            timeline.extend(journal::of_session_start(&mut tx.view(), session).await?);
        }
        timeline.sort_by_key(|entry| tx.open(entry).sequence);
        let mut staff = BTreeMap::new();
        let mut organisations = BTreeMap::new();
        named.extend(people.iter().map(|(id, _)| *id));
        for id in named {
            if let Some(name) = tables::staff::name(&mut tx.view(), id).await? {
                staff.insert(id, name);
            }
        }
        for (_, organisation) in people {
            if let Some(found) = tables::organisation::load(&mut tx.view(), organisation).await? {
                organisations.insert(organisation, found.name);
            }
        }
        let event = Event::RegistrationReconstructed {
            reference: registration.dossier().reference,
            purpose: purpose.to_owned(),
            events: u64::try_from(timeline.len()).unwrap_or(u64::MAX),
        };
        let reconstruction = Reconstruction {
            dossier: registration.dossier().clone(),
            state: registration.state(),
            timeline,
            staff,
            organisations,
        };
        Ok(Audited::new(reconstruction, event, []))
    }
}

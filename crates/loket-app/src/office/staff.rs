//! What the pages of staff need around the registration: masthead and desk. Nothing personal of
//! the people who come to the counter.

use std::time::Duration;

use loket_domain::id::{RegistrationId, SessionId, StaffId};
use loket_domain::office::{RoleKind, StaffFacts};
use loket_domain::policy::{Action, CallerFacts, ScopeFacts, decide};
use loket_domain::registration::{Reference, StateCode};
use loket_domain::secret::Secret;
use loket_domain::{Refusal, Timestamp};
use loket_store::grants::{Holder, OfSession};
use loket_store::tables::registration::Listed;
use loket_store::tables::second_check::Waiting;
use loket_store::tables::staff::StaffName;
use loket_store::{Failure, StoreError, tables};

use super::Office;
use super::sign_in::hashed;

/// Who is signed in, for the head of each page.
#[derive(Debug, Clone)]
pub struct Masthead {
    /// The session.
    pub session: SessionId,
    /// What is known of the member of staff.
    pub facts: StaffFacts,
    /// Own given names and surname.
    pub name: StaffName,
    /// Name of the organisation.
    pub organisation: String,
    /// The role that is valid now, and until when.
    pub role: Option<(RoleKind, Timestamp)>,
}

impl Masthead {
    /// Whether a button is shown: the same decision that the server takes again.
    pub fn may(&self, action: Action, now: Timestamp) -> Result<(), Refusal> {
        let scope = ScopeFacts {
            organisation: Some(self.facts.organisation),
            officer: Some(self.facts.staff),
            is_about_caller: false,
        };
        decide(action, CallerFacts::Staff(&self.facts), scope, now)
    }
}

/// The desk of an officer.
#[derive(Debug, Clone)]
pub struct DeskView {
    /// Open registrations of this officer, the newest first.
    pub open: Vec<Listed>,
    /// Registrations of the organisation opened today, by state.
    pub today: Vec<(StateCode, u32)>,
    /// Registrations without a result that must be accounted for, the oldest first.
    pub unexplained: Vec<Listed>,
}

/// A colleague who may take a registration over.
#[derive(Debug, Clone)]
pub struct Colleague {
    /// Who.
    pub staff: StaffId,
    /// Given names and surname.
    pub name: StaffName,
}

/// A call for a second officer as the queue shows it.
#[derive(Debug, Clone)]
pub struct QueuedCheck {
    /// Where it is.
    pub waiting: Waiting,
    /// Name of who called.
    pub name: StaffName,
    /// Who looks called it: somebody else must take it on.
    pub is_own: bool,
    /// Who looks has taken it on.
    pub is_taken_by_me: bool,
}

impl DeskView {
    /// How many of today's registrations stand in one of these states.
    pub fn count(&self, states: &[StateCode]) -> u32 {
        self.today.iter().filter(|(state, _)| states.contains(state)).map(|(_, n)| n).sum()
    }
}

/// Requests of a session are noted so often; by so much it may end earlier than the idle limit says.
const NOTED_EVERY: Duration = Duration::from_secs(10);

impl Office {
    /// Who is signed in; `None` when the session is not known or over. Moves the idle limit.
    pub async fn masthead(&self, session: SessionId) -> Result<Option<Masthead>, StoreError> {
        match self.store().holder(OfSession::Id(session)).await? {
            Some(holder) => self.headed(holder, true).await,
            None => Ok(None),
        }
    }

    /// Who is signed in with the cookie of a request, or why nobody is. A page that looks again by itself
    /// is not `at_work`: the idle limit stays.
    pub async fn signed_in(&self, token: &Secret, at_work: bool) -> Result<Masthead, Failure> {
        let found = self.store().holder(OfSession::Token(hashed(token.expose()))).await?;
        let holder = found.ok_or(Refusal::SessionEnded)?;
        let session = holder.session;
        match self.headed(holder, at_work).await? {
            Some(head) => Ok(head),
            None => Err(self.why_ended(session).await?.into()),
        }
    }

    async fn headed(&self, holder: Holder, at_work: bool) -> Result<Option<Masthead>, StoreError> {
        let Holder { session, facts, name, organisation } = holder;
        let now = self.now();
        if facts.session_ended || facts.session_ends_at <= now {
            return Ok(None);
        }
        // A page of many requests, or a form and the page after it, would otherwise commit each time.
        if at_work && facts.seen_at.plus(NOTED_EVERY) <= now {
            self.store().touch(session).await?;
        }
        // One's own name needs no disclosure: it is shown to its owner.
        let name = name.to_its_owner().clone();
        let role = facts
            .grants
            .iter()
            .find(|g| g.from <= now && now < g.until && g.withdrawn_at.is_none())
            .map(|g| (g.kind, g.until));
        Ok(Some(Masthead { session, facts, name, organisation, role }))
    }

    /// Why a session is over: the role that was withdrawn, or nothing but its end.
    pub async fn why_ended(&self, session: SessionId) -> Result<Refusal, StoreError> {
        let Some(facts) = self.store().staff_facts(session).await? else {
            return Ok(Refusal::SessionEnded);
        };
        let caller = CallerFacts::Staff(&facts);
        let decided = decide(Action::OpenRegistration, caller, ScopeFacts::default(), self.now());
        Ok(match decided {
            Err(refusal @ Refusal::RoleWithdrawn) => refusal,
            Ok(()) | Err(_) => Refusal::SessionEnded,
        })
    }

    /// The desk of an officer, if the officer may work.
    pub async fn desk(&self, masthead: &Masthead) -> Result<DeskView, Failure> {
        let now = self.now();
        masthead.may(Action::OpenRegistration, now)?;
        let mut reader = self.store().reader().await?;
        let facts = &masthead.facts;
        let open =
            tables::registration::open_of(&mut reader.view(), facts.organisation, facts.staff)
                .await?;
        let midnight = now.belgian_day().starts_in_belgium();
        let since = midnight.max(now.minus(Duration::from_secs(25 * 3600)));
        let today =
            tables::registration::figures(&mut reader.view(), facts.organisation, since).await?;
        let unexplained =
            crate::commands::explain_delay::unexplained_at(&mut reader.view(), facts, now).await?;
        Ok(DeskView { open, today, unexplained })
    }

    /// The calls for a second officer in the organisation, the oldest first.
    pub async fn second_checks(&self, masthead: &Masthead) -> Result<Vec<QueuedCheck>, Failure> {
        masthead.may(Action::TakeSecondCheck, self.now())?;
        let facts = &masthead.facts;
        let mut reader = self.store().reader().await?;
        let waiting = tables::second_check::waiting(&mut reader.view(), facts.organisation).await?;
        Ok(waiting
            .into_iter()
            .map(|waiting| QueuedCheck {
                name: waiting.name.to_colleagues().clone(),
                is_own: waiting.called_by == facts.staff,
                is_taken_by_me: waiting.taken_by == Some(facts.staff),
                waiting,
            })
            .collect())
    }

    /// The officers of the organisation who may work now, without the one who asks.
    pub async fn colleagues(&self, masthead: &Masthead) -> Result<Vec<Colleague>, Failure> {
        let now = self.now();
        masthead.may(Action::HandOverRegistration, now)?;
        let facts = &masthead.facts;
        let mut reader = self.store().reader().await?;
        let roles = tables::staff::roles_at(&mut reader.view(), facts.organisation).await?;
        let mut colleagues: Vec<Colleague> = Vec::new();
        for role in roles {
            let grant = &role.grant;
            let at_work = grant.kind == RoleKind::Officer
                && grant.from <= now
                && now < grant.until
                && grant.withdrawn_at.is_none_or(|at| at > now);
            let known = colleagues.iter().any(|c| c.staff == role.staff);
            if !at_work || known || role.staff == facts.staff {
                continue;
            }
            if let Some(name) = tables::staff::name(&mut reader.view(), role.staff).await? {
                let name = name.to_colleagues().clone();
                colleagues.push(Colleague { staff: role.staff, name });
            }
        }
        colleagues.sort_by(|a, b| a.name.surname.cmp(&b.name.surname));
        Ok(colleagues)
    }

    /// The registration with a dossier number, for auditors; the reconstruction itself is a command.
    pub async fn registration_by_reference(
        &self,
        masthead: &Masthead,
        reference: Reference,
    ) -> Result<RegistrationId, Failure> {
        masthead.may(Action::ReconstructRegistration, self.now())?;
        let mut reader = self.store().reader().await?;
        let found = tables::registration::by_reference(&mut reader.view(), reference).await?;
        Ok(found.ok_or(Refusal::NotFound)?)
    }
}

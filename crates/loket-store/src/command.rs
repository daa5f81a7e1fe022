//! The one way to change anything (DESIGN section 3).

use std::future::Future;
use std::marker::PhantomData;

use loket_domain::audit::{Actor, Event};
use loket_domain::caller::{Caller, Door, ProvedPerson};
use loket_domain::id::{
    ContactPointId, InvitationId, KeyId, OrganisationId, PersonId, RegistrationId, RelyingPartyId,
    RequestId, SessionId, StaffId,
};
use loket_domain::office::StaffFacts;
use loket_domain::policy::Action;
use loket_domain::{Refusal, Timestamp};
use serde::Serialize;
use serde_json::Value;

use crate::error::Failure;
use crate::tx::Tx;

/// One thing that the office can do. One file each in `loket-app`.
pub trait Command: Serialize + Send + Sync + 'static {
    /// What the caller gets.
    type Output: Send + 'static;
    /// The row of the rights matrix.
    const ACTION: Action;

    /// What it acts on, as far as rights and the trail need it.
    fn scope(&self) -> Scope;

    /// Changes what must change and tells it. Nothing but `tx` is awaited here; the outside world
    /// was asked before or is asked afterwards. A refusal rolls back everything. A failure of the database is
    /// handed on: PostgreSQL takes nothing more in a transaction that had one, and the whole batch would fail.
    fn apply(
        &self,
        tx: &mut Tx<'_>,
        permit: Permit<'_, Self>,
    ) -> impl Future<Output = Result<Audited<Self::Output>, Failure>> + Send
    where
        Self: Sized;

    /// The answer in the form in which a repeated request gets it back; `None` for answers that
    /// are not kept (personal data, a slip).
    fn keep(_output: &Self::Output) -> Option<Value> {
        None
    }
    /// The kept answer.
    fn recall(_kept: Value) -> Option<Self::Output> {
        None
    }
}

/// Keeps the answers of a command: [`Command::keep`] and [`Command::recall`] by serde.
#[macro_export]
macro_rules! keeps_answer {
    () => {
        fn keep(output: &Self::Output) -> Option<serde_json::Value> {
            serde_json::to_value(output).ok()
        }
        fn recall(kept: serde_json::Value) -> Option<Self::Output> {
            serde_json::from_value(kept).ok()
        }
    };
}

/// What a command acts on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Scope {
    /// An organisation, for its own affairs.
    pub organisation: Option<OrganisationId>,
    /// A registration; its organisation and officer are looked up.
    pub registration: Option<RegistrationId>,
}

impl Scope {
    /// Nothing in particular.
    pub const NONE: Self = Self { organisation: None, registration: None };
    /// A registration.
    pub const fn registration(id: RegistrationId) -> Self {
        Self { organisation: None, registration: Some(id) }
    }
    /// An organisation.
    pub const fn organisation(id: OrganisationId) -> Self {
        Self { organisation: Some(id), registration: None }
    }
}

/// Who calls, through which door, for which wish.
#[derive(Debug, Clone)]
pub struct Call {
    /// Who.
    pub caller: Caller,
    /// Through which door.
    pub door: Door,
    /// The wish; the same over repeated sends of one form.
    pub request: RequestId,
    /// Network address of the caller, when on a network; stored sealed.
    pub address: Option<String>,
}

/// Proof that the rights matrix admitted the caller to this command. Only the store makes one.
pub struct Permit<'p, C: ?Sized> {
    call: &'p Call,
    staff: Option<&'p StaffFacts>,
    now: Timestamp,
    command: PhantomData<fn(&C)>,
}

impl<'p, C: ?Sized> Permit<'p, C> {
    pub(crate) const fn new(call: &'p Call, staff: Option<&'p StaffFacts>, now: Timestamp) -> Self {
        Self { call, staff, now, command: PhantomData }
    }
    /// When the command was admitted; the time of all that it does.
    pub const fn now(&self) -> Timestamp {
        self.now
    }
    /// The member of staff who calls.
    pub fn staff(&self) -> Result<&'p StaffFacts, Refusal> {
        self.staff.ok_or(Refusal::NotAllowed)
    }
    /// The member of staff, or `None` for other callers.
    pub const fn staff_if_any(&self) -> Option<&'p StaffFacts> {
        self.staff
    }
    /// The proved card that calls.
    pub const fn card(&self) -> Result<&'p ProvedPerson, Refusal> {
        match &self.call.caller {
            Caller::Card(person) => Ok(person),
            _ => Err(Refusal::NotAllowed),
        }
    }
    /// The invitation with which the applicant calls.
    pub const fn invitation(&self) -> Result<InvitationId, Refusal> {
        match &self.call.caller {
            Caller::Applicant(id) => Ok(*id),
            _ => Err(Refusal::NotAllowed),
        }
    }
    /// The key with which its holder calls, and whose it is.
    pub const fn key_holder(&self) -> Result<(PersonId, KeyId), Refusal> {
        match &self.call.caller {
            Caller::KeyHolder { person, key } => Ok((*person, *key)),
            _ => Err(Refusal::NotAllowed),
        }
    }
    /// The relying party that calls.
    pub const fn relying_party(&self) -> Result<RelyingPartyId, Refusal> {
        match &self.call.caller {
            Caller::RelyingParty(id) => Ok(*id),
            _ => Err(Refusal::NotAllowed),
        }
    }
    /// The session of the member of staff who calls.
    pub const fn session(&self) -> Result<SessionId, Refusal> {
        match &self.call.caller {
            Caller::Staff(session) => Ok(*session),
            _ => Err(Refusal::NotAllowed),
        }
    }
    /// The contact point whose mail the caller reads.
    pub const fn contact_point(&self) -> Result<ContactPointId, Refusal> {
        match &self.call.caller {
            Caller::AddressHolder(id) => Ok(*id),
            _ => Err(Refusal::NotAllowed),
        }
    }
    /// The wish that is being carried out.
    pub const fn request(&self) -> RequestId {
        self.call.request
    }
}

/// The result of a command: what the caller gets, and at least one event.
#[derive(Debug)]
pub struct Audited<T> {
    pub(crate) output: T,
    pub(crate) event: Event,
    pub(crate) more: Vec<Event>,
    pub(crate) registration: Option<RegistrationId>,
    pub(crate) person: Option<PersonId>,
    pub(crate) actor: Option<Actor>,
}

impl<T> Audited<T> {
    /// The only constructor: there is no result without an event.
    pub fn new(output: T, event: Event, more: impl Into<Vec<Event>>) -> Self {
        Self { output, event, more: more.into(), registration: None, person: None, actor: None }
    }
    /// Names the registration of the events, where the scope could not (it was just opened).
    #[must_use]
    pub fn on(mut self, registration: RegistrationId) -> Self {
        self.registration = Some(registration);
        self
    }
    /// Names the member of staff that the holder of a card turned out to be, so that the sign-in is
    /// found by officer, organisation and session like all that follows.
    #[must_use]
    pub fn by(mut self, staff: StaffId, organisation: OrganisationId, session: SessionId) -> Self {
        self.actor = Some(Actor::Staff { staff, organisation, session });
        self
    }
    /// Names the person of the events, where the registration's row does not yet.
    #[must_use]
    pub fn of(mut self, person: PersonId) -> Self {
        self.person = Some(person);
        self
    }
}

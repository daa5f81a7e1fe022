//! Finds who was signed in at a moment, with begin, end and the reason of the end. The query is itself
//! an event, with its purpose.

use loket_domain::Refusal;
use loket_domain::Timestamp;
use loket_domain::audit::Event;
use loket_domain::caller::{SessionEndReason, SignInMethod};
use loket_domain::id::{OrganisationId, SessionId, StaffId};
use loket_domain::policy::Action;
use loket_store::tables::session::OpenThen;
use loket_store::{Audited, Command, Failure, Permit, Scope, Tx, tables};
use serde::Serialize;
use std::time::Duration;

use super::reconstruct_registration::purpose_of;
use crate::names::{Mentioned, Names};

/// Sessions on a page.
pub const PAGE: u32 = 100;

/// Asks for a page.
#[derive(Debug, Serialize)]
pub struct FindSessions {
    /// At which moment.
    pub at: Timestamp,
    /// Why.
    pub purpose: String,
    /// The session after which the page begins, with its begin.
    pub after: Option<(Timestamp, SessionId)>,
}

/// How a session ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionEnd {
    /// It is open.
    Open,
    /// By its own sign-out.
    SignedOut,
    /// By somebody or something else.
    Because(SessionEndReason),
    /// By itself: nothing was asked for so long.
    Idle,
    /// By itself: no session is longer.
    Longest,
}

/// A session that was open.
#[derive(Debug, Clone, Copy)]
pub struct SessionThen {
    /// The session.
    pub id: SessionId,
    /// Whose.
    pub staff: StaffId,
    /// For which organisation.
    pub organisation: OrganisationId,
    /// By which door.
    pub method: SignInMethod,
    /// Begin.
    pub from: Timestamp,
    /// End; `None` while it is open.
    pub until: Option<Timestamp>,
    /// Why it ended.
    pub end: SessionEnd,
}

/// A page.
#[derive(Debug)]
pub struct FoundSessions {
    /// The sessions, by their begin.
    pub sessions: Vec<SessionThen>,
    /// Who they were.
    pub names: Names,
    /// After which the next page begins, when there is one.
    pub next: Option<(Timestamp, SessionId)>,
}

impl Command for FindSessions {
    type Output = FoundSessions;
    const ACTION: Action = Action::FindSessions;

    fn scope(&self) -> Scope {
        Scope::NONE
    }

    async fn apply(
        &self,
        tx: &mut Tx<'_>,
        permit: Permit<'_, Self>,
    ) -> Result<Audited<FoundSessions>, Failure> {
        let purpose = purpose_of(&self.purpose)?;
        if self.at > permit.now() {
            return Err(Refusal::PeriodNotPossible.into());
        }
        let (idle, longest) = tx.session_limits();
        let since = (self.at.minus(longest), self.at.minus(idle));
        let view = &mut tx.view();
        let mut rows = tables::session::open_at(view, self.at, since, self.after, PAGE + 1).await?;
        let mut next = None;
        if rows.len() > usize::try_from(PAGE).unwrap_or(usize::MAX) {
            rows.pop();
            next = rows.last().map(|last| (last.started_at, last.id));
        }
        let mut mentioned = Mentioned::default();
        for row in &rows {
            mentioned.add_staff(row.staff, row.organisation);
        }
        let names = mentioned.names(view).await?;
        let sessions = rows.iter().map(|row| then(row, (idle, longest), permit.now()));
        let sessions: Vec<SessionThen> = sessions.collect();
        let event = Event::SessionsSearched {
            at: self.at,
            purpose,
            sessions: u32::try_from(sessions.len()).unwrap_or(u32::MAX),
        };
        Ok(Audited::new(FoundSessions { sessions, names, next }, event, []))
    }
}

/// When and why a session ended, as far as it has by now.
fn then(row: &OpenThen, (idle, longest): (Duration, Duration), now: Timestamp) -> SessionThen {
    let (idle_end, last_end) = (row.last_seen_at.plus(idle), row.started_at.plus(longest));
    let (until, end) = match (row.ended_at, row.end_reason) {
        (Some(at), Some(reason)) => (Some(at), SessionEnd::Because(reason)),
        (Some(at), None) => (Some(at), SessionEnd::SignedOut),
        (None, _) if last_end <= idle_end && last_end <= now => {
            (Some(last_end), SessionEnd::Longest)
        }
        (None, _) if idle_end <= now => (Some(idle_end), SessionEnd::Idle),
        (None, _) => (None, SessionEnd::Open),
    };
    SessionThen {
        id: row.id,
        staff: row.staff,
        organisation: row.organisation,
        method: row.method,
        from: row.started_at,
        until,
        end,
    }
}

//! Searches the journal for an auditor: about a person, a member of staff, an organisation or a
//! registration, by kind, in a period; a page at a time. Each page is itself an event, with its purpose.

use loket_domain::Refusal;
use loket_domain::Timestamp;
use loket_domain::audit::{About, Event, JournalEntry, Kinds, Place, Search};
use loket_domain::policy::Action;
use loket_store::log::search;
use loket_store::{Audited, Command, Failure, Permit, Personal, Scope, Tx};
use serde::Serialize;

use super::reconstruct_registration::purpose_of;
use crate::asking::{Named, Resolved, refuse_oneself};
use crate::names::{Mentioned, Names};

/// Events on a page.
pub const PAGE: u32 = 50;

/// Asks for a page.
#[derive(Debug, Serialize)]
pub struct SearchJournal {
    /// About whom or what.
    pub named: Named,
    /// Which kinds.
    pub kinds: Kinds,
    /// From this moment on.
    pub from: Option<Timestamp>,
    /// Before this moment.
    pub until: Option<Timestamp>,
    /// Why.
    pub purpose: String,
    /// Where the page before ended.
    pub after: Option<Place>,
}

/// A page.
#[derive(Debug)]
pub struct Found {
    /// What was asked about; `None` when the house knows nobody and nothing of that number.
    pub search: Option<Search>,
    /// The events, in order of time.
    pub events: Vec<Personal<JournalEntry>>,
    /// Who and what they mention.
    pub names: Names,
    /// Where the next page begins, when there is one.
    pub next: Option<Place>,
}

impl Command for SearchJournal {
    type Output = Found;
    const ACTION: Action = Action::SearchJournal;

    fn scope(&self) -> Scope {
        match self.named {
            Named::Known(About::Registration(id)) => Scope::registration(id),
            _ => Scope::NONE,
        }
    }

    async fn apply(
        &self,
        tx: &mut Tx<'_>,
        permit: Permit<'_, Self>,
    ) -> Result<Audited<Found>, Failure> {
        let purpose = purpose_of(&self.purpose)?;
        if self.from.zip(self.until).is_some_and(|(from, until)| from >= until) {
            return Err(Refusal::PeriodNotPossible.into());
        }
        let resolved = self.named.resolve(&mut tx.view()).await?;
        let about = if let Resolved::About(about) = resolved { Some(about) } else { None };
        refuse_oneself(tx, permit.staff_if_any(), &self.named, about).await?;
        let search = (resolved != Resolved::Unknown).then_some(Search {
            about,
            kinds: self.kinds,
            from: self.from,
            until: self.until,
        });
        let mut found = Found { search, events: Vec::new(), names: Names::default(), next: None };
        if let Some(search) = &search {
            found.events = search::page(&mut tx.view(), search, self.after, PAGE + 1).await?;
            if found.events.len() > usize::try_from(PAGE).unwrap_or(usize::MAX) {
                found.events.pop();
                let last = found.events.last().map(|last| tx.open(last));
                found.next = last.map(|last| Place { at: last.at, sequence: last.sequence });
            }
        }
        let mentioned = Mentioned::by(found.events.iter().map(|event| tx.open(event)));
        // By an identifier alone nobody learns a number that no event has.
        let named = about.filter(|_| self.named.number().is_some() || !found.events.is_empty());
        found.names = mentioned.and(named).names(&mut tx.view()).await?;
        let event = Event::JournalSearched {
            by: self.named.code().to_owned(),
            about: about.map(About::id),
            kinds: self.kinds.code().to_owned(),
            from: self.from,
            until: self.until,
            purpose,
            after: self.after.map(|place| place.sequence),
            events: u32::try_from(found.events.len()).unwrap_or(u32::MAX),
            number: self.named.number(),
        };
        let audited = Audited::new(found, event, []);
        Ok(match about {
            Some(About::Person(person)) => audited.of(person),
            Some(About::Registration(registration)) => audited.on(registration),
            Some(About::Officer(_) | About::Organisation(_)) | None => audited,
        })
    }
}

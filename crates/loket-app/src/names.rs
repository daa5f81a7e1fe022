//! Who and what is mentioned in events, by name: staff, organisations, dossier numbers.

use std::collections::{BTreeMap, BTreeSet};

use loket_domain::Ssin;
use loket_domain::audit::{About, Actor, Event, JournalEntry};
use loket_domain::id::{OrganisationId, PersonId, RegistrationId, StaffId};
use loket_domain::registration::Reference;
use loket_store::tables::staff::StaffName;
use loket_store::tables::{self, View};
use loket_store::{Personal, StoreError};

/// The names.
#[derive(Debug, Default)]
pub struct Names {
    /// Of staff.
    pub staff: BTreeMap<StaffId, Personal<StaffName>>,
    /// Of organisations.
    pub organisations: BTreeMap<OrganisationId, String>,
    /// Numbers of dossiers.
    pub references: BTreeMap<RegistrationId, Reference>,
    /// The numbers of whom an auditor asked about, of nobody else: all that the person is known by, since which
    /// of them was asked about, or is the newest, cannot be told from them.
    pub numbers: BTreeMap<PersonId, Vec<Personal<Ssin>>>,
}

/// Who and what is mentioned, by identifier.
#[derive(Debug, Default)]
pub(crate) struct Mentioned {
    staff: BTreeSet<StaffId>,
    organisations: BTreeSet<OrganisationId>,
    registrations: BTreeSet<RegistrationId>,
    person: Option<PersonId>,
}

impl Mentioned {
    /// Takes in events.
    pub(crate) fn by<'e>(events: impl IntoIterator<Item = &'e JournalEntry>) -> Self {
        let mut mentioned = Self::default();
        for event in events {
            mentioned.add(event);
        }
        mentioned
    }

    fn add(&mut self, entry: &JournalEntry) {
        match entry.event {
            Event::RegistrationHandedOver { from, to } => self.staff.extend([from, to]),
            Event::RoleGranted { staff, organisation, .. }
            | Event::RoleWithdrawn { staff, organisation, .. } => {
                self.staff.insert(staff);
                self.organisations.insert(organisation);
            }
            _ => {}
        }
        if let Actor::Staff { staff, organisation, .. } = entry.actor {
            self.add_staff(staff, organisation);
        }
        self.registrations.extend(entry.registration);
    }

    /// Takes in whom or what was asked about, who may be in no event.
    pub(crate) fn and(mut self, about: Option<About>) -> Self {
        match about {
            Some(About::Person(id)) => self.person = Some(id),
            Some(About::Officer(id)) => drop(self.staff.insert(id)),
            Some(About::Organisation(id)) => drop(self.organisations.insert(id)),
            Some(About::Registration(id)) => drop(self.registrations.insert(id)),
            None => {}
        }
        self
    }

    /// Takes in a member of staff at an organisation.
    pub(crate) fn add_staff(&mut self, staff: StaffId, organisation: OrganisationId) {
        self.staff.insert(staff);
        self.organisations.insert(organisation);
    }

    /// Reads the names; who has none any more is left out.
    pub(crate) async fn names(self, view: &mut View<'_>) -> Result<Names, StoreError> {
        let mut names = Names::default();
        for id in self.staff {
            names.staff.extend(tables::staff::name(view, id).await?.map(|name| (id, name)));
        }
        for id in self.organisations {
            let found = tables::organisation::load(view, id).await?;
            names.organisations.extend(found.map(|found| (id, found.name)));
        }
        for id in self.registrations {
            let found = tables::registration::reference(view, id).await?;
            names.references.extend(found.map(|reference| (id, reference)));
        }
        if let Some(id) = self.person {
            names.numbers.insert(id, tables::person::numbers(view, id).await?);
        }
        Ok(names)
    }
}

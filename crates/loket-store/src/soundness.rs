//! Looks a whole database through: does every registration read as a state that the state machine
//! knows, does the audit log hold, does every step and every message have its event? Changes
//! nothing, and tells of no person: findings name tables and rows.

use std::collections::{BTreeMap, HashMap, HashSet};

use loket_domain::audit::Event;
use loket_domain::id::{MessageId, RegistrationId};
use loket_domain::registration::{Registration, StateCode};
use serde::Serialize;

use crate::error::StoreError;
use crate::journal;
use crate::log;
use crate::reader::View;
use crate::statement::{args, sql};
use crate::tables::outbox::MessageState;
use crate::tables::registration;

/// Something that must not be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Unsound {
    /// Which table.
    pub table: &'static str,
    /// Which row: its id, or its place in the journal.
    pub row: String,
    /// What is wrong.
    pub what: String,
}

impl std::fmt::Display for Unsound {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}: {}", self.table, self.row, self.what)
    }
}

/// What was looked at, and what was found.
#[derive(Debug, Default, Serialize)]
pub struct Report {
    /// Registrations that were read.
    pub registrations: u64,
    /// Messages that were read.
    pub messages: u64,
    /// Events that were read.
    pub events: u64,
    /// What must not be; empty when all is well.
    pub unsound: Vec<Unsound>,
}

impl Report {
    fn find(&mut self, table: &'static str, row: impl std::fmt::Display, what: impl Into<String>) {
        self.unsound.push(Unsound { table, row: format!("{row}"), what: what.into() });
    }
}

/// What the journal tells, as far as other tables must agree with it.
#[derive(Default)]
struct Told {
    kinds: HashMap<RegistrationId, HashSet<&'static str>>,
    caused: HashSet<MessageId>,
    handed_over: HashSet<MessageId>,
}

impl Told {
    fn hear(&mut self, registration: Option<RegistrationId>, event: &Event) {
        if let Some(id) = registration {
            self.kinds.entry(id).or_default().insert(event.kind());
        }
        if let Event::ContactPointEntered { message, .. }
        | Event::ContactCodeSent { message, .. }
        | Event::ContactLinkSent { message, .. }
        | Event::ConsentLinkSent { message }
        | Event::ActivationCodeResent { message, .. } = event
        {
            self.caused.insert(*message);
        } else if let Event::ConsentWithdrawn { message, .. } = event {
            self.caused.extend(*message);
        } else if let Event::InvitationIssued { link_message, code_message, .. } = event {
            self.caused.insert(*link_message);
            self.caused.extend(*code_message);
        } else if let Event::MessageHandedOver { message, .. }
        | Event::MessageDelivered { message, .. } = event
        {
            self.handed_over.insert(*message);
        }
    }
}

/// Looks everything through. Reads the whole journal: minutes for millions of events.
pub async fn look(view: &mut View<'_>) -> Result<Report, StoreError> {
    let mut report = Report::default();
    let told = journal_through(view, &mut report).await?;
    registrations_through(view, &told, &mut report).await?;
    messages_through(view, &told, &mut report).await?;
    Ok(report)
}

/// The journal as the log that it is: what does not hold there is found here too.
async fn journal_through(view: &mut View<'_>, report: &mut Report) -> Result<Told, StoreError> {
    let mut told = Told::default();
    let checked = log::check::look(view, &BTreeMap::new(), &mut |entry| {
        told.hear(entry.registration, &entry.event);
    })
    .await?;
    report.events = checked.events;
    for finding in checked.findings {
        match finding.index {
            Some(index) => report.find("journal", index, finding.what),
            None => report.find("journal_head", 1, finding.what),
        }
    }
    Ok(told)
}

/// Events without which a registration cannot have come to its state.
const fn wanted(state: StateCode) -> &'static [&'static str] {
    match state {
        StateCode::Opened | StateCode::Expired => &["registration_opened"],
        StateCode::Identified => &["registration_opened", "person_identified"],
        StateCode::Contactable => {
            &["registration_opened", "person_identified", "contact_point_confirmed"]
        }
        StateCode::Invited => &[
            "registration_opened",
            "person_identified",
            "contact_point_confirmed",
            "invitation_issued",
        ],
        StateCode::Activated => &[
            "registration_opened",
            "person_identified",
            "contact_point_confirmed",
            "invitation_issued",
            "activation_code_accepted",
            "digital_key_created",
        ],
        StateCode::Refused => &["registration_opened", "identification_refused"],
        StateCode::Withdrawn => &["registration_opened", "registration_withdrawn"],
    }
}

async fn registrations_through(
    view: &mut View<'_>,
    told: &Told,
    report: &mut Report,
) -> Result<(), StoreError> {
    let rows = view.all(sql!("SELECT id FROM registration ORDER BY opened_at"), vec![]).await?;
    for row in rows {
        let id: RegistrationId = row.id("id")?;
        report.registrations += 1;
        let registration = match registration::load(view, id).await {
            Ok(Some(registration)) => registration,
            Ok(None) => continue,
            Err(StoreError::Unreadable(column)) => {
                report.find("registration", id, format!("no known state: {column} does not fit"));
                continue;
            }
            Err(error) => return Err(error),
        };
        let kinds = told.kinds.get(&id);
        for kind in wanted(registration.state()) {
            if !kinds.is_some_and(|kinds| kinds.contains(kind)) {
                report.find("registration", id, format!("has no event {kind}"));
            }
        }
        if let Registration::Invited(invited) = &registration {
            one_invitation(view, id, invited.invitation, report).await?;
        }
    }
    Ok(())
}

/// The invitation of an invited registration exists and is its own.
async fn one_invitation(
    view: &mut View<'_>,
    registration: RegistrationId,
    invitation: loket_domain::id::InvitationId,
    report: &mut Report,
) -> Result<(), StoreError> {
    let row = view
        .optional(sql!("SELECT registration_id FROM invitation WHERE id = $1"), args![invitation])
        .await?;
    let owner: Option<RegistrationId> = row.map(|row| row.id("registration_id")).transpose()?;
    if owner != Some(registration) {
        report.find("registration", registration, "its invitation is not there");
    }
    Ok(())
}

async fn messages_through(
    view: &mut View<'_>,
    told: &Told,
    report: &mut Report,
) -> Result<(), StoreError> {
    let rows =
        view.all(sql!("SELECT id, kind, state FROM outbox ORDER BY created_at"), vec![]).await?;
    for row in rows {
        let id: MessageId = row.id("id")?;
        report.messages += 1;
        // What a holder is told of a key is caused by an event that names the key.
        if !row.text("kind")?.starts_with("key_") && !told.caused.contains(&id) {
            report.find("outbox", id, "no event tells why it was sent");
        }
        match row.code("state", MessageState::from_code)? {
            MessageState::HandedOver | MessageState::Delivered => {
                if !told.handed_over.contains(&id) {
                    report.find("outbox", id, "no event tells that it was handed over");
                }
            }
            MessageState::Waiting | MessageState::Failed | MessageState::Dropped => {}
        }
    }
    Ok(())
}

/// The kinds of all events of a registration, in order.
pub async fn kinds_of(
    view: &mut View<'_>,
    registration: RegistrationId,
) -> Result<Vec<&'static str>, StoreError> {
    let entries = journal::of_registration(view, registration).await?;
    Ok(entries.iter().map(|entry| entry.inner().event.kind()).collect())
}

//! An event as it is stored: leaf, sealed part, and the columns of its row by which it is found. What
//! is read is held to the leaf, column by column; a row that says something else is not believed.

use std::collections::HashMap;
use std::sync::Arc;

use loket_domain::Timestamp;
use loket_domain::audit::{Actor, Event, JournalEntry, Outcome};
use loket_domain::id::EventId;
use loket_tlog::{
    Code, Epoch, Hash, Leaf, LeafFault, LeafHead, MonthSecret, Opening, SealedFault, Slot,
    TokenKind, leaf_hash,
};

use super::keys::{self, COLUMN, YearKeys};
use super::values::Values;
use super::{LogFault, index};
use crate::command::Call;
use crate::error::StoreError;
use crate::journal::About;
use crate::reader::View;
use crate::statement::Row;
use crate::tx::Tx;

/// What is wrong with a stored event.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EventFault {
    /// The leaf is no leaf.
    #[error("leaf: {0}")]
    Leaf(#[from] LeafFault),
    /// A column of the row differs from the leaf.
    #[error("row: the column {0} is not what the leaf says")]
    Column(&'static str),
    /// The sealed part does not open, or not to what the leaf commits to.
    #[error("sealed part: {0}")]
    Sealed(#[from] SealedFault),
    /// The sealed part opened to a value that no event has.
    #[error("sealed part: the {0} cannot be read")]
    Value(Slot),
    /// A token of the leaf is not that of the value in the sealed part.
    #[error("tokens: those of the leaf are not those of its values")]
    Tokens,
}

/// A new event, ready for its row.
pub(crate) struct Written {
    pub(crate) leaf: Vec<u8>,
    pub(crate) hash: Hash,
    pub(crate) sealed: Vec<u8>,
    /// What each column of tokens keeps.
    pub(crate) columns: [Option<[u8; COLUMN]>; COLUMNS.len()],
}

/// The columns of tokens. Nobody looks for the events of a session by it: those are the officer's.
const COLUMNS: [(TokenKind, &str); 4] = [
    (TokenKind::Person, "person_token"),
    (TokenKind::Officer, "officer_token"),
    (TokenKind::Organisation, "organisation_token"),
    (TokenKind::Registration, "registration_token"),
];

const fn outcome_code(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Done => "done",
        Outcome::Refused => "refused",
    }
}

fn code(text: &str) -> Result<Code, StoreError> {
    text.parse().map_err(|_| LogFault::NotMade("its kind is no code").into())
}

fn tlog_id(id: EventId) -> Result<loket_tlog::EventId, StoreError> {
    let bytes = *id.uuid().as_bytes();
    loket_tlog::EventId::new(bytes)
        .map_err(|_| LogFault::NotMade("its id is of another form").into())
}

/// Makes the leaf and the sealed part of an event.
pub(crate) async fn write(
    tx: &mut Tx<'_>,
    id: EventId,
    call: &Call,
    actor: &Actor,
    about: About,
    outcome: Outcome,
    event: &Event,
) -> Result<Written, StoreError> {
    let now = tx.now();
    let epoch = keys::month_of(now)?;
    let month = keys::month(&mut tx.view(), epoch).await?;
    let year = keys::year(&mut tx.view(), epoch.year()).await?;
    let year = year.ok_or_else(|| LogFault::NoSecret(format!("index {}", epoch.year())))?;
    let values = Values {
        actor: actor.clone(),
        registration: about.registration,
        person: about.person,
        door: call.door,
        request: call.request,
        address: call.address.clone(),
        event: event.clone(),
    };
    let head = LeafHead {
        event: tlog_id(id)?,
        time: u64::try_from(now.micros()).unwrap_or(0),
        node: tx.node().parse().map_err(|_| LogFault::NotMade("the name of the node"))?,
        kind: code(event.kind())?,
        outcome: code(outcome_code(outcome))?,
    };
    let secret = month.event(head.event);
    let slots = values.slots();
    let found_by = values.found_by();
    let tokens = found_by.iter().map(|(kind, value)| year.token(*kind, value));
    let tokens: Vec<_> = tokens.collect::<Option<_>>().ok_or(LogFault::NotMade("a token"))?;
    let columns = COLUMNS.map(|(kind, _)| {
        let token = tokens.iter().find(|token| token.kind == kind);
        token.map(|token| keys::column(&token.bytes))
    });
    let leaf = Leaf::new(head, secret.commit(&slots), tokens)
        .map_err(|_| LogFault::NotMade("its leaf"))?
        .encode();
    let sealed =
        secret.seal(&leaf, &slots).map_err(|_| LogFault::NotMade("its sealed part is too long"))?;
    Ok(Written { hash: leaf_hash(&leaf), leaf, sealed, columns })
}

/// A row of the journal.
pub(crate) struct Stored {
    pub(crate) index: u64,
    id: EventId,
    at: Timestamp,
    kind: String,
    columns: [Option<Vec<u8>>; COLUMNS.len()],
    pub(crate) leaf: Vec<u8>,
    sealed: Vec<u8>,
}

impl Stored {
    pub(crate) fn of(row: &Row) -> Result<Self, StoreError> {
        let [person, officer, organisation, registration] = COLUMNS.map(|(_, column)| column);
        Ok(Self {
            index: index(row.int("sequence")?)?,
            id: row.id("id")?,
            at: row.moment("at")?,
            kind: row.text("kind")?,
            columns: [
                row.opt_bytes(person)?,
                row.opt_bytes(officer)?,
                row.opt_bytes(organisation)?,
                row.opt_bytes(registration)?,
            ],
            leaf: row.bytes("leaf")?,
            sealed: row.bytes("sealed")?,
        })
    }

    /// The leaf, held against the columns.
    fn leaf(&self) -> Result<Leaf, EventFault> {
        let leaf = Leaf::decode(&self.leaf)?;
        let head = leaf.head();
        if head.event.as_bytes() != self.id.uuid().as_bytes() {
            return Err(EventFault::Column("id"));
        }
        if i64::try_from(head.time) != Ok(self.at.micros()) {
            return Err(EventFault::Column("at"));
        }
        if head.kind.as_str() != self.kind {
            return Err(EventFault::Column("kind"));
        }
        for ((kind, column), stored) in COLUMNS.iter().zip(&self.columns) {
            let mut said = leaf.tokens().iter().filter(|token| token.kind == *kind);
            let said_once = match (said.next(), said.next()) {
                (None, None) => stored.is_none(),
                (Some(token), None) => stored.as_deref() == Some(&keys::column(&token.bytes)),
                (_, Some(_)) => false,
            };
            if !said_once {
                return Err(EventFault::Column(column));
            }
        }
        Ok(leaf)
    }

    /// Opens it with the secrets of its month and year.
    fn open(
        &self,
        leaf: &Leaf,
        month: &MonthSecret,
        year: &YearKeys,
    ) -> Result<JournalEntry, EventFault> {
        let slots = month.event(leaf.head().event).open(&self.leaf, &self.sealed)?;
        let values = Values::of_slots(&self.kind, &slots).map_err(EventFault::Value)?;
        let mut tokens: Vec<_> =
            values.found_by().iter().filter_map(|(kind, value)| year.token(*kind, value)).collect();
        tokens.sort_unstable();
        if tokens != leaf.tokens() {
            return Err(EventFault::Tokens);
        }
        Ok(JournalEntry {
            sequence: self.index,
            id: self.id,
            at: self.at,
            actor: values.actor,
            door: values.door,
            node: leaf.head().node.as_str().to_owned(),
            address: values.address,
            registration: values.registration,
            person: values.person,
            request: Some(values.request),
            event: values.event,
        })
    }
}

/// The secrets that open some events, each if it is there.
#[derive(Default, Clone)]
pub(super) struct Unlocked {
    months: HashMap<Epoch, Result<MonthSecret, LogFault>>,
    years: HashMap<u16, Result<Option<Arc<YearKeys>>, LogFault>>,
}

impl Unlocked {
    /// Reads the secret of the month and year of an event, once.
    pub(super) async fn add(
        &mut self,
        view: &mut View<'_>,
        stored: &Stored,
    ) -> Result<(), StoreError> {
        let Ok(epoch) = keys::month_of(stored.at) else { return Ok(()) };
        if self.months.contains_key(&epoch) {
            return Ok(());
        }
        let month = match keys::month(view, epoch).await {
            Err(StoreError::Log(fault)) => Err(fault),
            other => Ok(other?),
        };
        self.months.insert(epoch, month);
        let year = match keys::year(view, epoch.year()).await {
            Err(StoreError::Log(fault)) => Err(fault),
            other => Ok(other?),
        };
        self.years.insert(epoch.year(), year);
        Ok(())
    }

    /// Opens an event and holds every part of it to its leaf, without reading anything more.
    pub(super) fn open(&self, stored: &Stored) -> Result<JournalEntry, LogFault> {
        let broken = |fault| LogFault::Event { index: stored.index, fault };
        let leaf = stored.leaf().map_err(broken)?;
        let epoch = leaf.epoch();
        let no_secret = |name: String| LogFault::NoSecret(name);
        let month = self.months.get(&epoch).ok_or_else(|| no_secret(format!("month {epoch}")))?;
        let month = month.as_ref().map_err(Clone::clone)?;
        let no_index = || no_secret(format!("index {}", epoch.year()));
        let year = self.years.get(&epoch.year()).ok_or_else(no_index)?;
        let year = year.as_ref().map_err(Clone::clone)?.as_ref().ok_or_else(no_index)?;
        stored.open(&leaf, month, year).map_err(broken)
    }
}

/// Opens a stored event as [`open`] does, with what opens each of its commitments alone.
pub(super) async fn with_openings(
    view: &mut View<'_>,
    stored: &Stored,
) -> Result<(JournalEntry, Vec<Opening>), StoreError> {
    let entry = open(view, stored).await?;
    let broken = |fault| LogFault::Event { index: stored.index, fault };
    let month = keys::month(view, keys::month_of(stored.at)?).await?;
    let secret = month.event(stored.leaf().map_err(broken)?.head().event);
    let slots = secret.open(&stored.leaf, &stored.sealed);
    let slots = slots.map_err(|fault| broken(EventFault::Sealed(fault)))?;
    Ok((entry, secret.openings(&slots)))
}

/// Opens a stored event and holds every part of it to its leaf.
pub(crate) async fn open(view: &mut View<'_>, stored: &Stored) -> Result<JournalEntry, StoreError> {
    let mut unlocked = Unlocked::default();
    unlocked.add(view, stored).await?;
    Ok(unlocked.open(stored)?)
}

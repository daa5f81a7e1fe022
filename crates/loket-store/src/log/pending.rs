//! The events of a batch that is not committed. They wait in memory and get their rows when the batch ends, eight in
//! a statement: each statement is a way to the thread of the connection, or to the server, and back. A command that is
//! rolled back takes its events with it, so that there is no gap. A statement that names the journal must find them:
//! the [`Connection`](crate::connection::Connection), on which they wait, has them written before it (decision 0042).

use loket_tlog::Hash;

use crate::statement::{Arg, sql};

/// Rows of the statement that writes several.
const SEVERAL: usize = 8;

struct PendingEvent {
    leaf: Hash,
    row: Vec<Arg>,
}

/// Where a savepoint was set.
#[derive(Clone, Copy, Default)]
struct Mark {
    events: usize,
    written: usize,
}

/// The events of a batch that is not committed.
#[derive(Default)]
pub(crate) struct Pending {
    from: u64,
    events: Vec<PendingEvent>,
    /// How many of them, from the first on, have their rows.
    written: usize,
    savepoint: Mark,
}

impl Pending {
    /// Of a batch that begins behind so many events.
    pub(crate) fn behind(size: u64) -> Self {
        Self { from: size, ..Self::default() }
    }
    /// Index of the next leaf.
    pub(crate) fn next(&self) -> u64 {
        self.from + self.events.len() as u64
    }
    /// Whether there is none.
    pub(crate) fn is_empty(&self) -> bool {
        self.events.is_empty()
    }
    /// Takes an event.
    pub(crate) fn push(&mut self, leaf: Hash, row: Vec<Arg>) {
        self.events.push(PendingEvent { leaf, row });
    }
    /// The leaves, in order.
    pub(crate) fn leaves(&self) -> impl Iterator<Item = Hash> {
        self.events.iter().map(|event| event.leaf)
    }
    /// A savepoint was set.
    pub(crate) fn set_savepoint(&mut self) {
        self.savepoint = Mark { events: self.events.len(), written: self.written };
    }
    /// What was done since the savepoint was rolled back; with it rows of events that came before, if they were
    /// written since.
    pub(crate) fn back_to_savepoint(&mut self) {
        self.events.truncate(self.savepoint.events);
        self.written = self.savepoint.written;
    }
    /// The statement that writes the next rows, its values, and how many rows it writes; none when all have theirs.
    pub(crate) fn unwritten(&self) -> Option<(&'static str, Vec<Arg>, usize)> {
        let rest = self.events.get(self.written..)?;
        let (sql, rows) = match rest.get(..SEVERAL) {
            Some(several) => (WRITE_SEVERAL, several),
            None => (WRITE_ONE, rest.get(..1)?),
        };
        let values = rows.iter().flat_map(|event| event.row.iter().cloned()).collect();
        Some((sql, values, rows.len()))
    }
    /// So many more have their rows.
    pub(crate) fn wrote(&mut self, rows: usize) {
        self.written += rows;
    }
}

const WRITE_ONE: &str = sql!(
    "INSERT INTO journal (sequence, id, at, kind, person_token, officer_token, organisation_token, registration_token, leaf, sealed)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
);

const WRITE_SEVERAL: &str = sql!(
    "INSERT INTO journal (sequence, id, at, kind, person_token, officer_token, organisation_token, registration_token, leaf, sealed)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10), ($11, $12, $13, $14, $15, $16, $17, $18, $19, $20),
       ($21, $22, $23, $24, $25, $26, $27, $28, $29, $30), ($31, $32, $33, $34, $35, $36, $37, $38, $39, $40),
       ($41, $42, $43, $44, $45, $46, $47, $48, $49, $50), ($51, $52, $53, $54, $55, $56, $57, $58, $59, $60),
       ($61, $62, $63, $64, $65, $66, $67, $68, $69, $70), ($71, $72, $73, $74, $75, $76, $77, $78, $79, $80)"
);

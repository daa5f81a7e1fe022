//! Personal data that only opens behind a durable event.
//!
//! A page that shows a name without its access event does not compile: commands give personal data
//! out as [`Personal`], and only a [`Disclosure`], which the write loop makes after the commit of
//! the access event, opens it. There is no `Display`, no `Serialize`, and `Debug` is masked.

use std::fmt;

use loket_domain::id::EventId;

/// A value that is personal data.
#[derive(Clone, PartialEq, Eq)]
pub struct Personal<T>(T);

impl<T> Personal<T> {
    /// Locks a value up.
    pub const fn new(value: T) -> Self {
        Self(value)
    }
    /// Opens the value to the person whose data it is, such as a member of staff's own name in the
    /// head of the page. For nobody else.
    pub const fn to_its_owner(&self) -> &T {
        &self.0
    }
    /// Opens the name of a member of staff to a colleague of the same organisation: who works at a
    /// counter is known there. For no data of people at the counter.
    pub const fn to_colleagues(&self) -> &T {
        &self.0
    }
    /// Lets the sender of messages word and address a message whose queueing is journaled. What
    /// `make` gives back goes to the relay or gateway and nowhere else.
    pub fn for_sending<O>(&self, make: impl FnOnce(&T) -> O) -> O {
        make(&self.0)
    }
    pub(crate) const fn inner(&self) -> &T {
        &self.0
    }
}

impl<T> fmt::Debug for Personal<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Personal(***)")
    }
}

/// Proof that an access event is durable. Made by the write loop alone.
#[derive(Debug)]
pub struct Disclosure {
    event: EventId,
}

impl Disclosure {
    pub(crate) const fn after_commit(event: EventId) -> Self {
        Self { event }
    }
    /// The access event.
    pub const fn event(&self) -> EventId {
        self.event
    }
    /// Opens a value.
    pub const fn open<'p, T>(&self, personal: &'p Personal<T>) -> &'p T {
        personal.inner()
    }
}

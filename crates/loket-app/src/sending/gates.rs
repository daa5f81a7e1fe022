//! What may go out now: the circuit and the rate of each channel, the rates to one address and to
//! one domain. Kept in memory by each server; nothing in it outlives a restart, and it names nobody.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use loket_domain::Timestamp;
use loket_domain::contact::{Channel, Destination};
use loket_domain::delivery::{Circuit, LaneRules, Pace, Rate, SendingRules};
use loket_store::Vault;

use crate::office::Office;

/// Purpose of the token under which an address or a domain is counted.
const TOKEN: &str = "sending_pace";
/// Buckets kept before the full ones are thrown away.
const MOST: usize = 10_000;

type Key = [u8; 32];

/// Under what a destination is counted: the address, and its domain when it is one of mail.
pub(super) struct Counted {
    address: Key,
    domain: Option<Key>,
}

impl Counted {
    pub(super) fn of(vault: &Vault, to: &Destination) -> Self {
        match to {
            Destination::Email(address) => {
                let folded = address.folded();
                let domain = folded.rsplit_once('@').map(|(_, domain)| domain);
                let domain = domain.map(|domain| vault.token(TOKEN, domain.as_bytes()));
                Self { address: vault.token(TOKEN, folded.as_bytes()), domain }
            }
            Destination::Sms(number) => {
                Self { address: vault.token(TOKEN, number.e164().as_bytes()), domain: None }
            }
        }
    }

    fn buckets(&self, rules: &SendingRules) -> impl Iterator<Item = (Key, Rate)> + use<> {
        let domain = self.domain.map(|domain| (domain, rules.per_domain));
        [(self.address, rules.per_address)].into_iter().chain(domain)
    }
}

struct Gate {
    circuit: Circuit,
    pace: Pace,
}

impl Gate {
    fn open() -> Mutex<Self> {
        Mutex::new(Self { circuit: Circuit::default(), pace: Pace::full() })
    }
}

/// All of them.
pub(crate) struct Gates {
    rules: SendingRules,
    mail: Mutex<Gate>,
    sms: Mutex<Gate>,
    destinations: Mutex<HashMap<Key, Pace>>,
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // What is inside is whole after every statement, so a panic elsewhere spoils nothing.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Gates {
    pub(crate) fn new(rules: SendingRules) -> Self {
        Self { rules, mail: Gate::open(), sms: Gate::open(), destinations: Mutex::default() }
    }

    fn lane(&self, channel: Channel) -> (LaneRules, MutexGuard<'_, Gate>) {
        match channel {
            Channel::Email => (self.rules.mail, locked(&self.mail)),
            Channel::Sms | Channel::Paper => (self.rules.sms, locked(&self.sms)),
        }
    }

    /// Failed tries after which a message is set apart.
    pub(super) const fn tries(&self) -> u32 {
        self.rules.tries
    }

    /// Messages of a channel that may be under way.
    pub(super) fn at_once(&self, channel: Channel) -> u32 {
        self.lane(channel).0.at_once.max(1)
    }

    /// How many more messages of a channel may go out now, at most `most`.
    pub(super) fn room(&self, channel: Channel, most: u32, now: Timestamp) -> u32 {
        let (rules, mut gate) = self.lane(channel);
        let room = most.min(gate.pace.room(rules.rate, now));
        if room == 0 { 0 } else { gate.circuit.admits(room, now) }
    }

    /// Whether the rate of a channel holds messages back.
    pub(super) fn is_paced(&self, channel: Channel, office: &Office) -> bool {
        let (rules, gate) = self.lane(channel);
        gate.pace.room(rules.rate, office.now()) == 0
    }

    /// Counts messages that go out.
    pub(super) fn took(&self, channel: Channel, count: usize, now: Timestamp) {
        let (rules, mut gate) = self.lane(channel);
        for _ in 0..count {
            // There was room for all of them.
            let _ = gate.pace.take(rules.rate, now);
        }
    }

    /// Whether a message to an address may go now, or else when.
    pub(super) fn admit(&self, to: &Counted, now: Timestamp) -> Result<(), Timestamp> {
        let destinations = locked(&self.destinations);
        for (key, rate) in to.buckets(&self.rules) {
            let mut pace = destinations.get(&key).copied().unwrap_or(Pace::full());
            pace.take(rate, now)?;
        }
        Ok(())
    }

    /// Counts a message that reached the other side, whatever was answered.
    pub(super) fn reached(&self, to: &Counted, now: Timestamp) {
        let mut destinations = locked(&self.destinations);
        if destinations.len() > MOST {
            destinations.retain(|_, pace| !pace.is_full(now));
        }
        for (key, rate) in to.buckets(&self.rules) {
            // One that went out beside it may have taken the last place.
            let _ = destinations.entry(key).or_insert(Pace::full()).take(rate, now);
        }
    }

    /// The relay or gateway of a channel answered.
    pub(super) fn answered(&self, channel: Channel) {
        let mut gate = self.lane(channel).1;
        if gate.circuit.open_since().is_some() {
            tracing::info!(channel = channel.code(), "messages get through again");
        }
        gate.circuit.answered();
    }

    /// It did not answer as one that works.
    pub(super) fn failed(&self, channel: Channel, leave_alone: Option<Duration>, now: Timestamp) {
        let mut gate = self.lane(channel).1;
        let open = gate.circuit.open_since().is_some();
        gate.circuit.failed(leave_alone, now);
        if !open && gate.circuit.open_since().is_some() {
            tracing::error!(
                channel = channel.code(),
                "no message gets through; one is tried each thirty seconds"
            );
        }
    }

    /// Since when it is left alone.
    pub(super) fn left_alone_since(&self, channel: Channel) -> Option<Timestamp> {
        self.lane(channel).1.circuit.open_since()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_address_and_each_domain_has_its_rate() {
        let rules = SendingRules {
            per_address: Rate { count: 2, period: Duration::from_hours(1) },
            per_domain: Rate { count: 1, period: Duration::from_mins(1) },
            ..SendingRules::default()
        };
        let gates = Gates::new(rules);
        let start = Timestamp::from_seconds(10_000);
        let to = Counted { address: [1; 32], domain: Some([2; 32]) };
        assert_eq!(gates.admit(&to, start), Ok(()));
        assert_eq!(gates.admit(&to, start), Ok(()), "what did not get through is not counted");
        gates.reached(&to, start);
        let next = start.plus(Duration::from_mins(1));
        assert_eq!(gates.admit(&to, start), Err(next));
        gates.reached(&to, next);
        let later = next.plus(Duration::from_mins(1));
        assert_eq!(gates.admit(&to, later), Err(start.plus(Duration::from_mins(30))));
        let other = Counted { address: [3; 32], domain: None };
        assert_eq!(gates.admit(&other, start), Ok(()), "others go on");
    }

    #[test]
    fn one_channel_that_fails_leaves_the_other_alone() {
        let gates = Gates::new(SendingRules::default());
        let now = Timestamp::from_seconds(10_000);
        for _ in 0..5 {
            gates.failed(Channel::Email, None, now);
        }
        assert_eq!(gates.room(Channel::Email, 8, now), 0);
        assert_eq!(gates.room(Channel::Sms, 8, now), 8);
        assert_eq!(gates.left_alone_since(Channel::Email), Some(now));
        gates.answered(Channel::Email);
        assert_eq!(gates.room(Channel::Email, 8, now), 8);
    }
}

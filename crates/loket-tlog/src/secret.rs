//! What keeps an event private and finds it again: the secret of its month gives the event a secret
//! of its own, that gives one salt per commitment and one sealing key; the secret of its year gives
//! one index key per kind of token. Nothing is stored per event, and destroying the secret of a
//! month leaves all of its commitments closed for good.

use std::fmt;

use ring::hmac;
use subtle::ConstantTimeEq;
use zeroize::{Zeroize, Zeroizing};

use crate::hash::Hash;
use crate::leaf::{Commitment, Epoch, EventId, Leaf, Slot, Token, TokenKind};

const LABEL: &[u8] = b"loket audit v1";

/// A value of a slot, exactly as it was committed to. Does not print.
#[derive(Clone, PartialEq, Eq)]
pub struct SlotValue {
    /// Which part of the event.
    pub slot: Slot,
    /// Its value; the commitment is over these bytes.
    pub value: String,
}

impl Drop for SlotValue {
    fn drop(&mut self) {
        self.value.zeroize();
    }
}

impl fmt::Debug for SlotValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SlotValue({}, ***)", self.slot)
    }
}

macro_rules! secret {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone)]
        pub struct $name(Zeroizing<[u8; 32]>);

        impl $name {
            /// From its 32 bytes.
            pub fn from_bytes(bytes: &[u8; 32]) -> Self {
                Self(Zeroizing::new(*bytes))
            }
            /// The 32 bytes, for wrapping them or handing them out on purpose.
            pub fn expose(&self) -> &[u8; 32] {
                &self.0
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(***)"))
            }
        }
    };
}

secret! {
    /// Secret of a month: 32 random bytes that the caller has drawn.
    MonthSecret
}
secret! {
    /// Secret of one event. Handing it out opens that event and no other.
    EventSecret
}
secret! {
    /// Salt of one commitment. Handing it out opens that value and no other.
    Salt
}
secret! {
    /// Secret of a year, from which its index keys come: 32 random bytes that the caller has drawn.
    IndexSecret
}

/// HKDF-Extract (RFC 5869 section 2.2) with the label of this layout as salt.
fn extract(secret: &[u8; 32]) -> hmac::Key {
    let prk = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, LABEL), secret);
    hmac::Key::new(hmac::HMAC_SHA256, prk.as_ref())
}

/// HKDF-Expand (section 2.3) to 32 bytes, which is its first block alone.
fn expand(prk: &hmac::Key, info: &[&[u8]]) -> Zeroizing<[u8; 32]> {
    let mut block = hmac::Context::with_key(prk);
    for part in info {
        block.update(part);
    }
    block.update(&[1]);
    let mut okm = Zeroizing::new([0; 32]);
    // An HMAC-SHA-256 has 32 bytes, so that all are copied.
    okm.iter_mut().zip(block.sign().as_ref()).for_each(|(to, from)| *to = *from);
    okm
}

impl MonthSecret {
    /// The secret of one event of this month.
    pub fn event(&self, event: EventId) -> EventSecret {
        EventSecret(expand(&extract(&self.0), &[b"event", event.as_bytes()]))
    }
}

impl EventSecret {
    fn prk(&self) -> hmac::Key {
        hmac::Key::new(hmac::HMAC_SHA256, &*self.0)
    }

    /// The salt of the `nth` value (from 0) of a slot. Each has its own, so that opening one subject
    /// does not let another be guessed.
    pub fn salt(&self, slot: Slot, nth: u8) -> Salt {
        salt(&self.prk(), slot, nth)
    }

    /// The key of the sealed parts of the first two forms, which have a nonce.
    pub(crate) fn older_sealing_key(&self) -> Zeroizing<[u8; 32]> {
        expand(&self.prk(), &[b"seal"])
    }

    /// The key of the one sealed part of a form beside a leaf. The leaf commits to the values, so that other
    /// values have another key and none is used twice.
    pub(crate) fn sealing_key(&self, form: u8, leaf: &Hash) -> Zeroizing<[u8; 32]> {
        expand(&self.prk(), &[b"seal", &[form], &leaf.0])
    }

    /// Commitments to these values, in their order.
    pub fn commit(&self, values: &[SlotValue]) -> Vec<(Slot, Commitment)> {
        let salted = self.salted(values);
        salted.map(|(of, salt)| (of.slot, commitment(of.slot, &salt, &of.value))).collect()
    }

    /// The openings of these values, in their order; each can be handed out by itself.
    pub fn openings(&self, values: &[SlotValue]) -> Vec<Opening> {
        let salted = self.salted(values);
        salted.map(|(of, salt)| Opening { slot: of.slot, salt, value: of.value.clone() }).collect()
    }

    /// Each value with its salt.
    fn salted<'v>(
        &self,
        values: &'v [SlotValue],
    ) -> impl Iterator<Item = (&'v SlotValue, Salt)> + use<'v> {
        let (prk, mut nths) = (self.prk(), [0_u8; Slot::ALL.len() + 1]);
        values.iter().filter_map(move |value| {
            let nth = nths.get_mut(usize::from(value.slot.number()))?;
            let salt = salt(&prk, value.slot, *nth);
            *nth = nth.wrapping_add(1);
            Some((value, salt))
        })
    }
}

fn salt(prk: &hmac::Key, slot: Slot, nth: u8) -> Salt {
    Salt(expand(prk, &[b"salt", &[slot.number(), nth]]))
}

/// HMAC-SHA-256 of the number of the slot, one byte, and the value, under the salt.
fn commitment(slot: Slot, salt: &Salt, value: &str) -> Commitment {
    let key = hmac::Key::new(hmac::HMAC_SHA256, &*salt.0);
    let mut mac = hmac::Context::with_key(&key);
    mac.update(&[slot.number()]);
    mac.update(value.as_bytes());
    let mut commitment = [0; 32];
    commitment.iter_mut().zip(mac.sign().as_ref()).for_each(|(to, from)| *to = *from);
    Commitment(commitment)
}

/// Slot, salt and value: what opens one commitment. Does not print its value.
#[derive(Clone)]
pub struct Opening {
    /// Which part of the event.
    pub slot: Slot,
    /// Its salt.
    pub salt: Salt,
    /// Its value.
    pub value: String,
}

impl Drop for Opening {
    fn drop(&mut self) {
        self.value.zeroize();
    }
}

impl fmt::Debug for Opening {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Opening({}, ***)", self.slot)
    }
}

impl Opening {
    /// HMAC-SHA-256 of the number of the slot, one byte, and the value, under the salt.
    pub fn commitment(&self) -> Commitment {
        commitment(self.slot, &self.salt, &self.value)
    }

    /// Whether the leaf holds this commitment in this slot.
    pub fn opens(&self, leaf: &Leaf) -> bool {
        let own = self.commitment();
        leaf.commitments()
            .iter()
            .any(|(slot, commitment)| *slot == self.slot && bool::from(commitment.0.ct_eq(&own.0)))
    }
}

impl IndexSecret {
    /// The index key of one kind.
    pub fn key(&self, kind: TokenKind) -> IndexKey {
        let key = expand(&extract(&self.0), &[b"index", &[kind.number()]]);
        IndexKey { kind, key: hmac::Key::new(hmac::HMAC_SHA256, &*key) }
    }
}

/// Key that makes the tokens of one kind in one year. Whoever has it can test guesses of values
/// against that year's tokens of that kind.
#[derive(Clone)]
pub struct IndexKey {
    kind: TokenKind,
    key: hmac::Key,
}

impl fmt::Debug for IndexKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "IndexKey({}, ***)", self.kind)
    }
}

impl IndexKey {
    /// The token of a value: the first 16 bytes of the HMAC-SHA-256.
    pub fn token(&self, value: &str) -> Token {
        let mut bytes = [0; 16];
        let mac = hmac::sign(&self.key, value.as_bytes());
        bytes.iter_mut().zip(mac.as_ref()).for_each(|(to, from)| *to = *from);
        Token { kind: self.kind, bytes }
    }
}

/// Which secret is wrapped. Its name is bound into the wrapping, so that one cannot pass for
/// another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SecretName {
    /// Secret of a month.
    Month(Epoch),
    /// Secret of a year's index keys.
    Index(u16),
    /// Secret of one event, wrapped to outlive that of its month.
    Event(EventId),
}

impl fmt::Display for SecretName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Month(epoch) => write!(f, "month {epoch}"),
            Self::Index(year) => write!(f, "index {year:04}"),
            Self::Event(event) => write!(f, "event {event}"),
        }
    }
}

//! Names and numbers in a leaf, each with the form that the layout demands.

use std::fmt;
use std::str::FromStr;

/// A name, an id or a month that is not of its form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NameFault {
    /// Not a UUID of version 7.
    #[error("the event id is not a UUID of version 7")]
    EventId,
    /// Empty, longer than 64 characters, or with other characters than visible ASCII.
    #[error("the name of the node is not allowed")]
    Node,
    /// Empty, longer than 64 characters, or with other characters than a-z, 0-9 and underscore.
    #[error("the code is not allowed")]
    Code,
    /// No slot of the layout.
    #[error("an unknown slot")]
    Slot,
    /// No kind of token of the layout.
    #[error("an unknown kind of token")]
    TokenKind,
    /// No month from 1970 to 9999.
    #[error("no month from 1970-01 to 9999-12")]
    Epoch,
}

/// Id of an event: a UUID of version 7 (RFC 9562).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EventId([u8; 16]);

impl EventId {
    /// Checks version and variant.
    pub const fn new(bytes: [u8; 16]) -> Result<Self, NameFault> {
        if bytes[6] >> 4 == 7 && bytes[8] >> 6 == 0b10 {
            Ok(Self(bytes))
        } else {
            Err(NameFault::EventId)
        }
    }
    /// The 16 bytes.
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

impl fmt::Display for EventId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, byte) in self.0.iter().enumerate() {
            if matches!(place, 4 | 6 | 8 | 10) {
                f.write_str("-")?;
            }
            write!(f, "{byte:02x}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for EventId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EventId({self})")
    }
}

macro_rules! short_text {
    ($(#[$doc:meta])* $name:ident, $fault:ident, $allowed:expr) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(String);

        impl $name {
            /// Most bytes.
            pub const MAX: usize = 64;
            /// As text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = NameFault;
            fn from_str(text: &str) -> Result<Self, NameFault> {
                let allowed: fn(&u8) -> bool = $allowed;
                if text.is_empty() || text.len() > Self::MAX || !text.as_bytes().iter().all(allowed) {
                    return Err(NameFault::$fault);
                }
                Ok(Self(text.to_owned()))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

short_text! {
    /// Name of a server: 1 to 64 visible ASCII characters.
    NodeName, Node, u8::is_ascii_graphic
}
short_text! {
    /// A stable code: 1 to 64 of a-z, 0-9 and underscore.
    Code, Code, |byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_')
}

macro_rules! numbered {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $number:literal $text:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$variant_doc])* $variant),+ }

        impl $name {
            /// All, in the order of their numbers.
            pub const ALL: &[Self] = &[$(Self::$variant),+];
            /// Number in the leaf.
            pub const fn number(self) -> u8 {
                match self { $(Self::$variant => $number),+ }
            }
            /// Name in files for people and programs.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }
        }

        impl TryFrom<u64> for $name {
            type Error = NameFault;
            fn try_from(number: u64) -> Result<Self, NameFault> {
                match number { $($number => Ok(Self::$variant),)+ _ => Err(NameFault::$name) }
            }
        }

        impl FromStr for $name {
            type Err = NameFault;
            fn from_str(text: &str) -> Result<Self, NameFault> {
                match text { $($text => Ok(Self::$variant),)+ _ => Err(NameFault::$name) }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}

numbered! {
    /// A part of an event that can be opened by itself.
    Slot {
        /// Who did it.
        Actor = 1 "actor",
        /// In which session.
        Session = 2 "session",
        /// For which organisation.
        Organisation = 3 "organisation",
        /// On whom; the only slot that a leaf may have several times.
        Subject = 4 "subject",
        /// On what.
        Object = 5 "object",
        /// The fields of the event.
        Details = 6 "details",
        /// From where: network address, card, door.
        Client = 7 "client",
    }
}

numbered! {
    /// What can be searched for by token.
    TokenKind {
        /// The person whom an event is about.
        Person = 1 "person",
        /// The member of staff who acted.
        Officer = 2 "officer",
        /// The organisation.
        Organisation = 3 "organisation",
        /// The session.
        Session = 4 "session",
        /// The registration.
        Registration = 5 "registration",
    }
}

/// A month: whose secret gives the keys of an event. Purged as a whole.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Epoch {
    year: u16,
    month: u8,
}

impl Epoch {
    /// The month of a moment in microseconds since 1970 UTC.
    pub fn of(time: u64) -> Result<Self, NameFault> {
        // Days to the civil calendar, counted from 1 March of a year that 400 divides.
        let days = time / 86_400_000_000 + 719_468;
        let (era, day_of_era) = (days / 146_097, days % 146_097);
        let year_of_era =
            (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let from_march = (5 * day_of_year + 2) / 153;
        let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
        let year = year_of_era + era * 400 + u64::from(month <= 2);
        Self::new(u16::try_from(year).map_err(|_| NameFault::Epoch)?, month)
    }

    fn new(year: u16, month: u64) -> Result<Self, NameFault> {
        match (year, u8::try_from(month)) {
            (1970..=9999, Ok(month @ 1..=12)) => Ok(Self { year, month }),
            _ => Err(NameFault::Epoch),
        }
    }

    /// The year; index keys are made by the year.
    pub const fn year(self) -> u16 {
        self.year
    }
    /// The month, 1 to 12.
    pub const fn month(self) -> u8 {
        self.month
    }
    /// Year times 100 plus month, as the leaf has it.
    pub fn number(self) -> u64 {
        u64::from(self.year) * 100 + u64::from(self.month)
    }
}

impl TryFrom<u64> for Epoch {
    type Error = NameFault;
    fn try_from(number: u64) -> Result<Self, NameFault> {
        let year = u16::try_from(number / 100).map_err(|_| NameFault::Epoch)?;
        Self::new(year, number % 100)
    }
}

impl fmt::Display for Epoch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.month)
    }
}

impl fmt::Debug for Epoch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Epoch({self})")
    }
}

//! What the words of the registration office mean: values, states, rules and refusals.
//!
//! This crate is pure: it does no input or output, reads no clock and draws no randomness. Whoever
//! needs the time or a random number passes it in. The traits in [`port`] say what the outside
//! world must offer; other crates implement them.

pub mod audit;
pub mod caller;
pub mod code;
pub mod comparison;
pub mod consent;
pub mod contact;
pub mod delivery;
pub mod document;
#[cfg(test)]
mod generated;
pub mod hand_over;
pub mod id;
pub mod key;
pub mod language;
pub mod message;
pub mod office;
pub mod person;
pub mod policy;
pub mod port;
pub mod procedure;
pub mod refusal;
pub mod register;
pub mod registration;
pub mod relying_party;
pub mod secret;
pub mod ssin;
pub mod time;

pub use language::Language;
pub use refusal::Refusal;
pub use ssin::Ssin;
pub use time::Timestamp;

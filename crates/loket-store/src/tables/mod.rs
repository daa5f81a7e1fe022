//! The tables: one module each, rows to domain values and back. Functions that read take a
//! [`View`]; functions that change take the [`Tx`](crate::Tx) of a command.

pub use crate::reader::View;

pub mod announcement;
pub mod claims_consent;
pub mod consent;
pub mod contact;
pub mod identification;
pub mod inscription;
pub mod invitation;
pub mod key;
pub mod organisation;
pub mod outbox;
pub mod party_sign_in;
pub mod person;
pub mod question;
pub mod recovery;
pub mod registration;
pub mod relying_party;
pub mod search;
pub mod second_check;
pub mod session;
pub mod setting;
pub mod signing_key;
pub mod staff;
pub mod verification;
pub mod visit;
pub mod visitor;

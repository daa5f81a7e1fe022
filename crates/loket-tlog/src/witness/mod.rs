//! The witness protocol (C2SP `tlog-witness`) without its network: what the log asks, how a witness
//! decides, and how the log reads the answer.
//!
//! Both sides are pure. Who runs a witness keeps one [`Head`] per log and must replace it with the
//! new one, only if it is still the old one, and make that durable, before the answer leaves. The
//! signer of the log itself is held to the same rule.

mod client;
mod request;
mod server;

pub use client::{AnswerFault, Answered, read_answer};
pub use request::{AddCheckpoint, MAX_REQUEST_BYTES, RequestFault};
pub use server::{Answer, Cosigned, Head, HeadFault, NotExtended, Refused, Witness, WitnessedLog};

/// Type of the body that names the size a witness has.
pub const SIZE_TYPE: &str = "text/x.tlog.size";
/// Type of every other body.
pub const TEXT_TYPE: &str = "text/plain; charset=utf-8";

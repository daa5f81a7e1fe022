//! The audit log outside the database: the signer of its checkpoints with a state of its own, and what
//! is published of it. The log itself grows in the store.

pub mod signer;
mod state;

pub use signer::{SignFault, Signer};
pub use state::{State, StateFile};

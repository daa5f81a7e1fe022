//! The audit log outside the database: the signer of its checkpoints with a state of its own, and what
//! is published of it. The log itself grows in the store.

mod claims;
pub mod scrub;
pub mod signer;
mod state;

pub use claims::Claims;
pub use signer::{SignFault, Signer};
pub use state::{State, StateFile};

//! The audit log outside the database: the signer of its checkpoints with a state of its own, those
//! outside who attest them, and a witness for the logs of others. The log itself grows in the store.

pub mod attesters;
mod claims;
pub mod purge;
pub mod scrub;
pub mod signer;
mod state;
pub mod witness;

pub use claims::Claims;
pub use signer::{SignFault, Signer};
pub use state::{State, StateFile};

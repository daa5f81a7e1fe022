//! The registers: a client of the National Register and the BIS register, and a register service
//! that speaks the same wire protocol over a synthetic population.
//!
//! The client keeps no personal data and lets nothing through that the agreement does not allow.
//! The service is a tool for demonstration and tests; it holds invented people only.

mod breaker;
mod client;
pub mod service;
pub mod wire;

#[doc(hidden)]
pub use client::read_any_answer;
pub use client::{Client, ClientFault, ClientSettings, Clock, TlsSettings, TokenSettings};

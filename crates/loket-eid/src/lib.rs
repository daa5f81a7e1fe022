//! Who holds this card: checks a Web eID authentication token, its certificate, the path to a
//! pinned root and the certificate's revocation state, and gives one [`ProvedPerson`].
//!
//! The rules are functions of their arguments: no clock, no randomness and, but for
//! [`fetch::HttpFetcher`], no network. Nothing here decides what the person may do (that is the
//! office's own table), keeps challenges, or writes an audit event; and no message of this crate
//! carries a name, a number, a token or a signature.
//!
//! [`ProvedPerson`]: loket_domain::caller::ProvedPerson

pub mod certificate;
pub mod fault;
pub mod federal;
pub mod fetch;
pub mod ocsp;
mod p521;
pub mod path;
pub mod settings;
pub mod signature;
pub mod token;
pub mod verifier;

pub use fault::CardFault;
pub use fetch::HttpFetcher;
pub use ocsp::{OcspFault, OcspFetcher, Reply};
pub use settings::{OcspSettings, Settings, SettingsFault};
pub use verifier::{NonceSource, Rules, WebEid};

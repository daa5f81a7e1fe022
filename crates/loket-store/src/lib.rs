//! The only crate that knows SQL: statements, the one way to change anything ([`Command`]), the
//! write loop, the journal, the outbox, the tables and their migrations.
//!
//! It refuses to commit a change without its event, to open personal data without a durable event,
//! and to let anybody else begin or end a transaction. What the office does stands in `loket-app`.

mod answer;
mod clock;
mod command;
mod connection;
mod error;
mod examine;
pub mod grants;
pub mod journal;
pub mod log;
mod migrate;
mod personal;
mod reader;
mod settings;
pub mod soundness;
mod statement;
mod store;
pub mod tables;
mod tx;
mod upkeep;
mod vault;
mod write_loop;

pub use clock::{Clock, Entropy, SystemClock, SystemEntropy};
pub use command::{Audited, Call, Command, Permit, Scope};
pub use error::{Failure, StoreError};
pub use examine::schema_of;
pub use personal::{Disclosure, Personal};
pub use reader::Reader;
pub use settings::{Engine, Limits, Settings};
pub use store::Store;
pub use tx::Tx;
pub use upkeep::{Visit, VisitKind};
pub use vault::{Vault, VaultError};

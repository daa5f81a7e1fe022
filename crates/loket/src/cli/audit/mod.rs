//! `loket audit`: what an operator does with the audit log itself.

mod new_origin;

use clap::Subcommand;

use super::fault::CliFault;

/// The audit log.
#[derive(Debug, Subcommand)]
pub(super) enum Audit {
    /// Begin a new log after the former one was lost or forked; takes two people
    NewOrigin(new_origin::NewOrigin),
}

impl Audit {
    pub(super) async fn run(self) -> Result<(), CliFault> {
        match self {
            Self::NewOrigin(command) => command.run().await,
        }
    }
}

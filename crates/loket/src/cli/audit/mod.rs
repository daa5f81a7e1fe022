//! `loket audit`: what an operator does with the audit log itself, evidence taken from it, and the check
//! of evidence that anybody can do anywhere.

mod check;
mod export;
mod hold;
mod hold_export;
mod key;
mod new_origin;
mod purge;
mod tiles;
mod verify;
mod witness;

use clap::Subcommand;
use loket_store::{Reader, Vault};

use super::fault::CliFault;
use super::place::Place;
use crate::wiring::{Plan, WiringFault};

/// The audit log.
#[derive(Debug, Subcommand)]
pub(super) enum Audit {
    /// Check the whole log: leaves, rows, sealed parts, tokens, tiles, checkpoints
    Check(check::Check),
    /// Print the verifier keys of the log and of its witnesses
    Key(key::Key),
    /// Write the log as plain files by the addresses of tlog-tiles
    Tiles(tiles::Tiles),
    /// Export events with their proofs as a bundle of evidence
    Export(Box<export::Export>),
    /// Check a bundle of evidence, offline, with public keys only
    Verify(verify::Verify),
    /// Show or destroy what is older than ten years
    Purge(purge::Purge),
    /// Events that an investigation needs for longer
    #[command(subcommand)]
    Hold(hold::Hold),
    /// Cosign the logs of others, as a witness outside
    Witness(witness::Witness),
    /// Begin a new log after the former one was lost or forked; takes two people
    NewOrigin(new_origin::NewOrigin),
}

impl Audit {
    pub(super) async fn run(self) -> Result<(), CliFault> {
        match self {
            Self::Check(command) => command.run().await,
            Self::Key(command) => command.run(),
            Self::Tiles(command) => command.run().await,
            Self::Export(command) => command.run().await,
            Self::Verify(command) => command.run(),
            Self::Purge(command) => command.run().await,
            Self::Hold(command) => command.run().await,
            Self::Witness(command) => command.run().await,
            Self::NewOrigin(command) => command.run().await,
        }
    }
}

/// The database, only to look at it.
async fn opened(place: &Place) -> Result<Reader, CliFault> {
    let plan = Plan::of(&place.load()?)?;
    let vault = Vault::new(&plan.master).map_err(WiringFault::from)?;
    Ok(Reader::open(&plan.store.engine, vault).await?)
}

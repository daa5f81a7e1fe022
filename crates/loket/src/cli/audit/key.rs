//! `loket audit key`: the keys with which the log is checked.

use clap::Args;

use crate::audit::Signer;
use crate::cli::fault::CliFault;
use crate::cli::output;
use crate::cli::place::Place;
use crate::wiring::Plan;

/// Prints the verifier key of the log, and that of each witness, as signed-note vkeys, one a line.
#[derive(Debug, Args)]
pub(in crate::cli) struct Key {
    #[command(flatten)]
    place: Place,
}

impl Key {
    pub(super) fn run(self) -> Result<(), CliFault> {
        let plan = Plan::of(&self.place.load()?)?;
        let signer = Signer::of(plan.signer)?;
        output::line(signer.key()?.verifier().to_string())?;
        plan.attesters.witnesses.iter().try_for_each(|one| output::line(one.key.to_string()))
    }
}

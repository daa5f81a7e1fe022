//! `loket config`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::fault::CliFault;
use super::output;
use super::place::Place;
use crate::configuration::write_initial;
use crate::wiring::Plan;

/// Makes or checks the configuration.
#[derive(Debug, Subcommand)]
pub(super) enum Config {
    /// Check the configuration and every file that it names; connects to nothing
    Check(Check),
    /// Write a first configuration and a master secret; replaces nothing
    Init(Init),
}

#[derive(Debug, Args)]
pub(super) struct Check {
    #[command(flatten)]
    place: Place,
}

#[derive(Debug, Args)]
pub(super) struct Init {
    /// Folder for loket.toml and loket.key
    #[arg(default_value = ".")]
    folder: PathBuf,
}

impl Config {
    pub(super) fn run(self) -> Result<(), CliFault> {
        match self {
            Self::Check(check) => check.run(),
            Self::Init(init) => init.run(),
        }
    }
}

impl Check {
    fn run(&self) -> Result<(), CliFault> {
        let plan = Plan::of(&self.place.load()?)?;
        plan.check()?;
        output::line("The configuration is good.")
    }
}

impl Init {
    fn run(&self) -> Result<(), CliFault> {
        let made = write_initial(&self.folder)?;
        output::line(format!(
            "Made {} and {}.\nFill in the first, keep a copy of the second apart from the \
             database's copies, then run `loket config check`.",
            made.configuration.display(),
            made.key.display()
        ))
    }
}

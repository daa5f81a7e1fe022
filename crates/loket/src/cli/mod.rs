//! The command line: a front door to the same commands as the pages. Results on standard output,
//! faults with what to do on standard error; exit code 0 done, 1 refused or failed, 2 wrong usage
//! or configuration.

mod agreement;
mod audit;
mod check;
mod config;
mod delivery;
#[cfg(feature = "demo")]
mod demo;
mod doctor;
mod eid;
mod fault;
mod fraud_reports;
mod hand_over;
mod keys;
mod officer;
mod organisation;
mod output;
mod place;
mod procedures;
mod registers;
mod relying_party;
mod server;
mod signing_keys;

use std::io::Write as _;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

pub use fault::CliFault;

/// Software of a local registration authority: find a person in a register, establish who it is,
/// and have a digital key activated.
#[derive(Debug, Parser)]
#[command(name = "loket", version, about, max_term_width = 100)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Start the server
    Serve(server::Serve),
    /// Bring the database up to date
    Migrate(server::Migrate),
    /// Make or check the configuration
    #[command(subcommand)]
    Config(config::Config),
    /// Check that everything that the server needs is there and answers
    Doctor(doctor::Doctor),
    /// Organisations, their agreements and authorisations
    #[command(subcommand)]
    Organisation(organisation::Organisation),
    /// Roles of members of staff
    #[command(subcommand)]
    Officer(officer::Officer),
    /// Digital keys of people
    #[command(subcommand)]
    Keys(keys::Keys),
    /// Checks of a card, over files
    #[command(subcommand)]
    Eid(eid::Eid),
    /// Check a number or a machine-readable zone by itself
    #[command(subcommand)]
    Check(check::Check),
    /// Identification procedures: check, preview, list
    #[command(subcommand)]
    Procedures(procedures::ProcedureFiles),
    /// Messages that were set apart, and mail that came back
    #[command(subcommand)]
    Delivery(delivery::Delivery),
    /// Services at which people sign in with their keys
    #[command(subcommand)]
    RelyingParty(relying_party::RelyingParty),
    /// The keys with which sign-ins at relying parties are signed
    #[command(subcommand)]
    SigningKeys(signing_keys::SigningKeys),
    /// States of keys that wait for the federal authentication service
    #[command(subcommand)]
    HandOver(hand_over::HandOver),
    /// The audit log
    #[command(subcommand)]
    Audit(audit::Audit),
    /// Read the reports of possible fraud
    FraudReports(fraud_reports::FraudReports),
    /// List every clause of the agreement with the tests that show it
    Agreement(agreement::Agreement),
    /// The synthetic register service
    #[command(subcommand)]
    Registers(registers::Registers),
    /// Start everything on this machine, with people and cards to try it with
    #[cfg(feature = "demo")]
    Demo(demo::Demo),
}

/// Runs what the command line asks for.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    // A second installation of the same provider changes nothing.
    drop(rustls::crypto::ring::default_provider().install_default());
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(cause) => return report(&CliFault::Io(cause)),
    };
    match runtime.block_on(cli.command.run()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => report(&fault),
    }
}

impl Command {
    async fn run(self) -> Result<(), CliFault> {
        match self {
            Self::Serve(command) => Box::pin(command.run()).await,
            Self::Migrate(command) => command.run().await,
            Self::Config(command) => command.run(),
            Self::Doctor(command) => command.run().await,
            Self::Organisation(command) => command.run().await,
            Self::Officer(command) => command.run().await,
            Self::Keys(command) => command.run().await,
            Self::Eid(command) => command.run(),
            Self::Check(command) => command.run(),
            Self::Procedures(command) => command.run(),
            Self::Delivery(command) => command.run().await,
            Self::RelyingParty(command) => command.run().await,
            Self::SigningKeys(command) => command.run().await,
            Self::HandOver(command) => command.run().await,
            Self::Audit(command) => command.run().await,
            Self::FraudReports(command) => command.run().await,
            Self::Agreement(command) => command.run(),
            Self::Registers(command) => command.run().await,
            #[cfg(feature = "demo")]
            Self::Demo(command) => Box::pin(command.run()).await,
        }
    }
}

fn report(fault: &CliFault) -> ExitCode {
    if matches!(fault, CliFault::Rejected) {
        return fault.exit_code();
    }
    let mut text = format!("loket: {fault}\n");
    if let Some(advice) = fault.advice() {
        text.push_str(&advice);
        text.push('\n');
    }
    // When standard error is closed there is nobody left to tell; the exit code still does.
    drop(std::io::stderr().lock().write_all(text.as_bytes()));
    fault.exit_code()
}

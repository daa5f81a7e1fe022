//! `loket registers`: the synthetic register service by itself, for trying slow, failing and
//! senseless registers.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use clap::{Args, Subcommand};
use loket_registers::service::{self, Faults, Population};

use super::fault::CliFault;
use super::output;
use crate::configuration::Log;
use crate::{logging, serve};

/// The synthetic register service.
#[derive(Debug, Subcommand)]
pub(super) enum Registers {
    /// Serve both registers, under /national and /bis, until SIGINT or SIGTERM
    Serve(Serve),
}

#[derive(Debug, Args)]
pub(super) struct Serve {
    /// How many people the registers know, beside the named ones
    #[arg(long, default_value_t = 20_000)]
    population: u32,
    /// From which they are made: the same seed makes the same people
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// TOML file that says how each register misbehaves
    #[arg(long, value_name = "FILE")]
    faults: Option<PathBuf>,
    /// Address and port; port 0 takes a free one
    #[arg(long, default_value = "127.0.0.1:8081")]
    listen: SocketAddr,
}

impl Registers {
    pub(super) async fn run(self) -> Result<(), CliFault> {
        match self {
            Self::Serve(command) => command.run().await,
        }
    }
}

impl Serve {
    async fn run(self) -> Result<(), CliFault> {
        logging::start(&Log::default());
        let faults = Faults::default();
        if let Some(file) = &self.faults {
            let text = std::fs::read_to_string(file)?;
            let plan = Faults::parse(&text)
                .map_err(|fault| CliFault::Usage(format!("{}: {fault}", file.display())))?;
            faults.set(plan);
        }
        let population = Arc::new(Population::generate(self.population, self.seed));
        let router = service::router(&population, &faults).merge(service::admin_router(faults));
        let listener = serve::bind(self.listen).await?;
        let asked_to_stop = serve::signals()?;
        output::line(format!("The registers are ready: http://{}", listener.local_addr()?))?;
        service::serve(listener, router, async move {
            asked_to_stop.await;
        })
        .await?;
        Ok(())
    }
}

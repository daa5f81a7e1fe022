//! `loket demo`.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use clap::Args;

use super::fault::CliFault;
use super::output;
use crate::configuration::Log;
use crate::{demo, logging, serve};

/// Starts everything on this machine, with people and cards to try it with.
#[derive(Debug, Args)]
pub(super) struct Demo {
    /// Folder in which everything is kept between runs
    #[arg(long, value_name = "DIR", default_value = "demo-data")]
    data: PathBuf,
    /// Port of the pages on 127.0.0.1; 0 takes a free one
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// TOML file with what the table `[federal]` of a configuration has, to try that door too
    #[arg(long, value_name = "FILE")]
    federal: Option<PathBuf>,
    /// TOML file with the tables `[smtp]` and `[sms]` of a configuration, to send by them
    #[arg(long, value_name = "FILE")]
    messages: Option<PathBuf>,
    /// TOML file with relying parties, each a table `[[relying_party]]`, to try keys at them
    #[arg(long, value_name = "FILE")]
    relying_parties: Option<PathBuf>,
}

impl Demo {
    pub(super) async fn run(self) -> Result<(), CliFault> {
        logging::start(&Log { filter: "warn,loket=info".to_owned(), ..Log::default() });
        std::fs::create_dir_all(&self.data)?;
        let folder = self.data.canonicalize()?;
        let listener = serve::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, self.port))).await?;
        output::line(format!("Everything is kept in {}", folder.display()))?;
        let given = demo::Given {
            federal: self.federal.as_deref(),
            messages: self.messages.as_deref(),
            relying_parties: self.relying_parties.as_deref(),
        };
        demo::run(&folder, given, listener, |origin| {
            // When nobody reads standard output, the pages are there all the same.
            drop(output::line(format!("Loket is ready: {origin}")));
        })
        .await
        .map_err(|fault| CliFault::Demo(fault.to_string()))
    }
}

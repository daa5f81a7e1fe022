//! `loket audit witness`: a witness of transparency logs, for whoever watches an installation from outside.
//! It reads no configuration of Loket and knows no database.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use loket_store::{Clock as _, SystemClock};
use loket_tlog::{KeyName, VerifierKey, WitnessSigner};

use crate::audit::witness::WitnessServer;
use crate::cli::fault::CliFault;
use crate::cli::output;
use crate::configuration::{Files, Log, make_witness_key};
use crate::{logging, serve};

/// Cosigns heads of logs that only grow (C2SP tlog-witness), until SIGINT or SIGTERM. Prints its verifier
/// key first, and then where it listens.
#[derive(Debug, Args)]
pub(in crate::cli) struct Witness {
    /// Verifier key of a log to follow; several for several logs, and while one changes keys
    #[arg(long = "log", value_name = "VKEY", required = true)]
    logs: Vec<VerifierKey>,
    /// Address and port to listen on; TLS ends at a proxy in front
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8090")]
    listen: SocketAddr,
    /// File with its private key, made with --name when it is not there
    #[arg(long, value_name = "FILE", default_value = "witness.key")]
    key: PathBuf,
    /// Name of a new key: an address without scheme that the witness owns
    #[arg(long, value_name = "NAME")]
    name: Option<KeyName>,
    /// Folder with what was cosigned last; never put an older one back
    #[arg(long, value_name = "DIR", default_value = "witness")]
    state: PathBuf,
}

impl Witness {
    pub(super) async fn run(self) -> Result<(), CliFault> {
        logging::start(&Log::default());
        let signer = signer(&self.key, self.name.as_ref())?;
        let now = Arc::new(|| SystemClock.now());
        let server = WitnessServer::new(signer, self.logs, &self.state, now)
            .map_err(|cause| CliFault::Usage(format!("{}: {cause}", self.state.display())))?;
        let listener = serve::bind(self.listen).await?;
        output::line(server.key().to_string())?;
        output::line(format!("Listening on http://{}", listener.local_addr()?))?;
        let stop = serve::signals()?;
        let stopped = async {
            stop.await;
        };
        axum::serve(listener, server.router()).with_graceful_shutdown(stopped).await?;
        Ok(())
    }
}

/// Reads the key, or makes it under a name.
fn signer(file: &Path, name: Option<&KeyName>) -> Result<WitnessSigner, CliFault> {
    if !file.exists() {
        let name = name.ok_or_else(|| {
            let place = file.display();
            CliFault::Usage(format!("{place} is not there; give --name to make a new key"))
        })?;
        make_witness_key(file, name)?;
    }
    let line = Files::new(PathBuf::new()).secret(file)?;
    let signer: WitnessSigner = line
        .expose()
        .parse()
        .map_err(|fault| CliFault::Usage(format!("{}: {fault}", file.display())))?;
    let known = signer.public().name();
    match name {
        Some(name) if name != known => {
            Err(CliFault::Usage(format!("{} has the name {known}", file.display())))
        }
        _ => Ok(signer),
    }
}

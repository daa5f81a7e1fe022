//! `loket registers`: the synthetic register service by itself, for trying slow, failing and
//! senseless registers, with the door that the real ones have.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::{Args, Subcommand};
use loket_registers::service::{self, AllowedClient, Faults, Population, ServiceTls};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, SubjectPublicKeyInfoDer};

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
    /// Certificate of the service (PEM); with it, it speaks TLS
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    tls_certificate: Option<PathBuf>,
    /// Key of the certificate (PEM)
    #[arg(long, value_name = "FILE", requires = "tls_certificate")]
    tls_key: Option<PathBuf>,
    /// Certificate (PEM) of the authority whose clients are let in: mutual TLS
    #[arg(long, value_name = "FILE", requires = "tls_certificate")]
    client_authority: Option<PathBuf>,
    /// Public EC P-256 key (PEM) of the one client that may fetch a token at /token
    /// (`private_key_jwt`); without it no token is asked for
    #[arg(long, value_name = "FILE")]
    client_key: Option<PathBuf>,
    /// Name of that client
    #[arg(long, default_value = "loket", requires = "client_key")]
    client_id: String,
    /// Whom its assertions must be for
    #[arg(long, default_value = "registers", requires = "client_key")]
    audience: String,
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
            let told =
                |error: std::io::Error| CliFault::Usage(format!("{}: {error}", file.display()));
            let text = std::fs::read_to_string(file).map_err(told)?;
            let plan = Faults::parse(&text)
                .map_err(|fault| CliFault::Usage(format!("{}: {fault}", file.display())))?;
            faults.set(plan);
        }
        let (tls, client) = (self.tls()?, self.client()?);
        let population = Arc::new(Population::generate(self.population, self.seed));
        let router = match client {
            Some(client) => service::guarded_router(&population, &faults, client),
            None => service::open_router(&population, &faults),
        };
        let listener = serve::bind(self.listen).await?;
        let asked_to_stop = serve::signals()?;
        let scheme = if tls.is_some() { "https" } else { "http" };
        output::line(format!("The registers are ready: {scheme}://{}", listener.local_addr()?))?;
        let stop = async move {
            asked_to_stop.await;
        };
        match tls {
            Some(tls) => service::serve_tls(listener, &tls, router, stop).await?,
            None => service::serve(listener, router, stop).await?,
        }
        Ok(())
    }

    fn tls(&self) -> Result<Option<ServiceTls>, CliFault> {
        let (Some(certificate), Some(key)) = (&self.tls_certificate, &self.tls_key) else {
            return Ok(None);
        };
        let chain = certificates(certificate)?;
        let key_der = PrivateKeyDer::from_pem_file(key).map_err(|_| not_pem(key))?;
        let authority = match &self.client_authority {
            Some(file) => certificates(file)?.into_iter().next(),
            None => None,
        };
        ServiceTls::new(chain, key_der.secret_der().to_vec(), authority)
            .map(Some)
            .map_err(|fault| CliFault::Usage(format!("{}: {fault}", certificate.display())))
    }

    fn client(&self) -> Result<Option<AllowedClient>, CliFault> {
        let Some(file) = &self.client_key else { return Ok(None) };
        let key = SubjectPublicKeyInfoDer::from_pem_file(file).map_err(|_| not_pem(file))?;
        // A public key of P-256 ends in its uncompressed point (RFC 5480 section 2.2).
        let point = key.as_ref().len().checked_sub(65).and_then(|from| key.as_ref().get(from..));
        let point = point.filter(|point| point.first() == Some(&4));
        Ok(Some(AllowedClient {
            client_id: self.client_id.clone(),
            audience: self.audience.clone(),
            public_key: point.ok_or_else(|| not_pem(file))?.to_vec(),
        }))
    }
}

fn certificates(file: &Path) -> Result<Vec<Vec<u8>>, CliFault> {
    CertificateDer::pem_file_iter(file)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map(|chain| chain.iter().map(|der| der.to_vec()).collect())
        .map_err(|_| not_pem(file))
}

fn not_pem(file: &Path) -> CliFault {
    CliFault::Usage(format!("{}: not what is wanted here, as PEM", file.display()))
}

//! Those outside who attest heads of the log: witnesses that cosign them, and an authority that states
//! when they were there. Asked beside the writing, which never waits for them. Only hashes, sizes and the
//! name of the log are told.

mod time_stamps;
mod witnesses;

use std::time::Duration;

use loket_store::log::attesters::{AttesterFault, AttesterKind, Named};
use loket_store::{Store, StoreError};
use loket_tlog::{Authority, WitnessKey};
use reqwest::header::CONTENT_TYPE;
use reqwest::{Client, Url};
use tokio::sync::watch;

pub use time_stamps::TimeStamps;
pub use witnesses::Witnesses;

/// Longest time for one answer.
const PATIENCE: Duration = Duration::from_secs(5);

/// A witness, as the configuration names it.
#[derive(Debug, Clone)]
pub struct WitnessPlan {
    /// Its submission prefix, without a trailing slash.
    pub url: Url,
    /// Its key, whose name is its name.
    pub key: WitnessKey,
}

/// An authority for time-stamps, as the configuration names it.
#[derive(Debug, Clone)]
pub struct AuthorityPlan {
    /// Where it is asked.
    pub url: Url,
    /// Certificates under which its answers are believed.
    pub trusted: Vec<Authority>,
    /// After so long without a time-stamp nobody's command but signing out is taken.
    pub stop_after: Duration,
}

/// Everyone who attests.
#[derive(Debug, Clone, Default)]
pub struct AttesterPlan {
    /// The witnesses.
    pub witnesses: Vec<WitnessPlan>,
    /// How many of them must have cosigned a head.
    pub quorum: usize,
    /// The authority for time-stamps.
    pub time_stamps: Option<AuthorityPlan>,
}

impl AttesterPlan {
    /// Tells the database who is asked, for the page that shows what came of it.
    pub async fn name(&self, store: &Store) -> Result<(), StoreError> {
        let named = [
            Named {
                kind: AttesterKind::Witness,
                names: self.witnesses.iter().map(|one| one.key.name().to_string()).collect(),
                needed: u32::try_from(self.quorum).unwrap_or(u32::MAX),
            },
            Named {
                kind: AttesterKind::Authority,
                names: self.time_stamps.iter().map(|one| name_of(&one.url)).collect(),
                needed: 1,
            },
        ];
        for one in named {
            store.name_attesters(one).await?;
        }
        Ok(())
    }
}

/// The name under which an authority is shown: the host that is asked.
fn name_of(url: &Url) -> String {
    url.host_str().unwrap_or_default().to_owned()
}

/// Why the attesters cannot be asked at all.
#[derive(Debug, thiserror::Error)]
#[error("the client for witnesses and time-stamps could not be made: {0}")]
pub struct ClientFault(String);

/// Asks everyone who is named, until `stop` changes.
pub async fn work(
    plan: &AttesterPlan,
    store: &Store,
    stop: watch::Receiver<bool>,
) -> Result<(), ClientFault> {
    if store.stopped().is_none()
        && let Err(fault) = plan.name(store).await
    {
        tracing::error!(%fault, "who attests the audit log could not be kept");
    }
    let witnesses = Witnesses::new(plan)?;
    let time_stamps = TimeStamps::new(plan)?;
    tokio::join!(witnesses.work(store, stop.clone()), time_stamps.work(store, stop));
    Ok(())
}

/// What was configured is asked and nobody else: no redirect, no proxy of the environment.
fn client() -> Result<Client, ClientFault> {
    // The TLS library wants one provider of cryptography for the process; a second installation of
    // the same one changes nothing.
    drop(rustls::crypto::ring::default_provider().install_default());
    Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .referer(false)
        .no_proxy()
        .timeout(PATIENCE)
        .build()
        .map_err(|fault| ClientFault(fault.to_string()))
}

/// Why an attester did not attest: in short for the page, in words for the log of the server.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Miss {
    fault: AttesterFault,
    why: String,
}

impl Miss {
    fn new(fault: AttesterFault, why: impl Into<String>) -> Self {
        Self { fault, why: why.into() }
    }
}

impl From<reqwest::Error> for Miss {
    /// Without the address, which stands in the configuration.
    fn from(cause: reqwest::Error) -> Self {
        if cause.is_connect() {
            Self::new(AttesterFault::Unreachable, "it cannot be reached")
        } else if cause.is_timeout() {
            Self::new(AttesterFault::NoAnswer, "no answer in time")
        } else {
            Self::new(AttesterFault::NoAnswer, "the answer broke off")
        }
    }
}

/// Posts a body and reads an answer of at most so many bytes: its status and its body.
async fn post(
    http: &Client,
    url: Url,
    content_type: &'static str,
    body: Vec<u8>,
    most: usize,
) -> Result<(u16, Vec<u8>), Miss> {
    let mut answer = http.post(url).header(CONTENT_TYPE, content_type).body(body).send().await?;
    let status = answer.status().as_u16();
    let mut body = Vec::new();
    while let Some(chunk) = answer.chunk().await? {
        if body.len() + chunk.len() > most {
            return Err(Miss::new(AttesterFault::Wrong, "the answer is too long"));
        }
        body.extend_from_slice(&chunk);
    }
    Ok((status, body))
}

//! The demonstration: everything in one process on loopback, with invented people, software cards
//! and receivers whose messages can be read on a page. Compiled under the feature `demo` only. The
//! server does not know that it is shown: it verifies real tokens against a root of its own, asks
//! its registers over HTTP and sends over SMTP; there is no other way in.

mod cards;
mod messages;
mod page;
mod people;
mod seed;
mod service;
mod stage;

use std::path::Path;

use tokio::net::TcpListener;

use crate::serve;
use crate::wiring::House;
use stage::Stage;

/// What could not be set up.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DemoFault {
    /// A part of the stage: certificates, receivers, the register service.
    #[error("{0:#}")]
    Stage(anyhow::Error),
    /// The parts do not fit together.
    #[error(transparent)]
    Wiring(#[from] crate::wiring::WiringFault),
    /// An organisation or a role could not be entered.
    #[error("the first data could not be entered: {0}")]
    Seed(#[from] loket_app::Failure),
    /// The server.
    #[error(transparent)]
    Serve(#[from] serve::ServeFault),
}

/// Files with tables of a configuration that take the place of parts of the stage.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Given<'f> {
    /// The federal authentication service.
    pub(crate) federal: Option<&'f Path>,
    /// Relay and gateway.
    pub(crate) messages: Option<&'f Path>,
    /// Relying parties beside the demonstration's own.
    pub(crate) relying_parties: Option<&'f Path>,
}

/// Starts everything, tells when the first page would be answered, and stops on a signal.
pub(crate) async fn run(
    folder: &Path,
    given: Given<'_>,
    listener: TcpListener,
    ready: impl FnOnce(&str),
) -> Result<(), DemoFault> {
    let port = listener.local_addr().map_err(serve::ServeFault::Serve)?.port();
    let stage = Stage::set(folder, port, given).await.map_err(DemoFault::Stage)?;
    let house = Box::pin(House::open(stage.plan().map_err(DemoFault::Stage)?)).await?;
    // What is stopped answers every page with why; nothing can be entered.
    if house.store.stopped().is_none() {
        seed::enter(&house).await?;
    }
    let origin = stage.origin().to_owned();
    let parties = given.relying_parties;
    service::register(&house, &origin, parties).await.map_err(DemoFault::Stage)?;
    let router = house.router().merge(page::router(stage));
    serve::run(listener, &house, router, || ready(&origin)).await?;
    house.close().await;
    Ok(())
}

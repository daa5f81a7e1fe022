//! The server: binds, answers, does the jobs, and stops in order. Its start and its stop are events
//! of the trail.

use std::future::{Future, IntoFuture as _};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use loket_app::commands::record_server::RecordServer;
use loket_app::{Call, Failure, Office, jobs};
use loket_domain::caller::{Caller, Door};
use loket_web::card_host::{CardListener, Peer};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::audit::{attesters, purge, scrub, signer};
use crate::wiring::House;

/// How long a stop waits for requests that are under way.
const LONGEST_STOP: Duration = Duration::from_secs(10);

/// Why the server could not run.
#[derive(Debug, thiserror::Error)]
pub enum ServeFault {
    /// The address is taken or not this machine's.
    #[error("cannot listen on {address}: {cause}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the operating system says.
        cause: std::io::Error,
    },
    /// Accepting connections failed.
    #[error("the server failed: {0}")]
    Serve(std::io::Error),
    /// The signals of the operating system cannot be received.
    #[error("signals cannot be received: {0}")]
    Signals(std::io::Error),
    /// The start could not be recorded.
    #[error("the start cannot be recorded: {0}")]
    Record(#[from] Failure),
}

/// Takes the address; nobody is answered yet.
pub async fn bind(address: SocketAddr) -> Result<TcpListener, ServeFault> {
    TcpListener::bind(address).await.map_err(|cause| ServeFault::Listen { address, cause })
}

/// Answers and does the jobs until a signal asks to stop, then stops in order: no new requests,
/// the open ones get ten seconds, the jobs end at their next safe point.
pub async fn run(
    listener: TcpListener,
    house: &House,
    router: Router,
    ready: impl FnOnce(),
) -> Result<(), ServeFault> {
    let office = &house.office;
    let card_host = open_card_host(house).await?;
    let asked_to_stop = signals()?;
    if house.store.stopped().is_none() {
        let version = env!("CARGO_PKG_VERSION").to_owned();
        let configured = house.configured.clone();
        record(office, RecordServer::Started { version, configured }).await?;
    }
    let (stop, stopping) = watch::channel(false);
    let signing = {
        let (signer, store) = (Arc::clone(&house.signer), house.store.clone());
        let stopping = stopping.clone();
        tokio::spawn(async move { signer::work(&signer, &store, stopping).await })
    };
    let mut beside = work_beside(house, &stopping);
    let working = tokio::spawn(jobs::run(office.clone(), stopping.clone()));
    let mut closing = stopping.clone();
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    let answering = axum::serve(listener, service).with_graceful_shutdown(async move {
        // An error means that the sender is gone, which is a stop as well.
        let _ = closing.changed().await;
    });
    let answering = tokio::spawn(answering.into_future());
    let asking = card_host.map(|(listener, router)| {
        let service = router.into_make_service_with_connect_info::<Peer>();
        tokio::spawn(axum::serve(listener, service).into_future())
    });
    ready();
    let reason = asked_to_stop.await;
    tracing::info!(reason, "stopping");
    stop.send_replace(true);
    // Nothing is under way there for longer than a redirect.
    if let Some(asking) = asking {
        asking.abort();
    }
    let answered = end(answering, working).await;
    // A check may be at any place; it changes nothing. Nor does a question that nobody waits for. A purge
    // goes on from where it was.
    beside.abort_all();
    if signing.await.is_err() {
        tracing::error!("the signer of the audit log died");
    }
    if house.store.stopped().is_none() {
        record(office, RecordServer::Stopped { reason: reason.to_owned() }).await?;
        if let Err(fault) = house.signer.sign(&house.store).await {
            signer::alarm(&fault, &house.store);
        }
    }
    answered
}

/// What is done for the audit log while the server runs, and may be broken off anywhere.
fn work_beside(house: &House, stopping: &watch::Receiver<bool>) -> JoinSet<()> {
    let mut beside = JoinSet::new();
    let (store, stop) = (house.store.clone(), stopping.clone());
    let attesters = Arc::clone(&house.attesters);
    beside.spawn(async move {
        if let Err(fault) = attesters::work(&attesters, &store, stop).await {
            tracing::error!(%fault, "nobody outside attests the audit log");
        }
    });
    let (office, store, stop) = (house.office.clone(), house.store.clone(), stopping.clone());
    let (signer, attesters) = (Arc::clone(&house.signer), Arc::clone(&house.attesters));
    beside.spawn(async move { scrub::work(&office, &store, &signer, &attesters, stop).await });
    let (office, store, stop) = (house.office.clone(), house.store.clone(), stopping.clone());
    let attesters = Arc::clone(&house.attesters);
    let approved_by = house.purge_approved_by.clone();
    beside.spawn(async move {
        purge::work(&office, &store, &attesters, approved_by.as_ref(), stop).await;
    });
    beside
}

/// Takes the address of the host that asks for the card's certificate.
async fn open_card_host(house: &House) -> Result<Option<(CardListener, Router)>, ServeFault> {
    let Some((plan, router)) = house.card_host() else { return Ok(None) };
    let listener = bind(plan.listen).await?;
    let listener = CardListener::new(listener, plan.tls.clone()).map_err(ServeFault::Serve)?;
    Ok(Some((listener, router)))
}

async fn end(
    mut answering: tokio::task::JoinHandle<std::io::Result<()>>,
    working: tokio::task::JoinHandle<()>,
) -> Result<(), ServeFault> {
    let answered = match tokio::time::timeout(LONGEST_STOP, &mut answering).await {
        Ok(Ok(result)) => result.map_err(ServeFault::Serve),
        Ok(Err(died)) => Err(ServeFault::Serve(std::io::Error::other(died))),
        Err(_) => {
            answering.abort();
            tracing::warn!("requests were broken off after ten seconds");
            Ok(())
        }
    };
    if tokio::time::timeout(LONGEST_STOP, working).await.is_err() {
        tracing::warn!("a job did not end in time; it goes on at the next start");
    }
    answered
}

/// Resolves at the first SIGINT or SIGTERM, with its name.
pub(crate) fn signals() -> Result<impl Future<Output = &'static str>, ServeFault> {
    let mut interrupt = signal(SignalKind::interrupt()).map_err(ServeFault::Signals)?;
    let mut terminate = signal(SignalKind::terminate()).map_err(ServeFault::Signals)?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => "SIGINT",
            _ = terminate.recv() => "SIGTERM",
        }
    })
}

async fn record(office: &Office, what: RecordServer) -> Result<(), Failure> {
    let call = Call {
        caller: Caller::Job("server"),
        door: Door::Job,
        request: office.new_request()?,
        address: None,
    };
    office.run(call, what).await
}

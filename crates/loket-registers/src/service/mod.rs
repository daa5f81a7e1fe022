//! The register service: both registers under `/national` and `/bis`, with the calls that the real
//! ones have (DESIGN section 5).

mod answers;
mod dice;
mod faults;
mod guard;
mod homes;
mod inscriptions;
mod listener;
mod names;
mod person;
mod personas;
mod population;
mod problem;
mod search;
mod sound;

use std::future::Future;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};
use loket_domain::Timestamp;
use loket_domain::register::RegisterName;

pub use faults::{Fault, FaultPlan, Faults, Misbehaviour, Route, admin_router};
pub use guard::AllowedClient;
use guard::Guard;
use inscriptions::Inscriptions;
pub use listener::{ServiceTls, ServiceTlsFault};
pub use person::{Kind, Person};
pub use personas::{NamedPersona, personas};
pub use population::Population;

/// What one register's routes share.
#[derive(Clone)]
pub(crate) struct Register {
    pub(crate) name: RegisterName,
    pub(crate) population: Arc<Population>,
    pub(crate) inscriptions: Inscriptions,
    tickets: Arc<AtomicU64>,
}

impl Register {
    /// The register's own ticket of one exchange.
    pub(crate) fn ticket(&self, received: Timestamp) -> String {
        let count = self.tickets.fetch_add(1, Ordering::Relaxed);
        format!("REG-{:x}-{count}", received.micros())
    }
}

/// The time on the register's own clock, which is not the caller's.
#[expect(clippy::disallowed_methods, reason = "the service plays an outside party with its clock")]
pub(crate) fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_micros(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
}

/// Both registers.
pub fn router(population: &Arc<Population>, faults: &Faults) -> Router {
    let of = |name| {
        let state = Register {
            name,
            population: Arc::clone(population),
            inscriptions: Inscriptions::default(),
            tickets: Arc::default(),
        };
        Router::new()
            .route(Route::Get.path(), post(answers::get))
            .route(Route::Query.path(), post(search::query))
            .route(Route::Verify.path(), post(search::verify))
            .route(Route::Inscribe.path(), post(answers::inscribe))
            .route(Route::Release.path(), post(answers::release))
            .route(Route::Health.path(), get(answers::health))
            .fallback(answers::nowhere)
            .layer(DefaultBodyLimit::max(64 * 1024))
            .layer(from_fn_with_state((faults.clone(), name), faults::misbehave))
            .with_state(state)
    };
    Router::new()
        .nest("/national", of(RegisterName::NationalRegister))
        .nest("/bis", of(RegisterName::BisRegister))
}

/// Both registers open to everybody on the address, faults included: for loopback.
pub fn open_router(population: &Arc<Population>, faults: &Faults) -> Router {
    router(population, faults).merge(admin_router(faults.clone()))
}

/// Both registers behind a door that only one client passes, with its token service beside them.
/// Telling them to misbehave stands behind the same door.
pub fn guarded_router(
    population: &Arc<Population>,
    faults: &Faults,
    client: AllowedClient,
) -> Router {
    let guard = Guard::new(client);
    let tokens = guard.router();
    router(population, faults)
        .merge(admin_router(faults.clone()))
        .layer(from_fn_with_state(guard, guard::admit))
        .merge(tokens)
}

/// Serves by TLS until `shutdown` is done.
pub async fn serve_tls(
    listener: tokio::net::TcpListener,
    tls: &ServiceTls,
    router: Router,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let listener = listener::TlsListener::new(listener, tls)?;
    axum::serve(listener, router).with_graceful_shutdown(shutdown).await
}

/// Serves until `shutdown` is done.
pub async fn serve(
    listener: tokio::net::TcpListener,
    router: Router,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    axum::serve(listener, router).with_graceful_shutdown(shutdown).await
}

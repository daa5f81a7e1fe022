//! The register service: both registers under `/national` and `/bis`, with the calls that the real
//! ones have (DESIGN section 5).

mod answers;
mod dice;
mod faults;
mod homes;
mod names;
mod person;
mod personas;
mod population;
mod search;

use std::future::Future;
use std::io;
use std::sync::Arc;

use axum::Router;
use axum::routing::{get, post};
use loket_domain::register::RegisterName;

pub use faults::{Fault, FaultPlan, Faults, Misbehaviour, admin_router};
pub use person::{Kind, Person};
pub use personas::{NamedPersona, personas};
pub use population::Population;

/// What one register's routes share.
#[derive(Clone)]
pub(crate) struct Register {
    pub(crate) name: RegisterName,
    pub(crate) population: Arc<Population>,
    pub(crate) faults: Faults,
}

/// Both registers.
pub fn router(population: &Arc<Population>, faults: &Faults) -> Router {
    let of = |name| {
        let state = Register { name, population: Arc::clone(population), faults: faults.clone() };
        Router::new()
            .route("/persons/get", post(answers::get))
            .route("/persons/query", post(search::query))
            .route("/identityVerifications", post(search::verify))
            .route("/inscriptions/update", post(answers::inscription))
            .route("/inscriptions/delete", post(answers::inscription))
            .route("/health", get(answers::health))
            .with_state(state)
    };
    Router::new()
        .nest("/national", of(RegisterName::NationalRegister))
        .nest("/bis", of(RegisterName::BisRegister))
}

/// Serves until `shutdown` is done.
pub async fn serve(
    listener: tokio::net::TcpListener,
    router: Router,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    axum::serve(listener, router).with_graceful_shutdown(shutdown).await
}

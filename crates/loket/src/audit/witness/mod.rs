//! A witness of transparency logs (C2SP `tlog-witness`), for whoever watches an installation from outside:
//! it cosigns a head only when that extends the one that it cosigned last. It knows nothing of the office,
//! its configuration or its database.

mod heads;

use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::post;
use loket_domain::Timestamp;
use loket_tlog::{
    AddCheckpoint, Answer, MAX_REQUEST_BYTES, Refused, RequestFault, TEXT_TYPE, VerifierKey,
    WitnessKey, WitnessSigner, WitnessedLog,
};

use heads::Heads;

/// Longest time for a request to arrive.
const PATIENCE: Duration = Duration::from_secs(10);

/// Gives the time: it stands in every cosignature.
pub type Now = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// A witness that answers.
pub struct WitnessServer {
    witness: loket_tlog::Witness,
    /// Held from reading the last head until the new one is durable.
    heads: Mutex<Heads>,
    now: Now,
}

impl std::fmt::Debug for WitnessServer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "WitnessServer({})", self.key())
    }
}

impl WitnessServer {
    /// A witness of these logs with its state in a folder of its own.
    ///
    /// # Errors
    /// When the folder cannot be used, or another process has it.
    pub fn new(
        signer: WitnessSigner,
        logs: Vec<VerifierKey>,
        folder: &Path,
        now: Now,
    ) -> io::Result<Self> {
        let logs = logs.into_iter().map(|key| WitnessedLog { keys: vec![key] }).collect();
        let heads = Mutex::new(Heads::open(folder)?);
        Ok(Self { witness: loket_tlog::Witness::new(signer, logs), heads, now })
    }

    /// Its public key.
    pub fn key(&self) -> &WitnessKey {
        self.witness.key()
    }

    /// Its one address.
    pub fn router(self) -> Router {
        Router::new().route("/add-checkpoint", post(add_checkpoint)).with_state(Arc::new(self))
    }

    /// Decides over a request; what is cosigned is durable when it returns.
    fn decide(&self, body: &str) -> io::Result<Answer> {
        let request: AddCheckpoint = match body.parse() {
            Ok(request) => request,
            Err(fault) => return Ok(Refused::Request(fault).answer()),
        };
        let origin = match self.witness.origin(&request) {
            Ok(origin) => origin,
            Err(refused) => return Ok(refused.answer()),
        };
        let heads = self.heads.lock().unwrap_or_else(PoisonError::into_inner);
        let last = heads.last(origin)?;
        let now = u64::try_from((self.now)().seconds()).unwrap_or(0);
        match self.witness.decide(&request, last.as_ref(), now) {
            Ok(cosigned) => {
                if last != Some(cosigned.head) {
                    heads.replace(&cosigned.origin, cosigned.head)?;
                }
                Ok(cosigned.answer())
            }
            Err(refused) => Ok(refused.answer()),
        }
    }
}

async fn add_checkpoint(State(server): State<Arc<WitnessServer>>, body: Body) -> Response {
    let body = match tokio::time::timeout(PATIENCE, to_bytes(body, MAX_REQUEST_BYTES)).await {
        Ok(Ok(body)) => body,
        Ok(Err(_)) => return answered(Refused::Request(RequestFault::TooLarge).answer()),
        Err(_) => return StatusCode::REQUEST_TIMEOUT.into_response(),
    };
    let Ok(body) = String::from_utf8(body.into()) else {
        return answered(Refused::Request(RequestFault::Form).answer());
    };
    // It writes and syncs a file.
    match tokio::task::spawn_blocking(move || server.decide(&body)).await {
        Ok(Ok(answer)) => answered(answer),
        Ok(Err(fault)) => {
            tracing::error!(%fault, "the state of the witness cannot be read or written");
            broken()
        }
        Err(_) => broken(),
    }
}

fn broken() -> Response {
    let body = "the witness cannot keep its state now\n".to_owned();
    answered(Answer { status: 500, content_type: TEXT_TYPE, body })
}

fn answered(answer: Answer) -> Response {
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (status, [(header::CONTENT_TYPE, answer.content_type)], answer.body).into_response()
}

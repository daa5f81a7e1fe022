//! An HTTP service that plays the federal authentication service where states of keys are handed over: it
//! verifies each signature by itself, keeps each state once, and can refuse, fail, be slow and hang up.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use anyhow::{Context as _, Result};
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use axum::routing::post;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use loket_delivery::{Webhook, WebhookSettings};
use loket_domain::port::KeyReceiver;
use loket_domain::secret::Secret;
use ring::hmac;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::kept::locked;
use crate::mail_receiver::Clock;

/// The key that both sides have.
const KEY: [u8; 32] = [9; 32];

/// What the receiver does from now on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WebhookBehaviour {
    /// Takes what is signed.
    Accept,
    /// Answers with this status and keeps nothing.
    Status(u16),
    /// Answers 429 and asks to be left alone for so many seconds.
    Busy(u32),
    /// Takes it and answers after this long.
    LateAnswer(Duration),
}

/// A state that was taken.
#[derive(Debug, Clone)]
pub struct TakenState {
    /// Its identifier.
    pub id: String,
    /// What it says.
    pub body: Value,
}

struct Desk {
    taken: Mutex<Vec<TakenState>>,
    calls: Mutex<Vec<(String, HeaderMap)>>,
    behaviour: Mutex<WebhookBehaviour>,
    clock: Clock,
}

/// A running receiver; it stops when it is dropped.
pub struct WebhookReceiver {
    addr: SocketAddr,
    desk: Arc<Desk>,
    serving: JoinHandle<()>,
}

impl WebhookReceiver {
    /// Takes a free port and begins to accept; the clock decides which moments are too old.
    pub async fn start(clock: Clock) -> Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.context("no port")?;
        let addr = listener.local_addr()?;
        let desk = Arc::new(Desk {
            taken: Mutex::default(),
            calls: Mutex::default(),
            behaviour: Mutex::new(WebhookBehaviour::Accept),
            clock,
        });
        let router = Router::new().route("/keys", post(receive)).with_state(Arc::clone(&desk));
        let serving = tokio::spawn(async move {
            // It ends only by being aborted.
            axum::serve(listener, router).await.ok();
        });
        Ok(Self { addr, desk, serving })
    }

    /// The adapter of the office that hands over here.
    pub fn adapter(&self, timeout: Duration) -> Result<Arc<dyn KeyReceiver>> {
        let settings = WebhookSettings {
            url: format!("http://{}/keys", self.addr),
            secret: Secret::new(format!("whsec_{}", STANDARD.encode(KEY))),
            timeout,
        };
        Ok(Arc::new(Webhook::new(&settings, Arc::clone(&self.desk.clock))?))
    }

    /// Changes what happens from the next call on.
    pub fn behave(&self, behaviour: WebhookBehaviour) {
        *locked(&self.desk.behaviour) = behaviour;
    }

    /// Every state that was taken, each once.
    pub fn taken(&self) -> Vec<TakenState> {
        locked(&self.desk.taken).clone()
    }

    /// Address and headers of every call, taken or not.
    pub fn calls(&self) -> Vec<(String, HeaderMap)> {
        locked(&self.desk.calls).clone()
    }

    /// Closes the port and every connection.
    pub async fn stop(mut self) {
        self.serving.abort();
        let _ = (&mut self.serving).await;
    }
}

impl Drop for WebhookReceiver {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn receive(
    State(desk): State<Arc<Desk>>,
    uri: axum::http::Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    locked(&desk.calls).push((uri.to_string(), headers.clone()));
    let behaviour = *locked(&desk.behaviour);
    match behaviour {
        WebhookBehaviour::Status(status) => {
            return StatusCode::from_u16(status)
                .unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
                .into_response();
        }
        WebhookBehaviour::Busy(seconds) => {
            let patience = [("retry-after", seconds.to_string())];
            return (StatusCode::TOO_MANY_REQUESTS, patience).into_response();
        }
        WebhookBehaviour::Accept | WebhookBehaviour::LateAnswer(_) => {}
    }
    let Some(state) = verified(&desk, &headers, &body) else {
        return StatusCode::UNAUTHORIZED.into_response();
    };
    {
        let mut taken = locked(&desk.taken);
        if !taken.iter().any(|one| one.id == state.id) {
            taken.push(state);
        }
    }
    if let WebhookBehaviour::LateAnswer(wait) = behaviour {
        tokio::time::sleep(wait).await;
    }
    StatusCode::NO_CONTENT.into_response()
}

/// As a receiver must: signature over identifier, moment and body; no moment older than five minutes.
fn verified(desk: &Desk, headers: &HeaderMap, body: &[u8]) -> Option<TakenState> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let (id, moment) = (text("webhook-id")?, text("webhook-timestamp")?);
    let age = (desk.clock)().seconds() - moment.parse::<i64>().ok()?;
    let signature = STANDARD.decode(text("webhook-signature")?.strip_prefix("v1,")?).ok()?;
    let signed = [format!("{id}.{moment}.").as_bytes(), body].concat();
    let key = hmac::Key::new(hmac::HMAC_SHA256, &KEY);
    hmac::verify(&key, &signed, &signature).ok()?;
    if age.abs() > 300 {
        return None;
    }
    Some(TakenState { id: id.to_owned(), body: serde_json::from_slice(body).ok()? })
}

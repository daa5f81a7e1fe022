//! An HTTP service that plays the gateway for short messages, as `loket-delivery` describes it: it
//! keeps what it is given, once for each idempotency key, and can refuse, fail and be slow. It
//! sends nothing to any telephone.
//!
//! When a callback is configured, it reports on each new message with
//! `POST <callback> {"reference": …, "id": …, "status": "delivered" | "failed"}` and
//! `Authorization: Bearer <callback token>`; `reference` is the one of the request, `id` the one
//! that the gateway answered with.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use anyhow::{Context, Result};
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::{Json, Router, routing};
use loket_domain::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::json;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::kept::{Kept, locked};
use crate::mail_receiver::Clock;

/// What the gateway does with messages to one number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SmsBehaviour {
    /// Takes them and reports them as delivered.
    Accept,
    /// Takes them and reports that they did not arrive.
    Undeliverable,
    /// Answers with this status and keeps nothing.
    Status(u16),
    /// Answers 429 and asks to be left alone for so many seconds.
    Busy(u32),
    /// Answers 307 to its own address: whoever follows ends in a circle.
    Redirect,
    /// Takes them at once and answers after this long.
    LateAnswer(Duration),
    /// Takes them after this long.
    Slow(Duration),
    /// Takes them and answers with this many bytes.
    LongAnswer(usize),
}

/// Where delivery receipts go.
#[derive(Clone)]
pub struct SmsCallback {
    /// Address of the POST.
    pub url: String,
    /// Bearer token of the gateway at that address.
    pub token: String,
}

/// How a receiver is made.
#[derive(Clone)]
pub struct SmsOptions {
    /// Bearer token that it asks for.
    pub token: String,
    /// Where receipts go, when somewhere.
    pub callback: Option<SmsCallback>,
    /// Folder in which messages outlive the receiver.
    pub folder: Option<PathBuf>,
    /// Tells the moment of arrival.
    pub clock: Clock,
}

/// A received short message. It has no `Debug`: it holds numbers and codes.
#[derive(Clone, Serialize, Deserialize)]
pub struct ReceivedSms {
    /// The gateway's own identifier, given in its answer.
    pub id: String,
    /// Number in E.164 form.
    pub to: String,
    /// The text.
    pub text: String,
    /// Sender to show.
    pub sender: String,
    /// The office's identifier of the message.
    pub reference: String,
    /// Key under which it is kept once.
    pub idempotency_key: String,
    /// When it was taken.
    pub received_at: Timestamp,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Request {
    to: String,
    text: String,
    sender: String,
    reference: String,
}

struct Desk {
    options: SmsOptions,
    kept: Kept<ReceivedSms>,
    behaviours: Mutex<HashMap<String, SmsBehaviour>>,
    client: reqwest::Client,
}

/// A running receiver; it stops when it is dropped.
pub struct SmsReceiver {
    addr: SocketAddr,
    desk: Arc<Desk>,
    serving: JoinHandle<()>,
}

impl SmsReceiver {
    /// Binds and begins to accept; port 0 takes a free one.
    pub async fn start(bind: SocketAddr, options: SmsOptions) -> Result<Self> {
        // A second installation of the same provider changes nothing.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .timeout(Duration::from_secs(10))
            .build()?;
        let listener = TcpListener::bind(bind).await.context("the SMS receiver cannot bind")?;
        let addr = listener.local_addr()?;
        let kept = Kept::open(options.folder.clone()).await?;
        let desk = Arc::new(Desk { options, kept, behaviours: Mutex::default(), client });
        let router = Router::new()
            .route("/messages", routing::post(receive))
            .layer(DefaultBodyLimit::max(16 * 1024))
            .with_state(Arc::clone(&desk));
        let serving = tokio::spawn(async move {
            // It ends only by being aborted.
            axum::serve(listener, router).await.ok();
        });
        Ok(Self { addr, desk, serving })
    }

    /// Where it listens.
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// Address for the gateway setting.
    pub fn url(&self) -> String {
        format!("http://{}/messages", self.addr)
    }

    /// Changes what happens to messages to one number (E.164) from the next request on.
    pub fn set_behaviour(&self, number: &str, behaviour: SmsBehaviour) {
        locked(&self.desk.behaviours).insert(number.to_owned(), behaviour);
    }

    /// Everything received, oldest first, earlier runs included.
    pub fn messages(&self) -> Vec<ReceivedSms> {
        self.desk.kept.all()
    }

    /// The first message that is wanted, waiting for it at most until the deadline.
    pub async fn wait_for(
        &self,
        wanted: impl Fn(&ReceivedSms) -> bool,
        deadline: Duration,
    ) -> Result<ReceivedSms> {
        self.desk.kept.wait_for(wanted, deadline).await
    }

    /// Closes the port and every connection.
    pub async fn stop(mut self) {
        self.serving.abort();
        let _ = (&mut self.serving).await;
    }
}

impl Drop for SmsReceiver {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn receive(
    State(desk): State<Arc<Desk>>,
    headers: HeaderMap,
    Json(request): Json<Request>,
) -> Response {
    let text = |name: header::HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    if text(header::AUTHORIZATION) != Some(format!("Bearer {}", desk.options.token).as_str()) {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    let key = text(header::HeaderName::from_static("idempotency-key"));
    let Some(key) = key.filter(|_| request.to.starts_with('+')) else {
        return StatusCode::UNPROCESSABLE_ENTITY.into_response();
    };
    let behaviour = locked(&desk.behaviours).get(&request.to).copied();
    let behaviour = behaviour.unwrap_or(SmsBehaviour::Accept);
    match behaviour {
        SmsBehaviour::Status(status) => {
            return StatusCode::from_u16(status)
                .unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
                .into_response();
        }
        SmsBehaviour::Busy(seconds) => {
            let patience = [(header::RETRY_AFTER, seconds.to_string())];
            return (StatusCode::TOO_MANY_REQUESTS, patience).into_response();
        }
        SmsBehaviour::Redirect => {
            let again = [(header::LOCATION, "/messages")];
            return (StatusCode::TEMPORARY_REDIRECT, again).into_response();
        }
        SmsBehaviour::Slow(wait) => tokio::time::sleep(wait).await,
        SmsBehaviour::Accept
        | SmsBehaviour::Undeliverable
        | SmsBehaviour::LateAnswer(_)
        | SmsBehaviour::LongAnswer(_) => {}
    }
    match keep(&desk, key, request).await {
        Ok((message, is_new)) => {
            if is_new {
                tokio::spawn(report(Arc::clone(&desk), message.clone(), behaviour));
            }
            if let SmsBehaviour::LateAnswer(wait) = behaviour {
                tokio::time::sleep(wait).await;
            }
            taken(&message, behaviour)
        }
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// Keeps the message once for its key; says whether it is a new one.
async fn keep(desk: &Desk, key: &str, request: Request) -> Result<(ReceivedSms, bool)> {
    // The identifier follows from the key, so that it cannot name two messages.
    let id =
        format!("G-{}", hex::encode(ring::digest::digest(&ring::digest::SHA256, key.as_bytes())));
    let message = ReceivedSms {
        id: id.chars().take(18).collect(),
        to: request.to,
        text: request.text,
        sender: request.sender,
        reference: request.reference,
        idempotency_key: key.to_owned(),
        received_at: (desk.options.clock)(),
    };
    desk.kept.keep_once(message, |m| m.idempotency_key == key).await
}

fn taken(message: &ReceivedSms, behaviour: SmsBehaviour) -> Response {
    if let SmsBehaviour::LongAnswer(bytes) = behaviour {
        return (StatusCode::ACCEPTED, " ".repeat(bytes)).into_response();
    }
    (StatusCode::ACCEPTED, Json(json!({ "id": message.id }))).into_response()
}

/// Sends the delivery receipt, once: a lost receipt is what a real gateway loses too.
async fn report(desk: Arc<Desk>, message: ReceivedSms, behaviour: SmsBehaviour) {
    let Some(callback) = &desk.options.callback else { return };
    let failed = behaviour == SmsBehaviour::Undeliverable;
    let receipt = json!({
        "reference": message.reference,
        "id": message.id,
        "status": if failed { "failed" } else { "delivered" },
    });
    let sent =
        desk.client.post(&callback.url).bearer_auth(&callback.token).json(&receipt).send().await;
    match sent.map(|answer| answer.status()) {
        Ok(status) if status.is_success() => {}
        Ok(status) => tracing::warn!(status = status.as_u16(), "delivery receipt not taken"),
        Err(_) => tracing::warn!("delivery receipt could not be handed over"),
    }
}

//! Telling the service to be slow, to fail or to answer nonsense, at run time or from a file.

use std::num::NonZeroU64;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Json;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use loket_domain::register::RegisterName;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::problem::problem;
use crate::wire::urn;

/// Size of a huge answer in bytes.
const HUGE: usize = 10 * 1024 * 1024;
/// Largest answer of the service itself: 80 hits of a search stay far below.
const LARGEST: usize = 1024 * 1024;

/// What a register does instead of answering.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Misbehaviour {
    /// Nothing: it answers.
    #[default]
    None,
    /// 503 with `Retry-After`.
    Unavailable,
    /// 500.
    Broken,
    /// 429 with `Retry-After`.
    TooMany,
    /// 200 with something that is no JSON, and says that it is.
    Nonsense,
    /// A body that ends in the middle.
    CutOff,
    /// The person, under another number.
    OtherPerson,
    /// A right answer, swollen to ten million bytes.
    Huge,
    /// A right answer that says it is a page.
    WrongType,
}

/// How one register misbehaves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Fault {
    /// Waits this long before anything.
    #[serde(default)]
    pub delay_milliseconds: u64,
    /// What it does then.
    #[serde(default)]
    pub answer: Misbehaviour,
    /// Every how many requests; 1 means all of them.
    #[serde(default = "each")]
    pub every: NonZeroU64,
    /// Only calls to this one; else to all of them.
    #[serde(default)]
    pub route: Option<Route>,
}

const fn each() -> NonZeroU64 {
    NonZeroU64::MIN
}

impl Default for Fault {
    fn default() -> Self {
        Self { delay_milliseconds: 0, answer: Misbehaviour::default(), every: each(), route: None }
    }
}

/// A call of a register.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Route {
    /// A person by number.
    #[serde(rename = "/persons/get")]
    Get,
    /// Persons by name and date of birth.
    #[serde(rename = "/persons/query")]
    Query,
    /// A document against its holder.
    #[serde(rename = "/identityVerifications")]
    Verify,
    /// A dossier is opened about a person.
    #[serde(rename = "/inscriptions/update")]
    Inscribe,
    /// That dossier ends.
    #[serde(rename = "/inscriptions/delete")]
    Release,
    /// Whether the register is there.
    #[serde(rename = "/health")]
    Health,
}

impl Route {
    /// Its path behind that of the register.
    pub const fn path(self) -> &'static str {
        match self {
            Self::Get => "/persons/get",
            Self::Query => "/persons/query",
            Self::Verify => "/identityVerifications",
            Self::Inscribe => "/inscriptions/update",
            Self::Release => "/inscriptions/delete",
            Self::Health => "/health",
        }
    }
}

/// How both registers misbehave.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct FaultPlan {
    /// The National Register.
    #[serde(default)]
    pub national: Fault,
    /// The BIS register.
    #[serde(default)]
    pub bis: Fault,
}

#[derive(Debug, Default)]
struct InForce {
    plan: FaultPlan,
    /// Requests since the plan came into force, each register by itself.
    counts: [u64; 2],
}

/// A plan that can be changed while the service runs.
#[derive(Debug, Clone, Default)]
pub struct Faults(Arc<Mutex<InForce>>);

impl Faults {
    /// Reads a plan from TOML, such as `[national]` with `answer = "unavailable"`.
    pub fn parse(text: &str) -> Result<FaultPlan, toml::de::Error> {
        toml::from_str(text)
    }

    /// Puts a plan in force.
    pub fn set(&self, plan: FaultPlan) {
        if let Ok(mut state) = self.0.lock() {
            *state = InForce { plan, counts: [0; 2] };
        }
    }

    /// What to do with the next request.
    fn next(&self, register: RegisterName, path: &str) -> (Duration, Misbehaviour) {
        let nothing = (Duration::ZERO, Misbehaviour::None);
        let Ok(mut state) = self.0.lock() else { return nothing };
        let InForce { plan, counts: [national, bis] } = &mut *state;
        let (fault, count) = match register {
            RegisterName::NationalRegister => (&plan.national, national),
            RegisterName::BisRegister => (&plan.bis, bis),
        };
        if fault.route.is_some_and(|route| route.path() != path) {
            return nothing;
        }
        *count += 1;
        if *count % fault.every != 0 {
            return nothing;
        }
        (Duration::from_millis(fault.delay_milliseconds), fault.answer)
    }
}

/// Stands before every route of one register.
pub(crate) async fn misbehave(
    State((faults, register)): State<(Faults, RegisterName)>,
    request: Request,
    next: Next,
) -> Response {
    let (delay, misbehaviour) = faults.next(register, request.uri().path());
    tokio::time::sleep(delay).await;
    match misbehaviour {
        Misbehaviour::None => next.run(request).await,
        Misbehaviour::Unavailable => {
            problem(StatusCode::SERVICE_UNAVAILABLE, urn::UNAVAILABLE, Vec::new())
        }
        Misbehaviour::Broken => {
            problem(StatusCode::INTERNAL_SERVER_ERROR, urn::INTERNAL, Vec::new())
        }
        Misbehaviour::TooMany => problem(StatusCode::TOO_MANY_REQUESTS, urn::TOO_MANY, Vec::new()),
        Misbehaviour::Nonsense => {
            let json = [(CONTENT_TYPE, HeaderValue::from_static("application/json"))];
            (json, "<html>It works!</html>").into_response()
        }
        Misbehaviour::CutOff
        | Misbehaviour::OtherPerson
        | Misbehaviour::Huge
        | Misbehaviour::WrongType => spoil(next.run(request).await, misbehaviour).await,
    }
}

/// Spoils a right answer.
async fn spoil(answer: Response, misbehaviour: Misbehaviour) -> Response {
    let (mut parts, body) = answer.into_parts();
    let Ok(bytes) = to_bytes(body, LARGEST).await else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    parts.headers.remove(CONTENT_LENGTH);
    let mut answer: Value = serde_json::from_slice(&bytes).unwrap_or_default();
    let body = match misbehaviour {
        Misbehaviour::CutOff => {
            bytes.get(..bytes.len() / 2).map(<[u8]>::to_vec).unwrap_or_default()
        }
        Misbehaviour::OtherPerson => {
            if let Some(ssin) = answer.pointer_mut("/person/ssin") {
                *ssin = json!("81050103522");
            }
            answer.to_string().into_bytes()
        }
        Misbehaviour::Huge => {
            if let Some(object) = answer.as_object_mut() {
                object.insert("remark".to_owned(), json!("x".repeat(HUGE)));
            }
            answer.to_string().into_bytes()
        }
        Misbehaviour::WrongType => {
            let page = HeaderValue::from_static("text/html; charset=utf-8");
            parts.headers.insert(CONTENT_TYPE, page);
            bytes.to_vec()
        }
        Misbehaviour::None
        | Misbehaviour::Unavailable
        | Misbehaviour::Broken
        | Misbehaviour::TooMany
        | Misbehaviour::Nonsense => bytes.to_vec(),
    };
    Response::from_parts(parts, Body::from(body))
}

/// `POST /faults` with a plan as JSON: for demonstrations and tests, on an address of its own.
pub fn admin_router(faults: Faults) -> Router {
    async fn set(State(faults): State<Faults>, Json(plan): Json<FaultPlan>) -> StatusCode {
        faults.set(plan);
        StatusCode::NO_CONTENT
    }
    Router::new().route("/faults", post(set)).with_state(faults)
}

//! Telling the service to be slow, to fail or to answer nonsense, at run time or from a file.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Json;
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::post;
use serde::{Deserialize, Serialize};

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
    /// 429.
    TooMany,
    /// 200 with something that is no JSON.
    Nonsense,
    /// A body that ends in the middle.
    CutOff,
    /// The person, under another number.
    OtherPerson,
    /// A body of a million bytes.
    Huge,
}

/// How one register misbehaves.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Fault {
    /// Waits this long before anything.
    #[serde(default)]
    pub delay_milliseconds: u64,
    /// What it does then.
    #[serde(default)]
    pub answer: Misbehaviour,
    /// Every how many requests; 0 and 1 mean all of them.
    #[serde(default)]
    pub every: u64,
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

/// A plan that can be changed while the service runs.
#[derive(Debug, Clone, Default)]
pub struct Faults(Arc<Mutex<(FaultPlan, u64)>>);

impl Faults {
    /// Reads a plan from TOML, such as `[national]` with `answer = "unavailable"`.
    pub fn parse(text: &str) -> Result<FaultPlan, toml::de::Error> {
        toml::from_str(text)
    }

    /// Puts a plan in force.
    pub fn set(&self, plan: FaultPlan) {
        if let Ok(mut state) = self.0.lock() {
            *state = (plan, 0);
        }
    }

    /// What to do with the next request.
    pub(crate) fn next(&self, national: bool) -> (Duration, Misbehaviour) {
        let Ok(mut state) = self.0.lock() else { return (Duration::ZERO, Misbehaviour::None) };
        state.1 += 1;
        let (plan, count) = (&state.0, state.1);
        let fault = if national { &plan.national } else { &plan.bis };
        let hit = fault.every <= 1 || count % fault.every == 0;
        let answer = if hit { fault.answer } else { Misbehaviour::None };
        let delay = if hit { fault.delay_milliseconds } else { 0 };
        (Duration::from_millis(delay), answer)
    }
}

/// `POST /faults` with a plan as JSON: for demonstrations and tests, on an address of its own.
pub fn admin_router(faults: Faults) -> Router {
    async fn set(State(faults): State<Faults>, Json(plan): Json<FaultPlan>) -> StatusCode {
        faults.set(plan);
        StatusCode::NO_CONTENT
    }
    Router::new().route("/faults", post(set)).with_state(faults)
}

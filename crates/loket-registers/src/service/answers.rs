//! Asking for one person, inscribing, health; and the problems.

use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use loket_domain::Ssin;
use loket_domain::register::RegisterName;
use loket_domain::ssin::Synthetic;
use serde::Deserialize;
use serde_json::{Value, json};

use super::Register;
use super::faults::Misbehaviour;
use super::person::{Kind, Person};
use crate::wire::{GetRequest, Issue, Problem, urn};

/// A problem document.
pub(crate) fn problem(status: StatusCode, kind: &str, issues: Vec<Issue>) -> Response {
    let body = Problem {
        kind: kind.to_owned(),
        title: status.canonical_reason().unwrap_or_default().to_owned(),
        status: status.as_u16(),
        issues,
    };
    let mut response = (status, Json(body)).into_response();
    response
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    if matches!(status, StatusCode::SERVICE_UNAVAILABLE | StatusCode::TOO_MANY_REQUESTS) {
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("30"));
    }
    response
}

/// One thing wrong with the input.
pub(crate) fn issue(kind: &str, name: &str) -> Vec<Issue> {
    vec![Issue { kind: kind.to_owned(), name: name.to_owned(), replaced_by: None }]
}

/// The number of a request, or the problem that says what is wrong with it.
pub(crate) fn read_number(text: &str) -> Result<u64, Box<Response>> {
    let bad =
        |kind| Box::new(problem(StatusCode::BAD_REQUEST, urn::BAD_REQUEST, issue(kind, "ssin")));
    let ssin = Ssin::parse(text, Synthetic::Accepted).map_err(|_| bad(urn::STRUCTURE))?;
    ssin.digits().parse().map_err(|_| bad(urn::STRUCTURE))
}

/// The person that this register has under a number, or the problem that it answers instead.
pub(crate) fn known(register: &Register, number: u64) -> Result<Person, Box<Response>> {
    let bad = |issues| Box::new(problem(StatusCode::BAD_REQUEST, urn::BAD_REQUEST, issues));
    let forbidden = |kind| Box::new(problem(StatusCode::FORBIDDEN, kind, Vec::new()));
    let found = register.population.find(number).filter(|p| p.register == register.name);
    let person = found.ok_or_else(|| bad(issue(urn::NOT_KNOWN, "ssin")))?;
    match person.kind {
        Kind::ReplacedBy(by) => Err(bad(vec![Issue {
            kind: urn::REPLACED.to_owned(),
            name: "ssin".to_owned(),
            replaced_by: Some(format!("{by:011}")),
        }])),
        Kind::Cancelled => Err(bad(issue(urn::CANCELLED, "ssin"))),
        Kind::NotInscribed => Err(forbidden(urn::NOT_INSCRIBED)),
        Kind::NotAllowed => Err(forbidden(urn::NOT_ALLOWED)),
        Kind::Plain
        | Kind::Deceased
        | Kind::StruckOff
        | Kind::NoLongerManaged
        | Kind::Incomplete => Ok(person),
    }
}

/// `POST /persons/get`.
pub(crate) async fn get(
    State(register): State<Register>,
    Json(request): Json<GetRequest>,
) -> Response {
    let national = register.name == RegisterName::NationalRegister;
    let (delay, misbehaviour) = register.faults.next(national);
    tokio::time::sleep(delay).await;
    if request.legal_context.is_empty() || request.purpose.is_empty() {
        return problem(StatusCode::FORBIDDEN, urn::NOT_ALLOWED, Vec::new());
    }
    let person = match read_number(&request.ssin).and_then(|number| known(&register, number)) {
        Ok(person) => person,
        Err(response) if misbehaviour == Misbehaviour::None => return *response,
        Err(_) => return misbehave(misbehaviour, &Value::Null),
    };
    let answer = json!({
        "ticket": format!("REG-{}", request.ticket),
        "register": if national { "nationalRegister" } else { "bisRegister" },
        "incomplete": person.kind == Kind::Incomplete,
        "person": person.wire(),
    });
    match misbehaviour {
        Misbehaviour::None => Json(answer).into_response(),
        other => misbehave(other, &answer),
    }
}

fn misbehave(misbehaviour: Misbehaviour, answer: &Value) -> Response {
    match misbehaviour {
        Misbehaviour::None => Json(answer).into_response(),
        Misbehaviour::Unavailable => {
            problem(StatusCode::SERVICE_UNAVAILABLE, urn::UNAVAILABLE, Vec::new())
        }
        Misbehaviour::Broken => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        Misbehaviour::TooMany => {
            problem(StatusCode::TOO_MANY_REQUESTS, urn::UNAVAILABLE, Vec::new())
        }
        Misbehaviour::Nonsense => "<html>It works!</html>".into_response(),
        Misbehaviour::CutOff => {
            let text = answer.to_string();
            let half: String = text.chars().take(text.chars().count() / 2).collect();
            half.into_response()
        }
        Misbehaviour::OtherPerson => {
            let mut other = answer.clone();
            if let Some(ssin) = other.pointer_mut("/person/ssin") {
                *ssin = json!("81050103522");
            }
            Json(other).into_response()
        }
        Misbehaviour::Huge => Body::from("x".repeat(1_000_000)).into_response(),
    }
}

/// The body of an inscription.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Inscription {
    ssin: String,
    enterprise_number: String,
}

/// `POST /inscriptions/update` and `/delete`: taken note of, and the same every time.
pub(crate) async fn inscription(
    State(register): State<Register>,
    Json(request): Json<Inscription>,
) -> Response {
    if request.enterprise_number.len() != 10 {
        let issues = issue(urn::SCHEMA, "enterpriseNumber");
        return problem(StatusCode::BAD_REQUEST, urn::BAD_REQUEST, issues);
    }
    match read_number(&request.ssin) {
        Ok(number) if register.population.find(number).is_some() => {
            StatusCode::NO_CONTENT.into_response()
        }
        Ok(_) => problem(StatusCode::BAD_REQUEST, urn::BAD_REQUEST, issue(urn::NOT_KNOWN, "ssin")),
        Err(response) => *response,
    }
}

/// `GET /health`.
pub(crate) async fn health(State(register): State<Register>) -> Response {
    let national = register.name == RegisterName::NationalRegister;
    match register.faults.next(national).1 {
        Misbehaviour::Unavailable | Misbehaviour::Broken => {
            (StatusCode::SERVICE_UNAVAILABLE, Json(json!({ "status": "DOWN" }))).into_response()
        }
        Misbehaviour::None
        | Misbehaviour::TooMany
        | Misbehaviour::Nonsense
        | Misbehaviour::CutOff
        | Misbehaviour::OtherPerson
        | Misbehaviour::Huge => Json(json!({ "status": "UP" })).into_response(),
    }
}

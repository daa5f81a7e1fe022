//! Asking for one person, inscribing, health.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use loket_domain::Ssin;
use loket_domain::register::RegisterName;
use loket_domain::ssin::Synthetic;
use serde::Deserialize;
use serde_json::json;

use super::Register;
use super::person::{Kind, Person};
use super::problem::{Strict, bad, problem};
use crate::wire::{Issue, urn};

/// The number of a request, or the problem that says what is wrong with it.
pub(crate) fn read_number(text: &str) -> Result<u64, Box<Response>> {
    let ssin = Ssin::parse(text, Synthetic::Accepted).ok();
    let number = ssin.and_then(|ssin| ssin.digits().parse().ok());
    number.ok_or_else(|| Box::new(bad(urn::STRUCTURE, "ssin")))
}

/// The person that this register has under a number and may tell this organisation, or the problem
/// that it answers instead.
pub(crate) fn known(
    register: &Register,
    number: u64,
    enterprise_number: &str,
) -> Result<Person, Box<Response>> {
    let forbidden = |kind| Box::new(problem(StatusCode::FORBIDDEN, kind, Vec::new()));
    let found = register.population.find(number).filter(|p| p.register == register.name);
    let person = found.ok_or_else(|| Box::new(bad(urn::NOT_KNOWN, "ssin")))?;
    match person.kind {
        Kind::ReplacedBy(by) => {
            let mut issue = Issue::new(urn::REPLACED, "ssin");
            issue.replaced_by = Some(format!("{by:011}"));
            Err(Box::new(problem(StatusCode::BAD_REQUEST, urn::BAD_REQUEST, vec![issue])))
        }
        Kind::Cancelled => Err(Box::new(bad(urn::CANCELLED, "ssin"))),
        Kind::NotInscribed if !register.inscriptions.has(enterprise_number, number) => {
            Err(forbidden(urn::NOT_INSCRIBED))
        }
        Kind::NotAllowed => Err(forbidden(urn::NOT_ALLOWED)),
        Kind::NotInscribed
        | Kind::Plain
        | Kind::Deceased
        | Kind::StruckOff
        | Kind::NoLongerManaged
        | Kind::Incomplete => Ok(person),
    }
}

/// `POST /persons/get`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct GetQuestion {
    ticket: String,
    ssin: String,
    legal_context: String,
    purpose: String,
    #[serde(rename = "requestingUser")]
    _requesting_user: String,
    enterprise_number: String,
    #[serde(rename = "fields")]
    _fields: Vec<String>,
}

/// A question without a right or a purpose is refused before anybody is looked at.
pub(crate) fn has_purpose(legal_context: &str, purpose: &str) -> Result<(), Box<Response>> {
    if legal_context.is_empty() || purpose.is_empty() {
        return Err(Box::new(problem(StatusCode::FORBIDDEN, urn::NOT_ALLOWED, Vec::new())));
    }
    Ok(())
}

/// Answers with one person, and more of it than anybody needs.
pub(crate) async fn get(
    State(register): State<Register>,
    Strict(request): Strict<GetQuestion>,
) -> Response {
    let received = super::now();
    let known = has_purpose(&request.legal_context, &request.purpose)
        .and_then(|()| read_number(&request.ssin))
        .and_then(|number| known(&register, number, &request.enterprise_number));
    let person = match known {
        Ok(person) => person,
        Err(response) => return *response,
    };
    Json(json!({
        "ticket": register.ticket(received),
        "requestTicket": request.ticket,
        "receivedAt": received.to_string(),
        "answeredAt": super::now().to_string(),
        "register": match register.name {
            RegisterName::NationalRegister => "nationalRegister",
            RegisterName::BisRegister => "bisRegister",
        },
        "incomplete": person.kind == Kind::Incomplete,
        "person": person.wire(),
    }))
    .into_response()
}

/// The body of an inscription.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Inscription {
    #[serde(rename = "ticket")]
    _ticket: String,
    ssin: String,
    legal_context: String,
    purpose: String,
    #[serde(rename = "requestingUser")]
    _requesting_user: String,
    enterprise_number: String,
}

impl Inscription {
    fn read(&self, register: &Register) -> Result<u64, Box<Response>> {
        has_purpose(&self.legal_context, &self.purpose)?;
        let number = read_number(&self.ssin)?;
        if self.enterprise_number.len() != 10 {
            return Err(Box::new(bad(urn::SCHEMA, "enterpriseNumber")));
        }
        let found = register.population.find(number).filter(|p| p.register == register.name);
        found.map(|_| number).ok_or_else(|| Box::new(bad(urn::NOT_KNOWN, "ssin")))
    }
}

/// `POST /inscriptions/update`: from now on the organisation may ask for this person. The same
/// every time.
pub(crate) async fn inscribe(
    State(register): State<Register>,
    Strict(request): Strict<Inscription>,
) -> Response {
    match request.read(&register) {
        Ok(number) => {
            register.inscriptions.add(request.enterprise_number, number);
            StatusCode::NO_CONTENT.into_response()
        }
        Err(response) => *response,
    }
}

/// `POST /inscriptions/delete`: from now on it may not. The same every time.
pub(crate) async fn release(
    State(register): State<Register>,
    Strict(request): Strict<Inscription>,
) -> Response {
    match request.read(&register) {
        Ok(number) => {
            register.inscriptions.remove(request.enterprise_number, number);
            StatusCode::NO_CONTENT.into_response()
        }
        Err(response) => *response,
    }
}

/// `GET /health`.
pub(crate) async fn health() -> Response {
    Json(json!({ "status": "UP" })).into_response()
}

/// No such route.
pub(crate) async fn nowhere() -> Response {
    problem(StatusCode::NOT_FOUND, urn::NO_RESOURCE, Vec::new())
}

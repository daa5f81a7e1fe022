//! Searching by name and birth date, and verifying without telling.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use loket_domain::person::IncompleteDate;
use serde::Deserialize;
use serde_json::{Value, json};

use super::Register;
use super::answers::{has_purpose, known, read_number};
use super::person::{Kind, Person};
use super::problem::{Strict, bad, problem};
use super::sound::{folded, sounds};
use crate::wire::{BirthWanted, NameWanted, WireMatching, urn};

/// Most hits of one search.
const MOST: usize = 80;

/// `POST /persons/query`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Query {
    ticket: String,
    legal_context: String,
    purpose: String,
    #[serde(rename = "requestingUser")]
    _requesting_user: String,
    enterprise_number: String,
    name: NameWanted,
    birth: BirthWanted,
    #[serde(default)]
    gender: Option<u8>,
    #[serde(default)]
    municipality_code: Option<String>,
    #[serde(default)]
    maximum_result_count: Option<usize>,
}

/// The criteria as they are compared.
struct Criteria {
    surname: String,
    given: Vec<String>,
    matching: WireMatching,
    birth: IncompleteDate,
    gender: Option<u8>,
    municipality: Option<String>,
}

impl Criteria {
    fn fit(&self, person: &Person) -> bool {
        let at_home = || person.address.as_ref().and_then(|a| a.get("municipalityCode")?.as_str());
        dates_fit(self.birth, &person.birth_date)
            && self.gender.is_none_or(|gender| gender == person.gender)
            && self.municipality.as_deref().is_none_or(|code| at_home() == Some(code))
            && sounds(&person.surname) == self.surname
            && self.given_names_fit(person)
    }

    fn given_names_fit(&self, person: &Person) -> bool {
        let has: Vec<String> = person.given_names.iter().map(|n| sounds(n)).collect();
        match (self.matching, self.given.first()) {
            (WireMatching::IgnoreGivenNames, _) | (_, None) => true,
            (WireMatching::FirstLetterFirstGivenName, Some(asked)) => {
                has.first().is_some_and(|name| name.chars().next() == asked.chars().next())
            }
            (WireMatching::CompleteFirstGivenName, Some(asked)) => has.first() == Some(asked),
            (WireMatching::AllGivenNames, Some(_)) => {
                self.given.iter().all(|asked| has.contains(asked))
            }
        }
    }
}

fn dates_fit(asked: IncompleteDate, has: &str) -> bool {
    let Some(has) = IncompleteDate::parse(has) else { return false };
    let same = |a: Option<u8>, b: Option<u8>| a.is_none() || b.is_none() || a == b;
    asked.year() == has.year() && same(asked.month(), has.month()) && same(asked.day(), has.day())
}

/// Checks a question before anybody is looked for.
fn read(query: Query) -> Result<(Criteria, usize), Box<Response>> {
    let refused = |name| Box::new(bad(urn::SCHEMA, name));
    has_purpose(&query.legal_context, &query.purpose)?;
    if query.enterprise_number.len() != 10 {
        return Err(refused("enterpriseNumber"));
    }
    // One letter is a surname too (O, Aa): only what has no sound at all cannot be searched for.
    let surname = sounds(&query.name.last_name);
    if surname.is_empty() {
        return Err(refused("lastName"));
    }
    let Some(birth) = IncompleteDate::parse(&query.birth.birth_date) else {
        return Err(refused("birthDate"));
    };
    let most = query.maximum_result_count.unwrap_or(10);
    if most == 0 || most > MOST {
        return Err(refused("maximumResultCount"));
    }
    if query.name.given_names.len() > 3 {
        return Err(refused("givenNames"));
    }
    let criteria = Criteria {
        surname,
        given: query.name.given_names.iter().map(|name| sounds(name)).collect(),
        matching: query.name.given_name_matching,
        birth,
        gender: query.gender,
        municipality: query.municipality_code,
    };
    Ok((criteria, most))
}

pub(crate) async fn query(
    State(register): State<Register>,
    Strict(query): Strict<Query>,
) -> Response {
    let received = super::now();
    let request_ticket = query.ticket.clone();
    let (criteria, most) = match read(query) {
        Ok(read) => read,
        Err(response) => return *response,
    };
    let hidden = |kind| {
        matches!(
            kind,
            Kind::ReplacedBy(_) | Kind::Cancelled | Kind::NotInscribed | Kind::NotAllowed
        )
    };
    let mut hits: Vec<Person> = register
        .population
        .sounding(&criteria.surname, criteria.birth.year())
        .filter(|person| person.register == register.name && !hidden(person.kind))
        .filter(|person| criteria.fit(person))
        .take(MOST + 1)
        .collect();
    if hits.len() > MOST {
        return problem(StatusCode::BAD_REQUEST, urn::TOO_WIDE, Vec::new());
    }
    hits.sort_by_key(|person| person.number);
    let truncated = hits.len() > most;
    let items: Vec<Value> = hits.iter().take(most).map(Person::short).collect();
    Json(json!({
        "ticket": register.ticket(received),
        "requestTicket": request_ticket,
        "receivedAt": received.to_string(),
        "answeredAt": super::now().to_string(),
        "items": items,
        "truncated": truncated,
    }))
    .into_response()
}

/// `POST /identityVerifications`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Verification {
    #[serde(rename = "ticket")]
    _ticket: String,
    ssin: String,
    legal_context: String,
    purpose: String,
    #[serde(rename = "requestingUser")]
    _requesting_user: String,
    enterprise_number: String,
    #[serde(default)]
    last_name: Option<String>,
    #[serde(default)]
    given_names: Option<Vec<String>>,
    #[serde(default)]
    birth_date: Option<String>,
    #[serde(default)]
    document_number: Option<String>,
}

/// A verdict for each field that was asked, and not a word of what the register has.
pub(crate) async fn verify(
    State(register): State<Register>,
    Strict(asked): Strict<Verification>,
) -> Response {
    let known = has_purpose(&asked.legal_context, &asked.purpose)
        .and_then(|()| read_number(&asked.ssin))
        .and_then(|number| known(&register, number, &asked.enterprise_number));
    let person = match known {
        Ok(person) => person,
        Err(response) => return *response,
    };
    let names = |list: &[String]| list.iter().map(|n| folded(n)).collect::<Vec<_>>();
    let verdicts = [
        ("lastName", asked.last_name.map(|n| folded(&n) == folded(&person.surname))),
        ("givenNames", asked.given_names.map(|n| names(&n) == names(&person.given_names))),
        ("birthDate", asked.birth_date.map(|date| date == person.birth_date)),
        ("documentNumber", asked.document_number.map(|number| number == person.card_number())),
    ];
    let given = verdicts.into_iter().filter_map(|(name, verdict)| {
        let word = if verdict? { "match" } else { "noMatch" };
        Some((name.to_owned(), json!(word)))
    });
    let verdicts: serde_json::Map<String, Value> = given.collect();
    if verdicts.is_empty() {
        return bad(urn::SCHEMA, "documentNumber");
    }
    Json(json!({ "ticket": register.ticket(super::now()), "verdicts": verdicts })).into_response()
}

//! Searching by name and birth date, and verifying without telling.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use loket_domain::person::IncompleteDate;
use serde::Deserialize;
use serde_json::{Value, json};

use super::Register;
use super::answers::{issue, known, problem, read_number};
use super::person::Person;
use crate::wire::urn;

/// Most hits of one search.
const MOST: usize = 80;

/// `POST /persons/query`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Query {
    #[serde(default)]
    last_name: String,
    #[serde(default)]
    birth_date: String,
    #[serde(default)]
    given_names: Vec<String>,
    #[serde(default)]
    maximum_result_count: Option<usize>,
}

/// Letters only, without marks and case: how a register compares names by ear, roughly.
fn folded(text: &str) -> String {
    text.chars()
        .filter_map(|c| match c.to_lowercase().next().unwrap_or(c) {
            'á' | 'à' | 'â' | 'ä' | 'ã' | 'å' => Some('a'),
            'é' | 'è' | 'ê' | 'ë' => Some('e'),
            'í' | 'ì' | 'î' | 'ï' | 'ı' => Some('i'),
            'ó' | 'ò' | 'ô' | 'ö' | 'õ' | 'ø' => Some('o'),
            'ú' | 'ù' | 'û' | 'ü' => Some('u'),
            'ç' | 'č' | 'ć' => Some('c'),
            'ł' => Some('l'),
            'ş' | 'ș' | 'š' | 'ß' => Some('s'),
            'ţ' | 'ț' => Some('t'),
            'ž' | 'ż' | 'ź' => Some('z'),
            'ñ' | 'ń' => Some('n'),
            'ř' => Some('r'),
            'ý' => Some('y'),
            'ğ' => Some('g'),
            'đ' => Some('d'),
            letter if letter.is_alphabetic() => Some(letter),
            _ => None,
        })
        .collect()
}

fn dates_fit(asked: IncompleteDate, has: &str) -> bool {
    let Some(has) = IncompleteDate::parse(has) else { return false };
    let same = |a: Option<u8>, b: Option<u8>| a.is_none() || b.is_none() || a == b;
    asked.year() == has.year() && same(asked.month(), has.month()) && same(asked.day(), has.day())
}

fn fits(person: &Person, query: &Query, birth: IncompleteDate) -> bool {
    folded(&person.surname).contains(&folded(&query.last_name))
        && dates_fit(birth, &person.birth_date)
        && query
            .given_names
            .iter()
            .all(|asked| person.given_names.iter().any(|has| folded(has) == folded(asked)))
}

pub(crate) async fn query(State(register): State<Register>, Json(query): Json<Query>) -> Response {
    let bad = |name| problem(StatusCode::BAD_REQUEST, urn::BAD_REQUEST, issue(urn::SCHEMA, name));
    if folded(&query.last_name).len() < 2 {
        return bad("lastName");
    }
    let Some(birth) = IncompleteDate::parse(&query.birth_date) else { return bad("birthDate") };
    let most = query.maximum_result_count.unwrap_or(10);
    if most == 0 || most > MOST {
        return bad("maximumResultCount");
    }
    let mut hits: Vec<Person> = register
        .population
        .numbers()
        .filter_map(|number| register.population.find(number))
        .filter(|person| person.register == register.name && fits(person, &query, birth))
        .take(MOST + 1)
        .collect();
    if hits.len() > MOST {
        return problem(StatusCode::BAD_REQUEST, urn::TOO_WIDE, Vec::new());
    }
    hits.sort_by_key(|person| person.number);
    let truncated = hits.len() > most;
    let items: Vec<Value> = hits.iter().take(most).map(Person::wire).collect();
    Json(json!({ "items": items, "truncated": truncated })).into_response()
}

/// `POST /identityVerifications`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Verification {
    ssin: String,
    #[serde(default)]
    last_name: Option<String>,
    #[serde(default)]
    given_names: Option<Vec<String>>,
    #[serde(default)]
    birth_date: Option<String>,
    #[serde(default)]
    document_number: Option<String>,
}

pub(crate) async fn verify(
    State(register): State<Register>,
    Json(asked): Json<Verification>,
) -> Response {
    let person = match read_number(&asked.ssin).and_then(|number| known(&register, number)) {
        Ok(person) => person,
        Err(response) => return *response,
    };
    let names = |list: &[String]| list.iter().map(|n| folded(n)).collect::<Vec<_>>();
    let card = person.wire().pointer("/cardNumber").and_then(Value::as_str).map(str::to_owned);
    Json(json!({
        "lastName": asked.last_name.map(|n| folded(&n) == folded(&person.surname)),
        "givenNames": asked.given_names.map(|n| names(&n) == names(&person.given_names)),
        "birthDate": asked.birth_date.map(|d| d == person.birth_date),
        "documentNumber": asked.document_number.map(|n| Some(n) == card),
    }))
    .into_response()
}

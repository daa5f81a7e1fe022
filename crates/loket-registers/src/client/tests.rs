use proptest::prelude::*;
use serde_json::{Value, json};

use loket_domain::Ssin;
use loket_domain::register::RegisterOutcome;
use loket_domain::ssin::Synthetic;
use reqwest::header::{CONTENT_TYPE, HeaderMap};

use super::get::read as read_get;
use super::*;
use crate::wire::{GetAnswer, Problem, urn};

fn read(
    status: StatusCode,
    form: Form,
    body: &[u8],
    question: &Question,
) -> (RegisterOutcome, Option<loket_domain::register::Ticket>) {
    read_get(&Read { status, form, body: body.to_vec() }, question)
}

fn question() -> Question {
    let id = uuid::Uuid::from_u128;
    Question {
        id: id(1).into(),
        registration: id(2).into(),
        officer: id(3).into(),
        organisation: id(4).into(),
        enterprise_number: "0884303369".to_owned(),
        registers: RegisterName::ALL.to_vec(),
        ssin: Ssin::parse("81050103522", Synthetic::Refused).unwrap(),
    }
}

fn answer() -> Value {
    json!({
        "ticket": "t",
        "register": "bisRegister",
        "person": {
            "ssin": "81050103522",
            "lastName": "X",
            "birthDate": "1981-05-01",
            "status": "active",
            "nationalities": ["Secretland"],
            "cardNumber": "591191706458",
        },
    })
}

fn found(answer: &Value) -> RegisterOutcome {
    read(StatusCode::OK, Form::Answer, answer.to_string().as_bytes(), &question()).0
}

fn refused(status: StatusCode, problem: &Value) -> RegisterOutcome {
    read(status, Form::Problem, problem.to_string().as_bytes(), &question()).0
}

#[test]
fn more_than_the_agreement_allows_is_not_kept() {
    let kept = found(&answer());
    assert_eq!(kept.code(), "found");
    let kept = serde_json::to_value(&kept).unwrap();
    let names: Vec<&str> = kept["person"].as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(
        names,
        [
            "address",
            "birth_date",
            "birth_place",
            "given_names",
            "register",
            "sex",
            "ssin",
            "standing",
            "surname",
            "under_guardianship"
        ]
    );
    let text = kept.to_string();
    assert!(!text.contains("Secretland") && !text.contains("591191706458"));
}

#[test]
fn an_answer_that_does_not_fit_is_unreadable() {
    for (pointer, value) in [
        ("/person/ssin", json!("23292805780")),
        ("/person/ssin", json!("81050103521")),
        ("/person/lastName", json!(" ")),
        ("/person/lastName", json!("A\nB")),
        ("/person/birthDate", json!("1981-02-30")),
        ("/person/status", json!("somethingNew")),
        ("/person/status", Value::Null),
        ("/register", json!("waitingRegister")),
        ("/ticket", Value::Null),
    ] {
        let mut spoilt = answer();
        *spoilt.pointer_mut(pointer).unwrap() = value;
        assert_eq!(found(&spoilt), RegisterOutcome::Unreadable, "{pointer}");
    }
    let mut silent = answer();
    silent["person"].as_object_mut().unwrap().remove("status");
    assert_eq!(found(&silent), RegisterOutcome::Unreadable, "no status is not 'active'");
}

#[test]
fn a_register_that_may_not_be_asked_tells_nothing() {
    let body = answer().to_string();
    let mut question = question();
    question.registers = vec![RegisterName::NationalRegister];
    let (outcome, _) = read(StatusCode::OK, Form::Answer, body.as_bytes(), &question);
    assert_eq!(outcome, RegisterOutcome::Unreadable);
}

#[test]
fn only_what_says_it_is_an_answer_is_read_as_one() {
    let body = answer().to_string();
    for form in [Form::Problem, Form::Other] {
        let (outcome, _) = read(StatusCode::OK, form, body.as_bytes(), &question());
        assert_eq!(outcome, RegisterOutcome::Unreadable);
    }
    let of = |text: &'static str| {
        let value = reqwest::header::HeaderValue::from_static(text);
        Form::of(&HeaderMap::from_iter([(CONTENT_TYPE, value)]))
    };
    assert_eq!(of("application/json; charset=utf-8"), Form::Answer);
    assert_eq!(of("Application/Problem+JSON"), Form::Problem);
    assert_eq!(of("text/html"), Form::Other);
    assert_eq!(Form::of(&HeaderMap::new()), Form::Other);
}

#[test]
fn problems_have_their_own_meaning() {
    let issue = |kind: &str| json!({ "type": urn::BAD_REQUEST, "issues": [{ "type": kind }] });
    let bad = |kind| refused(StatusCode::BAD_REQUEST, &issue(kind));
    assert_eq!(bad(urn::NOT_KNOWN), RegisterOutcome::Unknown);
    assert_eq!(bad(urn::CANCELLED), RegisterOutcome::Cancelled);
    assert_eq!(bad(urn::REPLACED), RegisterOutcome::Unreadable, "by what?");
    assert_eq!(bad(urn::STRUCTURE), RegisterOutcome::Unreadable);
    let by = |number: &str| {
        let mut problem = issue(urn::REPLACED);
        problem["issues"][0]["replacedBy"] = json!(number);
        refused(StatusCode::BAD_REQUEST, &problem)
    };
    let new = Ssin::parse("23292805780", Synthetic::Refused).unwrap();
    assert_eq!(by("23292805780"), RegisterOutcome::Replaced { by: new });
    assert_eq!(by("81050103522"), RegisterOutcome::Unreadable, "by itself");
    assert_eq!(by("81050103521"), RegisterOutcome::Unreadable, "by what is no number");
    let forbidden = |kind: &str| refused(StatusCode::FORBIDDEN, &json!({ "type": kind }));
    assert_eq!(forbidden(urn::NOT_INSCRIBED), RegisterOutcome::NotInscribed);
    assert_eq!(forbidden(urn::NOT_ALLOWED), RegisterOutcome::NotAllowed);
    assert_eq!(forbidden("urn:problem-type:belgif:missingScope"), RegisterOutcome::NotAllowed);
    // The words of one status do not count under another.
    let elsewhere = refused(StatusCode::NOT_FOUND, &issue(urn::NOT_KNOWN));
    assert_eq!(elsewhere, RegisterOutcome::Unreadable);
}

#[test]
fn nothing_prints_a_number() {
    let mut problem = Problem {
        kind: urn::BAD_REQUEST.to_owned(),
        title: String::new(),
        status: 400,
        issues: vec![crate::wire::Issue::new(urn::REPLACED, "ssin")],
    };
    problem.issues[0].replaced_by = Some("23292805780".to_owned());
    assert!(!format!("{problem:?}").contains("23292805780"));
    let read: GetAnswer = serde_json::from_value(answer()).unwrap();
    assert!(!format!("{read:?}").contains("81050103522"));
}

#[test]
fn addresses_that_cannot_be_asked_are_refused_at_once() {
    let settings = |national: &str| ClientSettings {
        national: national.to_owned(),
        bis: "https://bis.invalid".to_owned(),
        legal_context: "identity and access management".to_owned(),
        deadline: Duration::from_secs(3),
        tls: TlsSettings::default(),
        token: None,
    };
    let clock: Clock = std::sync::Arc::new(|| loket_domain::Timestamp::from_seconds(0));
    assert!(Client::new(settings("https://national.invalid"), clock.clone()).is_ok());
    for address in ["", "national.invalid", "ftp://national.invalid", "file:///etc/passwd"] {
        let refused = Client::new(settings(address), clock.clone()).err();
        assert_eq!(refused, Some(ClientFault::Address("National Register")), "{address}");
    }
}

fn any_form() -> impl Strategy<Value = Form> {
    prop_oneof![Just(Form::Answer), Just(Form::Problem), Just(Form::Other)]
}

proptest! {
    #[test]
    fn garbage_is_unreadable_and_never_unknown(
        status in 200_u16..600,
        form in any_form(),
        body in prop::collection::vec(any::<u8>(), 0..300),
    ) {
        let status = StatusCode::from_u16(status).unwrap();
        let (outcome, _) = read(status, form, &body, &question());
        prop_assert_eq!(outcome, RegisterOutcome::Unreadable);
    }

    #[test]
    fn an_answer_with_one_letter_changed_never_shows_another_person(
        at in 0_usize..400,
        letter in any::<u8>(),
    ) {
        let mut body = answer().to_string().into_bytes();
        let at = at % body.len();
        body[at] = letter;
        if let (RegisterOutcome::Found { person, .. }, _) =
            read(StatusCode::OK, Form::Answer, &body, &question())
        {
            prop_assert_eq!(person.ssin, question().ssin);
        }
    }

    #[test]
    fn deep_nesting_is_refused_and_does_not_overflow(depth in 1_usize..20_000) {
        let body = "[".repeat(depth);
        let (outcome, _) = read(StatusCode::OK, Form::Answer, body.as_bytes(), &question());
        prop_assert_eq!(outcome, RegisterOutcome::Unreadable);
    }
}

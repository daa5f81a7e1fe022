//! The client against the real service over loopback HTTP: every outcome, every fault.

#![cfg(test)]

use std::num::NonZeroU64;
use std::sync::Arc;
use std::time::Duration;

use loket_domain::person::Standing;
use loket_domain::register::{PersonRegister, Question, RegisterName, RegisterOutcome};
use loket_registers::service::{
    Fault, FaultPlan, Faults, Misbehaviour, Population, personas, router, serve,
};
use loket_registers::{Client, ClientSettings, Clock, TlsSettings};

struct Running {
    client: Arc<Client>,
    faults: Faults,
    stop: Option<tokio::sync::oneshot::Sender<()>>,
}

async fn running() -> std::io::Result<Running> {
    running_with(Duration::from_secs(3)).await
}

async fn running_with(deadline: Duration) -> std::io::Result<Running> {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let base = format!("http://{}", listener.local_addr()?);
    let faults = Faults::default();
    let router = router(&Arc::new(Population::generate(50, 1)), &faults);
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    tokio::spawn(serve(listener, router, async {
        let _ = stopped.await;
    }));
    Ok(Running { client: Arc::new(client(&base, deadline)?), faults, stop: Some(stop) })
}

fn client(base: &str, deadline: Duration) -> std::io::Result<Client> {
    let settings = ClientSettings {
        national: format!("{base}/national"),
        bis: format!("{base}/bis"),
        legal_context: "identity and access management".to_owned(),
        deadline,
        tls: TlsSettings::default(),
        token: None,
    };
    let clock: Clock = Arc::new(|| loket_domain::Timestamp::from_seconds(1_800_000_000));
    Client::new(settings, clock).map_err(std::io::Error::other)
}

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.stop.take());
    }
}

fn question(key: &str) -> Question {
    let ssin = personas()
        .iter()
        .find(|p| p.key == key)
        .and_then(loket_registers::service::NamedPersona::ssin);
    let id = |n| uuid::Uuid::from_u128(n);
    Question {
        id: id(1).into(),
        registration: id(2).into(),
        officer: id(3).into(),
        organisation: id(4).into(),
        enterprise_number: "0884303369".to_owned(),
        registers: RegisterName::ALL.to_vec(),
        ssin: ssin.expect("the persona exists"),
    }
}

async fn outcome(key: &str) -> RegisterOutcome {
    running().await.expect("the service runs").client.get(&question(key)).await.outcome
}

#[tokio::test]
async fn every_persona_gets_its_outcome() {
    let running = running().await.unwrap();
    for persona in personas() {
        let code = match persona.shows {
            "replaced" => "replaced",
            "cancelled" => "cancelled",
            "not_inscribed" => "not_inscribed",
            "not_allowed" => "not_allowed",
            "incomplete_answer" => "found_incomplete",
            _ => "found",
        };
        let answer = running.client.get(&question(persona.key)).await;
        assert_eq!(answer.outcome.code(), code, "{}", persona.key);
        if let RegisterOutcome::Found { person, .. } = answer.outcome {
            assert_eq!(answer.register, Some(persona.register));
            assert_eq!(person.register, persona.register);
            assert_eq!(person.surname.as_str(), persona.surname);
            assert_eq!(person.birth_date.text(), persona.birth_date);
            let standing = match persona.shows {
                "deceased" => matches!(person.standing, Standing::Deceased { on: Some(_) }),
                "struck_off" => person.standing == Standing::StruckOff,
                "no_longer_managed" => person.standing == Standing::NoLongerManaged,
                _ => person.standing == Standing::Active,
            };
            assert!(standing, "{}", persona.key);
        }
    }
}

#[tokio::test]
async fn the_national_register_is_asked_first_and_the_answering_one_is_named() {
    let running = running().await.unwrap();
    let answer = running.client.get(&question("maria")).await;
    assert_eq!(answer.register, Some(RegisterName::BisRegister));
    assert!(answer.ticket.unwrap().as_str().starts_with("REG-"));
    let mut closed = question("maria");
    closed.registers = vec![RegisterName::NationalRegister];
    assert_eq!(running.client.get(&closed).await.outcome, RegisterOutcome::Unknown);
}

#[tokio::test]
async fn death_and_unknown_parts_are_data() {
    let RegisterOutcome::Found { person, .. } = outcome("deceased").await else { panic!("found") };
    assert!(matches!(person.standing, Standing::Deceased { on: Some(_) }));
    let RegisterOutcome::Found { person, .. } = outcome("incomplete-date").await else {
        panic!("found")
    };
    assert_eq!(person.birth_date.text(), "1970-00-00");
    let RegisterOutcome::Found { person, .. } = outcome("no-given-names").await else {
        panic!("found")
    };
    assert!(person.given_names.is_empty());
}

#[tokio::test]
async fn a_replaced_number_leads_to_the_new_one() {
    let RegisterOutcome::Replaced { by } = outcome("replaced").await else { panic!("replaced") };
    assert_eq!(
        Some(by),
        personas()
            .iter()
            .find(|p| p.key == "sofia")
            .and_then(loket_registers::service::NamedPersona::ssin)
    );
}

#[tokio::test]
async fn nothing_beyond_the_agreement_comes_through() {
    let kept = serde_json::to_string(&outcome("lotte").await).unwrap();
    for name in ["nationalities", "civilStatus", "languages", "cardNumber"] {
        assert!(!kept.contains(name), "{name}");
    }
}

#[tokio::test]
async fn faults_become_outcomes_and_never_unknown() {
    for (answer, code) in [
        (Misbehaviour::Unavailable, "down"),
        (Misbehaviour::Broken, "down"),
        (Misbehaviour::TooMany, "down"),
        (Misbehaviour::Nonsense, "unreadable"),
        (Misbehaviour::CutOff, "unreadable"),
        (Misbehaviour::OtherPerson, "unreadable"),
        (Misbehaviour::Huge, "unreadable"),
        (Misbehaviour::WrongType, "unreadable"),
    ] {
        let running = running().await.unwrap();
        let national = Fault { answer, ..Fault::default() };
        running.faults.set(FaultPlan { national, ..FaultPlan::default() });
        let answer = running.client.get(&question("lotte")).await;
        assert_eq!(answer.outcome.code(), code, "{answer:?}");
    }
}

#[tokio::test]
async fn one_failure_is_tried_again_and_five_open_the_circuit() {
    let running = running().await.unwrap();
    let fault = Fault { answer: Misbehaviour::Broken, every: second(), ..Fault::default() };
    running.faults.set(FaultPlan { national: fault, ..FaultPlan::default() });
    for _ in 0..4 {
        assert_eq!(running.client.get(&question("lotte")).await.outcome.code(), "found");
    }
    let fault = Fault { answer: Misbehaviour::Broken, ..Fault::default() };
    running.faults.set(FaultPlan { national: fault, ..FaultPlan::default() });
    for _ in 0..3 {
        assert_eq!(running.client.get(&question("lotte")).await.outcome.code(), "down");
    }
    running.faults.set(FaultPlan::default());
    assert_eq!(running.client.get(&question("lotte")).await.outcome.code(), "down", "left alone");
}

#[tokio::test]
async fn a_register_that_does_not_answer_is_down_within_the_deadline() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    // The listener accepts and never says a word.
    let client = client(&base, Duration::from_millis(200)).unwrap();
    assert_eq!(client.get(&question("lotte")).await.outcome, RegisterOutcome::Down);
    assert!(!client.reachable().await);
    drop(listener);
}

#[tokio::test]
async fn a_slow_register_is_down_within_the_deadline() {
    let running = running_with(Duration::from_millis(200)).await.unwrap();
    let national = Fault { delay_milliseconds: 60_000, ..Fault::default() };
    running.faults.set(FaultPlan { national, ..FaultPlan::default() });
    let before = tokio::time::Instant::now();
    let answer = running.client.get(&question("lotte")).await;
    assert_eq!(answer.outcome, RegisterOutcome::Down);
    assert!(before.elapsed() < Duration::from_secs(3));
}

#[tokio::test]
async fn a_second_register_that_is_down_is_never_taken_for_unknown() {
    let running = running().await.unwrap();
    let bis = Fault { answer: Misbehaviour::Unavailable, ..Fault::default() };
    running.faults.set(FaultPlan { bis, ..FaultPlan::default() });
    let answer = running.client.get(&question("maria")).await;
    assert_eq!(answer.outcome, RegisterOutcome::Down);
    assert_eq!(answer.register, Some(RegisterName::BisRegister));
    assert_eq!(running.client.get(&question("lotte")).await.outcome.code(), "found");
}

#[tokio::test]
async fn too_many_questions_are_not_answered_by_one_more() {
    let running = running().await.unwrap();
    let national = Fault { answer: Misbehaviour::TooMany, every: second(), ..Fault::default() };
    running.faults.set(FaultPlan { national, ..FaultPlan::default() });
    assert_eq!(running.client.get(&question("lotte")).await.outcome.code(), "found");
    assert_eq!(running.client.get(&question("lotte")).await.outcome.code(), "down");
    assert_eq!(running.client.get(&question("lotte")).await.outcome.code(), "found");
}

#[tokio::test]
async fn a_port_where_nobody_listens_is_down() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let client = client(&base, Duration::from_secs(3)).unwrap();
    assert_eq!(client.get(&question("lotte")).await.outcome, RegisterOutcome::Down);
}

#[tokio::test]
async fn many_at_once_wait_for_a_place_and_are_all_answered() {
    let running = running().await.unwrap();
    let question = question("lotte");
    let mut asking = tokio::task::JoinSet::new();
    for _person in 0..64 {
        let (client, question) = (Arc::clone(&running.client), question.clone());
        asking.spawn(async move { client.get(&question).await.outcome.code() });
    }
    assert!(asking.join_all().await.into_iter().all(|code| code == "found"));
}

#[tokio::test]
async fn health_follows_the_national_register() {
    let running = running().await.unwrap();
    assert!(running.client.reachable().await);
    let national = Fault { answer: Misbehaviour::Unavailable, ..Fault::default() };
    running.faults.set(FaultPlan { national, ..FaultPlan::default() });
    assert!(!running.client.reachable().await);
}

#[test]
fn fault_files_read() {
    let plan =
        Faults::parse("[national]\nanswer = \"cut-off\"\ndelay-milliseconds = 5\nevery = 3\n");
    assert_eq!(plan.unwrap().national.every.get(), 3);
    for route in ["get", "query"].map(|call| format!("/persons/{call}")) {
        let plan = Faults::parse(&format!("[national]\nroute = \"{route}\"\n")).unwrap();
        assert_eq!(plan.national.route.unwrap().path(), route);
    }
    for bad in ["[nation]\n", "[national]\nevery = 0\n", "[bis]\nroute = \"/person/get\"\n"] {
        assert!(Faults::parse(bad).is_err(), "{bad}");
    }
}

/// Each second request.
fn second() -> NonZeroU64 {
    NonZeroU64::new(2).unwrap()
}

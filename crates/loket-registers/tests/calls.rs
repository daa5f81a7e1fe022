//! The client's other calls against the real service: searching, verifying, inscribing; and the
//! door with mutual TLS and a token.

#![cfg(test)]

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use loket_domain::Timestamp;
use loket_domain::document::card::CardNumber;
use loket_domain::person::{GivenName, IncompleteDate, Sex, Surname};
use loket_domain::register::{
    Criteria, GivenNameMatching, InscriptionOutcome, PersonRegister, Question, RegisterName,
    Search, SearchOutcome, Shown, Verification, VerificationOutcome,
};
use loket_registers::service::{
    AllowedClient, Fault, FaultPlan, Faults, Misbehaviour, NamedPersona, Population, ServiceTls,
    guarded_router, personas, router, serve, serve_tls,
};
use loket_registers::{Client, ClientSettings, Clock, TlsSettings, TokenSettings};

fn settings(base: &str) -> ClientSettings {
    ClientSettings {
        national: format!("{base}/national"),
        bis: format!("{base}/bis"),
        legal_context: "identity and access management".to_owned(),
        deadline: Duration::from_secs(3),
        tls: TlsSettings::default(),
        token: None,
    }
}

#[expect(clippy::disallowed_methods, reason = "the service beside it has the clock of the machine")]
fn clock() -> Clock {
    Arc::new(|| {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
        Timestamp::from_seconds(i64::try_from(since.as_secs()).unwrap())
    })
}

async fn running() -> (Client, Faults) {
    running_with(20_000).await
}

async fn running_with(people: u32) -> (Client, Faults) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let faults = Faults::default();
    let router = router(&Arc::new(Population::generate(people, 1)), &faults);
    tokio::spawn(serve(listener, router, std::future::pending()));
    (Client::new(settings(&base), clock()).unwrap(), faults)
}

fn persona(key: &str) -> NamedPersona {
    personas().into_iter().find(|p| p.key == key).unwrap()
}

fn question(key: &str) -> Question {
    let id = uuid::Uuid::from_u128;
    Question {
        id: id(1).into(),
        registration: id(2).into(),
        officer: id(3).into(),
        organisation: id(4).into(),
        enterprise_number: "0884303369".to_owned(),
        registers: RegisterName::ALL.to_vec(),
        ssin: persona(key).ssin().unwrap(),
    }
}

fn search(surname: &str, given: &[&str], birth: &str) -> Search {
    let asked = question("lotte");
    Search {
        id: asked.id,
        registration: asked.registration,
        officer: asked.officer,
        organisation: asked.organisation,
        enterprise_number: asked.enterprise_number,
        registers: asked.registers,
        criteria: Criteria {
            surname: Surname::new(surname).unwrap(),
            given_names: given.iter().map(|n| GivenName::new(n).unwrap()).collect(),
            matching: if given.is_empty() {
                GivenNameMatching::Ignored
            } else {
                GivenNameMatching::FirstName
            },
            birth_date: IncompleteDate::parse(birth).unwrap(),
            sex: Sex::Unknown,
        },
    }
}

#[tokio::test]
async fn a_search_lists_people_of_both_registers_by_ear() {
    let (client, _) = running().await;
    let answer = client.query(&search("Jansens", &["Lotte"], "1993-05-00")).await;
    let SearchOutcome::Found { hits, .. } = &answer.outcome else { panic!("{answer:?}") };
    let lotte = hits.iter().find(|hit| hit.ssin == question("lotte").ssin).unwrap();
    assert_eq!(lotte.register, RegisterName::NationalRegister);
    assert!(lotte.municipality.is_some());
    assert_eq!(answer.tickets.len(), 2, "both registers were asked");
    let answer = client.query(&search("Lukasiewicz", &["Maria"], "1993-00-00")).await;
    let SearchOutcome::Found { hits, .. } = &answer.outcome else { panic!("{answer:?}") };
    assert!(hits.iter().any(|hit| hit.register == RegisterName::BisRegister));
    let nobody = client.query(&search("Xylophonski", &[], "1993-05-18")).await;
    assert_eq!(nobody.outcome, SearchOutcome::Nobody);
}

#[tokio::test]
async fn a_search_is_cut_at_ten() {
    let (client, _) = running_with(200_000).await;
    let mut cut = 0;
    for year in 1970..1980 {
        let answer = client.query(&search("Peeters", &[], &format!("{year}-00-00"))).await;
        match answer.outcome {
            SearchOutcome::Found { hits, truncated } => {
                assert!(hits.len() <= 10);
                cut += u32::from(truncated);
            }
            SearchOutcome::Nobody | SearchOutcome::TooWide => {}
            other => panic!("{other:?}"),
        }
    }
    assert!(cut > 0, "the commonest name has more than ten in some year");
}

#[tokio::test]
async fn a_list_that_lacks_a_register_is_no_list() {
    for (answer, code) in [
        (Misbehaviour::Unavailable, "down"),
        (Misbehaviour::Broken, "down"),
        (Misbehaviour::TooMany, "down"),
        (Misbehaviour::Nonsense, "unreadable"),
        (Misbehaviour::CutOff, "unreadable"),
        (Misbehaviour::Huge, "unreadable"),
        (Misbehaviour::WrongType, "unreadable"),
    ] {
        let (client, faults) = running().await;
        let bis = Fault { answer, ..Fault::default() };
        faults.set(FaultPlan { bis, ..FaultPlan::default() });
        let got = client.query(&search("Janssens", &[], "1993-05-18")).await;
        assert_eq!(got.outcome.code(), code, "{answer:?}");
        // A name as common as this has people in the register that answered.
        let shown = Shown::Card { number: CardNumber::parse("591191706458").unwrap() };
        let verification = Verification { question: question("maria"), shown };
        assert_eq!(client.verify(&verification).await.outcome.code(), code, "{answer:?}");
        let inscribed = client.inscribe(&question("maria")).await;
        let wanted = if code == "down" { "down" } else { "unreadable" };
        // A body that is spoilt is empty here, since an inscription has none.
        if !matches!(answer, Misbehaviour::CutOff | Misbehaviour::Huge | Misbehaviour::WrongType) {
            assert_eq!(inscribed.code(), wanted, "{answer:?}");
        }
    }
}

#[tokio::test]
async fn a_verification_says_match_or_not_and_nothing_else() {
    let (client, _) = running().await;
    let holder = |surname: &str, given: &[&str], birth: &str| Verification {
        question: question("maria"),
        shown: Shown::Holder {
            surname: Surname::new(surname).unwrap(),
            given_names: given.iter().map(|n| GivenName::new(n).unwrap()).collect(),
            birth_date: IncompleteDate::parse(birth).unwrap(),
        },
    };
    let right = client.verify(&holder("LUKASIEWICZ", &["Maria", "Anna"], "1993-05-18")).await;
    assert_eq!(right.outcome, VerificationOutcome::Match);
    assert_eq!(right.register, Some(RegisterName::BisRegister));
    assert!(right.ticket.is_some());
    for wrong in [
        holder("Kowalska", &["Maria", "Anna"], "1993-05-18"),
        holder("Łukasiewicz", &["Maria"], "1993-05-18"),
        holder("Łukasiewicz", &["Maria", "Anna"], "1993-05-19"),
    ] {
        assert_eq!(client.verify(&wrong).await.outcome, VerificationOutcome::NoMatch);
    }
    for (key, outcome) in [
        ("replaced", VerificationOutcome::Replaced),
        ("cancelled", VerificationOutcome::Cancelled),
        ("not-inscribed", VerificationOutcome::NotInscribed),
        ("not-allowed", VerificationOutcome::NotAllowed),
    ] {
        let number = CardNumber::parse("591191706458").unwrap();
        let asked = Verification { question: question(key), shown: Shown::Card { number } };
        assert_eq!(client.verify(&asked).await.outcome, outcome, "{key}");
    }
}

#[tokio::test]
async fn a_card_belongs_to_its_number_and_to_no_other() {
    let (client, _) = running().await;
    let population = Population::generate(10, 1);
    let number = persona("lotte").number();
    let card = population.find(number).unwrap().card();
    let shown = || Shown::Card { number: CardNumber::parse(&card).unwrap() };
    let own = Verification { question: question("lotte"), shown: shown() };
    assert_eq!(client.verify(&own).await.outcome, VerificationOutcome::Match);
    let other = Verification { question: question("karim"), shown: shown() };
    assert_eq!(client.verify(&other).await.outcome, VerificationOutcome::NoMatch);
}

#[tokio::test]
async fn an_inscription_opens_and_a_release_closes() {
    let (client, _) = running().await;
    let asked = question("not-inscribed");
    assert_eq!(client.get(&asked).await.outcome.code(), "not_inscribed");
    assert_eq!(client.inscribe(&asked).await, InscriptionOutcome::Done);
    assert_eq!(client.get(&asked).await.outcome.code(), "found");
    assert_eq!(client.release(&asked).await, InscriptionOutcome::Done);
    assert_eq!(client.get(&asked).await.outcome.code(), "not_inscribed");
    let mut nobody = asked.clone();
    nobody.ssin =
        loket_domain::Ssin::parse("81050103522", loket_domain::ssin::Synthetic::Refused).unwrap();
    assert_eq!(client.inscribe(&nobody).await, InscriptionOutcome::Unknown);
}

/// Certificates of the door: authority, server, client.
struct Papers {
    authority: Vec<u8>,
    server: (Vec<Vec<u8>>, Vec<u8>),
    client: (Vec<Vec<u8>>, Vec<u8>),
}

fn papers() -> Papers {
    use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
    let authority_key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::new(Vec::<String>::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = params.self_signed(&authority_key).unwrap();
    let issuer = Issuer::new(params, authority_key);
    let issue = |name: &str| {
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        let certificate = params.signed_by(&key, &issuer).unwrap();
        (vec![certificate.der().to_vec()], key.serialize_der())
    };
    Papers {
        authority: authority.der().to_vec(),
        server: issue("localhost"),
        client: issue("loket"),
    }
}

/// TLS of somebody who has a certificate of the right authority, and no token.
fn outsider(authority: &[u8], chain: &[Vec<u8>], key: &[u8]) -> rustls::ClientConfig {
    use rustls::pki_types::{CertificateDer, PrivateKeyDer};
    let mut roots = rustls::RootCertStore::empty();
    roots.add(CertificateDer::from(authority.to_vec())).unwrap();
    let chain = chain.iter().map(|der| CertificateDer::from(der.clone())).collect();
    let key = PrivateKeyDer::try_from(key.to_vec()).unwrap();
    rustls::ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_client_auth_cert(chain, key)
        .unwrap()
}

#[tokio::test]
async fn the_door_wants_a_certificate_and_a_token() {
    use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
    let random = ring::rand::SystemRandom::new();
    let key = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).unwrap();
    let other = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).unwrap();
    let public = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, key.as_ref(), &random);
    let papers = papers();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("https://localhost:{}", listener.local_addr().unwrap().port());
    let tls = ServiceTls::new(papers.server.0, papers.server.1, Some(papers.authority.clone()));
    let allowed = AllowedClient {
        client_id: "loket".to_owned(),
        audience: "registers".to_owned(),
        public_key: public.unwrap().public_key().as_ref().to_vec(),
    };
    let population = Arc::new(Population::generate(50, 1));
    let router = guarded_router(&population, &Faults::default(), allowed);
    tokio::spawn(async move {
        serve_tls(listener, &tls.unwrap(), router, std::future::pending()).await
    });
    let token = |key: &[u8], audience: &str| TokenSettings {
        endpoint: format!("{base}/token"),
        client_id: "loket".to_owned(),
        audience: audience.to_owned(),
        scope: "persons".to_owned(),
        key_id: Some("one".to_owned()),
        key: key.to_vec(),
    };
    let client = |identity: bool, token: Option<TokenSettings>| {
        let tls = TlsSettings {
            extra_roots: vec![papers.authority.clone()],
            identity: identity.then(|| papers.client.clone()),
        };
        Client::new(ClientSettings { tls, token, ..settings(&base) }, clock()).unwrap()
    };
    // Nor does anybody tell the registers to misbehave who has no token.
    let identity = [papers.client.0[0].clone()];
    let http = reqwest::Client::builder()
        .tls_backend_preconfigured(outsider(&papers.authority, &identity, &papers.client.1))
        .build()
        .unwrap();
    let plan = r#"{"national":{"answer":"broken"}}"#;
    let told = http
        .post(format!("{base}/faults"))
        .header("content-type", "application/json")
        .body(plan)
        .send()
        .await
        .unwrap();
    assert_eq!(told.status(), 401);
    let asked = question("lotte");
    let good = client(true, Some(token(key.as_ref(), "registers")));
    assert_eq!(good.get(&asked).await.outcome.code(), "found");
    assert_eq!(
        good.query(&search("Janssens", &["Lotte"], "1993-05-18")).await.outcome.code(),
        "found"
    );
    // No certificate; no token; the key of somebody else; an assertion for somebody else.
    for bad in [
        client(false, Some(token(key.as_ref(), "registers"))),
        client(true, None),
        client(true, Some(token(other.as_ref(), "registers"))),
        client(true, Some(token(key.as_ref(), "elsewhere"))),
    ] {
        let code = bad.get(&asked).await.outcome.code();
        assert!(matches!(code, "down" | "unreadable"), "{code}");
    }
}

#[tokio::test]
async fn a_token_is_fetched_anew_when_it_has_ended() {
    use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
    let random = ring::rand::SystemRandom::new();
    let key = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).unwrap();
    let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, key.as_ref(), &random);
    let allowed = AllowedClient {
        client_id: "loket".to_owned(),
        audience: "registers".to_owned(),
        public_key: pair.unwrap().public_key().as_ref().to_vec(),
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let population = Arc::new(Population::generate(50, 1));
    let router = guarded_router(&population, &Faults::default(), allowed);
    tokio::spawn(serve(listener, router, std::future::pending()));
    let now = clock()();
    let moved = Arc::new(AtomicI64::new(0));
    let hands = Arc::clone(&moved);
    let clock: Clock =
        Arc::new(move || Timestamp::from_seconds(now.seconds() + hands.load(Ordering::Relaxed)));
    let token = TokenSettings {
        endpoint: format!("{base}/token"),
        client_id: "loket".to_owned(),
        audience: "registers".to_owned(),
        scope: String::new(),
        key_id: None,
        key: key.as_ref().to_vec(),
    };
    let client =
        Client::new(ClientSettings { token: Some(token), ..settings(&base) }, clock).unwrap();
    assert_eq!(client.get(&question("lotte")).await.outcome.code(), "found");
    // The kept token is good for five minutes more; an assertion of an hour hence is not believed,
    // which shows that a new one was asked for and not the old token sent.
    moved.store(280, Ordering::Relaxed);
    assert_eq!(client.get(&question("lotte")).await.outcome.code(), "found");
    moved.store(3600, Ordering::Relaxed);
    assert_eq!(client.get(&question("lotte")).await.outcome.code(), "down");
}

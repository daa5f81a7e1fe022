//! The register service as others may call it: searches, verifications, inscriptions, problems.

use std::sync::Arc;

use loket_registers::service::{Faults, Population, admin_router, personas, router, serve};
use reqwest::StatusCode;
use serde_json::{Value, json};

/// A service of its own for each test; it ends with the test's runtime.
async fn service() -> std::io::Result<String> {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let base = format!("http://{}", listener.local_addr()?);
    let faults = Faults::default();
    let population = Arc::new(Population::generate(2_000, 1));
    let router = router(&population, &faults).merge(admin_router(faults));
    tokio::spawn(serve(listener, router, std::future::pending()));
    Ok(base)
}

/// Status, media type and body of an answer.
async fn post(
    base: &str,
    path: &str,
    body: String,
) -> Result<(StatusCode, String, Value), Box<dyn std::error::Error>> {
    let answer = client()?.post(format!("{base}{path}")).body(body).send().await?;
    let kind = answer.headers().get("content-type").and_then(|v| v.to_str().ok());
    let (status, kind) = (answer.status(), kind.unwrap_or_default().to_owned());
    let bytes = answer.bytes().await?;
    Ok((status, kind, serde_json::from_slice(&bytes).unwrap_or_default()))
}

fn client() -> Result<reqwest::Client, Box<dyn std::error::Error>> {
    // No address of these tests is one of TLS; the client wants to know all the same.
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let tls = rustls::ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&rustls::version::TLS13])?
        .with_root_certificates(rustls::RootCertStore::empty())
        .with_no_client_auth();
    Ok(reqwest::Client::builder().no_proxy().tls_backend_preconfigured(tls).build()?)
}

fn number(key: &str) -> String {
    personas()
        .iter()
        .find(|p| p.key == key)
        .map(|p| format!("{:011}", p.number()))
        .unwrap_or_default()
}

fn get(key: &str) -> Value {
    json!({
        "ticket": "ours",
        "ssin": number(key),
        "legalContext": "identity and access management",
        "purpose": "a dossier",
        "requestingUser": "an officer",
        "enterpriseNumber": "0884303369",
        "fields": ["lastName"],
    })
}

fn query(last_name: &str, birth_date: &str) -> Value {
    json!({
        "ticket": "ours",
        "legalContext": "identity and access management",
        "purpose": "a dossier",
        "requestingUser": "an officer",
        "enterpriseNumber": "0884303369",
        "name": { "lastName": last_name },
        "birth": { "birthDate": birth_date },
    })
}

fn first_issue(problem: &Value) -> &str {
    problem.pointer("/issues/0/type").and_then(Value::as_str).unwrap_or_default()
}

#[tokio::test]
async fn an_answer_carries_tickets_times_and_more_than_we_may_know() {
    let base = service().await.unwrap();
    let (status, kind, answer) =
        post(&base, "/national/persons/get", get("lotte").to_string()).await.unwrap();
    assert_eq!((status, kind.as_str()), (StatusCode::OK, "application/json"));
    assert_eq!(answer["requestTicket"], "ours");
    assert_eq!(answer["register"], "nationalRegister");
    assert!(answer["ticket"].as_str().unwrap().starts_with("REG-"));
    for time in ["receivedAt", "answeredAt"] {
        assert!(loket_domain::Timestamp::parse(answer[time].as_str().unwrap()).is_some());
    }
    for extra in ["nationalities", "civilStatus", "languages", "cardNumber"] {
        assert!(!answer["person"][extra].is_null(), "{extra}");
    }
}

#[tokio::test]
async fn problems_are_problems() {
    let base = service().await.unwrap();
    let mut wrong = get("lotte");
    wrong["ssin"] = json!("81050103521");
    let mut surplus = get("lotte");
    surplus["photo"] = json!(true);
    let mut aimless = get("lotte");
    aimless["purpose"] = json!("");
    for (path, body, status, kind, issue) in [
        (
            "/national/persons/get",
            wrong.to_string(),
            400,
            "urn:problem-type:belgif:badRequest",
            "urn:problem-type:belgif-ext:input-validation:invalidStructure",
        ),
        (
            "/national/persons/get",
            surplus.to_string(),
            400,
            "urn:problem-type:belgif:badRequest",
            "urn:problem-type:belgif:input-validation:unknownInput",
        ),
        (
            "/national/persons/get",
            "[".repeat(5_000),
            400,
            "urn:problem-type:belgif:badRequest",
            "urn:problem-type:belgif:input-validation:schemaViolation",
        ),
        (
            "/national/persons/get",
            get("maria").to_string(),
            400,
            "urn:problem-type:belgif:badRequest",
            "urn:problem-type:belgif:input-validation:referencedResourceNotFound",
        ),
        (
            "/national/persons/get",
            aimless.to_string(),
            403,
            "urn:problem-type:belgif:missingPermission",
            "",
        ),
        (
            "/bis/persons/get",
            "x".repeat(100_000),
            413,
            "urn:problem-type:belgif:payloadTooLarge",
            "",
        ),
        ("/bis/persons/9", String::new(), 404, "urn:problem-type:belgif:resourceNotFound", ""),
    ] {
        let (got, media, problem) = post(&base, path, body).await.unwrap();
        assert_eq!(got.as_u16(), status, "{problem}");
        assert_eq!(media, "application/problem+json");
        assert_eq!(problem["type"], kind);
        assert_eq!(problem["status"], status);
        assert_eq!(first_issue(&problem), issue);
    }
}

#[tokio::test]
async fn a_search_hears_names_and_tells_little() {
    let base = service().await.unwrap();
    let path = "/national/persons/query";
    // As somebody at a counter might hear it, with the day of birth forgotten.
    let (status, _, answer) =
        post(&base, path, query("Jansens", "1993-05-00").to_string()).await.unwrap();
    assert_eq!(status, StatusCode::OK);
    let items = answer["items"].as_array().unwrap();
    let lotte = items.iter().find(|item| item["ssin"] == number("lotte").as_str()).unwrap();
    let names: Vec<&str> = lotte.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(names, ["birthDate", "gender", "givenNames", "lastName", "municipality", "ssin"]);

    let mut narrower = query("Janssens", "1993-05-18");
    narrower["name"]["givenNames"] = json!(["Liesbeth"]);
    let found = |answer: &Value| {
        let items = answer["items"].as_array().unwrap().clone();
        items.iter().any(|item| item["ssin"] == number("lotte").as_str())
    };
    for (matching, expected) in [
        ("allGivenNames", false),
        ("completeFirstGivenName", false),
        ("firstLetterFirstGivenName", true),
        ("ignoreGivenNames", true),
    ] {
        narrower["name"]["givenNameMatching"] = json!(matching);
        let (_, _, answer) = post(&base, path, narrower.to_string()).await.unwrap();
        assert_eq!(found(&answer), expected, "{matching}");
    }
    for (gender, expected) in [(2, true), (1, false)] {
        narrower["gender"] = json!(gender);
        let (_, _, answer) = post(&base, path, narrower.to_string()).await.unwrap();
        assert_eq!(found(&answer), expected, "gender {gender}");
    }
}

#[tokio::test]
async fn a_search_needs_name_and_date_and_a_sensible_maximum() {
    let base = service().await.unwrap();
    let mut many = query("Janssens", "1993-05-18");
    many["maximumResultCount"] = json!(81);
    let mut nobody = query("Janssens", "1993-05-18");
    nobody["name"].as_object_mut().unwrap().remove("lastName");
    for body in [many, nobody, query("Иванов", "1993-05-18"), query("Janssens", "18/05/1993")]
    {
        let (status, _, problem) =
            post(&base, "/national/persons/query", body.to_string()).await.unwrap();
        assert_eq!(status, StatusCode::BAD_REQUEST, "{problem}");
    }
}

#[tokio::test]
async fn a_surname_of_one_letter_is_searched_as_it_is() {
    let base = service().await.unwrap();
    for name in ["O", "Aa", "J"] {
        let body = query(name, "1993-05-18").to_string();
        let (status, _, answer) = post(&base, "/national/persons/query", body).await.unwrap();
        assert_eq!(status, StatusCode::OK, "{answer}");
        // It is no beginning of other names.
        assert_eq!(answer["items"], json!([]), "{name}");
    }
}

#[tokio::test]
async fn whoever_may_not_be_told_of_is_not_found_by_name() {
    let base = service().await.unwrap();
    for (key, register) in
        [("not-allowed", "national"), ("not-inscribed", "national"), ("cancelled", "bis")]
    {
        let persona = personas().into_iter().find(|p| p.key == key).unwrap();
        let question = query(persona.surname, persona.birth_date).to_string();
        let (status, _, answer) =
            post(&base, &format!("/{register}/persons/query"), question).await.unwrap();
        assert_eq!(status, StatusCode::OK);
        let items = answer["items"].as_array().unwrap();
        assert!(items.iter().all(|item| item["ssin"] != number(key).as_str()), "{key}");
    }
}

#[tokio::test]
async fn a_verification_gives_verdicts_and_nothing_else() {
    let base = service().await.unwrap();
    let mut question = get("lotte");
    question.as_object_mut().unwrap().remove("fields");
    let nothing = question.clone();
    let more = json!({
        "lastName": "JANSSENS",
        "givenNames": ["Lotje"],
        "documentNumber": "591191706458",
    });
    question.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let path = "/national/identityVerifications";
    let (status, _, answer) = post(&base, path, question.to_string()).await.unwrap();
    assert_eq!(status, StatusCode::OK);
    assert_eq!(
        answer["verdicts"],
        json!({ "lastName": "match", "givenNames": "noMatch", "documentNumber": "noMatch" })
    );
    let names: Vec<&str> = answer.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(names, ["ticket", "verdicts"]);
    let (status, _, _) = post(&base, path, nothing.to_string()).await.unwrap();
    assert_eq!(status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn an_inscription_opens_a_person_for_one_organisation_until_it_is_released() {
    let base = service().await.unwrap();
    let ask = |enterprise_number: &str| {
        let mut question = get("not-inscribed");
        question["enterpriseNumber"] = json!(enterprise_number);
        question.to_string()
    };
    let (mine, other) = ("0884303369", "0200000142");
    let path = "/national/persons/get";
    let mut inscription = get("not-inscribed");
    inscription.as_object_mut().unwrap().remove("fields");
    inscription["enterpriseNumber"] = json!(mine);
    let status = |answer: (StatusCode, String, Value)| answer.0;

    let (refused, _, problem) = post(&base, path, ask(mine)).await.unwrap();
    assert_eq!(refused, StatusCode::FORBIDDEN);
    assert!(problem["type"].as_str().unwrap().ends_with("notInscribed"));
    for _twice in 0..2 {
        let update = post(&base, "/national/inscriptions/update", inscription.to_string()).await;
        assert_eq!(status(update.unwrap()), StatusCode::NO_CONTENT);
    }
    assert_eq!(status(post(&base, path, ask(mine)).await.unwrap()), StatusCode::OK);
    assert_eq!(status(post(&base, path, ask(other)).await.unwrap()), StatusCode::FORBIDDEN);
    let delete = post(&base, "/national/inscriptions/delete", inscription.to_string()).await;
    assert_eq!(status(delete.unwrap()), StatusCode::NO_CONTENT);
    assert_eq!(status(post(&base, path, ask(mine)).await.unwrap()), StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn faults_can_be_limited_to_one_route_and_changed_while_it_runs() {
    let base = service().await.unwrap();
    let http = client().unwrap();
    let plan = json!({ "national": { "answer": "unavailable", "route": "/persons/get" } });
    let set = http.post(format!("{base}/faults")).json(&plan).send().await.unwrap();
    assert_eq!(set.status(), StatusCode::NO_CONTENT);

    let answer = http.post(format!("{base}/national/persons/get")).json(&get("lotte"));
    let answer = answer.send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(answer.headers()["retry-after"], "30");
    assert!(answer.headers()["content-type"].to_str().unwrap().contains("problem"));
    let health = http.get(format!("{base}/national/health")).send().await.unwrap();
    assert_eq!(health.status(), StatusCode::OK, "another route");
    let bis = http.post(format!("{base}/bis/persons/get")).json(&get("maria"));
    assert_eq!(bis.send().await.unwrap().status(), StatusCode::OK, "another register");

    let set = http.post(format!("{base}/faults")).json(&json!({})).send().await.unwrap();
    assert_eq!(set.status(), StatusCode::NO_CONTENT);
    let answer = http.post(format!("{base}/national/persons/get")).json(&get("lotte"));
    assert_eq!(answer.send().await.unwrap().status(), StatusCode::OK);
}

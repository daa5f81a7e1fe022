//! What the servers of relying parties ask, through the real router, over an office on either database.
//! What needs a person with a key is tested where people have keys: in `loket-app` and in the browser.

#![cfg(test)]

use std::collections::BTreeSet;

use anyhow::{Context as _, Result};
use axum::body::Body;
use axum::http::{Request, StatusCode};
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use loket_api::{ApiState, router};
use loket_app::commands::register_relying_party::RegisterRelyingParty;
use loket_domain::key::AssuranceLevel;
use loket_domain::relying_party::{ClientId, ClientProof, Registered, ReturnAddress};
use loket_testkit::house::{House, On};
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use tower::ServiceExt as _;

const SECRET: &str = "a secret of the service";
const FORM: &str = "application/x-www-form-urlencoded";
const GOOD: &str = "grant_type=authorization_code&code=unknown&redirect_uri=https%3A%2F%2Fdienst.example.be%2Fcb&code_verifier=dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

async fn with_party(on: On) -> Result<House> {
    let house = House::new(on).await?;
    let registered = Registered {
        name: "Dienst".to_owned(),
        sector: "dienst.example.be".to_owned(),
        returns: vec![ReturnAddress::new("https://dienst.example.be/cb")?],
        after_sign_out: Vec::new(),
        claims: BTreeSet::new(),
        least: AssuranceLevel::Low,
        proof: ClientProof::Secret { digest: Sha256::digest(SECRET).into() },
    };
    let command =
        RegisterRelyingParty { client: ClientId::new("dienst")?, registered, change: false };
    house.office.run(house.operator()?, command).await?;
    Ok(house)
}

async fn ask(house: &House, request: Request<Body>) -> Result<Response> {
    let state = ApiState { office: house.office.clone(), receipts: None };
    Ok(router(state).oneshot(request).await?)
}

async fn json(response: Response) -> Result<Value> {
    let body = axum::body::to_bytes(response.into_body(), 1 << 20).await?;
    Ok(serde_json::from_slice(&body)?)
}

fn token(proof: Option<&str>, kind: &str, body: &str) -> Result<Request<Body>> {
    let mut request = Request::post("/token").header("content-type", kind);
    if let Some(proof) = proof {
        request = request.header("authorization", format!("Basic {}", STANDARD.encode(proof)));
    }
    Ok(request.body(Body::from(body.to_owned()))?)
}

async fn every_fault_of_the_token_endpoint_has_its_code(on: On) -> Result<()> {
    let house = with_party(on).await?;
    let good = format!("dienst:{SECRET}");
    let good = Some(good.as_str());
    let (twice, other) = (format!("{GOOD}&code=x"), format!("{GOOD}&client_id=ander"));
    let posted = format!("{GOOD}&client_id=dienst&client_secret=x");
    let both = format!("{GOOD}&client_assertion=a.b.c");
    let asserted = format!(
        "{GOOD}&client_assertion=a.b.c&client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer"
    );
    let refresh = GOOD.replace("authorization_code", "refresh_token");
    for (proof, kind, body, status, code) in [
        (good, FORM, GOOD, 400, "invalid_grant"),
        (None, FORM, GOOD, 401, "invalid_client"),
        (Some("dienst:another"), FORM, GOOD, 401, "invalid_client"),
        (Some("ander:secret"), FORM, GOOD, 401, "invalid_client"),
        (Some("dienst"), FORM, GOOD, 401, "invalid_client"),
        (good, FORM, other.as_str(), 401, "invalid_client"),
        (None, FORM, posted.as_str(), 401, "invalid_client"),
        (None, FORM, asserted.as_str(), 401, "invalid_client"),
        (good, FORM, both.as_str(), 400, "invalid_request"),
        (good, FORM, twice.as_str(), 400, "invalid_request"),
        (good, "application/json", "{}", 400, "invalid_request"),
        (good, FORM, "", 400, "invalid_request"),
        (good, FORM, "grant_type=authorization_code", 400, "invalid_request"),
        (good, FORM, refresh.as_str(), 400, "unsupported_grant_type"),
    ] {
        let answer = ask(&house, token(proof, kind, body)?).await?;
        assert_eq!(answer.status().as_u16(), status, "{proof:?} {body}");
        assert_eq!(answer.headers()["cache-control"], "no-store");
        assert_eq!(answer.headers().contains_key("www-authenticate"), status == 401);
        assert_eq!(json(answer).await?["error"], code, "{proof:?} {body}");
    }
    Ok(())
}

async fn what_is_published_is_what_there_is(on: On) -> Result<()> {
    let house = House::new(on).await?;
    let get = async |path: &str| -> Result<Response> {
        ask(&house, Request::get(path).body(Body::empty())?).await
    };
    let described = json(get("/.well-known/openid-configuration").await?).await?;
    let issuer = described["issuer"].as_str().context("an issuer")?;
    assert_eq!(issuer, house.office.issuer());
    for (name, status) in [("jwks_uri", 200), ("userinfo_endpoint", 401), ("token_endpoint", 405)] {
        let address = described[name].as_str().context("an address")?;
        let path = address.strip_prefix(issuer).context("of ours")?;
        assert_eq!(get(path).await?.status().as_u16(), status, "{name}");
    }
    let set = get("/jwks").await?;
    assert_eq!(set.headers()["cache-control"], "public, max-age=3600");
    let set = json(set).await?;
    let key = &set["keys"][0];
    assert_eq!(
        (&key["alg"], &key["use"], &key["crv"]),
        (&"ES256".into(), &"sig".into(), &"P-256".into())
    );
    assert!(key.get("d").is_none(), "nothing private");
    assert_eq!(set, json(get("/jwks").await?).await?, "the same each time");
    Ok(())
}

async fn a_token_that_opens_nothing_says_so(on: On) -> Result<()> {
    let house = House::new(on).await?;
    for header in [None, Some("Bearer "), Some("Bearer guessed"), Some("Basic x")] {
        let mut request = Request::get("/userinfo");
        if let Some(header) = header {
            request = request.header("authorization", header);
        }
        let answer = ask(&house, request.body(Body::empty())?).await?;
        assert_eq!(answer.status(), StatusCode::UNAUTHORIZED, "{header:?}");
        assert_eq!(answer.headers()["www-authenticate"], "Bearer error=\"invalid_token\"");
    }
    Ok(())
}

loket_testkit::on_both! {
    every_fault_of_the_token_endpoint_has_its_code
    what_is_published_is_what_there_is
    a_token_that_opens_nothing_says_so
}

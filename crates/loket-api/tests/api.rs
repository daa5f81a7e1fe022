//! The calls through the real router, over an office on either database.

#![cfg(test)]

use anyhow::{Context as _, Result};
use axum::body::Body;
use axum::http::{Request, StatusCode};
use axum::response::Response;
use loket_api::{ApiState, OPENAPI, ReceiptDoor, ReceiptForm, router};
use loket_domain::secret::Secret;
use loket_testkit::house::{House, On};
use serde_json::Value;
use tower::ServiceExt as _;

const TOKEN: &str = "a token of the gateway";

async fn ask(house: &House, with_token: bool, request: Request<Body>) -> Result<Response> {
    let receipts = with_token.then(|| ReceiptDoor {
        token: Secret::new(TOKEN.to_owned()),
        form: ReceiptForm::default(),
    });
    let state = ApiState { office: house.office.clone(), receipts };
    Ok(router(state).oneshot(request).await?)
}

fn receipt(token: Option<&str>, body: &str) -> Result<Request<Body>> {
    let mut request = Request::post("/v1/messageReceipts");
    if let Some(token) = token {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    Ok(request.body(Body::from(body.to_owned()))?)
}

async fn json(response: Response) -> Result<Value> {
    let body = axum::body::to_bytes(response.into_body(), 1 << 20).await?;
    Ok(serde_json::from_slice(&body)?)
}

const UNKNOWN: &str =
    r#"{"reference":"0190b8c4-7a3c-7000-8000-000000000001","status":"delivered"}"#;

async fn receipts_need_the_token_and_tell_nothing(on: On) -> Result<()> {
    let house = House::new(on).await?;
    let taken = ask(&house, true, receipt(Some(TOKEN), UNKNOWN)?).await?;
    assert_eq!(taken.status(), StatusCode::NO_CONTENT, "an unknown message is no failure");
    for (token, body, wanted) in [
        (None, UNKNOWN, StatusCode::UNAUTHORIZED),
        (Some("another"), UNKNOWN, StatusCode::UNAUTHORIZED),
        (Some(TOKEN), "{}", StatusCode::BAD_REQUEST),
        (Some(TOKEN), "", StatusCode::BAD_REQUEST),
    ] {
        let response = ask(&house, true, receipt(token, body)?).await?;
        assert_eq!(response.status(), wanted, "{token:?} {body}");
        let kind = response.headers().get("content-type").context("a type")?;
        assert_eq!(kind, "application/problem+json");
        let problem = json(response).await?;
        assert_eq!(problem["status"], wanted.as_u16());
        assert!(
            problem["type"].as_str().is_some_and(|t| t.starts_with("urn:problem-type:belgif:"))
        );
    }
    let closed = ask(&house, false, receipt(Some(TOKEN), UNKNOWN)?).await?;
    assert_eq!(closed.status(), StatusCode::NOT_FOUND, "without a configured token no door");
    let long = "x".repeat(17 * 1024);
    let refused = ask(&house, true, receipt(Some(TOKEN), &long)?).await?;
    assert_eq!(refused.status(), StatusCode::PAYLOAD_TOO_LARGE);
    Ok(())
}

async fn health_says_whether_the_database_answers(on: On) -> Result<()> {
    let house = House::new(on).await?;
    let response = ask(&house, true, Request::get("/health").body(Body::empty())?).await?;
    assert_eq!(response.status(), StatusCode::OK);
    let health = json(response).await?;
    assert_eq!(
        (&health["status"], &health["details"]["database"]["status"]),
        (&"UP".into(), &"UP".into())
    );
    Ok(())
}

async fn other_addresses_and_methods_get_a_problem(on: On) -> Result<()> {
    let house = House::new(on).await?;
    let missing = ask(&house, true, Request::get("/v1/persons").body(Body::empty())?).await?;
    assert_eq!(missing.status(), StatusCode::NOT_FOUND);
    let wrong = ask(&house, true, Request::put("/v1/messageReceipts").body(Body::empty())?).await?;
    assert_eq!(wrong.status(), StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(wrong.headers().get("allow").context("allow")?, "GET, POST");
    assert_eq!(json(wrong).await?["type"], "urn:problem-type:belgif:methodNotAllowed");
    Ok(())
}

/// Every path of the description answers something else than "no such call", and it is served.
async fn the_description_names_what_there_is(on: On) -> Result<()> {
    let house = House::new(on).await?;
    let served = ask(&house, true, Request::get("/doc/openapi.yaml").body(Body::empty())?).await?;
    let body = axum::body::to_bytes(served.into_body(), 1 << 20).await?;
    assert_eq!(body, OPENAPI.as_bytes());
    let paths: Vec<&str> =
        OPENAPI.lines().filter_map(|line| line.strip_prefix("  /")?.strip_suffix(':')).collect();
    assert_eq!(paths, ["health", "doc/openapi.yaml", "v1/messageReceipts"]);
    for path in paths {
        let request = Request::put(format!("/{path}")).body(Body::empty())?;
        let response = ask(&house, true, request).await?;
        assert_eq!(response.status(), StatusCode::METHOD_NOT_ALLOWED, "{path}");
    }
    Ok(())
}

loket_testkit::on_both! {
    receipts_need_the_token_and_tell_nothing
    health_says_whether_the_database_answers
    other_addresses_and_methods_get_a_problem
    the_description_names_what_there_is
}

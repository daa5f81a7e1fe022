//! A service to try a key at: a relying party of the demonstration on pages of its own, registered as any
//! other; and those that a file registers beside it.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, Result};
use askama::Template;
use axum::extract::{RawQuery, State};
use axum::http::header::{COOKIE, HeaderMap, HeaderValue, SET_COOKIE};
use axum::response::{IntoResponse as _, Redirect, Response};
use loket_app::Failure;
use loket_app::commands::register_relying_party::RegisterRelyingParty;
use loket_domain::Refusal;
use loket_domain::key::AssuranceLevel;
use loket_domain::relying_party::{Claim, ClientId, ClientProof, Registered, ReturnAddress};
use loket_store::{Clock as _, StoreError, SystemClock};
use loket_testkit::relying_party::{Attempt, SmallParty};
use loket_text::Text;
use ring::digest::{SHA256, digest};
use serde::Deserialize;

use super::page::{Frame, html};
use super::stage::Stage;
use crate::wiring::House;

const CLIENT: &str = "demo-service";
const SECRET: &str = "demonstration-service";
const COOKIE_NAME: &str = "__Host-demo-service";
const PAGE: &str = "/demo/service";

/// A relying party as a file gives it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Given {
    client: String,
    name: String,
    secret: String,
    redirect_uris: Vec<String>,
    #[serde(default)]
    post_logout_redirect_uris: Vec<String>,
    scopes: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Parties {
    relying_party: Vec<Given>,
}

/// Registers the service, and those of the file, where they are not there yet.
pub(super) async fn register(house: &House, origin: &str, file: Option<&Path>) -> Result<()> {
    let page = format!("{origin}{PAGE}");
    let own = Given {
        client: CLIENT.to_owned(),
        name: "Dienst Proef".to_owned(),
        secret: SECRET.to_owned(),
        redirect_uris: vec![format!("{page}/return")],
        post_logout_redirect_uris: vec![page],
        scopes: vec!["profile".to_owned(), "birthdate".to_owned(), "email".to_owned()],
    };
    register_one(house, own).await?;
    let Some(file) = file else { return Ok(()) };
    let parties: Parties = toml::from_str(&std::fs::read_to_string(file)?)?;
    for party in parties.relying_party {
        register_one(house, party).await?;
    }
    Ok(())
}

async fn register_one(house: &House, given: Given) -> Result<()> {
    let all = |texts: &[String]| {
        texts.iter().map(|text| ReturnAddress::new(text)).collect::<Result<Vec<_>, _>>()
    };
    let claims = given.scopes.iter().map(|scope| Claim::from_scope(scope));
    let mut kept = [0; 32];
    kept.copy_from_slice(digest(&SHA256, given.secret.as_bytes()).as_ref());
    let registered = Registered {
        sector: given.client.clone(),
        name: given.name,
        returns: all(&given.redirect_uris)?,
        after_sign_out: all(&given.post_logout_redirect_uris)?,
        claims: claims.collect::<Result<BTreeSet<_>, _>>()?,
        least: AssuranceLevel::Low,
        proof: ClientProof::Secret { digest: kept },
    };
    let command =
        RegisterRelyingParty { client: ClientId::new(&given.client)?, registered, change: false };
    match house.office.run(house.office.operator_call("demo")?, command).await {
        // A database that is not written to any more serves pages that say so, and nobody signs in.
        Ok(_)
        | Err(
            Failure::Refused(Refusal::AlreadyExists)
            | Failure::Broken(StoreError::WritingStopped(_) | StoreError::WritingPaused(_)),
        ) => Ok(()),
        Err(failure) => Err(failure).context("a relying party"),
    }
}

fn party(stage: &Stage) -> SmallParty {
    SmallParty {
        issuer: stage.origin().to_owned(),
        client: CLIENT.to_owned(),
        secret: SECRET.to_owned(),
        redirect: format!("{}{PAGE}/return", stage.origin()),
    }
}

#[derive(Template)]
#[template(path = "demo_service.html")]
struct ServicePage {
    frame: Frame,
    /// Name and value of what the service got; empty before.
    got: Vec<(String, String)>,
    /// Where to sign out.
    leave: Option<String>,
    failed: Option<String>,
}

fn page(headers: &HeaderMap) -> ServicePage {
    let t = Text::new(loket_web::language_of(headers));
    let frame = Frame::new(t, t.demo_service_title(), PAGE);
    ServicePage { frame, got: Vec::new(), leave: None, failed: None }
}

pub(super) async fn show(headers: HeaderMap) -> Response {
    html(&page(&headers))
}

pub(super) async fn begin(State(stage): State<Arc<Stage>>, headers: HeaderMap) -> Response {
    let begun = party(&stage).begin("openid profile birthdate email").and_then(|(to, attempt)| {
        let kept = hex::encode(serde_json::to_vec(&attempt)?);
        let cookie = format!("{COOKIE_NAME}={kept}; Path=/; Secure; HttpOnly; SameSite=Lax");
        Ok((to, HeaderValue::from_str(&cookie)?))
    });
    match begun {
        Ok((to, cookie)) => ([(SET_COOKIE, cookie)], Redirect::to(&to)).into_response(),
        Err(error) => html(&ServicePage { failed: Some(error.to_string()), ..page(&headers) }),
    }
}

pub(super) async fn back(
    State(stage): State<Arc<Stage>>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Response {
    let party = party(&stage);
    let known = async {
        let attempt = attempt(&headers).context("no attempt of this browser")?;
        party.finish(&attempt, &query.unwrap_or_default(), SystemClock.now()).await
    };
    match known.await {
        Ok(known) => {
            let listed = |claims: &serde_json::Value| -> Vec<(String, String)> {
                let claims = claims.as_object().cloned().unwrap_or_default();
                claims.into_iter().map(|(name, value)| (name, value.to_string())).collect()
            };
            let mut got = listed(&known.id);
            got.extend(listed(&known.info).into_iter().filter(|(name, _)| name != "sub"));
            let leave = party.leave(&known.id_token, &format!("{}{PAGE}", stage.origin())).ok();
            html(&ServicePage { got, leave, ..page(&headers) })
        }
        Err(error) => html(&ServicePage { failed: Some(error.to_string()), ..page(&headers) }),
    }
}

fn attempt(headers: &HeaderMap) -> Option<Attempt> {
    let all = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = all.flat_map(|value| value.split(';')).filter_map(|p| p.trim().split_once('='));
    let (_, kept) = pairs.find(|(name, _)| *name == COOKIE_NAME)?;
    serde_json::from_slice(&hex::decode(kept).ok()?).ok()
}

//! The pages of the demonstration itself: whom to be, whom to try, and what was received.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderMap, HeaderValue, REFERRER_POLICY,
    X_CONTENT_TYPE_OPTIONS,
};
use axum::middleware::{self, Next};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use loket_domain::Language;
use loket_registers::service::{NamedPersona, admin_router};
use loket_testkit::pki::ocsp_router;
use loket_text::Text;
use serde_json::{Value, json};

use super::cards;
use super::messages::{self, Piece, Shown};
use super::people::{PIN, applicants, shows};
use super::service;
use super::stage::Stage;

const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
    connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; \
    require-trusted-types-for 'script'";

/// Everything under `/demo`.
pub(super) fn router(stage: Stage) -> Router {
    let around = Router::new()
        .nest("/demo", ocsp_router(stage.responder.clone()))
        .nest("/demo/registers", admin_router(stage.faults.clone()));
    Router::new()
        .route("/demo", get(start))
        .route("/demo/messages", get(received))
        .route("/demo/messages/count", get(count))
        .route("/demo/service", get(service::show))
        .route("/demo/service/begin", get(service::begin))
        .route("/demo/service/return", get(service::back))
        .route("/demo/cards", get(cards::list))
        .route("/demo/cards/{key}/authenticate", post(cards::authenticate))
        .route("/demo/cards/{key}/unblock", post(cards::unblock))
        .route("/demo/cards/{key}/revoke", post(cards::revoke))
        .route("/demo/extension.js", get(script(include_str!("../../static/extension.js"))))
        .route("/demo/messages.js", get(script(include_str!("../../static/messages.js"))))
        .route("/demo/demo.css", get(style))
        .layer(middleware::from_fn(guard))
        .with_state(Arc::new(stage))
        .merge(around)
}

/// The same guards as the pages have.
async fn guard(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    for (name, value) in [
        (CONTENT_SECURITY_POLICY, POLICY),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (REFERRER_POLICY, "no-referrer"),
        (CACHE_CONTROL, "no-store"),
    ] {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

fn script(
    text: &'static str,
) -> impl Fn() -> std::future::Ready<Response> + Clone + Send + Sync + 'static {
    move || {
        let kind = [(CONTENT_TYPE, "text/javascript; charset=utf-8")];
        std::future::ready((kind, text).into_response())
    }
}

async fn style() -> Response {
    let kind = [(CONTENT_TYPE, "text/css; charset=utf-8")];
    (kind, include_str!("../../static/demo.css")).into_response()
}

/// What stands around a page.
pub(super) struct Frame {
    pub(super) t: Text,
    pub(super) title: String,
    pub(super) here: &'static str,
    pub(super) style: &'static str,
    pub(super) icon: &'static str,
}

impl Frame {
    pub(super) const fn new(t: Text, title: String, here: &'static str) -> Self {
        Self { t, title, here, style: loket_web::STYLE, icon: loket_web::ICON }
    }

    pub(super) fn languages(&self) -> impl Iterator<Item = (Language, bool)> + use<> {
        let chosen = self.t.language();
        Language::ALL.into_iter().map(move |language| (language, language == chosen))
    }
}

/// A card on the page.
struct CardRow {
    key: &'static str,
    name: String,
    shows: String,
    blocked: bool,
}

/// Somebody at the counter, on the page.
struct ApplicantRow {
    name: String,
    number: String,
    born: &'static str,
    shows: String,
}

#[derive(Template)]
#[template(path = "demo_start.html")]
struct StartPage {
    frame: Frame,
    pin: &'static str,
    cards: Vec<CardRow>,
    applicants: Vec<ApplicantRow>,
}

async fn start(State(stage): State<Arc<Stage>>, headers: HeaderMap) -> Response {
    let t = Text::new(loket_web::language_of(&headers));
    let card = |held: &super::stage::HeldCard| CardRow {
        key: held.colleague.key(),
        name: held.colleague.name(),
        shows: held.colleague.shows(t),
        blocked: held.card.tries_left() == 0,
    };
    html(&StartPage {
        frame: Frame::new(t, t.demo_title(), "/demo"),
        pin: PIN,
        cards: stage.cards.iter().map(card).collect(),
        applicants: applicants().iter().map(|persona| row(persona, t)).collect(),
    })
}

fn row(persona: &NamedPersona, t: Text) -> ApplicantRow {
    ApplicantRow {
        name: format!("{} {}", persona.given_names, persona.surname).trim().to_owned(),
        number: persona.ssin().map(|ssin| ssin.grouped()).unwrap_or_default(),
        born: persona.birth_date,
        shows: shows(persona, t),
    }
}

#[derive(Template)]
#[template(path = "demo_messages.html")]
struct MessagesPage {
    frame: Frame,
    messages: Vec<Shown>,
}

async fn received(State(stage): State<Arc<Stage>>, headers: HeaderMap) -> Response {
    let t = Text::new(loket_web::language_of(&headers));
    html(&MessagesPage {
        frame: Frame::new(t, t.demo_messages_title(), "/demo/messages"),
        messages: messages::all(&stage, t),
    })
}

/// How many messages there are, so that the page knows when to load itself again.
async fn count(State(stage): State<Arc<Stage>>) -> Json<Value> {
    Json(json!({ "count": messages::count(&stage) }))
}

pub(super) fn html(page: &impl Template) -> Response {
    match page.render() {
        Ok(text) => Html(text).into_response(),
        Err(error) => {
            tracing::error!(%error, "a template could not be rendered");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

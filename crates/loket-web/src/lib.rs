//! The pages: one module per page with its handler, its form and its template. Server-rendered
//! HTML that works without JavaScript where no card or passkey is involved.
//!
//! Pages know the office and the texts; they never see SQL, and personal data only through the
//! disclosure of a journaled command.

pub mod card_host;
mod cookie;
mod deadline;
mod demo_head;
mod fault;
mod form;
mod frame;
mod language;
mod message_words;
mod origin;
mod pages;
mod post;
mod refusal_words;
mod response_headers;
mod routes;
mod session;
mod static_files;
mod wish;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, FromRef};
use axum::middleware;
use loket_app::Office;

pub use demo_head::DemoHead;
pub use language::of as language_of;
pub use pages::audit::worded as evidence_in_words;

/// Address of the style sheet of every page; it changes with its content.
pub const STYLE: &str = static_files::STYLE;
/// Address of the icon of every page.
pub const ICON: &str = static_files::ICON;

/// Largest request body (DESIGN section 8).
const LARGEST_BODY: usize = 64 * 1024;
/// Longest time for a request.
const LONGEST_REQUEST: Duration = Duration::from_secs(10);

/// What every page needs.
#[derive(Clone)]
pub struct WebState {
    /// The office.
    pub office: Office,
    /// Settings of the pages.
    pub settings: Arc<WebSettings>,
}

/// Settings of the pages.
#[derive(Debug, Clone)]
pub struct WebSettings {
    /// Public origin without a trailing slash, such as `https://loket.example.be`.
    pub origin: String,
    /// Origin of the host that asks for the card's certificate, when there is one.
    pub card_host: Option<String>,
    /// Version of the terms of use in force.
    pub terms_version: String,
    /// What a demonstration adds to the pages.
    pub demo: Option<DemoHead>,
}

impl FromRef<WebState> for Office {
    fn from_ref(state: &WebState) -> Self {
        state.office.clone()
    }
}

/// All pages with their guards.
pub fn router(state: WebState) -> Router {
    let deadline = deadline::Deadline { state: state.clone(), longest: LONGEST_REQUEST };
    pages::router()
        .layer(middleware::from_fn_with_state(state.clone(), origin::guard))
        // Whoever reads a body meets the limit, and answers with a page of ours.
        .layer(DefaultBodyLimit::max(LARGEST_BODY))
        .layer(middleware::from_fn_with_state(deadline, deadline::keep))
        .layer(middleware::from_fn_with_state(state.clone(), response_headers::add))
        .with_state(state)
}

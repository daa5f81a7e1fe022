//! Pages about the service, for everybody, signed in or not: help, privacy, accessibility, state,
//! and whom to tell of a weakness. They show nothing of anybody.

mod accessibility;
mod article;
mod help;
mod privacy;
#[cfg(test)]
mod rendered;
mod security;
mod status;

use axum::Router;
use axum::response::Response;
use axum::routing::get;
use loket_domain::time::Day;
use loket_text::Text;

use crate::frame::Frame;
use crate::language::Here;
use crate::session::Staff;
use crate::{WebState, routes};

/// Day on which privacy notice and accessibility statement were last gone through; at least once a
/// year (requirement UX-09).
const REVISED: &str = "2026-11-23";

/// Its pages.
pub(crate) fn router() -> Router<WebState> {
    Router::new()
        .route(routes::HELP, get(help::show))
        .route(routes::PRIVACY, get(privacy::show))
        .route(routes::ACCESSIBILITY, get(accessibility::show))
        .route(routes::STATUS, get(status::show))
        .route(routes::SECURITY, get(security::show))
}

/// Staff keep their menu on these pages; for anybody else, and where the session cannot be read,
/// the page stands without it.
type Reader = Result<Staff, Response>;

fn frame(
    state: &WebState,
    here: &Here,
    reader: &Reader,
    title: &str,
    address: &'static str,
) -> Frame {
    match reader {
        Ok(staff) => Frame::of_staff(state, staff, title, address),
        Err(_) => Frame::anonymous(state, here, title),
    }
}

fn revised(t: Text) -> String {
    t.about_date(&Day::parse(REVISED).map(|day| t.day(day)).unwrap_or_default())
}

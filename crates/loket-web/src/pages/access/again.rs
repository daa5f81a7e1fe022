//! Showing the card again within a session, before an act that asks for it. Leads back to the page
//! that asked.

use askama::Template;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde::Deserialize;

use super::sign_in::{LONGEST_TOKEN, failed, is_json, leading_to, refused};
use crate::cookie::Cookie;
use crate::frame::{Frame, html};
use crate::pages::language_choice::own_path;
use crate::session::Staff;
use crate::{WebState, routes, static_files};

#[derive(Deserialize)]
pub(crate) struct Back {
    #[serde(default)]
    back: String,
}

#[derive(Template)]
#[template(path = "sign_in_again.html")]
struct AgainPage {
    frame: Frame,
    /// Where the token goes.
    send: String,
    /// Where the page that asked is.
    back: String,
}

pub(crate) async fn show(
    State(state): State<WebState>,
    staff: Staff,
    Query(asked): Query<Back>,
) -> Response {
    let back = own_path(&asked.back).to_owned();
    let title = staff.here.t.card_again_title();
    html(&AgainPage {
        frame: Frame::of_staff(&state, &staff, &title, routes::SIGN_IN_AGAIN)
            .with_script(static_files::CARD),
        send: format!("{}?back={back}", routes::SIGN_IN_AGAIN),
        back,
    })
}

pub(crate) async fn prove(
    State(state): State<WebState>,
    staff: Staff,
    Query(asked): Query<Back>,
    headers: HeaderMap,
    token: String,
) -> Response {
    let Some(visitor) = Cookie::Visitor.read(&headers) else {
        return leading_to(StatusCode::FORBIDDEN, &failed("challenge"));
    };
    if token.len() > LONGEST_TOKEN || !is_json(&headers) {
        return leading_to(StatusCode::BAD_REQUEST, &failed("card"));
    }
    let call = match staff.reading(&state) {
        Ok(call) => call,
        Err(fault) => return staff.fault(&state, fault),
    };
    let session = staff.masthead.session;
    match state.office.show_card_again(call, session, &visitor, &token).await {
        Ok(()) => {
            let mut response = leading_to(StatusCode::OK, own_path(&asked.back));
            Cookie::Visitor.clear(response.headers_mut());
            response
        }
        Err(failure) => refused(failure),
    }
}

//! The start page: who this is for, and the way in for each.

use askama::Template;
use axum::extract::State;
use axum::response::Response;

use crate::WebState;
use crate::frame::{Frame, html};
use crate::language::Here;

#[derive(Template)]
#[template(path = "start.html")]
struct StartPage {
    frame: Frame,
}

pub(crate) async fn show(State(state): State<WebState>, here: Here) -> Response {
    html(&StartPage { frame: Frame::anonymous(&state, &here, &here.t.start_title()) })
}

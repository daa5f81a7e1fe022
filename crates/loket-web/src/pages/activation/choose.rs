//! The person chooses the kind of key.

use askama::Template;
use axum::extract::State;
use axum::response::Response;

use super::pass::Holder;
use crate::WebState;
use crate::frame::{Frame, html};

#[derive(Template)]
#[template(path = "activate_choose.html")]
struct ChoosePage {
    frame: Frame,
}

pub(crate) async fn show(State(state): State<WebState>, holder: Holder) -> Response {
    match holder.entered(&state).await {
        Ok(_) => html(&ChoosePage {
            frame: Frame::anonymous(&state, &holder.here, &holder.here.t.activate_choose_title()),
        }),
        Err(fault) => holder.fault(&state, fault),
    }
}

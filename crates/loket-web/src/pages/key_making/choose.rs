//! The person chooses the kind of key.

use askama::Template;
use axum::extract::State;
use axum::response::Response;

use super::{KeyMaker, Places};
use crate::WebState;
use crate::frame::{Frame, html};

#[derive(Template)]
#[template(path = "key_choose.html")]
struct ChoosePage {
    frame: Frame,
    places: Places,
}

pub(crate) async fn show<M: KeyMaker>(State(state): State<WebState>, maker: M) -> Response {
    let here = maker.here();
    match maker.may_go_on(&state).await {
        Ok(()) => html(&ChoosePage {
            frame: Frame::of_person(&state, here, &here.t.activate_choose_title()),
            places: M::PLACES,
        }),
        Err(fault) => maker.fault(&state, fault),
    }
}

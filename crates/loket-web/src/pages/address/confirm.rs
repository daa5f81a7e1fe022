//! Is this your address? One button.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use loket_app::office::ContactLinkView;
use loket_text::Text;
use serde::Deserialize;

use super::pass::Reader;
use crate::form::Posted;
use crate::frame::{Frame, html};
use crate::wish::Wish;
use crate::{WebState, routes};

#[derive(Deserialize)]
pub(crate) struct ConfirmForm {
    wish: Wish,
}

#[derive(Template)]
#[template(path = "address_confirm.html")]
struct ConfirmPage {
    frame: Frame,
    wish: String,
    found: ContactLinkView,
}

pub(crate) async fn show(State(state): State<WebState>, mut reader: Reader) -> Response {
    let found = match state.office.contact_link(&reader.pass).await {
        Ok(found) => found,
        Err(failure) => return reader.fault(&state, failure),
    };
    if !reader.has_chosen {
        reader.here.t = Text::new(found.language);
    }
    let wish = match reader.new_wish(&state) {
        Ok(wish) => wish,
        Err(fault) => return reader.fault(&state, fault),
    };
    let t = reader.here.t;
    let title =
        if found.confirmed { t.address_confirmed_title() } else { t.address_confirm_title() };
    html(&ConfirmPage { frame: Frame::anonymous(&state, &reader.here, &title), wish, found })
}

pub(crate) async fn confirm(
    State(state): State<WebState>,
    reader: Reader,
    Posted(form): Posted<ConfirmForm>,
) -> Response {
    if let Err(fault) = reader.check(&state, &form.wish) {
        return reader.fault(&state, fault);
    }
    match state.office.confirm_by_link(&reader.pass, reader.address.clone()).await {
        Ok(()) => Redirect::to(routes::ADDRESS_CONFIRM).into_response(),
        Err(failure) => reader.fault(&state, failure),
    }
}

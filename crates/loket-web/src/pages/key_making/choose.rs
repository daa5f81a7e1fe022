//! The person chooses the kind of key.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use loket_domain::Refusal;
use loket_domain::key::KeyKind;

use super::{KeyMaker, Places};
use crate::WebState;
use crate::fault::{Fault, sentences};
use crate::frame::{Frame, html};

#[derive(Template)]
#[template(path = "key_choose.html")]
struct ChoosePage {
    frame: Frame,
    places: Places,
    /// Why no key with a password can be made, and what to do; empty when it can.
    no_password: String,
}

pub(crate) async fn show<M: KeyMaker>(State(state): State<WebState>, maker: M) -> Response {
    match filled(&state, &maker).await {
        Ok(page) => html(&page),
        Err(fault) => maker.fault(&state, fault),
    }
}

async fn filled<M: KeyMaker>(state: &WebState, maker: &M) -> Result<ChoosePage, Fault> {
    // Whoever can make no passkey can make nothing: that is a page of its own.
    maker.may_make(state, KeyKind::Passkey).await?;
    let here = maker.here();
    let no_password = match maker.may_make(state, KeyKind::PasswordAndApp).await {
        Ok(()) => String::new(),
        Err(Fault::Refused(refusal @ (Refusal::AddressMissing | Refusal::TooManyKeys))) => {
            let (_, what, next) = sentences(here.t, refusal);
            format!("{what} {next}")
        }
        Err(fault) => return Err(fault),
    };
    Ok(ChoosePage {
        frame: Frame::of_person(state, here, &here.t.activate_choose_title()),
        places: M::PLACES,
        no_password,
    })
}

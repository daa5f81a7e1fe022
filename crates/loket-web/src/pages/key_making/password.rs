//! The person chooses a password. Length counts, composition does not (requirement AU-08).

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use loket_app::office::SetUpFailure;
use loket_domain::key::KeyKind;
use loket_domain::key::password::{FEWEST, PasswordFault};
use loket_domain::secret::Secret;
use serde::Deserialize;

use super::{KeyMaker, Places};
use crate::WebState;
use crate::fault::Fault;
use crate::form::Posted;
use crate::frame::{Errors, Frame, html};
use crate::wish::Wish;

#[derive(Deserialize)]
pub(crate) struct PasswordForm {
    wish: Wish,
    #[serde(default)]
    password: String,
}

#[derive(Template)]
#[template(path = "key_password.html")]
struct PasswordPage {
    frame: Frame,
    places: Places,
    wish: String,
    errors: Errors,
    rule: String,
}

pub(crate) async fn show<M: KeyMaker>(State(state): State<WebState>, maker: M) -> Response {
    match maker.may_make(&state, KeyKind::PasswordAndApp).await {
        Ok(()) => page(&state, &maker, Errors::default()),
        Err(fault) => maker.fault(&state, fault),
    }
}

pub(crate) async fn choose<M: KeyMaker>(
    State(state): State<WebState>,
    maker: M,
    Posted(form): Posted<PasswordForm>,
) -> Response {
    if let Err(fault) = maker.check(&state, &form.wish) {
        return maker.fault(&state, fault);
    }
    let t = maker.here().t;
    let password = Secret::new(form.password);
    let message = match state.office.choose_password(maker.maker(), password, maker.network()).await
    {
        Ok(()) => return Redirect::to(M::PLACES.app).into_response(),
        Err(SetUpFailure::Password(fault)) => match fault {
            PasswordFault::TooShort => t.activate_password_short(fewest()),
            PasswordFault::TooLong => t.activate_password_long(),
            PasswordFault::TooCommon => t.activate_password_common(),
            PasswordFault::TooPersonal => t.activate_password_personal(),
        },
        Err(SetUpFailure::Office(failure)) => {
            return maker.fault(&state, Fault::from(failure));
        }
    };
    page(&state, &maker, Errors::one("password", message))
}

fn fewest() -> i64 {
    i64::try_from(FEWEST).unwrap_or(i64::MAX)
}

fn page<M: KeyMaker>(state: &WebState, maker: &M, errors: Errors) -> Response {
    let here = maker.here();
    match maker.new_wish(state) {
        Ok(wish) => html(&PasswordPage {
            frame: Frame::of_person(state, here, &here.t.activate_password_title())
                .with_errors(!errors.is_empty()),
            places: M::PLACES,
            wish,
            errors,
            rule: here.t.activate_password_rule(fewest()),
        }),
        Err(fault) => maker.fault(state, fault),
    }
}

//! The person chooses a password. Length counts, composition does not (requirement AU-08).

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use loket_app::office::SetUpFailure;
use loket_domain::key::password::{FEWEST, PasswordFault};
use loket_domain::secret::Secret;
use serde::Deserialize;

use super::pass::Holder;
use crate::fault::Fault;
use crate::form::Posted;
use crate::frame::{Errors, Frame, html};
use crate::wish::Wish;
use crate::{WebState, routes};

#[derive(Deserialize)]
pub(crate) struct PasswordForm {
    wish: Wish,
    #[serde(default)]
    password: String,
}

#[derive(Template)]
#[template(path = "activate_password.html")]
struct PasswordPage {
    frame: Frame,
    wish: String,
    errors: Errors,
    rule: String,
}

pub(crate) async fn show(State(state): State<WebState>, holder: Holder) -> Response {
    match holder.entered(&state).await {
        Ok(_) => page(&state, &holder, Errors::default()),
        Err(fault) => holder.fault(&state, fault),
    }
}

pub(crate) async fn choose(
    State(state): State<WebState>,
    holder: Holder,
    Posted(form): Posted<PasswordForm>,
) -> Response {
    if let Err(fault) = holder.check(&state, &form.wish) {
        return holder.fault(&state, fault);
    }
    let t = holder.here.t;
    let message = match state.office.choose_password(&holder.pass, Secret::new(form.password)).await
    {
        Ok(()) => return Redirect::to(routes::ACTIVATE_APP).into_response(),
        Err(SetUpFailure::Password(PasswordFault::TooShort)) => t.activate_password_short(fewest()),
        Err(SetUpFailure::Password(PasswordFault::TooLong)) => t.activate_password_long(),
        Err(SetUpFailure::Password(PasswordFault::TooCommon)) => t.activate_password_common(),
        Err(SetUpFailure::Office(failure)) => return holder.fault(&state, Fault::from(failure)),
    };
    page(&state, &holder, Errors::one("password", message))
}

fn fewest() -> i64 {
    i64::try_from(FEWEST).unwrap_or(i64::MAX)
}

fn page(state: &WebState, holder: &Holder, errors: Errors) -> Response {
    let t = holder.here.t;
    match holder.new_wish(state) {
        Ok(wish) => html(&PasswordPage {
            frame: Frame::anonymous(state, &holder.here, &t.activate_password_title())
                .with_errors(!errors.is_empty()),
            wish,
            errors,
            rule: t.activate_password_rule(fewest()),
        }),
        Err(fault) => holder.fault(state, fault),
    }
}

//! At the counter, once the person is identified: withdrawing every key, and turning the screen.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use loket_app::Failure;
use loket_app::commands::withdraw_keys_at_counter::WithdrawKeysAtCounter;
use loket_domain::Refusal;
use serde::Deserialize;

use crate::cookie::Cookie;
use crate::form::Posted;
use crate::pages::identification::counter::Counter;
use crate::wish::Wish;
use crate::{WebState, routes};

#[derive(Deserialize)]
pub(crate) struct KeysForm {
    wish: Wish,
}

/// Withdraws every key of the person of the dossier.
pub(crate) async fn withdraw(
    State(state): State<WebState>,
    counter: Counter,
    Posted(form): Posted<KeysForm>,
) -> Response {
    let call = match counter.staff.sending(&state, &form.wish) {
        Ok(call) => call,
        Err(fault) => return counter.staff.fault(&state, fault),
    };
    let command = WithdrawKeysAtCounter { registration: counter.id };
    match state.office.run(call, command).await {
        // Another tab was faster, or the holder was: there is nothing left to withdraw.
        Ok(_) | Err(Failure::Refused(Refusal::NoKeys)) => {
            Counter::to(&routes::registration(counter.id))
        }
        Err(failure) => counter.failed(&state, failure),
    }
}

/// Turns the screen to the person: the officer's session is over before the page is shown.
pub(crate) async fn turn(
    State(state): State<WebState>,
    counter: Counter,
    Posted(form): Posted<KeysForm>,
) -> Response {
    let call = match counter.staff.sending(&state, &form.wish) {
        Ok(call) => call,
        Err(fault) => return counter.staff.fault(&state, fault),
    };
    match state.office.turn_screen(call, counter.id).await {
        Ok(guide) => {
            let mut response = Redirect::to(routes::GUIDE).into_response();
            Cookie::Session.clear(response.headers_mut());
            // The officer's language is not the person's.
            Cookie::Language.clear(response.headers_mut());
            Cookie::Guide.set(guide.expose(), response.headers_mut());
            response
        }
        Err(failure) => counter.failed(&state, failure),
    }
}

//! The slip with the code, as PDF. Each print makes a new code; nothing can show the old one.

use axum::extract::State;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use crate::WebState;
use crate::form::Posted;
use crate::pages::identification::counter::Counter;
use crate::wish::Wish;

#[derive(Deserialize)]
pub(crate) struct SlipForm {
    wish: Wish,
}

pub(crate) async fn print(
    State(state): State<WebState>,
    counter: Counter,
    Posted(form): Posted<SlipForm>,
) -> Response {
    let call = match counter.staff.sending(&state, &form.wish) {
        Ok(call) => call,
        Err(fault) => return counter.staff.fault(&state, fault),
    };
    match state.office.print_slip(call, counter.id).await {
        Ok(pdf) => (
            [
                (CONTENT_TYPE, "application/pdf"),
                (CONTENT_DISPOSITION, "inline; filename=\"activation-code.pdf\""),
            ],
            pdf,
        )
            .into_response(),
        Err(failure) => counter.failed(&state, failure),
    }
}

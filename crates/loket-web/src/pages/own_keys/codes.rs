//! Recovery codes: shown once, in the answer that makes them. To be printed or copied out with what
//! every browser can do without a script.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;

use super::holder::KeyHolder;
use super::list::view;
use crate::WebState;
use crate::fault::Fault;
use crate::form::Posted;
use crate::frame::{Frame, html};
use crate::pages::key_making::KeyMaker as _;
use crate::wish::Wish;

#[derive(Deserialize)]
pub(crate) struct CodesForm {
    wish: Wish,
}

#[derive(Template)]
#[template(path = "my_keys_codes.html")]
struct CodesPage {
    frame: Frame,
    wish: String,
    /// The new codes; none before they are made.
    codes: Vec<String>,
    left: String,
}

pub(crate) async fn show(State(state): State<WebState>, holder: KeyHolder) -> Response {
    match filled(&state, &holder, Vec::new()).await {
        Ok(page) => html(&page),
        Err(fault) => holder.fault(&state, fault),
    }
}

pub(crate) async fn make(
    State(state): State<WebState>,
    holder: KeyHolder,
    Posted(form): Posted<CodesForm>,
) -> Response {
    match made(&state, &holder, &form).await {
        Ok(page) => html(&page),
        Err(fault) => holder.fault(&state, fault),
    }
}

async fn made(state: &WebState, holder: &KeyHolder, form: &CodesForm) -> Result<CodesPage, Fault> {
    let call = holder.sending(state, &form.wish)?;
    let codes = state.office.make_recovery_codes(&holder.session, call).await?;
    filled(state, holder, codes.iter().map(|code| code.expose().to_owned()).collect()).await
}

async fn filled(
    state: &WebState,
    holder: &KeyHolder,
    codes: Vec<String>,
) -> Result<CodesPage, Fault> {
    let (view, _) = view(state, holder).await?;
    let t = holder.here.t;
    Ok(CodesPage {
        frame: Frame::of_person(state, &holder.here, &t.my_keys_codes_title()),
        wish: holder.new_wish(state)?,
        codes,
        left: t.my_keys_codes_left(i64::from(view.recovery_codes)),
    })
}

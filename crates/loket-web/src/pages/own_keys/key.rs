//! One key: its name, and withdrawing it.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use loket_app::commands::name_key::NameKey;
use loket_app::commands::withdraw_key::WithdrawKey;
use loket_domain::Refusal;
use loket_domain::id::KeyId;
use loket_domain::key::KeyName;
use serde::Deserialize;

use super::holder::KeyHolder;
use super::list::{ShownKey, view};
use crate::cookie::Cookie;
use crate::fault::Fault;
use crate::form::Posted;
use crate::frame::{Errors, Frame, html};
use crate::pages::key_making::KeyMaker as _;
use crate::wish::Wish;
use crate::{WebState, routes};

#[derive(Deserialize)]
pub(crate) struct NameForm {
    wish: Wish,
    #[serde(default)]
    name: String,
}

#[derive(Deserialize)]
pub(crate) struct WithdrawForm {
    wish: Wish,
}

#[derive(Template)]
#[template(path = "my_key.html")]
struct KeyPage {
    frame: Frame,
    wish: String,
    errors: Errors,
    key: ShownKey,
    name: String,
    /// It is the last one: afterwards there is no way in.
    last: bool,
}

pub(crate) async fn show(
    State(state): State<WebState>,
    holder: KeyHolder,
    Path(key): Path<String>,
) -> Response {
    match filled(&state, &holder, &key, None).await {
        Ok(page) => html(&page),
        Err(fault) => holder.fault(&state, fault),
    }
}

/// The page of a key; with what was typed and is no name.
async fn filled(
    state: &WebState,
    holder: &KeyHolder,
    key: &str,
    typed: Option<&str>,
) -> Result<KeyPage, Fault> {
    let id: KeyId = key.parse().map_err(|_| Refusal::NotFound)?;
    let (view, disclosure) = view(state, holder).await?;
    let found = view.keys.iter().find(|key| key.id == id).ok_or(Refusal::NotFound)?;
    let t = holder.here.t;
    let own = found.name.as_ref().map(|name| disclosure.open(name).as_str().to_owned());
    let errors = match typed {
        Some(_) => Errors::one("name", t.my_key_name_wrong()),
        None => Errors::default(),
    };
    let key = ShownKey::of(t, found, &disclosure);
    Ok(KeyPage {
        frame: Frame::of_person(state, &holder.here, &key.name).with_errors(!errors.is_empty()),
        wish: holder.new_wish(state)?,
        errors,
        key,
        name: typed.map(|text| text.chars().take(80).collect()).or(own).unwrap_or_default(),
        last: view.keys.len() == 1,
    })
}

pub(crate) async fn name(
    State(state): State<WebState>,
    holder: KeyHolder,
    Path(key): Path<String>,
    Posted(form): Posted<NameForm>,
) -> Response {
    match named(&state, &holder, &key, &form).await {
        Ok(response) => response,
        Err(fault) => holder.fault(&state, fault),
    }
}

async fn named(
    state: &WebState,
    holder: &KeyHolder,
    key: &str,
    form: &NameForm,
) -> Result<Response, Fault> {
    let call = holder.sending(state, &form.wish)?;
    let id: KeyId = key.parse().map_err(|_| Refusal::NotFound)?;
    let Ok(name) = KeyName::try_from(form.name.clone()) else {
        return Ok(html(&filled(state, holder, key, Some(&form.name)).await?));
    };
    state.office.run(call, NameKey { key: id, name }).await?;
    Ok(Redirect::to(routes::MY_KEYS).into_response())
}

pub(crate) async fn withdraw(
    State(state): State<WebState>,
    holder: KeyHolder,
    Path(key): Path<String>,
    Posted(form): Posted<WithdrawForm>,
) -> Response {
    match withdrawn(&state, &holder, &key, &form).await {
        Ok(response) => response,
        Err(fault) => holder.fault(&state, fault),
    }
}

async fn withdrawn(
    state: &WebState,
    holder: &KeyHolder,
    key: &str,
    form: &WithdrawForm,
) -> Result<Response, Fault> {
    let call = holder.sending(state, &form.wish)?;
    let key: KeyId = key.parse().map_err(|_| Refusal::NotFound)?;
    state.office.run(call, WithdrawKey { key }).await?;
    if key != holder.session.key() {
        return Ok(Redirect::to(routes::MY_KEYS).into_response());
    }
    // The session went with its key.
    let ended = format!("{}?withdrawn=1", routes::MY_KEYS_SIGN_IN);
    let mut response = Redirect::to(&ended).into_response();
    Cookie::OwnKeys.clear(response.headers_mut());
    Ok(response)
}

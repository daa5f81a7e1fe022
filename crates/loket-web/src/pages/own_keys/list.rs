//! The own keys, each with its kind, level and last use.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use loket_app::Disclosure;
use loket_app::commands::view_keys::{KeyView, KeysView, ViewKeys};
use loket_domain::key::KeyKind;
use loket_text::Text;
use serde::Deserialize;

use super::holder::KeyHolder;
use crate::cookie::Cookie;
use crate::fault::Fault;
use crate::form::Posted;
use crate::frame::{Frame, html};
use crate::pages::key_check::result::level_name;
use crate::pages::key_making::KeyMaker as _;
use crate::wish::Wish;
use crate::{WebState, routes};

#[derive(Deserialize)]
pub(crate) struct LeaveForm {
    wish: Wish,
}

#[derive(Template)]
#[template(path = "my_keys.html")]
struct ListPage {
    frame: Frame,
    wish: String,
    keys: Vec<ShownKey>,
    /// A recovery code stood for the app.
    recovered: bool,
    codes: String,
}

/// A key as the pages show it.
pub(super) struct ShownKey {
    pub(super) address: String,
    /// Its own name, else its kind.
    pub(super) name: String,
    pub(super) kind: String,
    pub(super) level: String,
    pub(super) made: String,
    pub(super) until: String,
    pub(super) used: String,
    pub(super) here: bool,
    pub(super) closed: bool,
}

impl ShownKey {
    pub(super) fn of(t: Text, key: &KeyView, disclosure: &Disclosure) -> Self {
        let kind = match key.kind {
            KeyKind::Passkey => t.key_kind_passkey(),
            KeyKind::PasswordAndApp => t.key_kind_password_and_app(),
        };
        let name = key.name.as_ref().map(|name| disclosure.open(name).as_str().to_owned());
        Self {
            address: routes::my_key(key.id),
            name: name.unwrap_or_else(|| kind.clone()),
            kind,
            level: level_name(t, key.level),
            made: t.day(key.created_at.belgian_day()),
            until: t.day(key.expires_at.belgian_day()),
            used: key.last_used_at.map_or_else(|| t.my_keys_never_used(), |at| t.moment(at)),
            here: key.here,
            closed: key.closed,
        }
    }
}

/// The keys of the holder, journaled as shown.
pub(super) async fn view(
    state: &WebState,
    holder: &KeyHolder,
) -> Result<(KeysView, Disclosure), Fault> {
    let call = holder.reading(state)?;
    Ok(state.office.disclose(call, ViewKeys).await?)
}

pub(crate) async fn show(State(state): State<WebState>, holder: KeyHolder) -> Response {
    match filled(&state, &holder).await {
        Ok(page) => html(&page),
        Err(fault) => holder.fault(&state, fault),
    }
}

async fn filled(state: &WebState, holder: &KeyHolder) -> Result<ListPage, Fault> {
    let (view, disclosure) = view(state, holder).await?;
    let t = holder.here.t;
    Ok(ListPage {
        frame: Frame::of_person(state, &holder.here, &t.my_keys_title()),
        wish: holder.new_wish(state)?,
        keys: view.keys.iter().map(|key| ShownKey::of(t, key, &disclosure)).collect(),
        recovered: holder.session.recovered(),
        codes: t.my_keys_codes_left(i64::from(view.recovery_codes)),
    })
}

/// Ends the session in this browser.
pub(crate) async fn leave(
    State(state): State<WebState>,
    holder: KeyHolder,
    Posted(form): Posted<LeaveForm>,
) -> Response {
    let ended = match holder.sending(&state, &form.wish) {
        Ok(call) => state.office.end_key_session(&holder.session, call).await,
        Err(fault) => return holder.fault(&state, fault),
    };
    match ended {
        Ok(()) => {
            let mut response = Redirect::to(routes::START).into_response();
            Cookie::OwnKeys.clear(response.headers_mut());
            response
        }
        Err(error) => holder.fault(&state, error),
    }
}

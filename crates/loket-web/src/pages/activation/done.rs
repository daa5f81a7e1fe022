//! The key exists: what it is, how to use it, what to do when it is lost, and the way to recovery
//! codes. Survives a reload.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use loket_domain::Refusal;

use super::pass::Holder;
use crate::WebState;
use crate::frame::{Frame, html};
use crate::pages::key_check::result::level_name;
use crate::pages::key_making::KeyMaker as _;

#[derive(Template)]
#[template(path = "activate_done.html")]
struct DonePage {
    frame: Frame,
    kind: String,
    level: String,
    how: String,
}

pub(crate) async fn show(State(state): State<WebState>, holder: Holder) -> Response {
    let t = holder.here.t;
    match state.office.made_key(&holder.pass).await {
        Ok(Some((kind, level))) => {
            let (kind, how) = match kind {
                loket_domain::key::KeyKind::Passkey => {
                    (t.key_kind_passkey(), t.activate_done_passkey())
                }
                loket_domain::key::KeyKind::PasswordAndApp => {
                    (t.key_kind_password_and_app(), t.activate_done_app())
                }
            };
            html(&DonePage {
                frame: Frame::of_person(&state, &holder.here, &t.activate_done_title()),
                kind,
                level: level_name(t, level),
                how,
            })
        }
        Ok(None) => holder.fault(&state, Refusal::LinkInvalid),
        Err(failure) => holder.fault(&state, failure),
    }
}

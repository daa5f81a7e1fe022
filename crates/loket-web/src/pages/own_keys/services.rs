//! The services to which the holder agreed to tell something, each with a button that takes it back.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse as _, Redirect, Response};
use loket_app::commands::view_services::ViewServices;
use loket_app::commands::withdraw_claims::WithdrawClaims;
use loket_app::tables::claims_consent::Service;
use loket_domain::Refusal;
use loket_domain::id::RelyingPartyId;
use loket_text::Text;
use serde::Deserialize;

use super::holder::KeyHolder;
use crate::fault::Fault;
use crate::form::Posted;
use crate::frame::{Frame, html};
use crate::pages::key_making::KeyMaker as _;
use crate::pages::relying::words;
use crate::wish::Wish;
use crate::{WebState, routes};

#[derive(Deserialize)]
pub(crate) struct WithdrawForm {
    wish: Wish,
    #[serde(default)]
    service: String,
}

#[derive(Template)]
#[template(path = "my_keys_services.html")]
struct ServicesPage {
    frame: Frame,
    wish: String,
    services: Vec<Shown>,
}

struct Shown {
    id: String,
    name: String,
    since: String,
    claims: Vec<String>,
}

impl Shown {
    fn of(t: Text, service: Service) -> Self {
        Self {
            id: service.party.to_string(),
            name: service.name,
            since: t.day(service.given.at.belgian_day()),
            claims: service.given.claims.into_iter().map(|claim| words(t, claim)).collect(),
        }
    }
}

pub(crate) async fn show(State(state): State<WebState>, holder: KeyHolder) -> Response {
    match filled(&state, &holder).await {
        Ok(page) => html(&page),
        Err(fault) => holder.fault(&state, fault),
    }
}

async fn filled(state: &WebState, holder: &KeyHolder) -> Result<ServicesPage, Fault> {
    let services = state.office.run(holder.reading(state)?, ViewServices).await?;
    let t = holder.here.t;
    Ok(ServicesPage {
        frame: Frame::of_person(state, &holder.here, &t.my_services_title()),
        wish: holder.new_wish(state)?,
        services: services.into_iter().map(|service| Shown::of(t, service)).collect(),
    })
}

pub(crate) async fn withdraw(
    State(state): State<WebState>,
    holder: KeyHolder,
    Posted(form): Posted<WithdrawForm>,
) -> Response {
    let Ok(party) = form.service.parse::<RelyingPartyId>() else {
        return holder.fault(&state, Refusal::NotFound);
    };
    let done = match holder.sending(&state, &form.wish) {
        Ok(call) => state.office.run(call, WithdrawClaims { party }).await.map_err(Fault::from),
        Err(fault) => Err(fault),
    };
    match done {
        Ok(()) => Redirect::to(routes::MY_SERVICES).into_response(),
        Err(fault) => holder.fault(&state, fault),
    }
}

//! The officer's start: who stands there, what is still open, how the day goes. Opening a dossier
//! looks the person up.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use loket_app::Failure;
use loket_app::commands::explain_delay::ExplainDelay;
use loket_app::commands::open_registration::Wanted;
use loket_app::tables::registration::Listed;
use loket_domain::Refusal;
use loket_domain::id::RegistrationId;
use loket_domain::registration::{DelayReason, StateCode};
use loket_domain::time::Day;
use loket_text::Text;
use serde::Deserialize;

use crate::fault::Fault;
use crate::form::Posted;
use crate::frame::{Errors, Frame, html};
use crate::pages::identification::choice::{Choice, choices};
use crate::pages::look_up::opening::{Opening, not_opened, number_message};
use crate::session::Staff;
use crate::wish::Wish;
use crate::{WebState, routes};

/// Its pages.
pub(crate) fn router() -> Router<WebState> {
    Router::new().route(routes::DESK, get(show).post(open)).route(routes::DESK_DELAY, post(delay))
}

#[derive(Deserialize)]
pub(crate) struct OpenForm {
    wish: Wish,
    #[serde(default)]
    number: String,
    #[serde(flatten)]
    opening: Opening,
}

#[derive(Deserialize)]
pub(crate) struct DelayForm {
    wish: Wish,
    #[serde(default)]
    registration: String,
    #[serde(default)]
    reason: String,
}

#[derive(Template)]
#[template(path = "desk.html")]
struct DeskPage {
    frame: Frame,
    wish: String,
    errors: Errors,
    number: String,
    reasons: Vec<Choice>,
    many: Option<String>,
    /// Dossiers without a result that must be accounted for first.
    delays: Vec<OpenRow>,
    delay_reasons: Vec<Choice>,
    sent: String,
    refused: String,
    activated: String,
    open: Vec<OpenRow>,
}

struct OpenRow {
    id: String,
    address: String,
    reference: String,
    state: String,
    since: String,
}

pub(crate) async fn show(State(state): State<WebState>, staff: Staff) -> Response {
    page(&state, &staff, Errors::default(), "", &Opening::default()).await
}

/// Why a dossier has had no result for half an hour.
pub(crate) async fn delay(
    State(state): State<WebState>,
    staff: Staff,
    Posted(form): Posted<DelayForm>,
) -> Response {
    let call = match staff.sending(&state, &form.wish) {
        Ok(call) => call,
        Err(fault) => return staff.fault(&state, fault),
    };
    let Ok(registration) = form.registration.parse::<RegistrationId>() else {
        return staff.fault(&state, Refusal::NotFound);
    };
    let Some(reason) = DelayReason::from_code(&form.reason) else {
        let errors = Errors::one("delays", staff.here.t.delay_reason_missing());
        return page(&state, &staff, errors, "", &Opening::default()).await;
    };
    match state.office.run(call, ExplainDelay { registration, reason }).await {
        // Said in another tab already.
        Ok(()) | Err(Failure::Refused(Refusal::WrongStep)) => {
            Redirect::to(routes::DESK).into_response()
        }
        Err(failure) => staff.fault(&state, failure),
    }
}

/// The reason of a delay in words.
pub(crate) fn delay_name(t: Text, reason: DelayReason) -> String {
    match reason {
        DelayReason::PersonFetches => t.delay_person_fetches(),
        DelayReason::TakesLong => t.delay_takes_long(),
        DelayReason::Interrupted => t.delay_interrupted(),
        DelayReason::ServiceDown => t.delay_service_down(),
        DelayReason::Forgotten => t.delay_forgotten(),
    }
}

pub(crate) async fn open(
    State(state): State<WebState>,
    staff: Staff,
    Posted(form): Posted<OpenForm>,
) -> Response {
    let t = staff.here.t;
    let call = match staff.sending(&state, &form.wish) {
        Ok(call) => call,
        Err(fault) => return staff.fault(&state, fault),
    };
    let mut errors = Errors::default();
    let number = state.office.read_ssin(&form.number);
    if let Err(fault) = number {
        errors.add("number", number_message(t, fault));
    }
    let read = form.opening.read(t, &mut errors);
    let (Ok(ssin), Some((reason, many))) = (number, read) else {
        return page(&state, &staff, errors, &form.number, &form.opening).await;
    };
    match state.office.open_with(call, Wanted::Number(ssin), reason, many).await {
        Ok(registration) => Redirect::to(&routes::person(registration)).into_response(),
        Err(failure) => match not_opened(t, &failure) {
            Some(errors) => page(&state, &staff, errors, &form.number, &form.opening).await,
            None => staff.fault(&state, failure),
        },
    }
}

async fn page(
    state: &WebState,
    staff: &Staff,
    errors: Errors,
    number: &str,
    opening: &Opening,
) -> Response {
    let t = staff.here.t;
    let desk = match state.office.desk(&staff.masthead).await {
        Ok(desk) => desk,
        Err(failure) => return staff.fault(state, Fault::from(failure)),
    };
    let today = state.office.now().belgian_day();
    let figure = |states: &[StateCode]| t.number(i64::from(desk.count(states)));
    html(&DeskPage {
        frame: Frame::of_staff(state, staff, &t.desk_title(), routes::DESK)
            .with_errors(!errors.is_empty()),
        wish: staff.wish.clone(),
        number: number.to_owned(),
        reasons: opening.reasons(t),
        many: opening.asks_why_many(&errors).then(|| opening.many.clone()),
        delays: rows(t, today, &desk.unexplained),
        delay_reasons: choices(DelayReason::ALL.map(|r| (r.code(), delay_name(t, r))), ""),
        sent: figure(&[StateCode::Invited, StateCode::Activated]),
        refused: figure(&[StateCode::Refused]),
        activated: figure(&[StateCode::Activated]),
        open: rows(t, today, &desk.open),
        errors,
    })
}

fn rows(t: Text, today: Day, listed: &[Listed]) -> Vec<OpenRow> {
    listed
        .iter()
        .map(|listed| OpenRow {
            id: listed.id.to_string(),
            address: routes::registration(listed.id),
            reference: listed.reference.to_string(),
            state: state_name(t, listed.state),
            since: t.when(listed.opened_at, today),
        })
        .collect()
}

/// A state in words.
pub(crate) fn state_name(t: Text, state: StateCode) -> String {
    match state {
        StateCode::Opened => t.state_opened(),
        StateCode::Identified => t.state_identified(),
        StateCode::Contactable => t.state_contactable(),
        StateCode::Invited => t.state_invited(),
        StateCode::Activated => t.state_activated(),
        StateCode::Refused => t.state_refused(),
        StateCode::Expired => t.state_expired(),
        StateCode::Withdrawn => t.state_withdrawn(),
    }
}

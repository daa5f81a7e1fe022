//! Choice of the identification procedure: which document the person shows.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use loket_app::Failure;
use loket_app::commands::choose_procedure::ChooseProcedure;
use loket_app::commands::view_registration::Page;
use loket_domain::Refusal;
use loket_domain::procedure::Procedure;
use loket_text::Text;
use serde::Deserialize;

use super::counter::{Counter, Head, named};
use crate::form::Posted;
use crate::frame::{Errors, Frame, html};
use crate::pages::steps::Stage;
use crate::wish::Wish;
use crate::{WebState, routes};

#[derive(Deserialize)]
pub(crate) struct ProcedureForm {
    wish: Wish,
    #[serde(default)]
    procedure: String,
}

#[derive(Template)]
#[template(path = "procedure.html")]
pub(super) struct ProcedurePage {
    pub(super) frame: Frame,
    pub(super) head: Head,
    pub(super) errors: Errors,
    pub(super) offered: Vec<Offered>,
    /// A procedure was chosen before and its checks were begun.
    pub(super) begun: bool,
}

/// A procedure as offered.
pub(super) struct Offered {
    pub(super) id: String,
    pub(super) title: String,
    pub(super) serves: String,
    pub(super) documents: String,
    pub(super) chosen: bool,
}

pub(crate) async fn show(State(state): State<WebState>, counter: Counter) -> Response {
    page(&state, &counter, Errors::default()).await
}

pub(crate) async fn choose(
    State(state): State<WebState>,
    counter: Counter,
    Posted(form): Posted<ProcedureForm>,
) -> Response {
    let call = match counter.staff.sending(&state, &form.wish) {
        Ok(call) => call,
        Err(fault) => return counter.staff.fault(&state, fault),
    };
    let missing = || Errors::one("procedure", counter.t().choose_procedure_missing());
    if form.procedure.is_empty() {
        return page(&state, &counter, missing()).await;
    }
    let command = ChooseProcedure {
        registration: counter.id,
        procedure: form.procedure,
        procedures: state.office.procedures(),
    };
    match state.office.run(call, command).await {
        Ok(()) => Counter::to(&routes::checks(counter.id)),
        Err(Failure::Refused(Refusal::ProcedureNotInForce)) => {
            page(&state, &counter, missing()).await
        }
        // The page of the person says why not, and what to do.
        Err(Failure::Refused(
            Refusal::PersonNotFound
            | Refusal::PersonDeceased
            | Refusal::PersonStruckOff
            | Refusal::PersonTooYoung,
        )) => Counter::to(&routes::person(counter.id)),
        Err(failure) => counter.failed(&state, failure),
    }
}

async fn page(state: &WebState, counter: &Counter, errors: Errors) -> Response {
    let (view, disclosure) = match counter.undecided(state, Page::Checks).await {
        Ok(shown) => shown,
        Err(response) => return response,
    };
    if !view.may_have_key {
        return Counter::to(&routes::person(counter.id));
    }
    let t = counter.t();
    let chosen = view.procedure.as_ref().map_or("", |(id, _)| id.as_str());
    let procedures = state.office.procedures();
    let in_force = procedures.offered(state.office.now().belgian_day(), &view.allowed);
    html(&ProcedurePage {
        frame: counter.frame(state, &t.choose_procedure_title(), &errors),
        head: counter.head(&view, Stage::Identification),
        errors,
        offered: in_force.into_iter().map(|procedure| offered(t, procedure, chosen)).collect(),
        begun: !disclosure.open(&view.identification).checks.is_empty(),
    })
}

pub(super) fn offered(t: Text, procedure: &Procedure, chosen: &str) -> Offered {
    let kinds: Vec<String> =
        procedure.documents.iter().map(|kind| named(t, kind.text_key())).collect();
    Offered {
        id: procedure.id.to_string(),
        title: named(t, procedure.title.as_str()),
        serves: named(t, procedure.serves.as_str()),
        documents: kinds.join(" · "),
        chosen: procedure.id.as_str() == chosen,
    }
}

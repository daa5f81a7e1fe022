//! What every page of an identification begins with: who is signed in, which dossier, and the
//! dossier as far as the page may see it. A page that no longer fits the dossier leads to where it
//! stands, and says so.

use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::request::Parts;
use axum::response::{IntoResponse, Redirect, Response};
use loket_app::commands::view_registration::{Page, RegistrationView, ViewRegistration};
use loket_app::{Disclosure, Failure};
use loket_domain::Refusal;
use loket_domain::id::RegistrationId;
use loket_domain::procedure::{Check, CheckKind, Procedure, Procedures};
use loket_domain::registration::{Dossier, StateCode};
use loket_domain::time::Day;
use loket_text::Text;

use crate::frame::{Errors, Frame};
use crate::pages::steps::{Stage, Steps};
use crate::session::Staff;
use crate::{WebState, routes};

/// A member of staff and a dossier.
pub(crate) struct Counter {
    pub(crate) staff: Staff,
    pub(crate) id: RegistrationId,
    /// The day of the request: what is of another day is shown with it.
    pub(crate) today: Day,
}

impl FromRequestParts<WebState> for Counter {
    type Rejection = Response;
    async fn from_request_parts(parts: &mut Parts, state: &WebState) -> Result<Self, Response> {
        let staff = Staff::from_request_parts(parts, state).await?;
        let found = RawPathParams::from_request_parts(parts, state).await.ok();
        let id = found.as_ref().and_then(|parameters| {
            let (_, text) = parameters.iter().find(|(name, _)| *name == "registration")?;
            text.parse().ok()
        });
        match id {
            Some(id) => Ok(Self { staff, id, today: state.office.now().belgian_day() }),
            None => Err(staff.fault(state, Refusal::NotFound)),
        }
    }
}

impl Counter {
    /// The texts in the officer's language.
    pub(crate) const fn t(&self) -> Text {
        self.staff.here.t
    }

    /// The dossier for a page, journaled as shown.
    pub(crate) async fn view(
        &self,
        state: &WebState,
        page: Page,
    ) -> Result<(RegistrationView, Disclosure), Response> {
        let call = self.staff.reading(state).map_err(|fault| self.staff.fault(state, fault))?;
        let command = ViewRegistration { registration: self.id, page };
        let shown = state.office.disclose(call, command).await;
        shown.map_err(|failure| self.failed(state, failure))
    }

    /// The dossier for a page that exists only before the decision, and only for the officer who has
    /// it: a colleague gets the page that offers to take it over, not forms that would be refused.
    pub(crate) async fn undecided(
        &self,
        state: &WebState,
        page: Page,
    ) -> Result<(RegistrationView, Disclosure), Response> {
        let (view, disclosure) = self.view(state, page).await?;
        match view.state {
            StateCode::Opened if view.is_own => Ok((view, disclosure)),
            StateCode::Opened => Err(Self::to(&routes::registration(self.id))),
            StateCode::Identified
            | StateCode::Contactable
            | StateCode::Invited
            | StateCode::Activated
            | StateCode::Refused
            | StateCode::Expired
            | StateCode::Withdrawn => Err(self.moved()),
        }
    }

    /// Leads to where the dossier stands, and says that the page was old.
    pub(crate) fn moved(&self) -> Response {
        Redirect::to(&format!("{}?moved=1", routes::registration(self.id))).into_response()
    }

    /// What a failed command answers.
    pub(crate) fn failed(&self, state: &WebState, failure: Failure) -> Response {
        match failure {
            Failure::Refused(Refusal::WrongStep | Refusal::CheckOutOfOrder) => self.moved(),
            // The dossier's own address tells who has it, and offers to take it over.
            Failure::Refused(Refusal::OtherOfficer) => Self::to(&routes::registration(self.id)),
            other => self.staff.fault(state, other),
        }
    }

    /// Goes on to another page after a form was accepted.
    pub(crate) fn to(address: &str) -> Response {
        Redirect::to(address).into_response()
    }

    /// The frame of a page.
    pub(crate) fn frame(&self, state: &WebState, title: &str, errors: &Errors) -> Frame {
        Frame::of_staff(state, &self.staff, title, routes::DESK).with_errors(!errors.is_empty())
    }

    /// What stands around every page of a dossier.
    pub(crate) fn head(&self, view: &RegistrationView, here: Stage) -> Head {
        let t = self.t();
        let dossier = &view.dossier;
        Head {
            steps: Steps::new(t, view.state, here),
            lede: lede(t, dossier, self.today),
            wish: self.staff.wish.clone(),
            at: Addresses::of(self.id),
        }
    }
}

/// Number and time of opening of a dossier.
pub(crate) fn lede(t: Text, dossier: &Dossier, today: Day) -> String {
    t.dossier_lede(&t.at(dossier.opened_at, today), &dossier.reference.to_string())
}

/// What stands around every page of a dossier.
pub(crate) struct Head {
    pub(crate) steps: Steps,
    /// Number and time of opening.
    pub(crate) lede: String,
    pub(crate) wish: String,
    pub(crate) at: Addresses,
}

/// Where the pages of this dossier are.
pub(crate) struct Addresses {
    pub(crate) person: String,
    pub(crate) ask_again: String,
    pub(crate) follow: String,
    pub(crate) inscribe: String,
    pub(crate) hits: String,
    pub(crate) circumstances: String,
    pub(crate) hand_over: String,
    pub(crate) call_second: String,
    pub(crate) second_waiting: String,
    pub(crate) procedure: String,
    pub(crate) checks: String,
    pub(crate) document: String,
    pub(crate) comparison: String,
    pub(crate) explain: String,
    pub(crate) identify: String,
    pub(crate) refuse: String,
    pub(crate) stop: String,
    pub(crate) registration: String,
}

impl Addresses {
    pub(super) fn of(id: RegistrationId) -> Self {
        Self {
            person: routes::person(id),
            ask_again: routes::ask_again(id),
            follow: routes::follow(id),
            inscribe: routes::inscribe(id),
            hits: routes::hits(id),
            circumstances: routes::circumstances(id),
            hand_over: routes::hand_over(id),
            call_second: routes::call_second(id),
            second_waiting: routes::second_waiting(id),
            procedure: routes::procedure(id),
            checks: routes::checks(id),
            document: routes::document(id),
            comparison: routes::comparison(id),
            explain: routes::explain(id),
            identify: routes::identify(id),
            refuse: routes::refuse(id),
            stop: routes::stop(id),
            registration: routes::registration(id),
        }
    }
}

/// The procedure of a dossier, in the version that was chosen; `None` before the choice.
pub(crate) fn procedure_of<'p>(
    procedures: &'p Procedures,
    view: &RegistrationView,
) -> Option<&'p Procedure> {
    let (id, version) = view.procedure.as_ref()?;
    procedures.get(id, *version)
}

/// The page on which a check is made.
pub(crate) fn page_of(check: &Check, id: RegistrationId) -> String {
    match check.kind {
        CheckKind::Document | CheckKind::Mrz => routes::document(id),
        CheckKind::Compare => routes::comparison(id),
        CheckKind::Confirm | CheckKind::External | CheckKind::SecondOfficer => routes::checks(id),
    }
}

/// The text that a rule or a file names by its id.
pub(crate) fn named(t: Text, id: &str) -> String {
    t.by_id(id).unwrap_or_default()
}

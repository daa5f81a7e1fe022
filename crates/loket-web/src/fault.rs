//! The one place that turns a refusal or a failure into a page: what happened, to whom it matters,
//! and what to do. Who may not know that a thing exists gets "not found"; a failure of ours gets a
//! reference and no more.

use askama::Template;
use axum::extract::FromRequestParts as _;
use axum::http::header::RETRY_AFTER;
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use loket_app::{Failure, StoreError};
use loket_domain::Refusal;

use crate::WebState;
use crate::frame::{Frame, html};
use crate::language::Here;
use crate::pages::key_making::KeyMaker as _;
use crate::pages::own_keys::KeyHolder;
pub(crate) use crate::refusal_words::sentences;
use crate::routes;
use crate::session::Staff;

/// Why a page cannot be shown.
#[derive(Debug)]
pub(crate) enum Fault {
    /// The office says no.
    Refused(Refusal),
    /// The store failed.
    Broken(StoreError),
    /// The request did not come from our own page, or its form is old.
    ForeignRequest,
    /// The form's fields cannot be read.
    UnreadableForm,
    /// The address is that of a form, and was opened as a page.
    OtherMethod,
    /// The request took longer than one may; what it asked for may be done all the same.
    TooSlow,
}

impl From<Failure> for Fault {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Refused(refusal) => Self::Refused(refusal),
            Failure::Broken(error) => Self::Broken(error),
        }
    }
}

impl From<StoreError> for Fault {
    fn from(error: StoreError) -> Self {
        Self::Broken(error)
    }
}

impl From<Refusal> for Fault {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl Fault {
    /// With what is needed to show it.
    pub(crate) const fn on(self, state: &WebState, here: Here) -> ShownFault<'_> {
        ShownFault { fault: self, state, here, staff: None, is_person: false, leave: None }
    }
    /// The answer to a request that never reached its page: in the frame of whoever is signed in, or with the way out
    /// of who looks after the own keys.
    pub(crate) async fn of_request(self, state: &WebState, parts: &mut Parts) -> Response {
        if let Ok(staff) = Staff::from_request_parts(parts, state).await {
            return staff.fault(state, self);
        }
        if parts.uri.path().starts_with(routes::MY_KEYS)
            && let Ok(holder) = KeyHolder::from_request_parts(parts, state).await
        {
            return holder.fault(state, self);
        }
        self.on(state, Here::of(&parts.headers, parts.uri.path())).into_response()
    }
    /// The same for whoever is signed in, who keeps the head of the page and its menu.
    pub(crate) fn to<'s>(self, state: &'s WebState, staff: &'s Staff) -> ShownFault<'s> {
        let here = staff.here.clone();
        ShownFault { fault: self, state, here, staff: Some(staff), is_person: false, leave: None }
    }
}

/// A fault with the language and the frame of its page.
pub(crate) struct ShownFault<'s> {
    fault: Fault,
    state: &'s WebState,
    here: Here,
    staff: Option<&'s Staff>,
    is_person: bool,
    leave: Option<String>,
}

impl ShownFault<'_> {
    /// In the small style of the pages of people.
    pub(crate) fn for_person(self) -> Self {
        Self { is_person: true, ..self }
    }
    /// With a form by which the holder of a key signs out: there may be no other page left to do it on. Not where that
    /// is refused too.
    pub(crate) fn leaving_with(self, wish: Option<String>) -> Self {
        let stopped = matches!(self.fault, Fault::Broken(StoreError::WritingStopped(_)));
        Self { leave: wish.filter(|_| !stopped), ..self }
    }
}

#[derive(Template)]
#[template(path = "fault.html")]
struct FaultPage {
    frame: Frame,
    title: String,
    what: String,
    next: String,
    /// Where to go on, and what the link says.
    way: (String, String),
    reference: Option<String>,
    /// For the form by which the holder of a key signs out.
    leave: Option<String>,
}

impl IntoResponse for ShownFault<'_> {
    fn into_response(self) -> Response {
        let t = self.here.t;
        let (status, refusal) = match &self.fault {
            // A page of somebody who is not signed in leads to signing in; only who was signed in
            // is told that this has ended.
            Fault::Refused(Refusal::NotSignedIn) => {
                return Redirect::to(routes::SIGN_IN).into_response();
            }
            Fault::Refused(Refusal::SessionEnded) => {
                return Redirect::to(&format!("{}?ended=1", routes::SIGN_IN)).into_response();
            }
            // Also without a cookie: a person who was never here is asked for a key.
            Fault::Refused(Refusal::KeySessionEnded) => {
                return Redirect::to(&format!("{}?ended=1", routes::MY_KEYS_SIGN_IN))
                    .into_response();
            }
            Fault::Refused(Refusal::TermsNotAccepted) => {
                return Redirect::to(routes::TERMS).into_response();
            }
            Fault::Refused(Refusal::NotFound) => (StatusCode::NOT_FOUND, Some(Refusal::NotFound)),
            Fault::Refused(refusal) => (status_of(*refusal), Some(*refusal)),
            Fault::ForeignRequest => (StatusCode::FORBIDDEN, None),
            Fault::UnreadableForm => (StatusCode::BAD_REQUEST, None),
            Fault::OtherMethod => (StatusCode::METHOD_NOT_ALLOWED, None),
            Fault::Broken(_) | Fault::TooSlow => (StatusCode::SERVICE_UNAVAILABLE, None),
        };
        let mut reference = None;
        let (title, what, next) = match (&self.fault, refusal) {
            (_, Some(refusal)) => sentences(t, refusal),
            (Fault::ForeignRequest | Fault::UnreadableForm, _) => {
                (t.fault_form_title(), t.fault_form_what(), t.fault_form_next())
            }
            (Fault::OtherMethod, _) => {
                (t.fault_method_title(), t.fault_method_what(), t.fault_method_next())
            }
            (Fault::TooSlow, _) => {
                tracing::warn!("a request took too long");
                (t.fault_slow_title(), t.fault_slow_what(), t.fault_slow_next())
            }
            (fault, None) => {
                let id = self.state.office.new_request().map(|id| id.to_string());
                let id = id.unwrap_or_default();
                let cause = match fault {
                    Fault::Broken(error) => error.to_string(),
                    other => format!("{other:?}"),
                };
                tracing::error!(cause, reference = id, "a page could not be shown");
                reference = Some(id);
                match fault {
                    Fault::Broken(StoreError::WritingStopped(_)) => {
                        (t.fault_stopped_title(), t.fault_stopped_what(), t.fault_stopped_next())
                    }
                    Fault::Broken(StoreError::WritingPaused(_)) => {
                        (t.fault_paused_title(), t.fault_paused_what(), t.fault_paused_next())
                    }
                    _ => (t.fault_broken_title(), t.fault_broken_what(), t.fault_broken_next()),
                }
            }
        };
        let way = if refusal == Some(Refusal::CardAgain) {
            let again = format!("{}?back={}", routes::SIGN_IN_AGAIN, self.here.path);
            (again, t.card_again_button())
        } else if self.leave.is_some() {
            (routes::MY_KEYS.to_owned(), t.my_keys_title())
        } else {
            match routes::dossier_of(&self.here.path) {
                Some(_) if routes::is_second_check(&self.here.path) => {
                    (routes::SECOND_CHECKS.to_owned(), t.menu_second_checks())
                }
                Some(dossier) if goes_on_in_the_dossier(&self.fault, status) => {
                    (dossier, t.moved_link())
                }
                _ => (routes::START.to_owned(), t.fault_to_start()),
            }
        };
        let page = FaultPage {
            frame: match self.staff {
                Some(staff) => Frame::of_staff(self.state, staff, &title, ""),
                None if self.is_person => Frame::of_person(self.state, &self.here, &title),
                None => Frame::anonymous(self.state, &self.here, &title),
            },
            title,
            what,
            next,
            way,
            reference,
            leave: self.leave,
        };
        let mut response = (status, html(&page)).into_response();
        if status == StatusCode::SERVICE_UNAVAILABLE || status == StatusCode::TOO_MANY_REQUESTS {
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("30"));
        }
        response
    }
}

/// The dossier is there and open: what was asked of it came at the wrong moment or in the wrong way.
const fn goes_on_in_the_dossier(fault: &Fault, status: StatusCode) -> bool {
    matches!(fault, Fault::OtherMethod | Fault::TooSlow)
        || matches!(status, StatusCode::CONFLICT | StatusCode::UNPROCESSABLE_ENTITY)
}

const fn status_of(refusal: Refusal) -> StatusCode {
    match refusal {
        Refusal::NotFound => StatusCode::NOT_FOUND,
        Refusal::RequestChanged
        | Refusal::WrongStep
        | Refusal::SecondCheckGone
        | Refusal::IdentificationStopped
        | Refusal::HeldEventsNotExported
        | Refusal::AlreadyExists => StatusCode::CONFLICT,
        Refusal::TooManyLookUps
        | Refusal::LookUpsTooFast
        | Refusal::TooManySearches
        | Refusal::TooManyQuestions
        | Refusal::TooManySends
        | Refusal::TooManyTries => StatusCode::TOO_MANY_REQUESTS,
        Refusal::LinkInvalid
        | Refusal::LinkExpired
        | Refusal::LinkUsed
        | Refusal::AddressLinkInvalid => StatusCode::GONE,
        Refusal::NotSignedIn
        | Refusal::CardAgain
        | Refusal::KeySessionEnded
        | Refusal::OtherCard
        | Refusal::SessionEnded
        | Refusal::StaffUnknown
        | Refusal::RoleMissing
        | Refusal::RoleExpired
        | Refusal::RoleWithdrawn
        | Refusal::AgreementMissing
        | Refusal::AgreementEnded
        | Refusal::AuthorisationMissing
        | Refusal::TermsNotAccepted
        | Refusal::TrainingExpired
        | Refusal::NotAllowed
        | Refusal::OwnRole
        | Refusal::OtherOfficer
        | Refusal::OwnDossier
        | Refusal::SecondOfficerIsFirst
        | Refusal::SamePost
        | Refusal::SecondOfficerDecides
        | Refusal::RegisterClosed
        | Refusal::CodeNotEntered
        | Refusal::PersonNotHere
        | Refusal::InvitationLocked => StatusCode::FORBIDDEN,
        Refusal::LogNotSigned => StatusCode::SERVICE_UNAVAILABLE,
        Refusal::InvalidInput
        | Refusal::EmploymentNotPermanent
        | Refusal::PeriodNotPossible
        | Refusal::AgreementIncomplete
        | Refusal::ReasonMissing
        | Refusal::ExportTooLarge
        | Refusal::OwnNumber
        | Refusal::DelayUnexplained
        | Refusal::ColleagueUnknown
        | Refusal::PersonNotFound
        | Refusal::PersonDeceased
        | Refusal::PersonStruckOff
        | Refusal::PersonTooYoung
        | Refusal::ProcedureNotInForce
        | Refusal::DocumentNotAccepted
        | Refusal::DocumentExpired
        | Refusal::CheckOutOfOrder
        | Refusal::DifferenceUnexplained
        | Refusal::ExplanationTooShort
        | Refusal::DifferenceBlocks
        | Refusal::ChecksIncomplete
        | Refusal::NotIdentified
        | Refusal::ConsentMissing
        | Refusal::SharedContactUnexplained
        | Refusal::ContactInUse
        | Refusal::EmailUnconfirmed
        | Refusal::MobileUnconfirmed
        | Refusal::ContactCodeWrong
        | Refusal::ContactCodeSpent
        | Refusal::ActivationCodeWrong
        | Refusal::ActivationCodeExpired
        | Refusal::KeyAnswerWrong
        | Refusal::TotpWrong
        | Refusal::NoKeys
        | Refusal::PasswordTooPersonal
        | Refusal::AddressMissing
        | Refusal::TooManyKeys
        | Refusal::KeyUnknown => StatusCode::UNPROCESSABLE_ENTITY,
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use std::sync::Arc;

    use axum::body::to_bytes;
    use axum::http::HeaderMap;
    use axum::http::header::ACCEPT_LANGUAGE;
    use loket_domain::Language;
    use loket_testkit::house::{House, On};
    use loket_text::Text;

    use super::*;
    use crate::WebSettings;

    /// What the pages of a house need.
    pub(crate) fn state(house: &House) -> WebState {
        let settings = WebSettings {
            origin: "https://loket.example.be".to_owned(),
            card_host: None,
            terms_version: "2026-01".to_owned(),
            demo: None,
        };
        WebState { office: house.office.clone(), settings: Arc::new(settings) }
    }

    async fn page(fault: ShownFault<'_>) -> String {
        let body = to_bytes(fault.into_response().into_body(), 1 << 20).await.unwrap();
        String::from_utf8(body.to_vec()).unwrap()
    }

    #[tokio::test]
    async fn the_holder_of_a_key_can_sign_out_when_no_other_page_is_left() {
        let house = House::new(On::Sqlite).await.unwrap();
        let state = state(&house);
        for language in Language::ALL {
            let mut headers = HeaderMap::new();
            headers.insert(ACCEPT_LANGUAGE, HeaderValue::from_static(language.code()));
            let here = Here::of(&headers, routes::MY_KEYS);
            let paused = || Fault::Broken(StoreError::WritingPaused("test".to_owned()));
            let shown = paused().on(&state, here.clone()).leaving_with(Some("wish".to_owned()));
            let (shown, t) = (page(shown).await, Text::new(language));
            let form = format!("action=\"{}\"", routes::MY_KEYS_LEAVE);
            for part in [&form, "value=\"wish\"", &t.sign_out(), &t.fault_paused_next()] {
                assert!(shown.contains(part), "{language}: {part} in {shown}");
            }
            let stopped = Fault::Broken(StoreError::WritingStopped("test".to_owned()));
            let stopped = stopped.on(&state, here).leaving_with(Some("wish".to_owned()));
            assert!(!page(stopped).await.contains(&form), "{language}");
        }
    }
}

//! The proof of the person's consent, to be shown or printed, and its withdrawal at the counter
//! (SEED-56). It shows no address: which text, in which language, when, and to whom.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use loket_app::Disclosure;
use loket_app::commands::view_registration::{Page, RegistrationView};
use loket_domain::Language;
use loket_domain::consent::{self, ConsentText};
use loket_domain::registration::StateCode;
use serde::Deserialize;

use crate::form::Posted;
use crate::frame::{Errors, Frame, html};
use crate::pages::identification::counter::{Counter, Head};
use crate::pages::steps::Stage;
use crate::wish::Wish;
use crate::{WebState, routes};

#[derive(Deserialize)]
pub(crate) struct WithdrawForm {
    wish: Wish,
}

#[derive(Template)]
#[template(path = "consent.html")]
struct ConsentPage {
    frame: Frame,
    head: Head,
    proof: Option<Proof>,
    /// There is something to withdraw, here or at another visit of the person.
    stands: bool,
    /// What ends with the consent beside the addresses.
    also: Option<String>,
    consent_address: String,
}

/// A consent as shown.
struct Proof {
    text: &'static str,
    language: Language,
    version: String,
    digest: String,
    given: String,
    officer: String,
    withdrawn: Option<String>,
}

pub(crate) async fn show(State(state): State<WebState>, counter: Counter) -> Response {
    let (view, disclosure) = match counter.view(&state, Page::Consent).await {
        Ok(found) => found,
        Err(response) => return response,
    };
    let t = counter.t();
    html(&ConsentPage {
        frame: counter.frame(&state, &t.consent_page_title(), &Errors::default()),
        head: counter.head(&view, Stage::Contact),
        proof: proof(&counter, &view, &disclosure),
        stands: view.consent_stands,
        also: match view.state {
            StateCode::Invited => Some(t.consent_withdraw_invited()),
            StateCode::Activated => Some(t.consent_withdraw_activated()),
            StateCode::Opened
            | StateCode::Identified
            | StateCode::Contactable
            | StateCode::Refused
            | StateCode::Expired
            | StateCode::Withdrawn => None,
        },
        consent_address: routes::consent(counter.id),
    })
}

fn proof(counter: &Counter, view: &RegistrationView, disclosure: &Disclosure) -> Option<Proof> {
    let t = counter.t();
    let given = view.consent.as_ref()?;
    let officer = view.consent_officer.as_ref().map(|name| disclosure.open(name));
    Some(Proof {
        text: ConsentText::of(&given.version).map_or("", |text| text.words(given.language)),
        language: given.language,
        version: given.version.clone(),
        digest: given.text_digest.as_ref().map(consent::short).unwrap_or_default(),
        given: t.moment(given.given_at),
        officer: officer.map_or_else(String::new, |name| {
            format!("{} {}", name.given_names, name.surname).trim().to_owned()
        }),
        withdrawn: given.withdrawn.map(|(at, _)| t.moment(at)),
    })
}

pub(crate) async fn withdraw(
    State(state): State<WebState>,
    counter: Counter,
    Posted(form): Posted<WithdrawForm>,
) -> Response {
    let call = match counter.staff.sending(&state, &form.wish) {
        Ok(call) => call,
        Err(fault) => return counter.staff.fault(&state, fault),
    };
    match state.office.withdraw_consent(call, counter.id).await {
        Ok(()) => Counter::to(&routes::consent(counter.id)),
        Err(failure) => counter.failed(&state, failure),
    }
}

//! Consent, language and addresses (SEED-56). A code goes to each address; what was confirmed and
//! did not change stays confirmed.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use loket_app::commands::enter_contact::EnterContact;
use loket_app::commands::view_registration::{Page, RegistrationView};
use loket_app::{Disclosure, Failure};
use loket_domain::consent::ConsentText;
use loket_domain::contact::{Channel, SharedReason};
use loket_domain::registration::StateCode;
use loket_domain::{Language, Refusal};
use loket_text::Text;
use serde::Deserialize;

use super::contact_form::{Typed, Wanted, read, shared_name};
use super::reach::{destination, of_channel};
use crate::fault::sentences;
use crate::form::Posted;
use crate::frame::{Errors, Frame, html};
use crate::pages::identification::choice::{Choice, choices};
use crate::pages::identification::counter::{Counter, Head};
use crate::pages::steps::Stage;
use crate::wish::Wish;
use crate::{WebState, routes};

#[derive(Deserialize)]
pub(crate) struct ContactForm {
    wish: Wish,
    #[serde(flatten)]
    typed: Typed,
}

#[derive(Template)]
#[template(path = "contact.html")]
struct ContactPage {
    frame: Frame,
    head: Head,
    errors: Errors,
    typed: Typed,
    languages: Vec<(Language, bool)>,
    /// The text that is read out, in each language.
    texts: Vec<(Language, &'static str)>,
    version: &'static str,
    /// What should be looked at once more, each at its field.
    doubts: Vec<(&'static str, String)>,
    /// Why an address serves several persons; empty until that is asked.
    shared: Vec<Choice>,
    contact_address: String,
    consent_address: String,
    /// That the person has keys, which may be lost or in other hands; empty when there are none.
    live_keys: String,
    withdraw_keys_address: String,
}

pub(crate) async fn show(State(state): State<WebState>, counter: Counter) -> Response {
    let (view, disclosure) = match shown(&state, &counter).await {
        Ok(found) => found,
        Err(response) => return response,
    };
    let typed = known(&view, &disclosure, counter.t());
    Shown::default().filled(&state, &counter, &view, typed)
}

pub(crate) async fn enter(
    State(state): State<WebState>,
    counter: Counter,
    Posted(form): Posted<ContactForm>,
) -> Response {
    let call = match counter.staff.sending(&state, &form.wish) {
        Ok(call) => call,
        Err(fault) => return counter.staff.fault(&state, fault),
    };
    let t = counter.t();
    let typed = form.typed;
    let in_force = &state.office.settings().consent_version;
    let wanted = match read(t, &typed, in_force) {
        Ok(wanted) => wanted,
        Err(errors) => return Shown::with(errors).again(&state, &counter, typed).await,
    };
    let doubts = wanted.doubts(t);
    let is_sure = !typed.sure.is_empty() && typed.sure_of == wanted.subject();
    if !doubts.is_empty() && !is_sure {
        let subject = Some(wanted.subject());
        return Shown { doubts, subject, ..Shown::default() }.again(&state, &counter, typed).await;
    }
    match state.office.run(call, command(&state, &counter, wanted)).await {
        Ok(()) => Counter::to(&routes::confirm(counter.id)),
        Err(Failure::Refused(Refusal::SharedContactUnexplained)) => {
            let errors = Errors::one("shared", t.contact_shared_missing());
            Shown { errors, is_shared: true, ..Shown::default() }
                .again(&state, &counter, typed)
                .await
        }
        Err(Failure::Refused(refusal @ (Refusal::TooManySends | Refusal::ContactInUse))) => {
            let (_, what, next) = sentences(t, refusal);
            let errors = Errors::one("email", format!("{what} {next}"));
            Shown::with(errors).again(&state, &counter, typed).await
        }
        Err(failure) => counter.failed(&state, failure),
    }
}

fn command(state: &WebState, counter: &Counter, wanted: Wanted) -> EnterContact {
    EnterContact {
        registration: counter.id,
        consent: Some(wanted.version.to_owned()),
        language: wanted.language,
        email: wanted.email,
        mobile: wanted.mobile,
        shared: wanted.shared,
        in_force: state.office.settings().consent_version.clone(),
        sharing: state.office.settings().sharing,
    }
}

/// What is known already, to be changed.
fn known(view: &RegistrationView, disclosure: &Disclosure, t: Text) -> Typed {
    let of = |channel| of_channel(view, channel).map(|point| destination(point, disclosure));
    let email = of(Channel::Email);
    let mobile = of(Channel::Sms);
    Typed {
        consent: if view.consent_language.is_some() { "yes".to_owned() } else { String::new() },
        language: view.consent_language.unwrap_or(t.language()).code().to_owned(),
        no_mobile: if email.is_some() && mobile.is_none() {
            "yes".to_owned()
        } else {
            String::new()
        },
        email: email.unwrap_or_default(),
        mobile: mobile.unwrap_or_default(),
        ..Typed::default()
    }
}

async fn shown(
    state: &WebState,
    counter: &Counter,
) -> Result<(RegistrationView, Disclosure), Response> {
    let (view, disclosure) = counter.view(state, Page::Contact).await?;
    match view.state {
        StateCode::Identified | StateCode::Contactable => Ok((view, disclosure)),
        StateCode::Opened
        | StateCode::Invited
        | StateCode::Activated
        | StateCode::Refused
        | StateCode::Expired
        | StateCode::Withdrawn => Err(counter.moved()),
    }
}

/// What the page says beside what was typed.
#[derive(Default)]
struct Shown {
    errors: Errors,
    doubts: Vec<(&'static str, String)>,
    /// What the doubts are about.
    subject: Option<String>,
    is_shared: bool,
}

impl Shown {
    fn with(errors: Errors) -> Self {
        Self { errors, ..Self::default() }
    }

    async fn again(self, state: &WebState, counter: &Counter, typed: Typed) -> Response {
        match shown(state, counter).await {
            Ok((view, _)) => self.filled(state, counter, &view, typed),
            Err(response) => response,
        }
    }

    fn filled(
        self,
        state: &WebState,
        counter: &Counter,
        view: &RegistrationView,
        mut typed: Typed,
    ) -> Response {
        let t = counter.t();
        let text = ConsentText::of(&state.office.settings().consent_version)
            .unwrap_or(loket_domain::consent::NEWEST);
        // Said to another text, it is asked again.
        if !typed.version.is_empty() && typed.version != text.version {
            typed.consent = String::new();
        }
        // A tick counts for what was doubted then, and not for what is typed now.
        if let Some(subject) = self.subject {
            typed.sure = String::new();
            typed.sure_of = subject;
        }
        let asked = self.is_shared || SharedReason::from_code(&typed.shared).is_some();
        let reasons = SharedReason::ALL.map(|reason| (reason.code(), shared_name(t, reason)));
        html(&ContactPage {
            frame: counter.frame(state, &t.contact_title(), &self.errors),
            head: counter.head(view, Stage::Contact),
            errors: self.errors,
            languages: Language::ALL.map(|l| (l, l.code() == typed.language)).to_vec(),
            texts: Language::ALL.map(|l| (l, text.words(l))).to_vec(),
            version: text.version,
            doubts: self.doubts,
            shared: if asked { choices(reasons, &typed.shared) } else { vec![] },
            typed,
            contact_address: routes::contact(counter.id),
            consent_address: routes::consent(counter.id),
            live_keys: match view.live_keys {
                0 => String::new(),
                keys => t.counter_keys_what(i64::from(keys)),
            },
            withdraw_keys_address: routes::withdraw_keys(counter.id),
        })
    }
}

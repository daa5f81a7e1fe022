//! Consent, language and addresses (SEED-56). A code goes to each address; what was confirmed and
//! did not change stays confirmed.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use loket_app::commands::enter_contact::EnterContact;
use loket_app::commands::view_registration::{Page, RegistrationView};
use loket_app::{Disclosure, Failure};
use loket_domain::contact::{Channel, ContactFault, EmailAddress, MobileNumber};
use loket_domain::registration::StateCode;
use loket_domain::{Language, Refusal};
use loket_text::Text;
use serde::Deserialize;

use super::reach::{destination, of_channel};
use crate::fault::sentences;
use crate::form::Posted;
use crate::frame::{Errors, Frame, html};
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

/// What was typed.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Typed {
    consent: String,
    language: String,
    email: String,
    mobile: String,
    no_mobile: String,
}

#[derive(Template)]
#[template(path = "contact.html")]
struct ContactPage {
    frame: Frame,
    head: Head,
    errors: Errors,
    typed: Typed,
    languages: Vec<(Language, bool)>,
    contact_address: String,
    /// That the person has keys, which may be lost or in other hands; empty when there are none.
    live_keys: String,
    withdraw_keys_address: String,
}

/// A form that can be carried out.
#[derive(Debug)]
struct Wanted {
    language: Language,
    email: EmailAddress,
    mobile: Option<MobileNumber>,
}

pub(crate) async fn show(State(state): State<WebState>, counter: Counter) -> Response {
    let (view, disclosure) = match shown(&state, &counter).await {
        Ok(found) => found,
        Err(response) => return response,
    };
    let typed = known(&view, &disclosure, counter.t());
    filled(&state, &counter, &view, Errors::default(), typed)
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
    let wanted = match read(counter.t(), &form.typed) {
        Ok(wanted) => wanted,
        Err(errors) => return again(&state, &counter, errors, form.typed).await,
    };
    let command = EnterContact {
        registration: counter.id,
        consent: Some(state.office.settings().consent_version.clone()),
        language: wanted.language,
        email: wanted.email,
        mobile: wanted.mobile,
    };
    match state.office.run(call, command).await {
        Ok(()) => Counter::to(&routes::confirm(counter.id)),
        Err(Failure::Refused(refusal @ Refusal::TooManySends)) => {
            let (_, what, next) = sentences(counter.t(), refusal);
            let errors = Errors::one("email", format!("{what} {next}"));
            again(&state, &counter, errors, form.typed).await
        }
        Err(failure) => counter.failed(&state, failure),
    }
}

/// Reads the form; names every fault at once.
fn read(t: Text, typed: &Typed) -> Result<Wanted, Errors> {
    let mut errors = Errors::default();
    if typed.consent.is_empty() {
        errors.add("consent", t.contact_consent_missing());
    }
    let language = typed.language.parse::<Language>().ok();
    if language.is_none() {
        errors.add("language", t.contact_language_missing());
    }
    let email = typed.email.parse::<EmailAddress>();
    if email.is_err() {
        errors.add("email", t.contact_email_form());
    }
    let mobile = match (typed.mobile.trim(), typed.no_mobile.is_empty()) {
        ("", true) => {
            errors.add("mobile", t.contact_mobile_missing());
            None
        }
        ("", false) => None,
        (_, false) => {
            errors.add("mobile", t.contact_mobile_both());
            None
        }
        (number, true) => {
            number.parse::<MobileNumber>().map_err(|fault| mobile_message(t, fault)).map_or_else(
                |message| {
                    errors.add("mobile", message);
                    None
                },
                Some,
            )
        }
    };
    match (language, email) {
        (Some(language), Ok(email)) if errors.is_empty() => Ok(Wanted { language, email, mobile }),
        _ => Err(errors),
    }
}

fn mobile_message(t: Text, fault: ContactFault) -> String {
    match fault {
        ContactFault::NotMobile => t.contact_mobile_land_line(),
        ContactFault::NumberForm | ContactFault::EmailForm => t.contact_mobile_form(),
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

async fn again(state: &WebState, counter: &Counter, errors: Errors, typed: Typed) -> Response {
    match shown(state, counter).await {
        Ok((view, _)) => filled(state, counter, &view, errors, typed),
        Err(response) => response,
    }
}

fn filled(
    state: &WebState,
    counter: &Counter,
    view: &RegistrationView,
    errors: Errors,
    typed: Typed,
) -> Response {
    html(&ContactPage {
        frame: counter.frame(state, &counter.t().contact_title(), &errors),
        head: counter.head(view, Stage::Contact),
        errors,
        languages: Language::ALL.into_iter().map(|l| (l, l.code() == typed.language)).collect(),
        typed,
        contact_address: routes::contact(counter.id),
        live_keys: match view.live_keys {
            0 => String::new(),
            keys => counter.t().counter_keys_what(i64::from(keys)),
        },
        withdraw_keys_address: routes::withdraw_keys(counter.id),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(email: &str, mobile: &str, no_mobile: &str) -> Typed {
        Typed {
            consent: "yes".to_owned(),
            language: "fr".to_owned(),
            email: email.to_owned(),
            mobile: mobile.to_owned(),
            no_mobile: no_mobile.to_owned(),
        }
    }

    #[test]
    fn every_fault_is_told_at_once() {
        let t = Text::new(Language::Nl);
        let errors = read(t, &Typed::default()).err().unwrap();
        for field in ["consent", "language", "email", "mobile"] {
            assert!(errors.has(field), "{field}");
        }
    }

    #[test]
    fn without_a_telephone_one_must_say_so() {
        let t = Text::new(Language::Nl);
        assert!(read(t, &typed("a@example.be", "", "")).is_err());
        assert!(read(t, &typed("a@example.be", "", "yes")).unwrap().mobile.is_none());
        assert!(read(t, &typed("a@example.be", "0470 12 34 56", "yes")).is_err());
        assert!(read(t, &typed("a@example.be", "02 555 12 12", "")).is_err());
        let wanted = read(t, &typed("a@example.be", "0470 12 34 56", "")).unwrap();
        assert_eq!(wanted.mobile.unwrap().e164(), "+32470123456");
    }
}

//! What the register answered: the person, or why there is none and what to do then.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use loket_app::Disclosure;
use loket_app::commands::view_registration::{Looking, Page, RegistrationView};
use loket_app::tables::visit::RefusedBefore;
use loket_domain::person::{Address, RegisterPerson, Standing};
use loket_domain::register::RegisterName;
use loket_domain::registration::{LeftBehind, OF_AGE, Warning, YOUNGEST};
use loket_domain::time::Day;
use loket_text::Text;
use serde::Deserialize;

use super::circumstances::Notes;
use super::counter::{Counter, Head};
use super::particulars::{Particular, particulars};
use super::refuse::reason_name;
use crate::form::Posted;
use crate::frame::{Errors, Frame, html};
use crate::pages::steps::Stage;
use crate::wish::Wish;
use crate::{WebState, routes};

#[derive(Deserialize)]
pub(crate) struct PlainForm {
    pub(super) wish: Wish,
}

#[derive(Template)]
#[template(path = "person.html")]
pub(super) struct PersonPage {
    pub(super) frame: Frame,
    pub(super) head: Head,
    pub(super) title: String,
    pub(super) person: Option<Found>,
    pub(super) answer: Option<NotFound>,
    /// Interpreter and companion; once a person was found.
    pub(super) notes: Option<Notes>,
    /// The person was chosen from a list, and another one can be.
    pub(super) of_list: bool,
}

/// A person as shown.
pub(super) struct Found {
    pub(super) register: String,
    pub(super) particulars: Vec<Particular>,
    pub(super) remarks: Vec<Remark>,
    /// Nothing that the register says forbids a key.
    pub(super) may_go_on: bool,
}

/// What the register says of the file.
pub(super) struct Remark {
    pub(super) bad: bool,
    pub(super) title: String,
    pub(super) what: String,
}

/// An answer without a person.
pub(super) struct NotFound {
    pub(super) what: String,
    pub(super) way: Way,
}

/// The way on when no person was found.
pub(super) enum Way {
    /// Look again at the same page: the question is under way.
    Wait,
    /// Ask the register once more.
    AskAgain,
    /// Go on with this number.
    Follow(String),
    /// Inscribe the organisation and ask again.
    Inscribe,
    /// Stop, for this reason.
    Stop(&'static str),
}

pub(crate) async fn show(State(state): State<WebState>, counter: Counter) -> Response {
    let (view, disclosure) = match counter.undecided(&state, Page::Person).await {
        Ok(shown) => shown,
        Err(response) => return response,
    };
    match view.looking {
        Looking::Document { .. } if !view.person_found => {
            return Counter::to(&routes::verified(counter.id));
        }
        Looking::Name { .. } if !view.person_found => {
            return Counter::to(&routes::hits(counter.id));
        }
        Looking::Number | Looking::Document { .. } | Looking::Name { .. } => {}
    }
    let t = counter.t();
    let today = state.office.now().belgian_day();
    let person = view.person.as_ref().map(|p| found(t, disclosure.open(p), &view, today));
    let notes = person.as_ref().map(|_| Notes::of(t, view.circumstances));
    let (title, answer) = if person.is_some() {
        (t.person_title(), None)
    } else {
        let (title, answer) = not_found(t, &view, &disclosure);
        (title, Some(answer))
    };
    html(&PersonPage {
        frame: counter.frame(&state, &title, &Errors::default()),
        head: counter.head(&view, Stage::Person),
        title,
        person,
        answer,
        notes,
        of_list: view.listed && view.procedure.is_none(),
    })
}

pub(crate) async fn inscribe(
    State(state): State<WebState>,
    counter: Counter,
    Posted(form): Posted<PlainForm>,
) -> Response {
    let call = match counter.staff.sending(&state, &form.wish) {
        Ok(call) => call,
        Err(fault) => return counter.staff.fault(&state, fault),
    };
    match state.office.inscribe(call, counter.id).await {
        Ok(()) => Counter::to(&routes::person(counter.id)),
        Err(failure) => counter.failed(&state, failure),
    }
}

pub(crate) async fn ask_again(
    State(state): State<WebState>,
    counter: Counter,
    Posted(form): Posted<PlainForm>,
) -> Response {
    let call = match counter.staff.sending(&state, &form.wish) {
        Ok(call) => call,
        Err(fault) => return counter.staff.fault(&state, fault),
    };
    match state.office.ask_again(call, counter.id).await {
        Ok(()) => Counter::to(&routes::person(counter.id)),
        Err(failure) => counter.failed(&state, failure),
    }
}

pub(crate) async fn follow(
    State(state): State<WebState>,
    counter: Counter,
    Posted(form): Posted<PlainForm>,
) -> Response {
    let call = match counter.staff.sending(&state, &form.wish) {
        Ok(call) => call,
        Err(fault) => return counter.staff.fault(&state, fault),
    };
    match state.office.follow_replacement(call, counter.id).await {
        Ok(()) => Counter::to(&routes::person(counter.id)),
        Err(failure) => counter.failed(&state, failure),
    }
}

fn found(t: Text, person: &RegisterPerson, view: &RegistrationView, today: Day) -> Found {
    let mut remarks = remarks(t, person, view.answer.as_deref(), today);
    if let Some(before) = &view.refused_before {
        remarks.insert(0, refused_before(t, before, today));
    }
    Found {
        register: register_name(t, person.register),
        particulars: particulars(t, person),
        may_go_on: person.hindrance(today).is_none(),
        remarks,
    }
}

/// A colleague could not identify this person a short while ago: a warning, not a verdict.
fn refused_before(t: Text, before: &RefusedBefore, today: Day) -> Remark {
    let name = before.name.to_colleagues();
    let name = format!("{} {}", name.given_names, name.surname);
    let (at, reference) = (t.at(before.at, today), before.reference.to_string());
    let what = match before.warning {
        Warning::Refused(reason) => {
            t.person_refused_before_what(&at, &name, &reason_name(t, reason), &reference)
        }
        Warning::Left(left) => t.person_left_before_what(&name, &left_name(t, left), &reference),
    };
    Remark { bad: false, title: t.person_refused_before_title(), what }
}

/// What stood against the person when the officer left.
pub(crate) fn left_name(t: Text, left: LeftBehind) -> String {
    match left {
        LeftBehind::Hit => t.left_with_hit(),
        LeftBehind::SecondOfficerNo => t.left_after_second_officer(),
    }
}

/// The name of a register.
pub(crate) fn register_name(t: Text, register: RegisterName) -> String {
    match register {
        RegisterName::NationalRegister => t.register_national(),
        RegisterName::BisRegister => t.register_bis(),
    }
}

pub(super) fn remarks(
    t: Text,
    person: &RegisterPerson,
    answer: Option<&str>,
    today: Day,
) -> Vec<Remark> {
    let mut remarks = Vec::new();
    let mut say = |bad, title, what| remarks.push(Remark { bad, title, what });
    match person.standing {
        Standing::Active => {}
        Standing::Deceased { on } => {
            let title = on.map_or_else(
                || t.person_deceased_title(),
                |on| t.person_deceased_on(&t.incomplete_date(on)),
            );
            say(true, title, t.person_deceased_what());
        }
        Standing::StruckOff => {
            say(true, t.person_struck_off_title(), t.person_struck_off_what());
        }
        Standing::NoLongerManaged => {
            say(false, t.person_not_managed_title(), t.person_not_managed_what());
        }
    }
    if person.birth_date.may_be_younger_than(YOUNGEST, today) {
        say(true, t.person_too_young_title(), t.person_too_young_what());
    } else if person.birth_date.may_be_younger_than(OF_AGE, today) {
        say(false, t.person_minor_title(), t.person_minor_what());
    }
    if person.under_guardianship {
        say(false, t.person_guardianship_title(), t.person_guardianship_what());
    }
    match person.address {
        Address::Reference { .. } => say(false, t.person_no_home_title(), t.person_no_home_what()),
        Address::None => {
            say(false, t.person_address_missing_title(), t.person_address_missing_what());
        }
        Address::Belgian { .. } | Address::Abroad { .. } | Address::DiplomaticPost { .. } => {}
    }
    if answer == Some("found_incomplete") {
        say(false, t.person_incomplete_title(), t.person_incomplete_what());
    }
    remarks
}

fn not_found(t: Text, view: &RegistrationView, disclosure: &Disclosure) -> (String, NotFound) {
    let by = view.replaced_by.as_ref().map(|by| disclosure.open(by).grouped());
    answered(t, view.answer.as_deref(), by, view.may_ask)
}

/// What is said of an answer without a person, and the way on. `by` is the number that replaced the
/// one asked for; where the register may not be asked again, only stopping is left.
pub(super) fn answered(
    t: Text,
    outcome: Option<&str>,
    by: Option<String>,
    may_ask: bool,
) -> (String, NotFound) {
    let (title, what, way) = match outcome {
        None => (t.answer_asked_title(), t.answer_asked_what(), Way::Wait),
        Some("unknown") => {
            (t.answer_unknown_title(), t.answer_unknown_what(), Way::Stop("wrong_number"))
        }
        Some("replaced") => {
            let way = by.map_or(Way::AskAgain, Way::Follow);
            (t.answer_replaced_title(), t.answer_replaced_what(), way)
        }
        Some("cancelled") => {
            (t.answer_cancelled_title(), t.answer_cancelled_what(), Way::Stop("comes_back"))
        }
        Some("not_inscribed") => {
            (t.answer_not_inscribed_title(), t.answer_not_inscribed_what(), Way::Inscribe)
        }
        Some("not_allowed") => {
            (t.answer_not_allowed_title(), t.answer_not_allowed_what(), Way::Stop("comes_back"))
        }
        Some("down") => (t.answer_down_title(), t.answer_down_what(), Way::AskAgain),
        Some("lost") => (t.answer_lost_title(), t.answer_lost_what(), Way::AskAgain),
        // Whatever else is stored here could not be understood, which is what this says.
        Some(_) => (t.answer_unreadable_title(), t.answer_unreadable_what(), Way::AskAgain),
    };
    match way {
        Way::AskAgain | Way::Follow(_) | Way::Inscribe if !may_ask => {
            let what = t.questions_none_left();
            (title, NotFound { what, way: Way::Stop("comes_back") })
        }
        way => (title, NotFound { what, way }),
    }
}

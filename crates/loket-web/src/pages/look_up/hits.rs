//! The people who fit a search by name: only what tells them apart. The details come after a choice.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use loket_app::Disclosure;
use loket_app::commands::view_registration::{Looking, Page, RegistrationView};
use loket_domain::Refusal;
use loket_domain::person::GivenName;
use loket_domain::register::{Hit, SearchOutcome};
use loket_text::Text;
use serde::Deserialize;

use super::criteria::TypedCriteria;
use crate::fault::sentences;
use crate::form::Posted;
use crate::frame::{Errors, Frame, html};
use crate::pages::identification::choice::Choice;
use crate::pages::identification::counter::{Counter, Head};
use crate::pages::identification::particulars::sex;
use crate::pages::identification::person::register_name;
use crate::pages::steps::Stage;
use crate::wish::Wish;
use crate::{WebState, routes};

#[derive(Deserialize)]
pub(crate) struct ChoiceForm {
    wish: Wish,
    #[serde(default)]
    hit: String,
}

#[derive(Deserialize)]
pub(crate) struct SearchForm {
    wish: Wish,
    #[serde(flatten)]
    typed: TypedCriteria,
}

/// One person of the list.
pub(super) struct HitRow {
    /// Place in the list, from 0.
    pub(super) place: usize,
    pub(super) name: String,
    pub(super) born: String,
    pub(super) sex: String,
    pub(super) lives: String,
    pub(super) register: String,
}

/// What can be done beside choosing and stopping.
pub(super) enum Next {
    /// Search once more, with what was typed and the sexes to choose from.
    Search(TypedCriteria, Vec<Choice>),
    /// Look again: the registers are still being asked.
    Wait,
    /// There were as many searches as there may be: the other ways to find the person.
    OtherWays,
    /// Nothing: another search cannot help.
    Nothing,
}

impl Next {
    /// After an outcome, with so many searches left.
    pub(super) fn after(t: Text, outcome: Option<&str>, left: u32, typed: TypedCriteria) -> Self {
        match (outcome, left) {
            (None, _) => Self::Wait,
            (Some("not_allowed"), _) => Self::Nothing,
            (Some(_), 0) => Self::OtherWays,
            (Some(_), _) => {
                let sexes = typed.sexes(t);
                Self::Search(typed, sexes)
            }
        }
    }
}

#[derive(Template)]
#[template(path = "hits.html")]
pub(super) struct HitsPage {
    pub(super) frame: Frame,
    pub(super) head: Head,
    pub(super) errors: Errors,
    pub(super) title: String,
    pub(super) what: String,
    pub(super) hits: Vec<HitRow>,
    pub(super) truncated: bool,
    pub(super) next: Next,
    /// One of the people may still be chosen.
    pub(super) may_choose: bool,
    pub(super) hits_address: String,
    pub(super) search_address: String,
}

pub(crate) async fn show(State(state): State<WebState>, counter: Counter) -> Response {
    page(&state, &counter, None, Errors::default()).await
}

pub(crate) async fn choose(
    State(state): State<WebState>,
    counter: Counter,
    Posted(form): Posted<ChoiceForm>,
) -> Response {
    let call = match counter.staff.sending(&state, &form.wish) {
        Ok(call) => call,
        Err(fault) => return counter.staff.fault(&state, fault),
    };
    let Ok(hit) = form.hit.parse() else {
        let errors = Errors::one("hit", counter.t().hits_missing());
        return page(&state, &counter, None, errors).await;
    };
    match state.office.choose_hit(call, counter.id, hit).await {
        Ok(()) => Counter::to(&routes::person(counter.id)),
        Err(loket_app::Failure::Refused(refusal @ Refusal::TooManyQuestions)) => {
            let (_, what, next) = sentences(counter.t(), refusal);
            page(&state, &counter, None, Errors::one("hit", format!("{what} {next}"))).await
        }
        Err(failure) => counter.failed(&state, failure),
    }
}

pub(crate) async fn search(
    State(state): State<WebState>,
    counter: Counter,
    Posted(SearchForm { wish, typed }): Posted<SearchForm>,
) -> Response {
    let call = match counter.staff.sending(&state, &wish) {
        Ok(call) => call,
        Err(fault) => return counter.staff.fault(&state, fault),
    };
    let t = counter.t();
    let mut errors = Errors::default();
    let criteria = typed.read(t, &mut errors);
    let Some(criteria) = criteria.filter(|_| errors.is_empty()) else {
        return page(&state, &counter, Some(typed), errors).await;
    };
    match state.office.search_again(call, counter.id, criteria).await {
        Ok(()) => Counter::to(&routes::hits(counter.id)),
        Err(loket_app::Failure::Refused(refusal @ Refusal::TooManySearches)) => {
            let (_, what, next) = sentences(t, refusal);
            let errors = Errors::one("surname", format!("{what} {next}"));
            page(&state, &counter, Some(typed), errors).await
        }
        Err(failure) => counter.failed(&state, failure),
    }
}

async fn page(
    state: &WebState,
    counter: &Counter,
    typed: Option<TypedCriteria>,
    errors: Errors,
) -> Response {
    let (view, disclosure) = match counter.undecided(state, Page::Hits).await {
        Ok(shown) => shown,
        Err(response) => return response,
    };
    let Looking::Name { outcome, criteria, found, left } = &view.looking else {
        return Counter::to(&routes::person(counter.id));
    };
    if view.procedure.is_some() {
        return counter.moved();
    }
    let t = counter.t();
    let (title, what) = told(t, outcome.as_deref());
    let (hits, truncated) = list(t, &disclosure, found.as_ref());
    let typed = typed
        .or_else(|| criteria.as_ref().map(|criteria| TypedCriteria::of(disclosure.open(criteria))));
    let next = Next::after(t, outcome.as_deref(), *left, typed.unwrap_or_default());
    html(&HitsPage {
        frame: counter.frame(state, &title, &errors),
        head: head(counter, &view),
        errors,
        title,
        what,
        hits,
        truncated,
        next,
        may_choose: view.may_ask,
        hits_address: routes::hits(counter.id),
        search_address: routes::search(counter.id),
    })
}

fn head(counter: &Counter, view: &RegistrationView) -> Head {
    counter.head(view, Stage::Person)
}

/// Title and sentence of what came back.
pub(super) fn told(t: Text, outcome: Option<&str>) -> (String, String) {
    match outcome {
        None => (t.answer_asked_title(), t.answer_asked_what()),
        Some("found") => (t.hits_title(), t.hits_what()),
        Some("nobody") => (t.hits_nobody_title(), t.hits_nobody_what()),
        Some("only_oneself") => (t.hits_oneself_title(), t.hits_oneself_what()),
        Some("too_wide") => (t.hits_too_wide_title(), t.hits_too_wide_what()),
        Some("not_allowed") => (t.answer_not_allowed_title(), t.answer_not_allowed_what()),
        Some("down") => (t.answer_down_title(), t.hits_down_what()),
        Some("lost") => (t.answer_lost_title(), t.hits_down_what()),
        // Whatever else is stored here could not be understood, which is what this says.
        Some(_) => (t.answer_unreadable_title(), t.hits_down_what()),
    }
}

fn list(
    t: Text,
    disclosure: &Disclosure,
    found: Option<&loket_app::Personal<SearchOutcome>>,
) -> (Vec<HitRow>, bool) {
    match found.map(|found| disclosure.open(found)) {
        Some(SearchOutcome::Found { hits, truncated }) => {
            (hits.iter().enumerate().map(|(place, hit)| row(t, place, hit)).collect(), *truncated)
        }
        _ => (Vec::new(), false),
    }
}

pub(super) fn row(t: Text, place: usize, hit: &Hit) -> HitRow {
    let mut names: Vec<&str> = hit.given_names.iter().map(GivenName::as_str).collect();
    names.push(hit.surname.as_str());
    HitRow {
        place,
        name: names.join(" "),
        born: t.incomplete_date(hit.birth_date),
        sex: sex(t, hit.sex),
        lives: hit
            .municipality
            .as_ref()
            .map_or_else(|| t.person_not_stated(), |m| m.as_str().to_owned()),
        register: register_name(t, hit.register),
    }
}

//! The auditor's question: about whom or what, which kinds, which period, and why. A number is typed,
//! sent in a form and looked up; what comes back carries our own identifiers only, and no address has
//! either.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use loket_app::asking::Named;
use loket_app::commands::reconstruct_registration::{PURPOSE_MOST, purpose_of};
use loket_domain::audit::{About, Kinds, Place};
use loket_domain::id::RegistrationId;
use loket_domain::office::EnterpriseNumber;
use loket_domain::registration::Reference;
use loket_domain::time::Day;
use loket_domain::{Ssin, Timestamp};
use loket_text::Text;
use serde::Deserialize;

use super::kinds::{self, Heading};
use crate::frame::{Errors, Frame, html};
use crate::pages::identification::choice::{Choice, choices};
use crate::pages::look_up::opening::number_message;
use crate::session::Staff;
use crate::{WebState, routes};

/// The question as it was sent.
#[derive(Deserialize, Default, Clone)]
pub(crate) struct Question {
    /// The way of asking.
    #[serde(default)]
    by: String,
    /// What was typed.
    #[serde(default)]
    number: String,
    /// Our own identifier, once it was found.
    #[serde(default)]
    id: String,
    #[serde(default)]
    kinds: String,
    #[serde(default)]
    from: String,
    #[serde(default)]
    until: String,
    #[serde(default)]
    purpose: String,
    /// Where the page before ended.
    #[serde(default)]
    after: String,
}

/// The question as it was understood.
pub(super) struct Asked {
    pub(super) named: Named,
    pub(super) kinds: Kinds,
    pub(super) from: Option<Timestamp>,
    pub(super) until: Option<Timestamp>,
    pub(super) purpose: String,
    pub(super) after: Option<Place>,
}

/// What a form carries on so that the same is asked again.
pub(super) struct Carried {
    pub(super) by: &'static str,
    pub(super) id: String,
    pub(super) kinds: &'static str,
    pub(super) from: String,
    pub(super) until: String,
    pub(super) purpose: String,
}

impl Carried {
    /// As a form of the page's languages sends it.
    pub(super) fn fields(&self, wish: &str) -> Vec<(&'static str, String)> {
        vec![
            ("wish", wish.to_owned()),
            ("by", self.by.to_owned()),
            ("id", self.id.clone()),
            ("kinds", self.kinds.to_owned()),
            ("from", self.from.clone()),
            ("until", self.until.clone()),
            ("purpose", self.purpose.clone()),
        ]
    }
}

impl Question {
    /// Reads it; adds what is wrong to the errors.
    pub(super) fn read(&self, state: &WebState, t: Text, errors: &mut Errors) -> Option<Asked> {
        let named = self.named(state, t, errors);
        let kinds = Kinds::read(&self.kinds);
        if kinds.is_none() {
            errors.add("kinds", t.audit_kinds_unknown());
        }
        let (from, until) = self.period(t, errors);
        if purpose_of(&self.purpose).is_err() {
            errors.add("purpose", t.audit_purpose_missing());
        }
        let (named, kinds) = (named?, kinds?);
        errors.is_empty().then(|| Asked {
            named,
            kinds,
            from,
            until,
            purpose: self.purpose.trim().to_owned(),
            after: read_place(&self.after),
        })
    }

    fn named(&self, state: &WebState, t: Text, errors: &mut Errors) -> Option<Named> {
        if let Some(about) = About::read(&self.by, &self.id) {
            return Some(Named::Known(about));
        }
        let typed = self.number.trim();
        let wrong = match self.by.as_str() {
            "everything" if typed.is_empty() => return Some(Named::Everything),
            // It would be taken for what this person did.
            "everything" => ("number", t.audit_number_unused()),
            "person" | "officer" => match Ssin::parse(typed, state.office.settings().synthetic) {
                Ok(ssin) if self.by == "person" => return Some(Named::Person(ssin)),
                Ok(ssin) => return Some(Named::Officer(ssin)),
                Err(fault) => ("number", number_message(t, fault)),
            },
            "organisation" => match EnterpriseNumber::parse(typed) {
                Ok(number) => return Some(Named::Organisation(number)),
                Err(_) => ("number", t.audit_number_enterprise()),
            },
            "registration" => match typed.parse::<Reference>() {
                Ok(reference) => return Some(Named::Dossier(reference)),
                Err(_) => ("number", t.audit_reference_form()),
            },
            _ => ("by", t.audit_by_missing()),
        };
        errors.add(wrong.0, wrong.1);
        None
    }

    fn period(&self, t: Text, errors: &mut Errors) -> (Option<Timestamp>, Option<Timestamp>) {
        let mut day = |field: &'static str, text: &str| {
            let day = Day::parse(text.trim());
            if day.is_none() && !text.trim().is_empty() {
                errors.add(field, t.audit_day_wrong());
            }
            day
        };
        let (from, until) = (day("from", &self.from), day("until", &self.until));
        if from.zip(until).is_some_and(|(from, until)| until < from) {
            errors.add("until", t.audit_period_wrong());
        }
        let after = |last: Day| last.tomorrow().starts_in_belgium();
        (from.map(Day::starts_in_belgium), until.map(after))
    }

    /// What was found before and the kinds; `None` when a form of ours would not say so.
    pub(super) fn known(&self) -> Option<(Option<About>, Kinds)> {
        let kinds = Kinds::read(&self.kinds)?;
        match self.by.as_str() {
            "everything" => Some((None, kinds)),
            by => About::read(by, &self.id).map(|about| (Some(about), kinds)),
        }
    }

    /// The question for one registration.
    pub(super) fn of_registration(id: RegistrationId, purpose: &str) -> Self {
        Self {
            by: "registration".to_owned(),
            id: id.to_string(),
            purpose: purpose.to_owned(),
            ..Self::default()
        }
    }

    /// As it goes on in a form, with what was found in the place of a number.
    pub(super) fn carried(&self, about: Option<About>, kinds: Kinds) -> Carried {
        Carried {
            by: about.map_or("everything", About::code),
            id: about.map(About::id).unwrap_or_default(),
            kinds: kinds.code(),
            from: cut(&self.from, 10),
            until: cut(&self.until, 10),
            purpose: cut(&self.purpose, PURPOSE_MOST),
        }
    }

    /// Where the page before ended, as it was sent.
    pub(super) fn after(&self) -> &str {
        &self.after
    }

    /// The period as people read it.
    pub(super) fn period_in_words(&self, t: Text) -> (String, String) {
        let day = |text: &str| Day::parse(text.trim()).map(|day| t.day(day));
        (
            day(&self.from).unwrap_or_else(|| t.audit_asked_from_start()),
            day(&self.until).unwrap_or_else(|| t.audit_asked_until_now()),
        )
    }
}

fn cut(text: &str, most: usize) -> String {
    text.trim().chars().take(most).collect()
}

/// A place as a form carries it.
pub(super) fn place_text(place: Place) -> String {
    format!("{}.{}", place.at.micros(), place.sequence)
}

fn read_place(text: &str) -> Option<Place> {
    let (at, sequence) = text.split_once('.')?;
    Some(Place { at: Timestamp::from_micros(at.parse().ok()?), sequence: sequence.parse().ok()? })
}

#[derive(Template)]
#[template(path = "audit.html")]
struct AskPage {
    frame: Frame,
    wish: String,
    errors: Errors,
    ways: Vec<Choice>,
    number: String,
    all_kinds: bool,
    kinds: Vec<Heading>,
    from: String,
    until: String,
    purpose: String,
}

pub(crate) async fn show(State(state): State<WebState>, staff: Staff) -> Response {
    page(&state, &staff, Errors::default(), &Question::default())
}

/// The address of one reconstruction, opened again: number and purpose are asked again.
pub(crate) async fn of_registration(
    State(state): State<WebState>,
    staff: Staff,
    Path(_registration): Path<String>,
) -> Response {
    let question = Question { by: "registration".to_owned(), ..Question::default() };
    page(&state, &staff, Errors::default(), &question)
}

/// The form; only for those who may search, so that its being there tells nobody else anything.
pub(super) fn page(
    state: &WebState,
    staff: &Staff,
    errors: Errors,
    question: &Question,
) -> Response {
    let action = loket_domain::policy::Action::SearchJournal;
    if let Err(refusal) = staff.masthead.may(action, state.office.now()) {
        return staff.fault(state, refusal);
    }
    let t = staff.here.t;
    let chosen = Kinds::read(&question.kinds).unwrap_or_default();
    html(&AskPage {
        frame: Frame::of_staff(state, staff, &t.audit_title(), routes::AUDIT)
            .with_errors(!errors.is_empty()),
        wish: staff.wish.clone(),
        errors,
        ways: choices(ways(t), &question.by),
        number: cut(&question.number, 40),
        all_kinds: chosen == Kinds::All,
        kinds: kinds::list(t, chosen),
        from: cut(&question.from, 10),
        until: cut(&question.until, 10),
        purpose: cut(&question.purpose, PURPOSE_MOST),
    })
}

fn ways(t: Text) -> [(&'static str, String); 5] {
    [
        ("person", t.audit_by_person()),
        ("officer", t.audit_by_officer()),
        ("organisation", t.audit_by_organisation()),
        ("registration", t.audit_by_registration()),
        ("everything", t.audit_by_everything()),
    ]
}

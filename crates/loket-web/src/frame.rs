//! What stands around every page: language, title, who is signed in, menu, choice of language,
//! service desk.

use std::borrow::Cow;

use askama::Template;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use loket_app::office::Masthead;
use loket_domain::Language;
use loket_domain::office::RoleKind;
use loket_text::Text;

use crate::demo_head::DemoHead;
use crate::language::Here;
use crate::session::Staff;
use crate::{WebState, routes, static_files};

/// Who is signed in, as the head shows it.
pub(crate) struct Who {
    pub(crate) name: String,
    pub(crate) place: String,
    /// The value of the sign-out form.
    pub(crate) wish: String,
}

/// One entry of the menu.
pub(crate) struct Entry {
    pub(crate) address: &'static str,
    pub(crate) label: String,
    pub(crate) here: bool,
}

/// What stands around a page.
pub(crate) struct Frame {
    pub(crate) t: Text,
    /// Title of the page, without the service's name.
    pub(crate) title: String,
    /// The page shows errors: its title begins with the word for error (requirement UX-01).
    pub(crate) errors: bool,
    pub(crate) who: Option<Who>,
    pub(crate) menu: Vec<Entry>,
    pub(crate) desk_phone: String,
    pub(crate) demo: Option<DemoHead>,
    pub(crate) style: &'static str,
    pub(crate) icon: &'static str,
    /// Own address of the page, to which a choice of language comes back.
    pub(crate) back: String,
    /// The question that the page answers, where it stands in no address: another language asks it again.
    pub(crate) asked: Vec<(&'static str, String)>,
    /// Scripts of this page (ES modules of our own), such as the one for the card.
    pub(crate) scripts: Vec<&'static str>,
}

impl Frame {
    /// For a page of somebody who is not signed in.
    pub(crate) fn anonymous(state: &WebState, here: &Here, title: &str) -> Self {
        let t = here.t;
        let settings = state.office.settings();
        Self {
            t,
            title: title.to_owned(),
            errors: false,
            who: None,
            menu: Vec::new(),
            desk_phone: match t.language() {
                Language::Fr => settings.service_desk_fr.clone(),
                Language::Nl | Language::De | Language::En => settings.service_desk_nl.clone(),
            },
            demo: state.settings.demo.clone(),
            style: static_files::STYLE,
            icon: static_files::ICON,
            back: here.path.clone(),
            asked: Vec::new(),
            scripts: Vec::new(),
        }
    }

    /// For a page of a person with a link or a key: one small style, for an old phone.
    pub(crate) fn of_person(state: &WebState, here: &Here, title: &str) -> Self {
        Self { style: static_files::PERSON_STYLE, ..Self::anonymous(state, here, title) }
    }

    /// For a page of staff; `here` is the address in the menu under which the page stands.
    pub(crate) fn of_staff(state: &WebState, staff: &Staff, title: &str, here: &str) -> Self {
        let t = staff.here.t;
        let head = &staff.masthead;
        let mut frame = Self::anonymous(state, &staff.here, title);
        frame.who = Some(Who {
            name: format!("{} {}", head.name.given_names, head.name.surname).trim().to_owned(),
            place: place(t, head),
            wish: staff.wish.clone(),
        });
        frame.menu = menu(t, head, here);
        frame
    }

    /// Marks the page as one with errors.
    pub(crate) fn with_errors(mut self, errors: bool) -> Self {
        self.errors = errors;
        self
    }

    /// Says which form this page answers, so that another language can ask the same again.
    pub(crate) fn answering(
        mut self,
        address: String,
        fields: Vec<(&'static str, String)>,
    ) -> Self {
        self.back = address;
        self.asked = fields;
        self
    }

    /// Adds a script of our own to the page.
    pub(crate) fn with_script(mut self, script: &'static str) -> Self {
        self.scripts.push(script);
        self
    }

    /// What stands in for a reader and a card: where a card is asked for, and nowhere else. A person's
    /// phone on a slow line does not wait for it.
    pub(crate) fn demo_card(&self) -> Option<&DemoHead> {
        self.demo.as_ref().filter(|_| self.scripts.contains(&static_files::CARD))
    }

    /// The whole title as the browser's tab shows it.
    pub(crate) fn whole_title(&self) -> String {
        let title = format!("{} – {}", self.title, self.t.service_name());
        if self.errors { self.t.error_title(&title) } else { title }
    }

    /// The four languages with their own names.
    pub(crate) fn languages(&self) -> impl Iterator<Item = (Language, bool)> + use<> {
        let chosen = self.t.language();
        Language::ALL.into_iter().map(move |language| (language, language == chosen))
    }
}

fn place(t: Text, head: &Masthead) -> String {
    match head.role {
        Some((kind, until)) => {
            t.who_place(&head.organisation, &role_name(t, kind), &t.day(until.belgian_day()))
        }
        None => head.organisation.clone(),
    }
}

/// The name of a role.
pub(crate) fn role_name(t: Text, kind: RoleKind) -> String {
    match kind {
        RoleKind::Officer => t.role_officer(),
        RoleKind::AccessManager => t.role_access_manager(),
        RoleKind::Auditor => t.role_auditor(),
        RoleKind::DataProtectionOfficer => t.role_data_protection_officer(),
        RoleKind::Reviewer => t.role_reviewer(),
        RoleKind::Support => t.role_support(),
    }
}

fn menu(t: Text, head: &Masthead, here: &str) -> Vec<Entry> {
    let entry =
        |address: &'static str, label: String| Entry { address, label, here: here == address };
    let mut menu = Vec::new();
    match head.role.map(|(kind, _)| kind) {
        Some(RoleKind::Officer) => {
            menu.push(entry(routes::DESK, t.menu_desk()));
            menu.push(entry(routes::SECOND_CHECKS, t.menu_second_checks()));
        }
        Some(RoleKind::Reviewer) => menu.push(entry(routes::REVIEW_POINTS, t.menu_review())),
        Some(RoleKind::Auditor) => {
            menu.push(entry(routes::AUDIT, t.menu_audit()));
            menu.push(entry(routes::AUDIT_SESSIONS, t.menu_audit_sessions()));
            menu.push(entry(routes::AUDIT_LOG, t.menu_audit_log()));
        }
        Some(RoleKind::Support) => {
            menu.push(entry(routes::SUPPORT, t.menu_support()));
            menu.push(entry(routes::DELIVERY, t.menu_delivery()));
        }
        Some(RoleKind::AccessManager | RoleKind::DataProtectionOfficer) | None => {}
    }
    menu.push(entry(routes::HELP, t.menu_help()));
    menu
}

/// One error of a form: the field it stands at, and its sentence.
#[derive(Debug)]
pub(crate) struct FieldError {
    /// Id of the field.
    pub(crate) field: Cow<'static, str>,
    /// What is wrong and what to do.
    pub(crate) message: String,
}

/// The errors of a form, in the order of its fields.
#[derive(Debug, Default)]
pub(crate) struct Errors(Vec<FieldError>);

impl Errors {
    /// One error.
    pub(crate) fn one(field: impl Into<Cow<'static, str>>, message: String) -> Self {
        Self(vec![FieldError { field: field.into(), message }])
    }
    /// Adds an error.
    pub(crate) fn add(&mut self, field: impl Into<Cow<'static, str>>, message: String) {
        self.0.push(FieldError { field: field.into(), message });
    }
    /// Whether there is none.
    pub(crate) const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
    /// Whether there is one at this field.
    pub(crate) fn has(&self, field: &str) -> bool {
        self.0.iter().any(|e| e.field == field)
    }
    /// All of them.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &FieldError> {
        self.0.iter()
    }
}

/// Renders a template. A template that fails to render is a fault of ours.
pub(crate) fn html(page: &impl Template) -> Response {
    match page.render() {
        Ok(text) => Html(text).into_response(),
        Err(error) => {
            tracing::error!(%error, "a template could not be rendered");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

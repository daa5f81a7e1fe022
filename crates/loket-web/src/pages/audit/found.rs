//! What was found: the question in words, the events in order, a page at a time, and the way to take
//! them along as evidence.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use loket_app::asking::Named;
use loket_app::commands::search_journal::{Found, SearchJournal};
use loket_app::{Disclosure, Failure};
use loket_domain::Refusal;
use loket_domain::audit::{About, Kinds};
use serde::Deserialize;

use super::ask::{self, Asked, Carried, Question, place_text};
use super::told::{Entry, number_asked, title, told};
use super::{kinds, reconstruction};
use crate::form::Posted;
use crate::frame::{Errors, Frame, html};
use crate::session::Staff;
use crate::wish::Wish;
use crate::{WebState, routes};

#[derive(Deserialize)]
pub(crate) struct AskForm {
    wish: Wish,
    #[serde(flatten)]
    question: Question,
}

#[derive(Template)]
#[template(path = "audit_found.html")]
struct FoundPage {
    frame: Frame,
    wish: String,
    /// None: what is wrong with the export is told on a page of its own.
    errors: Errors,
    /// The question, as label and value.
    asked: Vec<(String, String)>,
    entries: Vec<Entry>,
    /// How many, from when to when: what tells one page of many from the next.
    count: String,
    /// Nobody and nothing is known under the number.
    unknown: bool,
    /// Behind the first page.
    later: bool,
    /// Where the next page begins.
    next: Option<String>,
    carried: Carried,
}

pub(crate) async fn find(
    State(state): State<WebState>,
    staff: Staff,
    Posted(form): Posted<AskForm>,
) -> Response {
    let t = staff.here.t;
    let mut errors = Errors::default();
    let question = &form.question;
    let Some(asked) = question.read(&state, t, &mut errors) else {
        return ask::page(&state, &staff, errors, question);
    };
    let whole = asked.kinds == Kinds::All && asked.from.is_none() && asked.until.is_none();
    let registration = match asked.named {
        Named::Dossier(reference) => {
            match state.office.registration_by_reference(&staff.masthead, reference).await {
                Ok(registration) => Some(registration),
                Err(Failure::Refused(Refusal::NotFound)) => {
                    let errors = Errors::one("number", t.audit_reference_unknown());
                    return ask::page(&state, &staff, errors, question);
                }
                Err(failure) => return staff.fault(&state, failure),
            }
        }
        _ => None,
    };
    match registration {
        // A dossier as a whole is read on one page, with the sign-ins behind it.
        Some(id) if whole => {
            reconstruction::of(&state, &staff, &form.wish, id, &asked.purpose).await
        }
        Some(id) => {
            let asked = Asked { named: Named::Known(About::Registration(id)), ..asked };
            search(&state, &staff, &form.wish, question, asked).await
        }
        None => search(&state, &staff, &form.wish, question, asked).await,
    }
}

async fn search(
    state: &WebState,
    staff: &Staff,
    wish: &Wish,
    question: &Question,
    asked: Asked,
) -> Response {
    let call = match staff.sending(state, wish) {
        Ok(call) => call,
        Err(fault) => return staff.fault(state, fault),
    };
    let later = asked.after.is_some();
    let command = SearchJournal {
        named: asked.named,
        kinds: asked.kinds,
        from: asked.from,
        until: asked.until,
        purpose: asked.purpose,
        after: asked.after,
    };
    match state.office.disclose(call, command).await {
        Ok((found, opens)) => html(&filled(state, staff, question, &found, &opens, later)),
        Err(failure) => staff.fault(state, failure),
    }
}

fn filled(
    state: &WebState,
    staff: &Staff,
    question: &Question,
    found: &Found,
    opens: &Disclosure,
    later: bool,
) -> FoundPage {
    let t = staff.here.t;
    let search = found.search.unwrap_or_default();
    let title = title(t, search.about, &found.names, opens);
    let (from, until) = question.period_in_words(t);
    let carried = question.carried(search.about, search.kinds);
    let mut again = carried.fields(&staff.wish);
    again.push(("after", question.after().to_owned()));
    let frame = Frame::of_staff(state, staff, &title, routes::AUDIT);
    let number = number_asked(search.about, &found.names, opens);
    let mut rows: Vec<(String, String)> =
        number.into_iter().map(|number| (t.audit_number_label(), number)).collect();
    rows.extend([
        (t.audit_kinds_label(), kinds::name(t, search.kinds)),
        (t.audit_from_label(), from),
        (t.audit_until_label(), until),
        (t.evidence_reason(), carried.purpose.clone()),
    ]);
    let entries: Vec<Entry> =
        found.events.iter().map(|event| told(t, opens.open(event), &found.names, opens)).collect();
    let mut count = t.audit_found_count(i64::try_from(entries.len()).unwrap_or(i64::MAX));
    if let (Some(first), Some(last)) = (entries.first(), entries.last())
        && first.when != last.when
    {
        count = format!("{count}. {}", t.audit_found_range(&first.when, &last.when));
    }
    FoundPage {
        asked: rows,
        // What is not known has no identifier to ask with, and the number goes into no page.
        frame: match found.search {
            Some(_) => frame.answering(routes::AUDIT.to_owned(), again),
            None => frame,
        },
        wish: staff.wish.clone(),
        errors: Errors::default(),
        count,
        entries,
        unknown: found.search.is_none(),
        later,
        next: found.next.map(place_text),
        carried,
    }
}

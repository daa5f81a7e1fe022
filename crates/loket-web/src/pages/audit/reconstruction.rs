//! Everything that happened to a dossier, in order: who was signed in with which card, what was
//! looked up and shown, each step, each message, the activation (SEED-42, SEED-61).

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use loket_app::Disclosure;
use loket_app::commands::reconstruct_registration::{ReconstructRegistration, Reconstruction};
use loket_app::tables::staff::StaffName;
use loket_domain::Refusal;
use loket_domain::audit::{Actor, Event, JournalEntry};
use loket_domain::id::RegistrationId;
use loket_text::Text;
use serde::Deserialize;

use super::details::{Detail, details};
use super::sentence::sentence;
use crate::form::Posted;
use crate::frame::{Frame, html};
use crate::pages::desk::state_name;
use crate::pages::look_up::opening::reason_name;
use crate::session::Staff;
use crate::wish::Wish;
use crate::{WebState, routes};

#[derive(Deserialize)]
pub(crate) struct PurposeForm {
    wish: Wish,
    #[serde(default)]
    purpose: String,
}

#[derive(Template)]
#[template(path = "reconstruction.html")]
struct ReconstructionPage {
    frame: Frame,
    lede: String,
    reason: String,
    state: String,
    count: String,
    entries: Vec<Entry>,
}

/// One event as the page shows it.
struct Entry {
    sequence: String,
    when: String,
    moment: String,
    who: String,
    place: String,
    what: String,
    refused: bool,
    details: Vec<Detail>,
}

pub(crate) async fn show(
    State(state): State<WebState>,
    staff: Staff,
    Path(registration): Path<String>,
    Posted(form): Posted<PurposeForm>,
) -> Response {
    match registration.parse() {
        Ok(id) => of(&state, &staff, &form.wish, id, &form.purpose).await,
        Err(_) => staff.fault(&state, Refusal::NotFound),
    }
}

/// Reconstructs and shows; the query itself is an event with its purpose.
pub(super) async fn of(
    state: &WebState,
    staff: &Staff,
    wish: &Wish,
    registration: RegistrationId,
    purpose: &str,
) -> Response {
    let call = match staff.sending(state, wish) {
        Ok(call) => call,
        Err(fault) => return staff.fault(state, fault),
    };
    let command = ReconstructRegistration { registration, purpose: purpose.to_owned() };
    match state.office.disclose(call, command).await {
        Ok((found, disclosure)) => html(&filled(state, staff, &found, &disclosure)),
        Err(failure) => staff.fault(state, failure),
    }
}

fn filled(
    state: &WebState,
    staff: &Staff,
    found: &Reconstruction,
    disclosure: &Disclosure,
) -> ReconstructionPage {
    let t = staff.here.t;
    let reference = found.dossier.reference.to_string();
    ReconstructionPage {
        frame: Frame::of_staff(state, staff, &t.audit_found_title(&reference), routes::AUDIT),
        lede: t.audit_found_lede(&t.moment(found.dossier.opened_at), &reference),
        reason: reason_name(t, found.dossier.reason),
        state: state_name(t, found.state),
        count: t.audit_found_count(i64::try_from(found.timeline.len()).unwrap_or(i64::MAX)),
        entries: found
            .timeline
            .iter()
            .map(|entry| shown(t, found, disclosure.open(entry), disclosure))
            .collect(),
    }
}

fn shown(t: Text, found: &Reconstruction, entry: &JournalEntry, disclosure: &Disclosure) -> Entry {
    let acting = by_session(found, entry, disclosure);
    let (who, place) = actor(t, found, acting, disclosure);
    Entry {
        sequence: t.number(i64::try_from(entry.sequence).unwrap_or(i64::MAX)),
        when: format!("{} {}", t.day(entry.at.belgian_day()), t.clock_with_seconds(entry.at)),
        moment: entry.at.to_string(),
        who,
        place,
        what: sentence(t, &entry.event),
        refused: matches!(entry.event, Event::CommandRefused { .. }),
        details: details(t, entry, |id| {
            let staff = id.parse().ok().and_then(|id| found.staff.get(&id))?;
            Some(whole(disclosure.open(staff)))
        }),
    }
}

/// Who acted. Somebody who signs in has no session yet when the card is proved: the session that
/// this opened tells who it was.
fn by_session<'e>(
    found: &'e Reconstruction,
    entry: &'e JournalEntry,
    disclosure: &Disclosure,
) -> &'e Actor {
    let Event::SignedIn { session: opened, .. } = &entry.event else { return &entry.actor };
    let acts = found.timeline.iter().map(|other| &disclosure.open(other).actor);
    acts.into_iter()
        .find(|actor| matches!(actor, Actor::Staff { session, .. } if session == opened))
        .unwrap_or(&entry.actor)
}

/// Who did it, and for which organisation or from where.
fn actor(
    t: Text,
    found: &Reconstruction,
    actor: &Actor,
    disclosure: &Disclosure,
) -> (String, String) {
    match actor {
        Actor::Staff { staff, organisation, .. } => {
            let name = found.staff.get(staff).map(|name| disclosure.open(name));
            (
                name.map_or_else(|| staff.to_string(), whole),
                found.organisations.get(organisation).cloned().unwrap_or_default(),
            )
        }
        Actor::Card => (t.audit_actor_card(), String::new()),
        Actor::Applicant { .. } => (t.audit_actor_applicant(), String::new()),
        Actor::AddressHolder { .. } => (t.audit_actor_address_holder(), String::new()),
        Actor::KeyHolder { .. } => (t.audit_actor_key_holder(), String::new()),
        Actor::RelyingParty { .. } => (t.audit_actor_relying_party(), String::new()),
        Actor::Operator { account } => (t.audit_actor_operator(), account.clone()),
        Actor::Job { name } => (t.audit_actor_job(), name.clone()),
    }
}

fn whole(name: &StaffName) -> String {
    format!("{} {}", name.given_names, name.surname)
}

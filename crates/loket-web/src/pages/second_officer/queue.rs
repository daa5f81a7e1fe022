//! The calls for a second officer, the oldest first. The page looks again by itself; without
//! JavaScript by a link.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use loket_app::office::QueuedCheck;
use loket_domain::procedure::Procedures;
use loket_domain::time::Day;
use loket_text::Text;

use crate::frame::{Frame, html};
use crate::pages::identification::counter::named;
use crate::session::Staff;
use crate::{WebState, routes, static_files};

#[derive(Template)]
#[template(path = "second_checks.html")]
struct QueuePage {
    frame: Frame,
    wish: String,
    waiting: Vec<Row>,
}

/// One call.
struct Row {
    reference: String,
    question: String,
    called_by: String,
    since: String,
    way: Way,
}

/// What the officer can do with it.
enum Way {
    /// Take it on.
    Take(String),
    /// Go on with what was taken on.
    GoOn(String),
    /// Wait: the own call.
    Own,
    /// Somebody else has it.
    Taken,
}

pub(crate) async fn show(State(state): State<WebState>, staff: Staff) -> Response {
    let checks = match state.office.second_checks(&staff.masthead).await {
        Ok(checks) => checks,
        Err(failure) => return staff.fault(&state, failure),
    };
    let t = staff.here.t;
    let (procedures, today) = (state.office.procedures(), state.office.now().belgian_day());
    html(&QueuePage {
        frame: Frame::of_staff(&state, &staff, &t.second_title(), routes::SECOND_CHECKS)
            .with_script(static_files::LIVE),
        wish: staff.wish.clone(),
        waiting: checks.iter().map(|queued| row(t, today, &procedures, queued)).collect(),
    })
}

fn row(t: Text, today: Day, procedures: &Procedures, queued: &QueuedCheck) -> Row {
    let waiting = &queued.waiting;
    let check = waiting.procedure.as_ref().and_then(|(id, version)| {
        let procedure = procedures.get(id, *version)?;
        procedure.checks.iter().find(|check| check.id.as_str() == waiting.check)
    });
    let (registration, id) = (waiting.registration, waiting.id);
    Row {
        reference: waiting.reference.to_string(),
        question: check.map_or_else(String::new, |check| named(t, check.question.as_str())),
        called_by: format!("{} {}", queued.name.given_names, queued.name.surname),
        since: t.when(waiting.called_at, today),
        way: if queued.is_taken_by_me {
            Way::GoOn(routes::second_check(registration, id))
        } else if queued.is_own {
            Way::Own
        } else if waiting.taken_by.is_some() {
            Way::Taken
        } else {
            Way::Take(routes::second_check_take(registration, id))
        },
    }
}

//! Whether the log is whole: what the last check found, and what is signed. No personal data.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use loket_app::commands::read_log_state::{LogState, ReadLogState};
use loket_text::Text;

use crate::frame::{Frame, html};
use crate::session::Staff;
use crate::{WebState, routes};

#[derive(Template)]
#[template(path = "audit_log.html")]
struct LogPage {
    frame: Frame,
    /// Whether the last check found nothing; `None` before the first.
    whole: Option<bool>,
    verdict: String,
    rows: Vec<(String, String)>,
}

pub(crate) async fn show(State(state): State<WebState>, staff: Staff) -> Response {
    let call = match staff.reading(&state) {
        Ok(call) => call,
        Err(fault) => return staff.fault(&state, fault),
    };
    let found = match state.office.run(call, ReadLogState).await {
        Ok(found) => found,
        Err(failure) => return staff.fault(&state, failure),
    };
    let t = staff.here.t;
    let whole = found.checked.as_ref().map(|check| check.findings == 0);
    html(&LogPage {
        frame: Frame::of_staff(&state, &staff, &t.log_title(), routes::AUDIT_LOG),
        whole,
        verdict: verdict(t, &found),
        rows: rows(t, &found),
    })
}

fn number(t: Text, number: u64) -> String {
    t.number(i64::try_from(number).unwrap_or(i64::MAX))
}

fn verdict(t: Text, found: &LogState) -> String {
    match &found.checked {
        None => t.log_not_checked(),
        Some(check) if check.findings == 0 => t.log_whole(),
        Some(check) => t.log_not_whole(i64::from(check.findings)),
    }
}

fn rows(t: Text, found: &LogState) -> Vec<(String, String)> {
    let mut rows = Vec::new();
    if let Some(check) = &found.checked {
        rows.push((t.log_checked_at(), t.moment(check.at)));
        rows.push((t.log_checked_size(), number(t, check.size)));
        rows.extend(check.first.clone().map(|first| (t.log_first_finding(), first)));
    }
    if let Some(head) = &found.signed {
        rows.push((t.log_signed_at(), t.moment(head.at)));
        rows.push((t.log_signed_size(), number(t, head.size)));
        rows.push((t.log_origin(), head.origin.clone()));
        rows.push((t.log_witnesses(), t.log_no_witness()));
    }
    rows
}

//! The reviewer's page: dossiers left without a result and look-ups that should not have been tried,
//! of the last thirty days.

use std::time::Duration;

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use loket_app::Disclosure;
use loket_app::commands::read_review::{PointKind, ReadReview, ReviewPoint};
use loket_domain::Refusal;
use loket_text::Text;

use crate::fault::sentences;
use crate::frame::{Frame, html};
use crate::pages::desk::delay_name;
use crate::pages::sending::shared_name;
use crate::session::Staff;
use crate::{WebState, routes};

/// How far back the page looks.
const BACK: Duration = Duration::from_hours(30 * 24);

#[derive(Template)]
#[template(path = "review.html")]
struct ReviewPage {
    frame: Frame,
    /// Each officer with the number of points, the most first.
    counts: Vec<(String, String)>,
    points: Vec<Point>,
}

/// One point as shown.
struct Point {
    when: String,
    officer: String,
    reference: String,
    what: String,
}

pub(crate) async fn show(State(state): State<WebState>, staff: Staff) -> Response {
    let call = match staff.reading(&state) {
        Ok(call) => call,
        Err(fault) => return staff.fault(&state, fault),
    };
    let since = state.office.now().minus(BACK);
    let (points, disclosure) = match state.office.disclose(call, ReadReview { since }).await {
        Ok(read) => read,
        Err(failure) => return staff.fault(&state, failure),
    };
    let t = staff.here.t;
    let points: Vec<Point> = points.iter().map(|p| point(t, p, &disclosure)).collect();
    html(&ReviewPage {
        frame: Frame::of_staff(&state, &staff, &t.review_points_title(), routes::REVIEW_POINTS),
        counts: counts(t, &points),
        points,
    })
}

fn counts(t: Text, points: &[Point]) -> Vec<(String, String)> {
    let mut by_officer = std::collections::BTreeMap::new();
    for point in points {
        *by_officer.entry(point.officer.clone()).or_insert(0_i64) += 1;
    }
    let mut counts: Vec<(String, i64)> = by_officer.into_iter().collect();
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    counts.into_iter().map(|(officer, count)| (officer, t.number(count))).collect()
}

fn point(t: Text, point: &ReviewPoint, disclosure: &Disclosure) -> Point {
    let name = disclosure.open(&point.officer);
    Point {
        when: t.moment(point.at),
        officer: format!("{} {}", name.given_names, name.surname).trim().to_owned(),
        reference: point.reference.map_or_else(String::new, |reference| reference.to_string()),
        what: match disclosure.open(&point.kind) {
            PointKind::WithoutResult(Some(reason)) => {
                t.review_without_result(&delay_name(t, *reason))
            }
            PointKind::SharedContact(persons, reason) => {
                t.review_shared_contact(&t.number(i64::from(*persons)), &shared_name(t, *reason))
            }
            PointKind::WithoutResult(None) => t.review_without_result_unexplained(),
            PointKind::ManyLookUps(words) => t.review_many_look_ups(words),
            PointKind::FoundOneself => t.review_found_oneself(),
            PointKind::Refused(Refusal::OwnNumber | Refusal::OwnDossier) => t.review_oneself(),
            PointKind::Refused(refusal) => t.review_refused(&sentences(t, *refusal).0),
        },
    }
}

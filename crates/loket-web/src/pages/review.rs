//! The reviewer's page: what became of the look-ups of the week, and, of the last thirty days, dossiers
//! left without a result and look-ups that should not have been tried.

use std::time::Duration;

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use loket_app::Disclosure;
use loket_app::commands::read_review::{PointKind, ReadReview, ReviewPoint, stands_out};
use loket_app::tables::staff::StaffName;
use loket_app::tables::visit::LookUps;
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
    week: Vec<Week>,
}

/// What became of one officer's look-ups of the week.
struct Week {
    officer: String,
    opened: String,
    without: String,
    not_identified: String,
    stopped: String,
    out_of_time: String,
    stands_out: bool,
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
    let (review, disclosure) = match state.office.disclose(call, ReadReview { since }).await {
        Ok(read) => read,
        Err(failure) => return staff.fault(&state, failure),
    };
    let t = staff.here.t;
    let points: Vec<Point> = review.points.iter().map(|p| point(t, p, &disclosure)).collect();
    html(&ReviewPage {
        frame: Frame::of_staff(&state, &staff, &t.review_points_title(), routes::REVIEW_POINTS),
        counts: counts(t, &points),
        points,
        week: review.week.iter().map(|of| week(t, of, &disclosure)).collect(),
    })
}

fn week(t: Text, of: &LookUps, disclosure: &Disclosure) -> Week {
    let number = |n: u32| t.number(i64::from(n));
    Week {
        officer: full_name(disclosure.open(&of.officer)),
        opened: number(of.opened),
        without: number(of.without_invitation),
        not_identified: number(of.not_identified),
        stopped: number(of.stopped),
        out_of_time: number(of.out_of_time),
        stands_out: stands_out(of),
    }
}

fn full_name(name: &StaffName) -> String {
    format!("{} {}", name.given_names, name.surname).trim().to_owned()
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
    Point {
        when: t.moment(point.at),
        officer: full_name(disclosure.open(&point.officer)),
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

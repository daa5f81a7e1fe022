//! Answers to the checks that are made point by point.

use loket_app::commands::record_check::CheckAnswer;
use loket_domain::id::RegistrationId;
use loket_domain::procedure::{Found, PointFound, Procedures};

/// A yes or no to such a check of a procedure: all is good, or the first point is wrong. To other
/// checks the answer as it is.
pub fn point_by_point(
    procedures: &Procedures,
    procedure: &str,
    registration: RegistrationId,
    check: &str,
    answer: CheckAnswer,
) -> CheckAnswer {
    let first = match answer {
        CheckAnswer::Yes => Found::Good,
        CheckAnswer::No => Found::Wrong,
        other => return other,
    };
    let points = procedures
        .get(procedure, 1)
        .and_then(|procedure| procedure.checks.iter().find(|c| c.id.as_str() == check))
        .and_then(|check| check.points.as_ref());
    let Some(points) = points else { return answer };
    let asked = points.asked(registration).into_iter().enumerate();
    let found = asked.map(|(at, point)| PointFound {
        point: point.clone(),
        found: if at == 0 { first } else { Found::Good },
    });
    CheckAnswer::Points(found.collect())
}

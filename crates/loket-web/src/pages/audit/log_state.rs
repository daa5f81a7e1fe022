//! Whether the log is whole: checked, signed, witnessed and time-stamped, each in a card of its own with
//! what to do when it is not. No personal data.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use loket_app::attesters::{Attester, AttesterFault, AttesterKind};
use loket_app::commands::read_log_state::{LogState, Reach, ReadLogState};
use loket_text::Text;

use crate::frame::{Frame, html};
use crate::session::Staff;
use crate::{WebState, routes};

/// One thing that holds or does not.
struct Statement {
    id: &'static str,
    /// The class of its mark: `ok`, `warn` or `bad`.
    tone: &'static str,
    /// The mark itself.
    mark: String,
    verdict: String,
    /// What to do, when something is to be done.
    next: Option<String>,
    rows: Vec<(String, String)>,
}

#[derive(Template)]
#[template(path = "audit_log.html")]
struct LogPage {
    frame: Frame,
    statements: [Statement; 4],
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
    html(&LogPage {
        frame: Frame::of_staff(&state, &staff, &t.log_title(), routes::AUDIT_LOG),
        statements: [
            checked(t, &found),
            signed(t, &found),
            witnessed(t, &found),
            time_stamped(t, &found),
        ],
    })
}

fn number(t: Text, number: u64) -> String {
    t.number(i64::try_from(number).unwrap_or(i64::MAX))
}

/// The mark of a tone.
fn mark(t: Text, tone: &str) -> String {
    match tone {
        "ok" => t.log_mark_good(),
        "warn" => t.log_mark_open(),
        _ => t.log_mark_bad(),
    }
}

fn statement(
    t: Text,
    id: &'static str,
    tone: &'static str,
    verdict: String,
    next: Option<String>,
) -> Statement {
    Statement { id, tone, mark: mark(t, tone), verdict, next, rows: Vec::new() }
}

fn checked(t: Text, found: &LogState) -> Statement {
    let Some(check) = &found.checked else {
        return statement(t, "verdict", "warn", t.log_not_checked(), None);
    };
    let mut made = if check.findings == 0 {
        statement(t, "verdict", "ok", t.log_whole(), None)
    } else {
        let verdict = t.log_not_whole(i64::from(check.findings));
        statement(t, "verdict", "bad", verdict, Some(t.log_not_whole_next()))
    };
    made.rows.push((t.log_checked_at(), t.moment(check.at)));
    made.rows.push((t.log_checked_size(), number(t, check.size)));
    made.rows.extend(check.first.clone().map(|first| (t.log_first_finding(), first)));
    made
}

/// When something was done last and how far it reaches.
fn reached(t: Text, reach: &Reach, at: String, size: String) -> Vec<(String, String)> {
    let mut rows = Vec::new();
    if let Some((moment, events)) = reach.last {
        rows.extend([(at, t.moment(moment)), (size, number(t, events))]);
    }
    rows.extend(reach.late_since.map(|since| (t.log_waiting_since(), t.moment(since))));
    rows
}

fn signed(t: Text, found: &LogState) -> Statement {
    let reach = &found.signed;
    let mut made = match (reach.late_since, reach.last) {
        (Some(_), _) => {
            statement(t, "signed", "bad", t.log_not_signed(), Some(t.log_not_signed_next()))
        }
        (None, None) => statement(t, "signed", "warn", t.log_not_signed_yet(), None),
        (None, Some(_)) => statement(t, "signed", "ok", t.log_signed(), None),
    };
    made.rows = reached(t, reach, t.log_signed_at(), t.log_signed_size());
    made.rows.extend(found.origin.clone().map(|origin| (t.log_origin(), origin)));
    made
}

fn witnessed(t: Text, found: &LogState) -> Statement {
    let all: Vec<&Attester> = found.of_kind(AttesterKind::Witness).collect();
    let Some(needed) = all.first().map(|one| one.needed) else {
        let next = Some(t.log_no_witness_next());
        return statement(t, "witnessed", "warn", t.log_no_witness(), next);
    };
    let reach = &found.cosigned;
    let away = all.iter().any(|one| one.fault.is_some());
    let mut made = match (reach.late_since, reach.last) {
        (Some(_), _) => {
            let next = Some(t.log_not_witnessed_next());
            statement(t, "witnessed", "bad", t.log_not_witnessed(), next)
        }
        (None, None) => statement(t, "witnessed", "warn", t.log_not_witnessed_yet(), None),
        (None, Some(_)) if away => {
            let next = Some(t.log_witness_away_next());
            statement(t, "witnessed", "warn", t.log_witness_away(), next)
        }
        (None, Some(_)) => statement(t, "witnessed", "ok", t.log_witnessed(), None),
    };
    made.rows = reached(t, reach, t.log_cosigned_at(), t.log_cosigned_size());
    let quorum = t.log_quorum_of(&all.len().to_string(), &needed.to_string());
    made.rows.push((t.log_quorum(), quorum));
    made.rows.extend(all.iter().map(|one| attester(t, one)));
    made
}

fn time_stamped(t: Text, found: &LogState) -> Statement {
    let all: Vec<&Attester> = found.of_kind(AttesterKind::Authority).collect();
    if all.is_empty() {
        let next = Some(t.log_no_authority_next());
        return statement(t, "stamped", "warn", t.log_no_authority(), next);
    }
    let reach = &found.stamped;
    let mut made = match (reach.late_since, reach.last) {
        (Some(_), _) => {
            statement(t, "stamped", "bad", t.log_not_stamped(), Some(t.log_not_stamped_next()))
        }
        (None, None) => statement(t, "stamped", "warn", t.log_not_stamped_yet(), None),
        (None, Some(_)) => statement(t, "stamped", "ok", t.log_stamped(), None),
    };
    made.rows = reached(t, reach, t.log_stamped_at(), t.log_stamped_size());
    made.rows.extend(all.iter().map(|one| attester(t, one)));
    made
}

/// An attester, and what came of asking it.
fn attester(t: Text, one: &Attester) -> (String, String) {
    let came = match (&one.fault, one.attested) {
        (Some((fault, since)), _) => {
            let what = match fault {
                AttesterFault::Unreachable => t.log_attester_unreachable(),
                AttesterFault::NoAnswer => t.log_attester_no_answer(),
                AttesterFault::Refused => t.log_attester_refused(),
                AttesterFault::Wrong => t.log_attester_wrong(),
            };
            t.log_attester_fault(&t.moment(*since), &what)
        }
        (None, Some((at, size))) => t.log_attester_good(&t.moment(at), &number(t, size)),
        (None, None) => t.log_attester_new(),
    };
    (one.name.clone(), came)
}

#[cfg(test)]
mod tests {
    use loket_app::commands::read_log_state::LogCheck;
    use loket_domain::{Language, Timestamp};

    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse(text).unwrap()
    }

    fn whole() -> LogState {
        let done = Reach { last: Some((at("2026-11-30T01:00:00Z"), 900)), late_since: None };
        let named = |kind, name: &str| Attester {
            kind,
            name: name.to_owned(),
            needed: 1,
            since: at("2026-11-01T00:00:00Z"),
            attested: Some((at("2026-11-30T01:00:00Z"), 900)),
            fault: None,
        };
        LogState {
            origin: Some("loket.example.be/audit/1".to_owned()),
            signed: done.clone(),
            cosigned: done.clone(),
            stamped: done,
            attesters: vec![
                named(AttesterKind::Witness, "w1.example"),
                named(AttesterKind::Witness, "w2.example"),
                named(AttesterKind::Authority, "tsa.example"),
            ],
            checked: Some(LogCheck {
                at: at("2026-11-30T02:00:00Z"),
                size: 900,
                findings: 0,
                first: None,
            }),
        }
    }

    /// The tones of the four cards; whatever is not in order says what to do.
    fn tones(state: &LogState) -> [&'static str; 4] {
        for language in Language::ALL {
            let t = Text::new(language);
            for made in
                [checked(t, state), signed(t, state), witnessed(t, state), time_stamped(t, state)]
            {
                assert!(made.tone != "bad" || made.next.is_some(), "{}", made.verdict);
                assert!(
                    made.rows.iter().all(|(name, value)| !name.is_empty() && !value.is_empty())
                );
            }
        }
        let t = Text::new(Language::En);
        [checked(t, state), signed(t, state), witnessed(t, state), time_stamped(t, state)]
            .map(|made| made.tone)
    }

    #[test]
    fn one_glance_tells_what_is_in_order() {
        assert_eq!(tones(&whole()), ["ok"; 4]);
        let mut nobody = whole();
        nobody.attesters.clear();
        assert_eq!(tones(&nobody), ["ok", "ok", "warn", "warn"]);
        let mut new = whole();
        (new.signed, new.cosigned, new.stamped) = Default::default();
        new.checked = None;
        assert_eq!(tones(&new), ["warn"; 4]);
    }

    #[test]
    fn what_is_late_or_wrong_is_bad_and_who_is_away_is_named() {
        let since = Some(at("2026-11-30T00:00:00Z"));
        let mut late = whole();
        late.signed.late_since = since;
        late.cosigned.late_since = since;
        late.stamped.late_since = since;
        if let Some(check) = &mut late.checked {
            check.findings = 2;
            check.first = Some("event 7: leaf: tile/0/000 has the hash of another".to_owned());
        }
        assert_eq!(tones(&late), ["bad"; 4]);
        let mut away = whole();
        away.attesters[1].fault = Some((AttesterFault::Unreachable, at("2026-11-30T00:30:00Z")));
        assert_eq!(tones(&away), ["ok", "ok", "warn", "ok"], "a quorum is still there");
        let rows = witnessed(Text::new(Language::En), &away).rows;
        let (_, said) = rows.iter().find(|(name, _)| name == "w2.example").unwrap();
        assert!(said.contains("cannot be reached"), "{said}");
        assert!(rows.iter().any(|(name, value)| name == "Needed" && value.contains("1 of 2")));
    }
}

mod files;

use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::comparison::{DifferenceReason, Explanation, Field, FieldVerdict, Verdict};
use crate::document::{DocumentEntry, TypedDocument};
use crate::id::StaffId;
use crate::person::{IncompleteDate, Sex};
use crate::time::Timestamp;

const AT: Timestamp = Timestamp::from_seconds(1_800_000_000);

fn shipped(id: &str) -> Procedure {
    Procedures::shipped().unwrap().get(id, 1).unwrap().clone()
}

fn officer(number: u128) -> StaffId {
    StaffId::from_uuid(Uuid::from_u128(number))
}

fn explanation() -> Explanation {
    Explanation::new("The act of the change of name was seen.").unwrap()
}

fn passed(check: &Check) -> CheckOutcome {
    let officer = officer(if check.kind == CheckKind::SecondOfficer { 2 } else { 1 });
    CheckOutcome {
        external: check.service.map(|_| ExternalResult { answer: ExternalAnswer::NoHit, at: AT }),
        ..CheckOutcome::new(check.id.clone(), Outcome::Passed, officer, AT)
    }
}

/// Every check passed, but a second officer whom nothing calls for.
fn all_passed(procedure: &Procedure) -> Vec<CheckOutcome> {
    let called = |check: &&Check| is_called_for(procedure, check, &[], &all_same());
    procedure.checks.iter().filter(called).map(passed).collect()
}

fn all_same() -> Vec<FieldVerdict> {
    Field::ALL.map(|field| FieldVerdict::new(field, Verdict::Same)).to_vec()
}

fn with(
    procedure: &Procedure,
    id: &str,
    change: impl FnOnce(&mut CheckOutcome),
) -> Vec<CheckOutcome> {
    let mut outcomes = all_passed(procedure);
    change(outcomes.iter_mut().find(|o| o.check.as_str() == id).unwrap());
    outcomes
}

fn named(id: &str) -> Name {
    Name::new(id).unwrap()
}

#[test]
fn what_is_shipped() {
    let procedures = Procedures::shipped().unwrap();
    let day = Day::parse("2026-11-23").unwrap();
    let offered: Vec<_> = procedures.in_force(day).iter().map(|p| p.label()).collect();
    assert_eq!(
        offered,
        ["belgian-card-without-certificates@1", "foreign-document@1", "paper-residence-document@1"]
    );
    assert!(!procedures.get("video", 1).unwrap().enabled);
    assert!(procedures.get("video", 2).is_none());
    for procedure in procedures.all() {
        assert!(ready_to_decide(procedure, &all_passed(procedure), &all_same()).is_ok());
    }
}

#[test]
fn the_checks_that_every_counter_procedure_has() {
    for procedure in Procedures::shipped().unwrap().all().iter().filter(|p| p.enabled) {
        for id in ["presence", "in-hand", "document", "zone", "comparison", "features", "photo"] {
            let check = procedure.check(&named(id)).unwrap_or_else(|| panic!("{id}"));
            let reaction = if id == "comparison" { OnNegative::Explain } else { OnNegative::Stop };
            assert_eq!(check.on_negative, reaction, "{id}");
            let paper = procedure.level == AssuranceLevel::Low;
            assert_eq!(check.required, !(paper && id == "zone"), "{id}");
        }
        let first =
            procedure.checks.iter().find(|check| check.confirms != Some(Confirms::Exception));
        assert_eq!(first.unwrap().id.as_str(), "presence", "SEED-12 comes first");
        let belgian = procedure.accepts(DocumentKind::BelgianIdentityCard);
        assert_eq!(procedure.check(&named("document-status")).is_some(), belgian);
    }
}

#[test]
fn no_step_is_skipped_reordered_or_made_twice() {
    let procedure = shipped("foreign-document");
    let outcomes = all_passed(&procedure);
    for at in 0..outcomes.len() {
        let mut skipped = outcomes.clone();
        let gone = skipped.remove(at).check;
        let missing = ready_to_decide(&procedure, &skipped, &all_same()).unwrap_err();
        assert_eq!(missing, [Missing::Open(gone)]);
        let mut twice = outcomes.clone();
        twice.push(outcomes[at].clone());
        assert!(ready_to_decide(&procedure, &twice, &all_same()).is_err());
    }
    for at in 1..outcomes.len() {
        let mut swapped = outcomes.clone();
        swapped.swap(at - 1, at);
        let late = swapped[at].check.clone();
        let missing = ready_to_decide(&procedure, &swapped, &all_same()).unwrap_err();
        assert_eq!(missing, [Missing::OutOfOrder(late)]);
    }
    let mut foreign = outcomes;
    foreign.push(CheckOutcome { check: named("tea"), ..foreign[0].clone() });
    let missing = ready_to_decide(&procedure, &foreign, &all_same()).unwrap_err();
    assert_eq!(missing, [Missing::Unknown(named("tea"))]);
    assert!(ready_to_decide(&procedure, &[], &[]).is_err());
}

#[test]
fn recording_keeps_the_order() {
    let procedure = shipped("foreign-document");
    let mut outcomes = Vec::new();
    let second = passed(&procedure.checks[1]);
    assert_eq!(
        record(&procedure, &mut outcomes, second),
        Err(Missing::OutOfOrder(named("in-hand")))
    );
    while let Some(next) = next_check(&procedure, &outcomes, &all_same()) {
        record(&procedure, &mut outcomes, passed(next)).unwrap();
    }
    assert!(ready_to_decide(&procedure, &outcomes, &all_same()).is_ok());
    record(&procedure, &mut outcomes, passed(&procedure.checks[2])).unwrap();
    assert_eq!(outcomes.len(), 3, "what came after an answer that changed is made again");
    assert_eq!(next_check(&procedure, &outcomes, &all_same()).unwrap().id.as_str(), "zone");
    let unknown = CheckOutcome { check: named("tea"), ..passed(&procedure.checks[0]) };
    assert_eq!(record(&procedure, &mut outcomes, unknown), Err(Missing::Unknown(named("tea"))));
    assert_eq!(outcomes.len(), 3);
}

#[test]
fn a_stop_is_a_stop() {
    let procedure = shipped("foreign-document");
    for id in ["presence", "in-hand", "document", "zone", "features", "photo"] {
        for outcome in [Outcome::Negative, Outcome::Explained { text: explanation() }] {
            let outcomes = with(&procedure, id, |o| o.outcome = outcome);
            let missing = ready_to_decide(&procedure, &outcomes, &all_same()).unwrap_err();
            assert_eq!(missing, [Missing::Stopped(named(id))]);
        }
        let outcomes = with(&procedure, id, |o| o.outcome = Outcome::NotApplicable);
        let missing = ready_to_decide(&procedure, &outcomes, &all_same()).unwrap_err();
        assert_eq!(missing, [Missing::Required(named(id))]);
    }
    let paper = shipped("paper-residence-document");
    let outcomes = with(&paper, "zone", |o| o.outcome = Outcome::NotApplicable);
    assert!(ready_to_decide(&paper, &outcomes, &all_same()).is_ok());
}

/// ID-28: nothing differs, all checks passed, and one officer still does not decide alone.
#[test]
fn a_paper_document_is_an_exception_with_a_capped_level_and_always_a_second_officer() {
    let paper = shipped("paper-residence-document");
    assert_eq!(paper.level, AssuranceLevel::Low);
    let mut outcomes = all_passed(&paper);
    assert!(ready_to_decide(&paper, &outcomes, &all_same()).is_ok());
    outcomes.last_mut().unwrap().officer = officer(1);
    let missing = ready_to_decide(&paper, &outcomes, &all_same()).unwrap_err();
    assert_eq!(missing, [Missing::SecondOfficer(named("second-officer"))]);
    outcomes.pop();
    let missing = ready_to_decide(&paper, &outcomes, &all_same()).unwrap_err();
    assert_eq!(missing, [Missing::Open(named("second-officer"))]);
    let next = next_check(&paper, &outcomes, &all_same()).unwrap();
    assert_eq!(next.kind, CheckKind::SecondOfficer);
}

#[test]
fn another_order_is_explained_by_one_officer() {
    let procedure = shipped("foreign-document");
    let outcomes = with(&procedure, "comparison", |o| {
        o.outcome = Outcome::Explained { text: explanation() };
    });
    let mut verdicts = all_same();
    verdicts[0].verdict = Verdict::OrderDiffers;
    let missing = ready_to_decide(&procedure, &outcomes, &verdicts).unwrap_err();
    assert_eq!(missing, [Missing::DifferenceUnexplained(Field::Surname)]);
    verdicts[0] = verdicts[0].clone().explained(None, explanation());
    assert!(ready_to_decide(&procedure, &outcomes, &verdicts).is_ok());
    assert_eq!(next_check(&procedure, &outcomes, &verdicts), None, "no colleague is called");
    let outcomes = with(&procedure, "comparison", |o| o.outcome = Outcome::Negative);
    let missing = ready_to_decide(&procedure, &outcomes, &all_same()).unwrap_err();
    assert_eq!(missing, [Missing::Unexplained(named("comparison"))]);
}

/// Twenty characters of one officer once made a man of a woman's passport.
#[test]
fn another_name_takes_a_closed_reason_and_a_second_officer() {
    for procedure in Procedures::shipped().unwrap().all() {
        let mut outcomes = with(procedure, "comparison", |o| {
            o.outcome = Outcome::Explained { text: explanation() };
        });
        outcomes.retain(|made| made.check.as_str() != "second-officer");
        let mut verdicts = all_same();
        for at in [0, 1] {
            verdicts[at].verdict = Verdict::Different;
            verdicts[at] = verdicts[at].clone().explained(None, explanation());
        }
        let missing = ready_to_decide(procedure, &outcomes, &verdicts).unwrap_err();
        for field in [Field::Surname, Field::GivenNames] {
            assert!(missing.contains(&Missing::DifferenceUnexplained(field)), "{field:?}");
        }
        for verdict in &mut verdicts[..2] {
            verdict.reason = Some(DifferenceReason::ActSeen);
        }
        let missing = ready_to_decide(procedure, &outcomes, &verdicts).unwrap_err();
        assert!(missing.contains(&Missing::SecondOfficer(named("comparison"))));
        let second = next_check(procedure, &outcomes, &verdicts).unwrap();
        assert_eq!(second.id.as_str(), "second-officer");
        let alone = CheckOutcome { officer: officer(1), ..passed(second) };
        let by_colleague = passed(second);
        outcomes.push(alone);
        assert!(ready_to_decide(procedure, &outcomes, &verdicts).is_err());
        outcomes.pop();
        outcomes.push(by_colleague);
        assert_eq!(ready_to_decide(procedure, &outcomes, &verdicts), Ok(()));
        outcomes.last_mut().unwrap().outcome = Outcome::Negative;
        assert!(ready_to_decide(procedure, &outcomes, &verdicts).is_err());
    }
}

#[test]
fn another_birth_date_or_number_stops() {
    let procedure = shipped("foreign-document");
    for (at, field) in [(2, Field::BirthDate), (4, Field::NationalNumber)] {
        let mut outcomes = all_passed(&procedure);
        outcomes.push(passed(procedure.checks.last().unwrap()));
        let mut verdicts = all_same();
        verdicts[at] = FieldVerdict::new(field, Verdict::Different)
            .explained(Some(DifferenceReason::ActSeen), explanation());
        let missing = ready_to_decide(&procedure, &outcomes, &verdicts).unwrap_err();
        assert_eq!(missing, [Missing::Blocked(field)]);
    }
}

#[test]
fn every_field_is_compared_once() {
    let procedure = shipped("foreign-document");
    let outcomes = all_passed(&procedure);
    for at in 0..Field::ALL.len() {
        let mut fewer = all_same();
        let gone = fewer.remove(at);
        let missing = ready_to_decide(&procedure, &outcomes, &fewer).unwrap_err();
        assert_eq!(missing, [Missing::NotCompared(gone.field)]);
        let mut twice = all_same();
        twice.push(gone.clone());
        let missing = ready_to_decide(&procedure, &outcomes, &twice).unwrap_err();
        assert_eq!(missing, [Missing::NotCompared(gone.field)]);
    }
}

#[test]
fn the_status_service() {
    let procedure = shipped("belgian-card-without-certificates");
    let made = |outcome: Outcome, answer: Option<ExternalAnswer>| {
        let outcomes = with(&procedure, "document-status", |o| {
            o.outcome = outcome;
            o.external = answer.map(|answer| ExternalResult { answer, at: AT });
        });
        ready_to_decide(&procedure, &outcomes, &all_same()).map_err(|mut all| all.remove(0))
    };
    let explained = || Outcome::Explained { text: explanation() };
    let id = || named("document-status");
    let (hit, no_hit, none) =
        (ExternalAnswer::Hit, ExternalAnswer::NoHit, ExternalAnswer::Unavailable);
    assert_eq!(made(Outcome::Passed, Some(no_hit)), Ok(()));
    assert_eq!(made(explained(), Some(none)), Ok(()));
    assert_eq!(made(Outcome::Negative, Some(hit)), Err(Missing::Stopped(id())));
    assert_eq!(
        made(explained(), Some(hit)),
        Err(Missing::Stopped(id())),
        "a hit is no matter of words"
    );
    assert_eq!(made(Outcome::Negative, Some(none)), Err(Missing::Unexplained(id())));
    for (outcome, answer) in [
        (Outcome::Passed, Some(none)),
        (Outcome::Passed, Some(hit)),
        (Outcome::Passed, None),
        (Outcome::Negative, Some(no_hit)),
        (explained(), None),
        (explained(), Some(no_hit)),
        (Outcome::NotApplicable, Some(hit)),
    ] {
        let what = format!("{outcome:?} {answer:?}");
        assert_eq!(made(outcome, answer), Err(Missing::ExternalAnswer(id())), "{what}");
    }
    assert_eq!(made(Outcome::NotApplicable, None), Err(Missing::Required(id())));
}

#[test]
fn a_second_officer_is_another_one() {
    let video = shipped("video");
    let outcomes = with(&video, "second-officer", |o| o.officer = officer(1));
    let missing = ready_to_decide(&video, &outcomes, &all_same()).unwrap_err();
    assert_eq!(missing, [Missing::SecondOfficer(named("second-officer"))]);
    let mut called = video;
    for check in &mut called.checks {
        match check.id.as_str() {
            "photo" => check.on_negative = OnNegative::SecondOfficer,
            "second-officer" => check.required = false,
            _ => {}
        }
    }
    let mut outcomes = with(&called, "photo", |o| o.outcome = Outcome::Negative);
    let missing = ready_to_decide(&called, &outcomes, &all_same()).unwrap_err();
    assert_eq!(missing, [Missing::SecondOfficer(named("photo"))]);
    let second = next_check(&called, &outcomes, &all_same()).unwrap();
    outcomes.push(passed(second));
    assert!(ready_to_decide(&called, &outcomes, &all_same()).is_ok());
    let outcomes = all_passed(&called);
    assert_eq!(next_check(&called, &outcomes, &all_same()), None);
    assert!(ready_to_decide(&called, &outcomes, &all_same()).is_ok(), "not called, not missed");
}

#[test]
fn the_document_and_the_day_count_too() {
    let document = TypedDocument::new(&DocumentEntry {
        kind: DocumentKind::ForeignPassport,
        number: "AB1234567".to_owned(),
        issuer: "MAR".to_owned(),
        surname: "El Amrani".to_owned(),
        given_names: "Fatima".to_owned(),
        birth_date: IncompleteDate::parse("1985-02-01").unwrap(),
        sex: Sex::Female,
        valid_until: Day::parse("2026-11-23").unwrap(),
    })
    .unwrap();
    let ask = |id: &str, day: &str| {
        let procedure = shipped(id);
        let day = Day::parse(day).unwrap();
        may_be_identified(&procedure, &document, day, &all_passed(&procedure), &all_same())
    };
    assert_eq!(ask("foreign-document", "2026-11-23"), Ok(()));
    assert_eq!(ask("foreign-document", "2026-11-24"), Err(vec![Missing::DocumentExpired]));
    assert_eq!(ask("foreign-document", "2025-12-31"), Err(vec![Missing::NotInForce]));
    let day = Day::parse("2026-11-23").unwrap();
    let procedures = Procedures::shipped().unwrap();
    let offered = |allowed: &[String]| {
        procedures.offered(day, allowed).iter().any(|p| p.id.as_str() == "video")
    };
    assert!(!offered(&[]), "off by default");
    assert!(offered(&["video".to_owned()]));
    assert_eq!(
        ask("belgian-card-without-certificates", "2026-11-23"),
        Err(vec![Missing::DocumentNotAccepted])
    );
}

#[test]
fn each_kind_of_obstacle_has_its_refusal() {
    use crate::refusal::Refusal;
    for (missing, refusal) in [
        (Missing::Blocked(Field::ValidUntil), Refusal::DocumentExpired),
        (Missing::Blocked(Field::BirthDate), Refusal::DifferenceBlocks),
        (Missing::Stopped(named("photo")), Refusal::DifferenceBlocks),
        (Missing::Final(named("document-status")), Refusal::IdentificationStopped),
        (Missing::OutOfOrder(named("photo")), Refusal::CheckOutOfOrder),
        (Missing::Open(named("photo")), Refusal::ChecksIncomplete),
        (Missing::DifferenceUnexplained(Field::Sex), Refusal::DifferenceUnexplained),
    ] {
        assert_eq!(missing.refusal(), refusal);
    }
}

proptest! {
    /// Whatever is recorded, in whatever order, a decision needs each check of the procedure.
    #[test]
    fn no_walk_reaches_a_decision_past_a_check(walk in proptest::collection::vec((0_usize..9, 0_u8..3), 0..40)) {
        let procedure = shipped("belgian-card-without-certificates");
        let mut outcomes = Vec::new();
        for (at, kind) in walk {
            let Some(check) = procedure.checks.get(at) else { continue };
            let outcome = [Outcome::Passed, Outcome::Negative, Outcome::NotApplicable][usize::from(kind)].clone();
            let _ = record(&procedure, &mut outcomes, CheckOutcome { outcome, ..passed(check) });
            let in_order = outcomes.iter().zip(&procedure.checks).all(|(o, c)| o.check == c.id);
            prop_assert!(in_order);
        }
        let required = procedure.checks.iter().filter(|check| check.required).count();
        let whole = outcomes.len() >= required
            && outcomes.iter().enumerate().all(|(at, made)| {
                made.outcome == Outcome::Passed
                    || (at >= required && made.outcome == Outcome::NotApplicable)
            });
        prop_assert_eq!(ready_to_decide(&procedure, &outcomes, &all_same()).is_ok(), whole);
    }
}

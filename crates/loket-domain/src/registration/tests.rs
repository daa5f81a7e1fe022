//! The table of moves, printed for review, and random walks that look for a code without success.

use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::contact::ConfirmedContact;
use crate::key::AssuranceLevel;
use crate::language::Language;
use crate::person::Standing;

const AT: Timestamp = Timestamp::from_seconds(1_800_000_000);

fn id<T: From<Uuid>>(n: u128) -> T {
    Uuid::from_u128(n).into()
}

fn opened() -> Registration {
    Registration::Opened(Opened {
        dossier: Dossier {
            id: id(1),
            reference: Reference::new(2026, 4512).unwrap(),
            organisation: id(2),
            officer: id(3),
            reason: VisitReason::FirstKey,
            opened_at: AT,
        },
        person: None,
    })
}

fn decision() -> Decision {
    Decision {
        procedure: "foreign-document".to_owned(),
        version: 1,
        level: AssuranceLevel::Substantial,
        officer: id(3),
        card_fingerprint: [1; 32],
        at: AT,
    }
}

/// The moves by name; `None` where the state has no such method.
const MOVES: [&str; 11] = [
    "find person",
    "identify",
    "identify deceased",
    "refuse",
    "confirm contacts",
    "change contact",
    "invite",
    "call back",
    "activate",
    "withdraw",
    "expire",
];

fn go(registration: Registration, step: &str) -> Option<Registration> {
    use Registration as R;
    let deceased = Standing::Deceased { on: None };
    let email = || ConfirmedContact { id: id(5), destination: "a@example.be".parse().unwrap() };
    Some(match (registration, step) {
        (R::Opened(s), "find person") => R::Opened(s.found(id(4))),
        (R::Opened(s), "identify") => R::Identified(s.identify(decision(), Standing::Active).ok()?),
        (R::Opened(s), "identify deceased") => {
            R::Identified(s.identify(decision(), deceased).ok()?)
        }
        (R::Opened(s), "refuse") => R::Ended(s.refuse(AT)),
        (R::Opened(s), "withdraw") => R::Ended(s.withdraw(AT)),
        (R::Opened(s), "expire") => R::Ended(s.expire(AT)),
        (R::Identified(s), "confirm contacts") => {
            R::Contactable(s.reachable(Language::Nl, email(), None))
        }
        (R::Identified(s), "withdraw") => R::Ended(s.withdraw(AT)),
        (R::Identified(s), "expire") => R::Ended(s.expire(AT)),
        (R::Contactable(s), "change contact") => R::Identified(s.change_contact()),
        (R::Contactable(s), "invite") => R::Invited(s.invite(id(6))),
        (R::Contactable(s), "withdraw") => R::Ended(s.withdraw(AT)),
        (R::Contactable(s), "expire") => R::Ended(s.expire(AT)),
        (R::Invited(s), "invite") => R::Invited(s.invite_again(id(7))),
        (R::Invited(s), "call back") => R::Contactable(s.call_back()),
        (R::Invited(s), "activate") => R::Activated(s.activate(id(8), AT)),
        (R::Invited(s), "withdraw") => R::Ended(s.withdraw(AT)),
        (R::Invited(s), "expire") => R::Ended(s.expire(AT)),
        _ => return None,
    })
}

fn samples() -> Vec<(&'static str, Registration)> {
    let found = go(opened(), "find person").unwrap();
    let identified = go(found.clone(), "identify").unwrap();
    let contactable = go(identified.clone(), "confirm contacts").unwrap();
    let invited = go(contactable.clone(), "invite").unwrap();
    let activated = go(invited.clone(), "activate").unwrap();
    vec![
        ("opened, nobody found", opened()),
        ("opened, person found", found.clone()),
        ("identified", identified),
        ("contactable", contactable),
        ("invited", invited),
        ("activated", activated),
        ("refused", go(found.clone(), "refuse").unwrap()),
        ("expired", go(found.clone(), "expire").unwrap()),
        ("withdrawn", go(found, "withdraw").unwrap()),
    ]
}

#[test]
fn the_printed_moves_are_the_reviewed_ones() {
    use std::fmt::Write as _;
    let mut printed =
        String::from("Moves: state x command -> state, or -. Made by a test of loket-domain.\n\n");
    for (name, sample) in samples() {
        for step in MOVES {
            let to = go(sample.clone(), step).map_or("-", |r| r.state().code());
            writeln!(printed, "{name:<22} {step:<18} {to}").unwrap();
        }
    }
    crate::generated::assert_same("moves.txt", &printed);
}

#[test]
fn references_read_and_print() {
    let reference: Reference = "2026-4512".parse().unwrap();
    assert_eq!(reference.to_string(), "2026-004512");
    for bad in ["", "2026", "26-1", "2026-0", "2026-00000001", "2026-+1", "x"] {
        assert_eq!(bad.parse::<Reference>(), Err(NotAReference), "{bad}");
    }
}

proptest! {
    // A million steps: 25 a walk on average.
    #![proptest_config(ProptestConfig::with_cases(40_000))]
    #[test]
    fn no_walk_reaches_a_code_without_an_identification(steps in prop::collection::vec(0..MOVES.len(), 0..50)) {
        let mut here = opened();
        let (mut found, mut identified) = (false, false);
        for step in steps {
            let Some(next) = go(here.clone(), MOVES[step]) else { continue };
            found |= MOVES[step] == "find person";
            identified |= MOVES[step] == "identify";
            if matches!(next, Registration::Invited(_) | Registration::Activated(_)) {
                prop_assert!(found && identified);
            }
            prop_assert!(!here.state().is_final(), "left a final state");
            here = next;
        }
    }
}

//! Every outcome of the registers on every page that can show it, in every language: each has a
//! sentence of its own, says it in the officer's language, and offers a way on that leads somewhere.

use std::collections::BTreeSet;

use askama::Template as _;
use loket_domain::register::{RegisterOutcome, SearchOutcome, VerificationOutcome};
use loket_domain::ssin::Synthetic;
use loket_domain::{Language, Ssin};
use loket_text::Text;

use super::criteria::TypedCriteria;
use super::hits::{self, HitRow, HitsPage, Next};
use super::shown::TypedShown;
use super::verified::{self, VerifiedPage};
use crate::frame::Errors;
use crate::pages::identification::rendered::{answer_page, found_page, frame, head};

/// What is neither an answer nor none: still asked, and lost on the way.
const BESIDE: [Option<&str>; 2] = [None, Some("lost")];

/// The outcomes by number that bring no person, from the closed list: a new one does not compile
/// until it is placed here.
fn by_number() -> Vec<Option<&'static str>> {
    let by = Ssin::parse("81050103522", Synthetic::Refused).unwrap();
    let mut at = Some(RegisterOutcome::Unknown);
    let mut codes = BESIDE.to_vec();
    while let Some(outcome) = at {
        codes.push(Some(outcome.code()));
        at = match outcome {
            RegisterOutcome::Unknown => Some(RegisterOutcome::Replaced { by }),
            RegisterOutcome::Replaced { .. } => Some(RegisterOutcome::Cancelled),
            RegisterOutcome::Cancelled => Some(RegisterOutcome::NotInscribed),
            RegisterOutcome::NotInscribed => Some(RegisterOutcome::NotAllowed),
            RegisterOutcome::NotAllowed => Some(RegisterOutcome::Down),
            RegisterOutcome::Down => Some(RegisterOutcome::Unreadable),
            // Found: on the page of a person, below.
            RegisterOutcome::Unreadable | RegisterOutcome::Found { .. } => None,
        };
    }
    codes
}

fn by_document() -> Vec<Option<&'static str>> {
    let mut at = Some(VerificationOutcome::NoMatch);
    let mut codes = BESIDE.to_vec();
    while let Some(outcome) = at {
        codes.push(Some(outcome.code()));
        at = match outcome {
            VerificationOutcome::NoMatch => Some(VerificationOutcome::Unknown),
            VerificationOutcome::Unknown => Some(VerificationOutcome::Replaced),
            VerificationOutcome::Replaced => Some(VerificationOutcome::Cancelled),
            VerificationOutcome::Cancelled => Some(VerificationOutcome::NotInscribed),
            VerificationOutcome::NotInscribed => Some(VerificationOutcome::NotAllowed),
            VerificationOutcome::NotAllowed => Some(VerificationOutcome::Down),
            VerificationOutcome::Down => Some(VerificationOutcome::Unreadable),
            // A match is followed by the question about the person: it waits for that answer.
            VerificationOutcome::Unreadable | VerificationOutcome::Match => None,
        };
    }
    codes
}

fn by_name() -> Vec<Option<&'static str>> {
    let mut at = Some(SearchOutcome::Found { hits: Vec::new(), truncated: true });
    let mut codes = BESIDE.to_vec();
    while let Some(outcome) = at {
        codes.push(Some(outcome.code()));
        at = match outcome {
            SearchOutcome::Found { .. } => Some(SearchOutcome::Nobody),
            SearchOutcome::Nobody => Some(SearchOutcome::OnlyOneself),
            SearchOutcome::OnlyOneself => Some(SearchOutcome::TooWide),
            SearchOutcome::TooWide => Some(SearchOutcome::NotAllowed),
            SearchOutcome::NotAllowed => Some(SearchOutcome::Down),
            SearchOutcome::Down => Some(SearchOutcome::Unreadable),
            SearchOutcome::Unreadable => None,
        };
    }
    codes
}

fn number_page(t: Text, outcome: Option<&str>, may_ask: bool) -> String {
    answer_page(t, outcome, Some("81.05.01-035.22".to_owned()), may_ask)
}

fn document_page(t: Text, outcome: Option<&str>, left: i64) -> String {
    let typed = TypedShown::default();
    let kinds = typed.kinds(t);
    let (title, what) = verified::told(t, outcome);
    VerifiedPage {
        frame: frame(t),
        head: head(t),
        errors: Errors::default(),
        title,
        what,
        again: (left > 0 && outcome.is_some_and(verified::may_help)).then_some((typed, kinds)),
        waits: outcome.is_none(),
        used_up: left == 0,
        left,
        verified_address: "/verified".to_owned(),
    }
    .render()
    .unwrap()
}

fn name_page(t: Text, outcome: Option<&str>, left: u32, may_choose: bool) -> String {
    let (title, what) = hits::told(t, outcome);
    let hit = || HitRow {
        place: 0,
        name: "Min O".to_owned(),
        born: "1970".to_owned(),
        sex: t.sex_female(),
        lives: "Mechelen".to_owned(),
        register: t.register_bis(),
    };
    HitsPage {
        frame: frame(t),
        head: head(t),
        errors: Errors::default(),
        title,
        what,
        hits: if outcome == Some("found") { vec![hit()] } else { Vec::new() },
        truncated: false,
        next: Next::after(t, outcome, left, TypedCriteria::default()),
        may_choose,
        hits_address: "/hits".to_owned(),
        search_address: "/search".to_owned(),
    }
    .render()
    .unwrap()
}

/// What stands in the main part, without marks.
fn words(page: &str) -> String {
    let main = page.split_once("<main").unwrap().1.split_once("</main>").unwrap().0;
    let text = main.split('<').map(|part| part.split_once('>').map_or(part, |(_, text)| text));
    text.collect::<Vec<_>>().join(" ").split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether an element with one of these ids is there: a form, or a link to the next page.
fn leads_on(page: &str, ids: &[&str]) -> bool {
    ids.iter().any(|id| page.contains(&format!("id=\"{id}\"")))
}

type Page<'p> = &'p dyn Fn(Text, Option<&str>) -> String;

#[test]
fn every_outcome_has_its_own_words_in_every_language_and_a_way_on() {
    let pages: [(&str, Vec<Option<&str>>, Page<'_>); 3] = [
        ("number", by_number(), &|t, outcome| number_page(t, outcome, true)),
        ("document", by_document(), &|t, outcome| document_page(t, outcome, 2)),
        ("name", by_name(), &|t, outcome| name_page(t, outcome, 4, true)),
    ];
    for (kind, outcomes, page) in pages {
        assert!(outcomes.len() >= 9, "{kind}: {outcomes:?}");
        let mut everything = BTreeSet::new();
        for outcome in &outcomes {
            for language in Language::ALL {
                let html = page(Text::new(language), *outcome);
                assert!(
                    everything.insert(words(&html)),
                    "{kind} {outcome:?} {language:?} says it again"
                );
                let on = [
                    "look-again",
                    "ask-again",
                    "follow",
                    "inscribe",
                    "verify-again",
                    "choose",
                    "search-again",
                ];
                let stops = leads_on(&html, &["stop"]);
                assert!(stops, "{kind} {outcome:?}: a dossier can always be stopped");
                // Only what ends for good has no other way, and its sentence says what to do then.
                let for_good = matches!(*outcome, Some("not_allowed"))
                    || (kind == "number" && matches!(*outcome, Some("unknown" | "cancelled")))
                    || (kind == "document" && matches!(*outcome, Some("not_inscribed")));
                assert_eq!(leads_on(&html, &on), !for_good, "{kind} {outcome:?}");
            }
        }
    }
}

#[test]
fn what_the_register_says_of_a_person_stands_on_the_page() {
    for t in Language::ALL.map(Text::new) {
        let plain = words(&found_page(t, "active", None));
        let mut everything = BTreeSet::from([plain]);
        for (standing, answer, goes_on) in [
            ("active", Some("found_incomplete"), true),
            ("deceased", None, false),
            ("struck_off", None, false),
            ("no_longer_managed", None, true),
        ] {
            let html = found_page(t, standing, answer);
            assert!(everything.insert(words(&html)), "{standing} says nothing");
            assert_eq!(leads_on(&html, &["go-on"]), goes_on, "{standing}");
            assert!(leads_on(&html, &["stop"]), "{standing}");
        }
    }
}

#[test]
fn where_no_more_may_be_asked_the_page_says_what_to_do() {
    for t in Language::ALL.map(Text::new) {
        for outcome in by_number().into_iter().flatten() {
            let html = number_page(t, Some(outcome), false);
            assert!(!leads_on(&html, &["ask-again", "follow", "inscribe"]), "{outcome}");
            assert!(leads_on(&html, &["stop"]), "{outcome}");
        }
        let spent = number_page(t, Some("down"), false);
        assert!(words(&spent).contains(&t.questions_none_left()));
        let tried = words(&document_page(t, Some("no_match"), 0));
        assert!(tried.contains(&t.verify_none_left()) && tried.contains(&t.verify_way()));
        for outcome in ["nobody", "too_wide", "found", "only_oneself"] {
            let html = name_page(t, Some(outcome), 0, true);
            let said = words(&html);
            for way in [t.hits_way_number(), t.hits_way_document(), t.hits_way_papers()] {
                assert!(said.contains(&way), "{outcome}");
            }
            assert!(!leads_on(&html, &["search-again", "look-again"]), "{outcome}");
        }
        let list = name_page(t, Some("found"), 2, false);
        assert!(!leads_on(&list, &["choose"]) && words(&list).contains(&t.questions_none_left()));
    }
}

/// Nothing of the person stands on the page of a document that did not match.
#[test]
fn before_a_match_nothing_personal_is_shown() {
    for t in Language::ALL.map(Text::new) {
        for outcome in by_document() {
            let html = document_page(t, outcome, 2);
            for personal in ["Łukasiewicz", "81.05.01-035.22", "Kerkstraat", "1993"] {
                assert!(!html.contains(personal), "{outcome:?}");
            }
        }
    }
}

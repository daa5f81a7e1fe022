//! Every page of this group with made-up people, in every language: what a browser and a screen
//! reader need of its structure.

use std::collections::HashSet;

use askama::Template as _;
use loket_domain::Language;
use loket_domain::comparison::{
    DifferenceReason, Explanation, Field, FieldVerdict, Verdict, compare,
};
use loket_domain::document::{DocumentEntry, DocumentKind, TypedDocument};
use loket_domain::person::{IncompleteDate, RegisterPerson, Sex};
use loket_domain::procedure::{Name, Procedures};
use loket_domain::registration::StateCode;
use loket_domain::time::Day;
use loket_text::Text;

use super::both_filled::Conflict;
use super::checks::ChecksPage;
use super::choice::{Choice, choices};
use super::circumstances::Notes;
use super::comparison::{ComparisonPage, Typed as Told};
use super::counter::{Addresses, Head};
use super::document::DocumentPage;
use super::document_entry::Typed;
use super::marked_zone::MarkedZone;
use super::particulars::particulars;
use super::person::{Found, NotFound, PersonPage, Way, answered, remarks};
use super::procedure::{ProcedurePage, offered};
use super::refuse::RefusePage;
use super::side_by_side::{differences, rows};
use super::standing_at::MovedPage;
use super::stop::StopPage;
use super::task_list::{Now, PointQuestion, Question, Task};
use crate::frame::{Errors, Frame};
use crate::pages::steps::{Stage, Steps};

const ID: &str = "0190b8c4-7a3c-7000-8000-000000000001";

pub(in crate::pages) fn frame(t: Text) -> Frame {
    Frame {
        t,
        title: "Title".to_owned(),
        errors: false,
        who: None,
        menu: Vec::new(),
        desk_phone: "02 000 00 01".to_owned(),
        demo: None,
        style: crate::static_files::STYLE,
        icon: crate::static_files::ICON,
        back: "/desk".to_owned(),
        asked: Vec::new(),
        scripts: Vec::new(),
    }
}

pub(in crate::pages) fn head(t: Text) -> Head {
    Head {
        steps: Steps::new(t, StateCode::Opened, Stage::Identification),
        lede: t.dossier_lede("om 10.58 uur", "2026-004512"),
        wish: "wish".to_owned(),
        at: Addresses::of(ID.parse().unwrap()),
    }
}

fn today() -> Day {
    Day::new(2026, 11, 23).unwrap()
}

pub(super) fn person(standing: &str) -> RegisterPerson {
    serde_json::from_value(serde_json::json!({
        "ssin": "81050103522", "register": "bis_register", "given_names": ["Maria", "Anna"],
        "surname": "Łukasiewicz", "birth_date": "1993-05-00",
        "birth_place": {"place": "Kraków", "country": "Poland"}, "sex": "female",
        "address": {"kind": "belgian", "street": "Kerkstraat", "number": "7", "bus": "2",
            "postal_code": "2800", "municipality": "Mechelen"},
        "standing": {"kind": standing}
    }))
    .unwrap()
}

pub(super) fn document() -> TypedDocument {
    TypedDocument::new(&DocumentEntry {
        kind: DocumentKind::ForeignPassport,
        number: "AB1234567".to_owned(),
        issuer: "POL".to_owned(),
        surname: "Lukasiewicz".to_owned(),
        given_names: "Maria Aniela".to_owned(),
        birth_date: IncompleteDate::parse("1993-05-18").unwrap(),
        sex: Sex::Male,
        valid_until: Day::new(2031, 3, 2).unwrap(),
    })
    .unwrap()
}

fn of_person(t: Text, person: Option<Found>, answer: Option<NotFound>) -> String {
    titled(t, t.person_title(), person, answer)
}

fn titled(t: Text, title: String, person: Option<Found>, answer: Option<NotFound>) -> String {
    PersonPage {
        frame: frame(t),
        head: head(t),
        title,
        notes: person.as_ref().map(|_| Notes::of(t, None)),
        person,
        answer,
        of_list: true,
    }
    .render()
    .unwrap()
}

/// The page of a person whose file has this standing, after this answer.
pub(in crate::pages) fn found_page(t: Text, standing: &str, answer: Option<&str>) -> String {
    of_person(t, Some(found(t, standing, answer)), None)
}

/// The page of an answer without a person.
pub(in crate::pages) fn answer_page(
    t: Text,
    outcome: Option<&str>,
    by: Option<String>,
    may_ask: bool,
) -> String {
    let (title, answer) = answered(t, outcome, by, may_ask);
    titled(t, title, None, Some(answer))
}

fn found(t: Text, standing: &str, answer: Option<&str>) -> Found {
    let person = person(standing);
    let remarks = remarks(t, &person, answer, today());
    Found {
        register: t.register_bis(),
        particulars: particulars(t, &person),
        may_go_on: person.hindrance(today()).is_none(),
        remarks,
    }
}

fn persons(t: Text) -> Vec<String> {
    let answer = |way| NotFound { what: t.answer_down_what(), way };
    vec![
        found_page(t, "active", Some("found_incomplete")),
        found_page(t, "struck_off", None),
        found_page(t, "no_longer_managed", None),
        of_person(t, None, Some(answer(Way::Wait))),
        of_person(t, None, Some(answer(Way::AskAgain))),
        of_person(t, None, Some(answer(Way::Inscribe))),
        of_person(t, None, Some(answer(Way::Follow("81.05.01-035.22".to_owned())))),
        of_person(t, None, Some(answer(Way::Stop("wrong_number")))),
    ]
}

fn yes_no(t: Text) -> Vec<Choice> {
    choices([("yes", t.check_yes()), ("no", t.check_no())], "no")
}

fn checks(t: Text) -> Vec<String> {
    let check = || Name::new("photo").unwrap();
    let question = |of_service: bool, has_points: bool| {
        let point = |field: &str| PointQuestion {
            name: field.to_owned(),
            field: field.to_owned(),
            text: t.check_photo_question(),
            answers: yes_no(t),
        };
        Now::Question(Question {
            check: check(),
            text: t.check_photo_question(),
            answers: yes_no(t),
            points: if has_points { vec![point("a"), point("b")] } else { Vec::new() },
            of_features: has_points,
            because: of_service.then(|| (t.check_unavailable_label(), t.check_unavailable_hint())),
            explanation: "too short".to_owned(),
            again: true,
        })
    };
    let elsewhere = Now::Elsewhere {
        check: check(),
        question: t.check_document_question(),
        address: "/x".to_owned(),
        label: t.check_to_document(),
    };
    let none = Errors::default;
    let page = |now, errors| {
        let tasks = vec![Task {
            question: t.check_photo_question(),
            class: "ok",
            word: t.outcome_passed(),
            at: "10.58".to_owned(),
            change: Some("/x".to_owned()),
        }];
        let described_at = Some("/x".to_owned());
        ChecksPage { frame: frame(t), head: head(t), errors, tasks, now, described_at }
            .render()
            .unwrap()
    };
    vec![
        page(question(false, false), Errors::one("answer", t.check_answer_missing())),
        page(question(false, true), Errors::one("b", t.points_one_sense())),
        page(question(true, false), Errors::one("explanation", t.explanation_too_short())),
        page(elsewhere, none()),
        page(Now::Stopped("photo_differs"), none()),
        page(Now::Final("document_suspect"), none()),
        page(Now::OtherDocument, none()),
        page(
            Now::CallSecond { check: check(), question: t.check_second_officer_question() },
            none(),
        ),
        page(
            Now::Waiting {
                check: check(),
                question: t.check_second_officer_question(),
                since: "10.58".to_owned(),
                taken: false,
            },
            none(),
        ),
        page(Now::NotReady, none()),
        page(Now::Decide, Errors::one("decision", t.explanation_too_short())),
    ]
}

fn documents(t: Text) -> Vec<String> {
    let page = |errors, kinds: Vec<Choice>, issuers: Vec<String>, has_zone| {
        DocumentPage {
            frame: frame(t),
            head: head(t),
            errors,
            typed: Typed { surname: "<script>".to_owned(), ..Typed::default() },
            kinds,
            sexes: choices([("female", t.sex_female()), ("male", t.sex_male())], "male"),
            issuers,
            has_zone,
            marked: MarkedZone::of(t, "P<UTO\nX", today()),
            conflicts: vec![Conflict {
                name: t.field_surname(),
                zone: "ERIKSSON".to_owned(),
                print: "Erikson".to_owned(),
            }],
            takes: choices(
                [("zone", t.document_take_zone()), ("print", t.document_take_print())],
                "",
            ),
        }
        .render()
        .unwrap()
    };
    let mut errors = Errors::default();
    let fields = [
        "kind",
        "zone",
        "taken",
        "number",
        "issuer",
        "surname",
        "given_names",
        "birth_date",
        "sex",
    ];
    for field in fields.into_iter().chain(["valid_until"]) {
        errors.add(field, t.document_fault_number());
    }
    let kinds = [("a", t.document_kind_foreign_passport()), ("b", t.sex_male())];
    vec![
        page(errors, choices(kinds, "b"), vec!["POL".to_owned()], true),
        page(Errors::default(), choices([("a", t.sex_male())], ""), Vec::new(), false),
    ]
}

fn comparison(t: Text, verdicts: &[FieldVerdict], is_read: bool, errors: Errors) -> String {
    let typed =
        Told { field: "sex".to_owned(), reason: String::new(), explanation: "short".to_owned() };
    ComparisonPage {
        frame: frame(t),
        head: head(t),
        errors,
        register: t.register_bis(),
        of_zone: true,
        rows: rows(t, &person("active"), &document(), verdicts),
        differences: differences(t, &person("active"), &document(), verdicts, Some(&typed)),
        open: verdicts.iter().filter(|v| !v.is_settled()).count().try_into().unwrap(),
        blocked: verdicts.iter().any(FieldVerdict::blocks).then_some("data_differs"),
        second: verdicts.iter().any(FieldVerdict::needs_second_officer),
        check: "comparison".to_owned(),
        is_read,
    }
    .render()
    .unwrap()
}

fn comparisons(t: Text) -> Vec<String> {
    let verdicts = compare(&person("active"), &[], &document(), today());
    let explanation = Explanation::new("A second passport shows both names").unwrap();
    let reason = Some(DifferenceReason::ActSeen);
    let explained: Vec<_> =
        verdicts.iter().map(|v| v.clone().explained(reason, explanation.clone())).collect();
    let blocked = [FieldVerdict::new(Field::BirthDate, Verdict::Different)];
    let mut error = Errors::one("explanation-sex", t.explanation_too_short());
    error.add("reason-sex", t.difference_reason_missing());
    vec![
        comparison(t, &verdicts, false, error),
        comparison(t, &explained, false, Errors::default()),
        comparison(t, &explained, true, Errors::default()),
        comparison(t, &blocked, false, Errors::default()),
    ]
}

fn others(t: Text) -> Vec<String> {
    let procedures = Procedures::shipped().unwrap();
    let errors = || Errors::one("reason", t.stop_reason_missing());
    let offers = procedures.all().iter().map(|p| offered(t, p, "video")).collect();
    let procedure = ProcedurePage {
        frame: frame(t),
        head: head(t),
        errors: Errors::one("procedure", t.choose_procedure_missing()),
        offered: offers,
        begun: true,
    };
    let refuse = RefusePage {
        frame: frame(t),
        head: head(t),
        errors: errors(),
        reasons: yes_no(t),
        explanation: String::new(),
    };
    let stop = StopPage {
        frame: frame(t),
        head: head(t),
        errors: errors(),
        reasons: yes_no(t),
        is_invited: true,
    };
    let state = t.moved_state("2026-004512", &t.state_opened());
    let moved = MovedPage { frame: frame(t), state, step: "/x".to_owned() };
    vec![
        procedure.render().unwrap(),
        refuse.render().unwrap(),
        stop.render().unwrap(),
        moved.render().unwrap(),
    ]
}

fn pages(t: Text) -> Vec<String> {
    [persons(t), checks(t), documents(t), comparisons(t), others(t)].concat()
}

/// The values of an attribute.
fn values<'h>(html: &'h str, attribute: &str) -> Vec<&'h str> {
    let begin = format!(" {attribute}=\"");
    html.split(begin.as_str()).skip(1).filter_map(|rest| rest.split('"').next()).collect()
}

#[test]
fn every_reference_has_its_element_and_every_id_is_there_once() {
    for t in Language::ALL.map(Text::new) {
        for html in pages(t) {
            let ids = values(&html, "id");
            let known: HashSet<_> = ids.iter().copied().collect();
            assert_eq!(ids.len(), known.len(), "an id is there twice: {ids:?}");
            let links = values(&html, "href").into_iter().filter_map(|h| h.strip_prefix('#'));
            for name in values(&html, "for").into_iter().chain(links) {
                assert!(known.contains(name), "nothing is called {name}: {html}");
            }
            for attribute in ["aria-describedby", "aria-labelledby"] {
                for name in values(&html, attribute).iter().flat_map(|v| v.split_whitespace()) {
                    assert!(known.contains(name), "{attribute} {name}: {html}");
                }
            }
        }
    }
}

#[test]
fn one_heading_and_at_most_one_main_button() {
    for html in pages(Text::new(Language::Nl)) {
        assert_eq!(html.matches("<h1").count(), 1);
        let tags = html.split('<').filter(|tag| {
            let tag = tag.split('>').next().unwrap_or_default();
            (tag.starts_with("button") || tag.starts_with("a class=\"button"))
                && !tag.contains("quiet")
        });
        assert!(tags.count() <= 1, "{html}");
    }
}

#[test]
fn zone_and_print_stand_on_their_own_sides() {
    let html = documents(Text::new(Language::En)).concat();
    assert!(html.contains("zone: ERIKSSON · print: Erikson"), "{html}");
}

#[test]
fn what_was_typed_is_shown_as_text() {
    let html = documents(Text::new(Language::En)).concat();
    assert!(!html.contains("<script>") && html.contains("&#60;script&#62;"), "{html}");
}

#[test]
fn a_person_who_may_get_no_key_has_no_way_on() {
    let shown = persons(Text::new(Language::Fr));
    let goes_on = |html: &String| html.contains("/procedure\"");
    assert_eq!(
        shown.iter().map(goes_on).collect::<Vec<_>>(),
        [true, false, true, false, false, false, false, false]
    );
}

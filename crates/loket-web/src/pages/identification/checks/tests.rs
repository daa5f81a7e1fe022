use loket_domain::Language;
use loket_domain::procedure::Procedures;

use super::*;

const ID: &str = "0190b8c4-7a3c-7000-8000-0000000000a1";

fn read(typed: &Typed) -> Result<CheckAnswer, Errors> {
    read_answer(Text::new(Language::En), typed)
}

fn typed(answer: &str, explanation: &str) -> Typed {
    Typed { answer: answer.to_owned(), explanation: explanation.to_owned(), ..Typed::default() }
}

#[test]
fn a_service_without_an_answer_needs_an_explanation_and_a_yes_does_not() {
    let ask = |answer, why| read(&typed(answer, why));
    assert!(matches!(ask("yes", ""), Ok(CheckAnswer::Yes)));
    assert!(matches!(ask("no", ""), Ok(CheckAnswer::No)));
    let hit = ask("hit", "");
    assert!(matches!(hit, Ok(CheckAnswer::Service(ExternalAnswer::Hit, None))));
    let why = "Called the municipality, it is genuine";
    assert!(matches!(ask("unavailable", why), Ok(CheckAnswer::Service(_, Some(_)))));
    assert!(ask("unavailable", "too short").is_err_and(|errors| errors.has("explanation")));
    assert!(ask("", "").is_err_and(|errors| errors.has("answer")));
    assert!(ask("perhaps", "").is_err_and(|errors| errors.has("answer")));
}

/// Without a reason the command refuses, and the page says so: see the journey of the paper.
#[test]
fn why_an_exception_is_made_goes_with_the_yes() {
    let why = "Asked for asylum; the passport is with the Immigration Office";
    assert!(matches!(read(&typed("yes", why)), Ok(CheckAnswer::YesBecause(_))));
    assert!(matches!(read(&typed("yes", " ")), Ok(CheckAnswer::Yes)));
    assert!(read(&typed("yes", "short")).is_err_and(|errors| errors.has("explanation")));
    assert!(matches!(read(&typed("no", why)), Ok(CheckAnswer::No)));
}

/// The form of the features of a foreign document, answered in order.
fn features(found: &[&str]) -> (Typed, Procedure) {
    let procedures = Procedures::shipped().unwrap();
    let procedure = procedures.get("foreign-document", 1).unwrap().clone();
    let check = procedure.check(&Name::new("features").unwrap()).unwrap();
    let asked = check.points.as_ref().unwrap().asked(ID.parse().unwrap());
    let names: Vec<&str> = asked.iter().map(|point| point.as_str()).collect();
    let fields = names.iter().zip(found);
    let typed = Typed {
        check: "features".to_owned(),
        asked: names.join(" "),
        points: fields.map(|(point, code)| (field_of(point), (*code).to_owned())).collect(),
        ..Typed::default()
    };
    (typed, procedure)
}

#[test]
fn each_point_is_answered_by_itself() {
    let good = "good";
    let ask = |found: &[&str]| read(&features(found).0);
    assert!(matches!(ask(&[good; 5]), Ok(CheckAnswer::Points(found)) if found.len() == 5));
    let wrong = ask(&[good, good, good, "wrong", good]);
    assert!(matches!(wrong, Ok(CheckAnswer::Points(_))), "a no is recorded, not refused");
    let missing = ask(&[good, good, good, good]).unwrap_err();
    assert_eq!(missing.iter().count(), 1, "the last has no answer");
    assert!(missing.iter().all(|error| error.message.starts_with("Choose an answer: ")));
    assert!(ask(&[good, good, good, good, "yes"]).is_err(), "no such answer");
}

#[test]
fn too_little_seen_or_felt_is_told_at_the_first_point() {
    let t = Text::new(Language::En);
    let lacks = |found: &[&str]| {
        let (typed, procedure) = features(found);
        let errors = lacking(t, &procedure, &typed, ID.parse().unwrap())?;
        errors.iter().next().map(|error| error.message.clone())
    };
    let (good, not_seen) = ("good", "not_seen");
    assert_eq!(lacks(&[good; 5]), None);
    assert_eq!(lacks(&[good, not_seen, not_seen, good, not_seen]), Some(t.points_too_few(3)));
    assert_eq!(lacks(&[good, good, good, not_seen, not_seen]), Some(t.points_one_sense()));
    assert_eq!(lacks(&[good]), None, "what has no answer is told at its own place");
    let (answered, procedure) = features(&[]);
    let opened = Typed { check: answered.check, ..Typed::default() };
    let id = ID.parse().unwrap();
    assert!(lacking(t, &procedure, &opened, id).is_none(), "a question that was only opened");
}

use loket_domain::Language;
use loket_domain::procedure::{Name, Procedures};

use super::*;

const ID: &str = "0190b8c4-7a3c-7000-8000-0000000000a1";

fn read(procedure: &str, check: &str, typed: &Typed) -> Result<CheckAnswer, Errors> {
    let procedures = Procedures::shipped().unwrap();
    let check = procedures.get(procedure, 1).unwrap().check(&Name::new(check).unwrap()).unwrap();
    read_answer(Text::new(Language::En), check, ID.parse().unwrap(), typed)
}

fn typed(answer: &str, explanation: &str) -> Typed {
    Typed { answer: answer.to_owned(), explanation: explanation.to_owned(), ..Typed::default() }
}

#[test]
fn a_service_without_an_answer_needs_an_explanation_and_a_yes_does_not() {
    let card = "belgian-card-without-certificates";
    let ask = |check, answer, why| read(card, check, &typed(answer, why));
    assert!(matches!(ask("presence", "yes", ""), Ok(CheckAnswer::Yes)));
    assert!(matches!(ask("presence", "no", ""), Ok(CheckAnswer::No)));
    let hit = ask("document-status", "hit", "");
    assert!(matches!(hit, Ok(CheckAnswer::Service(ExternalAnswer::Hit, None))));
    let why = "Called the municipality, it is genuine";
    let explained = ask("document-status", "unavailable", why);
    assert!(matches!(explained, Ok(CheckAnswer::Service(_, Some(_)))));
    let short = ask("document-status", "unavailable", "too short");
    assert!(short.is_err_and(|errors| errors.has("explanation")));
    assert!(ask("presence", "", "").is_err_and(|errors| errors.has("answer")));
    assert!(ask("presence", "perhaps", "").is_err_and(|errors| errors.has("answer")));
}

#[test]
fn an_exception_is_made_with_its_reason_and_refused_without() {
    let ask = |answer, why| read("paper-residence-document", "exception", &typed(answer, why));
    assert!(ask("yes", "").is_err_and(|errors| errors.has("explanation")));
    let why = "Asked for asylum; the passport is with the Immigration Office";
    assert!(matches!(ask("yes", why), Ok(CheckAnswer::YesBecause(_))));
    assert!(matches!(ask("no", ""), Ok(CheckAnswer::No)));
}

#[test]
fn each_point_is_answered_and_enough_of_them_are_good() {
    let ask = |found: &[&str]| {
        let procedures = Procedures::shipped().unwrap();
        let card = procedures.get("foreign-document", 1).unwrap();
        let points = card.check(&Name::new("features").unwrap()).unwrap().points.clone().unwrap();
        let fields = points.asked(ID.parse().unwrap()).into_iter().zip(found);
        let points =
            fields.map(|(point, code)| (field_of(point.as_str()), (*code).to_owned())).collect();
        read("foreign-document", "features", &Typed { points, ..Typed::default() })
    };
    let good = "good";
    assert!(matches!(ask(&[good; 5]), Ok(CheckAnswer::Points(found)) if found.len() == 5));
    let wrong = ask(&[good, good, good, "wrong", good]);
    assert!(matches!(wrong, Ok(CheckAnswer::Points(_))), "a no is recorded, not refused");
    assert!(ask(&[good, good, good, good]).is_err(), "the last has no answer");
    assert!(ask(&[good, good, good, good, "yes"]).is_err(), "no such answer");
    assert!(ask(&[good, "not_seen", "not_seen", good, "not_seen"]).is_err(), "two of three");
    assert!(read("foreign-document", "features", &typed("yes", "")).is_err(), "one yes for all");
}

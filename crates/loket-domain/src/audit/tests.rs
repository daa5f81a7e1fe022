//! Events split and join without loss, and the printed list is the reviewed one.

use uuid::Uuid;

use super::*;
use crate::ssin::{Ssin, Synthetic};

#[test]
fn personal_fields_are_apart_and_come_back() {
    let ssin = Ssin::parse("81050103522", Synthetic::Refused).unwrap();
    let event = Event::RegisterAsked {
        question: Uuid::from_u128(1).into(),
        registers: vec![crate::register::RegisterName::NationalRegister],
        purpose: "first_key".to_owned(),
        ssin,
    };
    let fields = event.fields();
    assert!(!serde_json::to_string(&fields.plain).unwrap().contains("81050103522"));
    assert_eq!(fields.personal["ssin"], "81050103522");
    assert_eq!(Event::from_fields(event.kind(), fields).unwrap(), event);
}

#[test]
fn kinds_are_named_as_serde_names_them() {
    let event = Event::ServerStopped { reason: "signal".to_owned() };
    let value = serde_json::to_value(&event).unwrap();
    assert_eq!(value["kind"], event.kind());
}

#[test]
fn the_printed_list_is_the_reviewed_one() {
    use std::fmt::Write as _;
    let mut printed = String::from(
        "# Events\n\nEvery kind of event with its fields; *personal* fields are stored sealed. Made by a test of\nloket-domain.\n",
    );
    for (code, doc, fields) in Event::KINDS {
        writeln!(printed, "\n## {code}\n\n{}\n", doc.trim()).unwrap();
        for (name, kind, personal) in *fields {
            let class = if *personal { "*personal*" } else { "plain" };
            writeln!(printed, "- `{name}`: {}, {class}", kind.replace(' ', "")).unwrap();
        }
    }
    crate::generated::assert_same("events.md", &printed);
}

//! The JSON Schema (draft 2020-12) of a procedure file, made from the closed lists that the reader
//! itself uses, so that editors can help whoever writes one. What the schema cannot say (one
//! comparison, the order of kinds, the level) is for [`super::Procedure::parse`].

use serde_json::{Value, json};

use super::{CheckKind, Confirms, ExternalService, OnNegative, Presence, Recorded};
use crate::document::DocumentKind;
use crate::key::AssuranceLevel;

/// The words of a closed list, as they stand in files.
fn words<T: serde::Serialize>(values: &[T]) -> Value {
    values.iter().map(|value| serde_json::to_value(value).unwrap_or_default()).collect()
}

const KINDS: [CheckKind; 6] = [
    CheckKind::Document,
    CheckKind::Mrz,
    CheckKind::Compare,
    CheckKind::Confirm,
    CheckKind::External,
    CheckKind::SecondOfficer,
];
const REACTIONS: [OnNegative; 3] =
    [OnNegative::Stop, OnNegative::Explain, OnNegative::SecondOfficer];
const RECORDS: [Recorded; 6] = [
    Recorded::Outcome,
    Recorded::Document,
    Recorded::Zone,
    Recorded::Verdicts,
    Recorded::Explanation,
    Recorded::Answer,
];

/// The schema.
pub fn schema() -> Value {
    let name = json!({ "type": "string", "pattern": "^[a-z]([a-z0-9-]{0,58}[a-z0-9])?$" });
    let day = json!({ "type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$" });
    let reaction = json!({ "enum": words(&REACTIONS) });
    let names = json!({ "type": "array", "uniqueItems": true, "items": name });
    let number = json!({ "type": "integer", "minimum": 1, "maximum": 20 });
    let points = json!({
        "type": "object",
        "additionalProperties": false,
        "required": ["by_eye", "show", "at_least"],
        "properties": { "by_eye": names, "by_touch": names, "show": number, "at_least": number },
    });
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Identification procedure of Loket",
        "type": "object",
        "additionalProperties": false,
        "required": ["id", "version", "effective_from", "level", "presence", "documents", "title",
            "serves", "enabled", "check"],
        "properties": {
            "id": name,
            "version": { "type": "integer", "minimum": 1 },
            "effective_from": day,
            "effective_until": day,
            "level": { "enum": words(&AssuranceLevel::ALL) },
            "presence": { "enum": words(&[Presence::InPerson, Presence::Remote]) },
            "documents": {
                "type": "array", "minItems": 1, "uniqueItems": true,
                "items": { "enum": words(&DocumentKind::ALL) },
            },
            "title": name,
            "serves": name,
            "enabled": { "type": "boolean" },
            "check": {
                "type": "array", "minItems": 1, "maxItems": 40,
                "items": {
                    "type": "object",
                    "additionalProperties": false,
                    "required": ["id", "kind", "required", "records", "on_negative", "question"],
                    "properties": {
                        "id": name,
                        "kind": { "enum": words(&KINDS) },
                        "required": { "type": "boolean" },
                        "records": { "type": "array", "items": { "enum": words(&RECORDS) } },
                        "on_negative": reaction,
                        "confirms": { "enum": words(&Confirms::ALL) },
                        "points": points,
                        "service": { "enum": words(&[ExternalService::Checkdoc]) },
                        "on_unavailable": reaction,
                        "question": name,
                    },
                },
            },
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::procedure::{Procedure, Procedures};

    #[test]
    fn the_printed_schema_is_the_reviewed_one() {
        let text = format!("{}\n", serde_json::to_string_pretty(&schema()).unwrap());
        crate::generated::assert_same("procedure.schema.json", &text);
    }

    /// Every key that the schema has is one that the reader knows, and the other way round: a file
    /// with every key reads, and one more is refused.
    #[test]
    fn the_schema_has_the_keys_of_the_reader() {
        let keys = |pointer: &str| -> Vec<String> {
            let schema = schema();
            schema.pointer(pointer).unwrap().as_object().unwrap().keys().cloned().collect()
        };
        let fields =
            |value: &Value| -> Vec<String> { value.as_object().unwrap().keys().cloned().collect() };
        let shipped = Procedures::shipped().unwrap();
        let whole = serde_json::to_value(&shipped.all()[0]).unwrap();
        let mut of_file = fields(&whole);
        of_file.retain(|key| key != "checks");
        of_file.push("check".to_owned());
        of_file.sort();
        assert_eq!(of_file, keys("/properties"));
        assert_eq!(fields(&whole["checks"][0]), keys("/properties/check/items/properties"));
        let text = include_str!("../../../../procedures/video@1.toml");
        assert!(Procedure::parse(text).is_ok());
        assert!(Procedure::parse(&format!("surplus = 1\n{text}")).is_err());
    }
}

//! The fields of an event beneath its sentence, so that nothing of what was recorded is lost in words:
//! their names in the reader's language, made into the text `audit-field-` and the name, and their values
//! as the trail has them. Codes that have words show both, since the code can be searched for and is the
//! same in every language.

use loket_domain::audit::JournalEntry;
use loket_text::Text;
use serde_json::Value;

use super::codes::worded;

/// One field.
pub(super) struct Detail {
    pub(super) name: String,
    pub(super) value: String,
    /// Personal data: opened by this query.
    pub(super) personal: bool,
}

/// The fields of an event with where and by which wish it came.
/// A member of staff is named where `name_of` knows the name.
pub(super) fn details(
    t: Text,
    entry: &JournalEntry,
    name_of: impl Fn(&str) -> Option<String>,
) -> Vec<Detail> {
    let kind = entry.event.kind();
    let fields = entry.event.fields();
    let plain = fields.plain.iter().map(|(name, value)| (name, value, false));
    let personal = fields.personal.iter().map(|(name, value)| (name, value, true));
    let mut details: Vec<Detail> = plain
        .chain(personal)
        .filter(|(_, value, _)| !value.is_null())
        .map(|(name, value, personal)| Detail {
            name: label(t, name),
            value: value.as_str().and_then(&name_of).unwrap_or_else(|| shown(t, kind, name, value)),
            personal,
        })
        .collect();
    let mut add = |name: String, value: Option<String>, personal| {
        details.extend(value.map(|value| Detail { name, value, personal }));
    };
    add(t.audit_door(), Some(entry.door.code().to_owned()), false);
    add(t.audit_node(), Some(entry.node.clone()), false);
    add(t.audit_address(), entry.address.clone(), true);
    details
}

/// The name of a field in the reader's language; one that has no text, as it stands in the event.
fn label(t: Text, name: &str) -> String {
    text_of(t, name).unwrap_or_else(|| name.replace('_', " "))
}

fn text_of(t: Text, name: &str) -> Option<String> {
    t.by_id(&format!("audit-field-{}", name.replace('_', "-")))
}

/// A value of a field as text; moments (microseconds) as people read them.
fn shown(t: Text, kind: &str, name: &str, value: &Value) -> String {
    let is_moment = ["_from", "_until", "_at"].iter().any(|end| name.ends_with(end))
        || matches!(name, "from" | "until" | "at" | "since");
    match value {
        Value::Number(number) if is_moment => number.as_i64().map_or_else(
            || number.to_string(),
            |micros| t.moment(loket_domain::Timestamp::from_micros(micros)),
        ),
        Value::Bool(yes) => {
            let word = if *yes { t.check_yes() } else { t.check_no() };
            format!("{word} ({yes})")
        }
        Value::String(text) => worded(t, kind, name, text),
        Value::Array(items) => {
            items.iter().map(|item| shown(t, kind, name, item)).collect::<Vec<_>>().join(", ")
        }
        Value::Object(map) => map
            .iter()
            .map(|(key, value)| format!("{}: {}", label(t, key), shown(t, kind, key, value)))
            .collect::<Vec<_>>()
            .join(", "),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use loket_domain::Language;
    use loket_domain::audit::Event;
    use loket_domain::comparison::Field;
    use loket_domain::person::{IncompleteDate, Sex, Surname};
    use loket_domain::register::{Criteria, GivenNameMatching};
    use serde_json::json;

    use super::*;

    fn criteria() -> Value {
        let criteria = Criteria {
            surname: Surname::new("Peeters").unwrap(),
            given_names: Vec::new(),
            matching: GivenNameMatching::Ignored,
            birth_date: IncompleteDate::parse("1970-05-18").unwrap(),
            sex: Sex::Unknown,
        };
        serde_json::to_value(criteria).unwrap()
    }

    #[test]
    fn every_field_of_every_kind_has_a_name_in_every_language() {
        let criteria = criteria();
        for language in Language::ALL {
            let t = Text::new(language);
            let has_text = |name: &str| {
                assert!(
                    text_of(t, name).is_some(),
                    "{language}: {name} has no text in audit_fields.ftl"
                );
            };
            for (_, _, fields) in Event::KINDS {
                for (name, ..) in *fields {
                    has_text(name);
                }
            }
            for field in Field::ALL {
                has_text(field.code());
            }
            for key in criteria.as_object().unwrap().keys() {
                has_text(key);
            }
        }
    }

    #[test]
    fn names_are_the_readers_and_a_field_of_another_version_keeps_its_own() {
        assert_eq!(label(Text::new(Language::Nl), "contact_point"), "contactgegeven");
        assert_eq!(label(Text::new(Language::De), "tries_left"), "verbleibende Versuche");
        assert_eq!(label(Text::new(Language::Fr), "shoe_size"), "shoe size");
    }

    #[test]
    fn values_read_as_text() {
        let t = Text::new(Language::En);
        let shown = |kind, name, value: Value| shown(t, kind, name, &value);
        assert_eq!(shown("person_shown", "fields", json!(["surname", "sex"])), "surname, sex");
        assert_eq!(
            shown("document_recorded", "verdicts", json!({"birth_date": "same"})),
            "date of birth: the same (same)"
        );
        let searched = shown("register_searched", "criteria", criteria());
        assert!(searched.contains("surname: Peeters"), "{searched}");
        assert!(searched.contains("sex: not stated (unknown)"), "{searched}");
        let moment = json!(1_800_000_000_000_000_i64);
        for (kind, name) in [
            ("invitation_issued", "link_until"),
            ("agreement_recorded", "in_force_from"),
            ("review_read", "since"),
        ] {
            assert!(shown(kind, name, moment.clone()).contains("2027"), "{name}");
        }
        assert_eq!(shown("contact_code_refused", "tries_left", json!(3)), "3");
        assert_eq!(shown("digital_key_used", "counter_regressed", json!(false)), "No (false)");
    }
}

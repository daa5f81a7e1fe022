//! The fields of an event beneath its sentence: names and values as the trail has them, so that
//! nothing of what was recorded is lost in words. Codes stay codes: they are the same in every
//! language and can be searched for.

use loket_domain::audit::JournalEntry;
use loket_text::Text;
use serde_json::Value;

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
    let fields = entry.event.fields();
    let plain = fields.plain.iter().map(|(name, value)| (name, value, false));
    let personal = fields.personal.iter().map(|(name, value)| (name, value, true));
    let mut details: Vec<Detail> = plain
        .chain(personal)
        .filter(|(_, value, _)| !value.is_null())
        .map(|(name, value, personal)| Detail {
            name: name.replace('_', " "),
            value: value.as_str().and_then(&name_of).unwrap_or_else(|| shown(t, name, value)),
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

/// A value as text; moments (microseconds) as people read them.
fn shown(t: Text, name: &str, value: &Value) -> String {
    let is_moment = name.ends_with("_until")
        || name.ends_with("_at")
        || matches!(name, "from" | "until" | "at");
    match value {
        Value::Number(number) if is_moment => number.as_i64().map_or_else(
            || number.to_string(),
            |micros| t.moment(loket_domain::Timestamp::from_micros(micros)),
        ),
        Value::String(text) => text.clone(),
        Value::Array(items) => {
            items.iter().map(|item| shown(t, "", item)).collect::<Vec<_>>().join(", ")
        }
        Value::Object(map) => map
            .iter()
            .map(|(key, value)| format!("{}: {}", key.replace('_', " "), shown(t, key, value)))
            .collect::<Vec<_>>()
            .join(", "),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use loket_domain::Language;
    use serde_json::json;

    use super::*;

    #[test]
    fn values_read_as_text() {
        let t = Text::new(Language::En);
        assert_eq!(shown(t, "fields", &json!(["surname", "sex"])), "surname, sex");
        assert_eq!(shown(t, "verdicts", &json!({"birth_date": "same"})), "birth date: same");
        assert!(shown(t, "link_until", &json!(1_800_000_000_000_000_i64)).contains("2027"));
        assert_eq!(shown(t, "tries_left", &json!(3)), "3");
    }
}

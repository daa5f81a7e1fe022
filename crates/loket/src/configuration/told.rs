//! What a configuration file says, setting by setting, for the trail: which of them changed since the server
//! started last. Defaults are those of the version of the program, which the trail has too.

use std::collections::BTreeMap;

use loket_app::commands::record_server::Configured;
use ring::digest::{SHA256, digest};
use toml::{Table, Value};

/// The settings of a file, by names such as `limits.session_hours` and `audit.witnesses.0.url`.
pub(super) fn told(text: &str) -> Result<Configured, String> {
    let table: Table = toml::from_str(text).map_err(|error| error.to_string())?;
    let mut settings = BTreeMap::new();
    put_table("", &table, &mut settings);
    Ok(Configured { sha256: hex::encode(digest(&SHA256, text.as_bytes())), settings })
}

fn put_table(before: &str, table: &Table, settings: &mut BTreeMap<String, String>) {
    for (name, value) in table {
        // As the file writes it, so that `"a.b"` and `a.b` stay apart.
        let name = if name.contains('.') { format!("{name:?}") } else { name.clone() };
        put(&format!("{before}{name}"), value, settings);
    }
}

fn put(name: &str, value: &Value, settings: &mut BTreeMap<String, String>) {
    match value {
        // Nothing there is a setting too: it may take a default's place.
        Value::Table(table) if table.is_empty() => {
            settings.insert(name.to_owned(), "{}".to_owned());
        }
        Value::Array(items) if items.is_empty() => {
            settings.insert(name.to_owned(), "[]".to_owned());
        }
        Value::Table(table) => put_table(&format!("{name}."), table, settings),
        Value::Array(items) => {
            for (place, item) in items.iter().enumerate() {
                put(&format!("{name}.{place}"), item, settings);
            }
        }
        Value::String(_)
        | Value::Integer(_)
        | Value::Float(_)
        | Value::Boolean(_)
        | Value::Datetime(_) => {
            settings.insert(name.to_owned(), value.to_string());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_empty_and_what_has_a_dot_in_its_name_are_settings_too() {
        let text = "[eid]\nocsp_hosts = []\n[sms.http.request]\nheaders = {}\njson = { \"a.b\" = 1, a = { b = 2 } }\n";
        let settings: Vec<_> = told(text).unwrap().settings.into_iter().collect();
        let wanted = [
            ("eid.ocsp_hosts", "[]"),
            ("sms.http.request.headers", "{}"),
            ("sms.http.request.json.\"a.b\"", "1"),
            ("sms.http.request.json.a.b", "2"),
        ];
        assert_eq!(settings, wanted.map(|(name, value)| (name.to_owned(), value.to_owned())));
    }

    #[test]
    fn each_setting_has_a_name() {
        let told = told(
            "origin = \"https://loket.example.be\"\n[limits]\nsession_hours = 8\n\
             [[audit.witnesses]]\nurl = \"https://a.be\"\n[[audit.witnesses]]\nurl = \"https://b.be\"\n",
        )
        .unwrap();
        let settings: Vec<_> = told.settings.iter().map(|(n, v)| format!("{n}={v}")).collect();
        assert_eq!(
            settings,
            [
                "audit.witnesses.0.url=\"https://a.be\"",
                "audit.witnesses.1.url=\"https://b.be\"",
                "limits.session_hours=8",
                "origin=\"https://loket.example.be\"",
            ]
        );
        assert_eq!(told.sha256.len(), 64);
    }
}

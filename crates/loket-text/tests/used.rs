//! No message without a reader: every message of the locales is named somewhere in the sources,
//! in a template or in a procedure.

#[cfg(test)]
mod tests {
    use std::collections::HashSet;
    use std::fs;
    use std::path::{Path, PathBuf};

    use loket_domain::audit::Event;
    use loket_domain::comparison::Field;
    use loket_text::MESSAGE_IDS;

    fn root() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
    }

    fn walk(folder: &Path, wanted: &mut impl FnMut(&Path)) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, wanted);
            } else {
                wanted(&path);
            }
        }
    }

    /// Whether a file shows messages to a reader. This crate's own files (but the one that words messages) and the tests of others
    /// do not: a message that only a test names is unused. The path begins at the workspace.
    fn is_reader(path: &Path) -> bool {
        let parts: Vec<_> = path.components().map(std::path::Component::as_os_str).collect();
        let has = |name: &str| parts.iter().any(|part| *part == name);
        let ends = |extension: &str| path.extension().is_some_and(|end| end == extension);
        (!has("loket-text") || path.ends_with("src/messages.rs"))
            && !has("tests")
            && (ends("rs") || ends("toml") || (ends("html") && has("templates")))
    }

    fn is_word(c: char) -> bool {
        c.is_ascii_alphanumeric() || c == '_'
    }

    /// The words that follow `.` or `::` (calls) and the quoted words (identifiers) of a source.
    fn collect(source: &str, calls: &mut HashSet<String>, quoted: &mut HashSet<String>) {
        for (place, _) in source.match_indices(['.', ':']) {
            let rest = &source[place + 1..];
            let word: String = rest.chars().take_while(|c| is_word(*c)).collect();
            if !word.is_empty() {
                calls.insert(word);
            }
        }
        for piece in source.split('"') {
            if piece.len() < 80 && piece.chars().all(|c| is_word(c) || c == '-') {
                quoted.insert(piece.to_owned());
            }
        }
    }

    /// The texts that the audit desk finds by the names of fields: those of every event, those that are
    /// compared, and what else stands in the criteria of a search by name.
    fn names_of_fields() -> impl Iterator<Item = String> {
        let fields = Event::KINDS.iter().flat_map(|(_, _, fields)| fields.iter());
        let names = fields.map(|(name, ..)| *name);
        let names = names.chain(Field::ALL.map(Field::code)).chain(["matching"]);
        names.map(|name| format!("audit-field-{}", name.replace('_', "-")))
    }

    #[test]
    fn every_message_is_used() {
        let root = root();
        let (mut calls, mut quoted) = (HashSet::new(), HashSet::new());
        for folder in ["crates", "procedures"] {
            walk(&root.join(folder), &mut |path| {
                if is_reader(path.strip_prefix(&root).unwrap()) {
                    collect(&fs::read_to_string(path).unwrap(), &mut calls, &mut quoted);
                }
            });
        }
        quoted.extend(names_of_fields());
        let unused: Vec<_> = MESSAGE_IDS
            .iter()
            .filter(|id| !calls.contains(&id.replace('-', "_")) && !quoted.contains(**id))
            .collect();
        assert!(unused.is_empty(), "nobody shows these messages: {unused:#?}");
    }

    #[test]
    fn sources_templates_and_procedures_are_readers_and_tests_are_not() {
        for path in ["crates/a/src/b.rs", "crates/a/templates/b.html", "procedures/b@1.toml"] {
            assert!(is_reader(Path::new(path)), "{path}");
        }
        for path in ["crates/a/tests/b.rs", "crates/loket-text/src/lib.rs", "crates/a/b.html"] {
            assert!(!is_reader(Path::new(path)), "{path}");
        }
    }

    #[test]
    fn a_word_counts_only_where_it_is_called_or_quoted() {
        let (mut calls, mut quoted) = (HashSet::new(), HashSet::new());
        collect(
            "fn back() {} text.desk_title(); Text::sign_out(t); \"check-photo\" // proceed",
            &mut calls,
            &mut quoted,
        );
        assert!(calls.contains("desk_title") && calls.contains("sign_out"));
        assert!(!calls.contains("back") && !calls.contains("proceed"));
        assert!(quoted.contains("check-photo") && !quoted.contains("back"));
    }
}

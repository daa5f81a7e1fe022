//! Rules of the house that no lint knows: how long a file may be, and which crate may use which.

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::fs;
    use std::path::{Path, PathBuf};

    /// Files stay shorter than this.
    const LONGEST: usize = 500;

    fn root() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
    }

    fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                sources(&path, found);
            } else if path.extension().is_some_and(|end| end == "rs") {
                found.push(path);
            }
        }
    }

    #[test]
    fn no_source_file_is_too_long() {
        let mut found = Vec::new();
        sources(&root().join("crates"), &mut found);
        assert!(found.len() > 100, "the sources were not found");
        let long: Vec<_> = found
            .into_iter()
            .filter(|path| fs::read_to_string(path).unwrap().lines().count() >= LONGEST)
            .collect();
        assert!(long.is_empty(), "{LONGEST} lines or more: {long:#?}");
    }

    /// What each crate may use of ours (DESIGN section 2), tests aside.
    fn allowed() -> BTreeMap<&'static str, &'static str> {
        BTreeMap::from([
            ("loket-domain", ""),
            ("loket-jose", ""),
            ("loket-tlog", ""),
            ("loket-text", "loket-domain"),
            ("loket-store", "loket-domain loket-tlog"),
            ("loket-app", "loket-domain loket-jose loket-store"),
            ("loket-eid", "loket-domain loket-jose"),
            ("loket-registers", "loket-domain loket-jose"),
            ("loket-keys", "loket-domain"),
            ("loket-delivery", "loket-domain loket-text"),
            ("loket-documents", "loket-domain loket-text"),
            ("loket-api", "loket-app loket-domain loket-text"),
            ("loket-web", "loket-app loket-domain loket-text"),
            ("loket-testkit", "*"),
            ("loket", "*"),
        ])
    }

    /// Where a crate from outside may be used, besides the kit for tests.
    const ONLY_IN: [(&str, &str); 6] = [
        ("sqlx", "loket-store"),
        ("axum", "loket-api loket-web loket-registers loket"),
        ("lettre", "loket-delivery"),
        ("reqwest", "loket-eid loket-registers loket-delivery loket"),
        ("clap", "loket"),
        ("typst", "loket-documents"),
    ];

    /// Names of a crate's dependencies, without those of its tests.
    fn dependencies(name: &str) -> Vec<String> {
        let file = root().join("crates").join(name).join("Cargo.toml");
        let text = fs::read_to_string(file).unwrap();
        let manifest: toml::Table = text.parse().unwrap();
        manifest
            .get("dependencies")
            .and_then(|table| table.as_table())
            .map(|table| table.keys().cloned().collect())
            .unwrap_or_default()
    }

    #[test]
    fn dependencies_point_down() {
        let allowed = allowed();
        for entry in fs::read_dir(root().join("crates")).unwrap() {
            let name = entry.unwrap().file_name().into_string().unwrap();
            let may = allowed.get(name.as_str()).unwrap_or_else(|| panic!("{name} has no layer"));
            for used in dependencies(&name) {
                let ours = used.starts_with("loket");
                let fits = *may == "*" || may.split(' ').any(|one| one == used);
                assert!(!ours || fits, "{name} may not use {used}");
            }
        }
    }

    #[test]
    fn each_technique_stays_in_its_crate() {
        for name in allowed().into_keys().filter(|name| *name != "loket-testkit") {
            for used in dependencies(name) {
                for (technique, places) in ONLY_IN {
                    let fits = places.split(' ').any(|place| place == name);
                    assert!(used != technique || fits, "{name} may not use {technique}");
                }
            }
        }
    }

    #[test]
    fn the_demonstration_is_off_unless_asked_for() {
        let text = fs::read_to_string(root().join("crates/loket/Cargo.toml")).unwrap();
        let manifest: toml::Table = text.parse().unwrap();
        assert_eq!(manifest["features"]["default"].as_array().unwrap().len(), 0);
        for part in ["loket-testkit", "anyhow", "askama"] {
            let optional = manifest["dependencies"][part].get("optional");
            assert_eq!(optional.and_then(toml::Value::as_bool), Some(true), "{part}");
        }
        let workspace = fs::read_to_string(root().join("Cargo.toml")).unwrap();
        assert!(!workspace.contains("\"demo\""), "the workspace switches the demonstration on");
    }
}

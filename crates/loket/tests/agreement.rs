//! Every clause of the agreement is listed, and every test that is linked to one exists.

#![cfg(test)]

use std::fs;
use std::path::{Path, PathBuf};

use toml::Table;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn clauses() -> Table {
    let text = fs::read_to_string(root().join("agreement.toml")).unwrap();
    let whole: Table = text.parse().unwrap();
    whole["clause"].as_table().unwrap().clone()
}

/// Every source below a folder, in one text.
fn sources(folder: &Path) -> String {
    let mut text = String::new();
    let Ok(entries) = fs::read_dir(folder) else { return text };
    for entry in entries {
        let path = entry.unwrap().path();
        if path.is_dir() {
            text.push_str(&sources(&path));
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            text.push_str(&fs::read_to_string(&path).unwrap());
        }
    }
    text
}

fn exists(linked: &str) -> bool {
    let (binary, rest) = linked.split_once(' ').unwrap_or((linked, ""));
    if binary.starts_with("e2e/") {
        return fs::read_to_string(root().join(binary)).is_ok_and(|text| text.contains(rest));
    }
    let (of, file) = binary.split_once("::").unwrap_or((binary, ""));
    let home = root().join("crates").join(of);
    if rest.is_empty() {
        let tests = home.join("tests");
        return tests.join(format!("{file}.rs")).exists() || tests.join(file).is_dir();
    }
    let name = rest.rsplit("::").next().unwrap_or(rest);
    let text = sources(&home);
    [format!("fn {name}("), format!("mod {name}"), format!("    {name}\n")]
        .iter()
        .any(|shape| text.contains(shape))
}

#[test]
fn no_clause_is_missing_and_none_is_invented() {
    let mut wanted: Vec<String> = (1..=114).map(|n| format!("SEED-{n:02}")).collect();
    wanted.extend((1..=7).map(|n| format!("LAW-{n:02}")));
    let listed = clauses();
    let missing: Vec<_> = wanted.iter().filter(|id| !listed.contains_key(*id)).collect();
    assert!(missing.is_empty(), "{missing:?}");
    assert_eq!(listed.len(), wanted.len());
}

#[test]
fn every_linked_test_exists() {
    let mut linked = 0;
    for (id, clause) in clauses() {
        for test in clause["tests"].as_array().unwrap() {
            let test = test.as_str().unwrap();
            assert!(exists(test), "{id}: {test} does not exist");
            linked += 1;
        }
    }
    assert!(linked > 40);
    assert!(!exists("loket-domain policy::tests::no_such_test"));
    assert!(!exists("e2e/journeys/dutch.spec.ts no such test"));
}

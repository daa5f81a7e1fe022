//! Names the static files by a hash of their content, and makes the small style sheet of the pages
//! of people with a link or a key out of the whole one.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;

fn main() {
    println!("cargo::rerun-if-changed=static");
    println!("cargo::rerun-if-changed=templates");
    let mut hash = DefaultHasher::new();
    let mut files: Vec<_> = std::fs::read_dir("static")
        .map(|folder| folder.filter_map(|file| Some(file.ok()?.path())).collect())
        .unwrap_or_default();
    files.sort();
    for file in files {
        if let Ok(bytes) = std::fs::read(file) {
            bytes.hash(&mut hash);
        }
    }
    println!("cargo::rustc-env=LOKET_STATIC_HASH={:016x}", hash.finish());
    let whole = std::fs::read_to_string("static/loket.css").unwrap_or_default();
    let folder = std::env::var_os("OUT_DIR").unwrap_or_default();
    if let Err(error) = std::fs::write(Path::new(&folder).join("person.css"), person(&whole)) {
        println!("cargo::error=person.css cannot be written: {error}");
    }
}

/// The rules outside the marks, without comments and indentation.
fn person(whole: &str) -> String {
    let mut kept = String::with_capacity(whole.len());
    let mut staff = false;
    let mut rest = whole;
    while let Some(begin) = rest.find("/*") {
        let (before, after) = rest.split_at(begin);
        let end = after.find("*/").map_or(after.len(), |end| end + 2);
        let (comment, next) = after.split_at(end);
        if !staff {
            kept.push_str(before);
        }
        match comment.trim_matches(['/', '*', ' ']) {
            "staff" => staff = true,
            "person" => staff = false,
            _ => {}
        }
        rest = next;
    }
    if !staff {
        kept.push_str(rest);
    }
    kept.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
}

//! Names the static files by a hash of their content, makes the small style sheet of the pages of
//! people with a link or a key out of the whole one, and compresses all of them.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::write::GzEncoder;

fn main() {
    if let Err(error) = made() {
        println!("cargo::error=the static files cannot be prepared: {error}");
    }
}

fn made() -> io::Result<()> {
    println!("cargo::rerun-if-changed=static");
    println!("cargo::rerun-if-changed=templates");
    let folder = PathBuf::from(std::env::var_os("OUT_DIR").unwrap_or_default());
    let mut files = Vec::new();
    for file in std::fs::read_dir("static")? {
        files.push(file?.path());
    }
    files.sort();
    let mut hash = DefaultHasher::new();
    for file in files {
        let bytes = std::fs::read(&file)?;
        bytes.hash(&mut hash);
        compress(&folder, &file, &bytes)?;
    }
    println!("cargo::rustc-env=LOKET_STATIC_HASH={:016x}", hash.finish());
    let style = folder.join("person.css");
    let text = person(&std::fs::read_to_string("static/loket.css")?);
    std::fs::write(&style, &text)?;
    compress(&folder, &style, text.as_bytes())
}

/// Writes a file once more as `NAME.gz`.
fn compress(folder: &Path, file: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut name = file.file_name().unwrap_or_default().to_owned();
    name.push(".gz");
    let mut encoder =
        GzEncoder::new(std::fs::File::create(folder.join(name))?, Compression::best());
    encoder.write_all(bytes)?;
    encoder.finish().map(drop)
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

//! Reads `locales/{nl,fr,de,en}/*.ftl`, refuses the build when the four languages do not say the
//! same, and writes one method of `Text` per message.

mod catalogue;
mod methods;

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{env, fs};

use catalogue::{LANGUAGES, Sources};

fn main() -> ExitCode {
    match run() {
        Ok(faults) if faults.is_empty() => ExitCode::SUCCESS,
        Ok(faults) => {
            for fault in faults {
                // Nothing is left to do when even this cannot be written; the build fails anyway.
                let _ = tell(&format!("cargo::error={fault}"));
            }
            ExitCode::FAILURE
        }
        Err(error) => {
            let _ = tell(&format!("cargo::error=the texts cannot be read: {error}"));
            ExitCode::FAILURE
        }
    }
}

fn run() -> io::Result<Vec<String>> {
    let root = PathBuf::from(variable("CARGO_MANIFEST_DIR")?).join("../../locales");
    let mut sources = Sources::new();
    for language in LANGUAGES {
        sources.insert(language, read_folder(&root.join(language))?);
    }
    match catalogue::read(&sources) {
        Ok(messages) => {
            let target = PathBuf::from(variable("OUT_DIR")?).join("messages.rs");
            fs::write(target, methods::source(&messages, &sources))?;
            Ok(Vec::new())
        }
        Err(faults) => Ok(faults),
    }
}

fn read_folder(folder: &Path) -> io::Result<BTreeMap<String, String>> {
    tell(&format!("cargo::rerun-if-changed={}", folder.display()))?;
    let mut files = BTreeMap::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_none_or(|extension| extension != "ftl") {
            continue;
        }
        tell(&format!("cargo::rerun-if-changed={}", path.display()))?;
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        files.insert(name, fs::read_to_string(&path)?);
    }
    Ok(files)
}

fn variable(name: &str) -> io::Result<String> {
    env::var_os(name)
        .and_then(|value| value.into_string().ok())
        .ok_or_else(|| io::Error::other(format!("{name} is not set")))
}

fn tell(line: &str) -> io::Result<()> {
    writeln!(io::stdout(), "{line}")
}

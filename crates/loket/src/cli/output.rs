//! Results go to standard output, as text for people or as JSON for programs.

use std::io::{self, Write as _};

use serde::Serialize;
use serde_json::Value;

use super::fault::CliFault;

/// Prints a line. Who has read enough may hang up, as `grep -q` does: that is no failure, and the exit
/// code stays that of the verdict.
pub(super) fn line(text: impl AsRef<str>) -> Result<(), CliFault> {
    match printed(text.as_ref()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => Ok(other?),
    }
}

fn printed(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.write_all(b"\n")?;
    out.flush()
}

/// Prints one JSON document, or the text when no JSON is wanted.
pub(super) fn either<T: Serialize>(
    json: bool,
    value: &T,
    text: impl FnOnce(&T) -> String,
) -> Result<(), CliFault> {
    if json {
        let document = serde_json::to_string_pretty(value).map_err(io::Error::other)?;
        line(document)
    } else {
        line(text(value))
    }
}

/// A field of a document as text; empty where it has none.
pub(super) fn field(of: &Value, name: &str) -> String {
    of.get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
}

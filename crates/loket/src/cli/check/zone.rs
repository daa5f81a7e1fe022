//! A machine-readable zone from standard input, with the characters that fail marked in place.

use std::io::Read as _;

use clap::Args;
use loket_domain::document::mrz::CheckedField;
use loket_domain::document::mrz::examine::{Examination, Trouble, examine};
use loket_store::{Clock as _, SystemClock};
use serde_json::{Value, json};

use super::{Looked, Report};
use crate::cli::fault::CliFault;

/// Most bytes that are read; a zone has a hundred.
const LONGEST: u64 = 64 * 1024;

#[derive(Debug, Args)]
pub(in crate::cli) struct Zone {
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Zone {
    pub(super) fn run(self) -> Result<(), CliFault> {
        let mut bytes = Vec::new();
        std::io::stdin().take(LONGEST).read_to_end(&mut bytes)?;
        // What is no UTF-8 has characters that no zone has: they are marked as such.
        let text = String::from_utf8_lossy(&bytes);
        let found = examine(&text, SystemClock.now().belgian_day());
        let mut report = Report::new("mrz", parts(&found), checks(&found), faults(&found));
        report.suggestions = found
            .suggestions
            .iter()
            .map(|s| {
                json!({
                    "line": s.line, "position": s.position,
                    "stands": s.stands.to_string(), "perhaps": s.perhaps.to_string(),
                })
            })
            .collect();
        report.valid = found.is_valid();
        if found.lines.iter().all(|line| line.trim().is_empty()) {
            return nothing_given(report).tell(self.json, HOW);
        }
        report.tell(self.json, &marked(&found))
    }
}

/// What people are told who gave nothing.
const HOW: &str =
    "  paste the lines with < of the document: two of 44 or 36 characters, or three of 30\n";

/// Nothing stands on standard input: not a zone with faults, but none.
fn nothing_given(mut report: Report) -> Report {
    report.checks = vec![Looked {
        name: "lines",
        ok: false,
        what: Some("nothing stands on standard input".to_owned()),
    }];
    report.faults = vec![json!({ "code": "empty", "what": "nothing stands on standard input" })];
    report
}

fn parts(found: &Examination) -> Vec<(&'static str, String)> {
    let mut parts = Vec::new();
    if let Some(kind) = found.kind {
        parts.push(("format", kind.code().to_owned()));
        parts.extend(found.parts());
    }
    parts
}

fn checks(found: &Examination) -> Vec<Looked> {
    found.digits.iter().map(|digit| Looked::at(digit.field.code(), digit.ok)).collect()
}

fn faults(found: &Examination) -> Vec<Value> {
    let field = |trouble| match trouble {
        Trouble::CheckDigit(field) => Some(CheckedField::code(field)),
        _ => None,
    };
    found
        .places
        .iter()
        .map(|place| {
            json!({
                "code": place.trouble.code(),
                "line": place.line,
                "position": place.from,
                "to": place.to,
                "field": field(place.trouble),
            })
        })
        .collect()
}

/// The lines with a mark under each character that fails, and what may be meant.
fn marked(found: &Examination) -> String {
    use std::fmt::Write as _;
    let mut text = String::new();
    for (at, line) in found.lines.iter().enumerate() {
        // Writing to a text never fails.
        let _ = writeln!(text, "  {line}");
        let of_line = |place: &&_| -> bool {
            let place: &loket_domain::document::mrz::examine::Place = place;
            place.line == at + 1
        };
        let end = found.places.iter().filter(of_line).map(|place| place.to).max().unwrap_or(0);
        let marks: String = (1..=end.min(200))
            .map(|position| {
                let failed = |place: &&loket_domain::document::mrz::examine::Place| {
                    place.line == at + 1 && place.from <= position && position <= place.to
                };
                if found.places.iter().any(|place| failed(&place)) { '^' } else { ' ' }
            })
            .collect();
        if !marks.trim().is_empty() {
            let _ = writeln!(text, "  {marks}");
        }
    }
    for s in &found.suggestions {
        let _ = writeln!(
            text,
            "  line {}, character {}: {} stands there, perhaps {} is meant",
            s.line, s.position, s.stands, s.perhaps
        );
    }
    text
}

//! A machine-readable zone from standard input, with the characters that fail marked in place.

use std::io::Read as _;

use clap::Args;
use loket_domain::document::mrz::examine::{Examination, Trouble, examine};
use loket_domain::document::mrz::{CheckedField, LONGEST};
use loket_store::{Clock as _, SystemClock};
use serde_json::{Value, json};

use super::{Found, Looked, Report};
use crate::cli::fault::CliFault;

/// Most bytes that are read; a zone has a hundred.
const MOST_BYTES: u64 = 64 * 1024;

#[derive(Debug, Args)]
pub(in crate::cli) struct Zone {
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Zone {
    pub(super) fn run(self) -> Result<(), CliFault> {
        let mut bytes = Vec::new();
        std::io::stdin().take(MOST_BYTES).read_to_end(&mut bytes)?;
        // What is no UTF-8 has characters that no zone has: they are marked as such.
        let text = String::from_utf8_lossy(&bytes);
        // Files of some editors begin with a mark of the order of bytes.
        let text = text.trim_start_matches('\u{feff}');
        let found = examine(text, SystemClock.now().belgian_day());
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
        let is_cut = u64::try_from(bytes.len()).is_ok_and(|length| length >= MOST_BYTES);
        // What was cut at the limit may go on with anything, so that it is never called empty.
        if text.trim().is_empty() && !is_cut {
            return nothing_to_look_at(report, "empty", EMPTY.to_owned()).tell(self.json, HOW);
        }
        if text.chars().nth(LONGEST).is_some() {
            let what = format!(
                "more than {LONGEST} characters stand on standard input, and no zone is that long"
            );
            return nothing_to_look_at(report, "too_long", what).tell(self.json, HOW);
        }
        let more = marked(&found);
        report.tell(self.json, &more)
    }
}

const EMPTY: &str = "nothing stands on standard input";

/// What people are told who gave nothing, or far too much.
const HOW: &str =
    "  paste the lines with < of the document: two of 44 or 36 characters, or three of 30\n";

/// What every zone is one of.
const EXPECTED: &str = "a zone has 3 lines of 30 characters (TD1), 2 of 36 (TD2, MRV-B) or 2 of 44 \
                        (TD3, MRV-A)";

/// Standard input holds no zone with faults, but none.
fn nothing_to_look_at(mut report: Report, code: &'static str, what: String) -> Report {
    report.faults = vec![json!({ "code": code, "what": what })];
    report.checks = vec![Looked::found("lines", Ok(false), what)];
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
    let has = |trouble: Trouble| found.places.iter().any(|place| place.trouble == trouble);
    let are_short = has(Trouble::LineLength) || has(Trouble::LineCount);
    let is_known = found.kind.is_some();
    let lengths: Found =
        if is_known { Ok(!has(Trouble::LineLength)) } else { Err("the format is not known") };
    let mut checks = vec![
        Looked::found("lines", Ok(is_known && !has(Trouble::LineCount)), lines_found(found)),
        Looked::found("line_lengths", lengths, lines_found(found)),
    ];
    // A field beyond the end of a line is not blamed: that it holds cannot be said either.
    let contents = [
        ("characters", Trouble::Character, "a character does not belong where it stands"),
        ("document_code", Trouble::DocumentCode, "not the code of such a document"),
        ("state", Trouble::State, "issuer or nationality is no code of a state"),
        ("number", Trouble::Number, "no document number"),
        ("date", Trouble::Date, "birth or expiry is no possible date"),
        ("sex", Trouble::Sex, "neither M, F, X nor <"),
        ("name", Trouble::Name, "no surname"),
    ];
    checks.extend(contents.map(|(name, trouble, wrong)| {
        let holds = match (has(trouble), are_short) {
            (true, _) => Ok(false),
            (false, true) => Err("the lines are not as long or as many as they must be"),
            (false, false) => Ok(true),
        };
        Looked::found(name, holds, wrong)
    }));
    checks.extend(check_digits(found));
    checks
}

/// Every check digit that was computed, and those of every format that could not be.
fn check_digits(found: &Examination) -> Vec<Looked> {
    let computed = found.digits.iter();
    let mut checks: Vec<Looked> = computed
        .map(|digit| {
            Looked::found(digit.field.code(), Ok(digit.ok), "the check digit does not fit")
        })
        .collect();
    for field in [CheckedField::DocumentNumber, CheckedField::BirthDate, CheckedField::Expiry] {
        if !found.digits.iter().any(|digit| digit.field == field) {
            let why = Err("the field or its check digit is not there");
            checks.push(Looked::found(field.code(), why, ""));
        }
    }
    checks
}

/// How many lines of which lengths there are, and which there should be.
fn lines_found(found: &Examination) -> String {
    let lengths: Vec<String> =
        found.lines.iter().map(|line| line.chars().count().to_string()).collect();
    let lines = if lengths.len() == 1 { "line" } else { "lines" };
    format!("{} {lines} of {} characters; {EXPECTED}", lengths.len(), lengths.join(", "))
}

fn faults(found: &Examination) -> Vec<Value> {
    let field = |trouble| match trouble {
        Trouble::CheckDigit(field) => Some(CheckedField::code(field)),
        Trouble::Unreadable
        | Trouble::Character
        | Trouble::DocumentCode
        | Trouble::State
        | Trouble::Number
        | Trouble::Date
        | Trouble::Sex
        | Trouble::Name
        | Trouble::LineCount
        | Trouble::LineLength => None,
    };
    let what = |trouble: Trouble| match trouble {
        Trouble::LineCount | Trouble::LineLength => Some(lines_found(found)),
        Trouble::Unreadable
        | Trouble::Character
        | Trouble::DocumentCode
        | Trouble::State
        | Trouble::Number
        | Trouble::Date
        | Trouble::Sex
        | Trouble::Name => None,
        Trouble::CheckDigit(_) => Some("the check digit does not match".to_owned()),
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
                "what": what(place.trouble),
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

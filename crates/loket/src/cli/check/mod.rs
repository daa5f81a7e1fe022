//! `loket check`: whether a number or a machine-readable zone is right in itself, part by part. For
//! people at a service desk and for scripts; asks no register, and says nothing of a person.

mod numbers;
mod ssin;
mod zone;

use clap::Subcommand;
use serde::Serialize;
use serde_json::Value;

use super::fault::CliFault;
use super::output;

/// Numbers and machine-readable zones.
#[derive(Debug, Subcommand)]
pub(super) enum Check {
    /// A number of the National Register or of the BIS register
    Ssin(ssin::Ssin),
    /// The number of a Belgian card
    Card(numbers::Number),
    /// A number of the Crossroads Bank for Enterprises, or of an establishment
    Enterprise(numbers::Number),
    /// A telephone number, as it is kept for text messages
    Phone(numbers::Number),
    /// A machine-readable zone, from standard input: TD1, TD2, TD3, MRV-A or MRV-B
    Mrz(zone::Zone),
}

impl Check {
    pub(super) fn run(self) -> Result<(), CliFault> {
        match self {
            Self::Ssin(command) => command.run(),
            Self::Card(command) => numbers::card(&command),
            Self::Enterprise(command) => numbers::enterprise(&command),
            Self::Phone(command) => numbers::phone(&command),
            Self::Mrz(command) => command.run(),
        }
    }
}

/// What a check found: whether it holds, or why it could not be looked at.
type Found = Result<bool, &'static str>;

/// One thing that was looked at, or that could not be.
#[derive(Debug, Serialize)]
struct Looked {
    name: &'static str,
    /// `None`, which is `null` in JSON, when it could not be looked at.
    ok: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    what: Option<String>,
}

impl Looked {
    const fn at(name: &'static str, ok: bool) -> Self {
        Self { name, ok: Some(ok), what: None }
    }

    /// With what is wrong, or why it was not looked at.
    fn found(name: &'static str, found: Found, wrong: impl std::fmt::Display) -> Self {
        match found {
            Ok(true) => Self::at(name, true),
            Ok(false) => Self { name, ok: Some(false), what: Some(wrong.to_string()) },
            Err(why) => Self { name, ok: None, what: Some(format!("not looked at: {why}")) },
        }
    }
}

/// What came out, the same for people and for programs.
#[derive(Debug, Serialize)]
struct Report {
    kind: &'static str,
    valid: bool,
    parts: serde_json::Map<String, Value>,
    checks: Vec<Looked>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    faults: Vec<Value>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    suggestions: Vec<Value>,
}

impl Report {
    /// Valid when every check holds and there is no fault.
    fn new(
        kind: &'static str,
        parts: Vec<(&'static str, String)>,
        checks: Vec<Looked>,
        faults: Vec<Value>,
    ) -> Self {
        let parts = parts
            .into_iter()
            .map(|(name, value)| (name.to_owned(), Value::String(value)))
            .collect();
        let valid = faults.is_empty() && checks.iter().all(|check| check.ok == Some(true));
        Self { kind, valid, parts, checks, faults, suggestions: Vec::new() }
    }

    /// Prints it; what is not valid ends with exit code 1.
    fn tell(&self, json: bool, more: &str) -> Result<(), CliFault> {
        output::either(json, self, |report| report.text(more))?;
        if self.valid { Ok(()) } else { Err(CliFault::Rejected) }
    }

    fn text(&self, more: &str) -> String {
        use std::fmt::Write as _;
        let mut text =
            format!("{}: {}\n", self.kind, if self.valid { "valid" } else { "not valid" });
        for (name, value) in &self.parts {
            let value = value.as_str().unwrap_or_default();
            // Writing to a text never fails.
            let _ = writeln!(text, "  {:<16} {value}", name.replace('_', " "));
        }
        for check in &self.checks {
            let word = match check.ok {
                Some(true) => "ok",
                Some(false) => "WRONG",
                None => "-",
            };
            let what = check.what.as_deref().map_or_else(String::new, |what| format!(": {what}"));
            let _ = writeln!(text, "  {word:<6} {}{what}", check.name.replace('_', " "));
        }
        text.push_str(more);
        text.trim_end().to_owned()
    }
}

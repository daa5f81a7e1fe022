//! `loket procedures`: the identification procedures of this version, and checking and previewing a
//! file before it is put in force.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use loket_domain::Language;
use loket_domain::procedure::{CheckKind, OnNegative, Presence, Procedure, Procedures, schema};
use loket_text::Text;
use serde_json::json;

use super::fault::CliFault;
use super::output;

/// Longest file that is read.
const LONGEST: u64 = 128 * 1024;

/// Identification procedures.
#[derive(Debug, Subcommand)]
pub(super) enum ProcedureFiles {
    /// Check files: form, coherence, and that their texts exist
    Check(CheckFiles),
    /// Show a file as the officer will see it
    Preview(Preview),
    /// List the procedures of this version
    List(List),
    /// Print the JSON Schema of a file
    Schema,
}

#[derive(Debug, Args)]
pub(super) struct CheckFiles {
    /// The files
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Args)]
pub(super) struct Preview {
    /// The file
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Language: nl, fr, de or en
    #[arg(long, default_value = "en")]
    language: Language,
}

#[derive(Debug, Args)]
pub(super) struct List {
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl ProcedureFiles {
    pub(super) fn run(self) -> Result<(), CliFault> {
        match self {
            Self::Check(command) => command.run(),
            Self::Preview(command) => command.run(),
            Self::List(command) => command.run(),
            Self::Schema => {
                let text =
                    serde_json::to_string_pretty(&schema()).map_err(std::io::Error::other)?;
                output::line(text)
            }
        }
    }
}

fn read(file: &Path) -> Result<String, CliFault> {
    let told = |error: std::io::Error| CliFault::Usage(format!("{}: {error}", file.display()));
    let mut text = String::new();
    let opened = std::fs::File::open(file).map_err(told)?;
    opened.take(LONGEST).read_to_string(&mut text).map_err(told)?;
    Ok(text)
}

/// The procedure of a text, or where and what is wrong. A text that a page would need and that is in
/// no language is a fault of the file.
fn checked(text: &str) -> Result<Procedure, (String, String)> {
    let procedure =
        Procedure::parse(text).map_err(|fault| (fault.path.clone(), fault.what.to_string()))?;
    let t = Text::new(Language::En);
    let lacks = |path: String, id: &str| (path, format!("there is no text `{id}`"));
    for (path, id) in [("title", &procedure.title), ("serves", &procedure.serves)] {
        if t.by_id(id.as_str()).is_none() {
            return Err(lacks(path.to_owned(), id.as_str()));
        }
    }
    for (at, check) in procedure.checks.iter().enumerate() {
        if t.by_id(check.question.as_str()).is_none() {
            return Err(lacks(format!("check[{at}].question"), check.question.as_str()));
        }
    }
    Ok(procedure)
}

impl CheckFiles {
    fn run(self) -> Result<(), CliFault> {
        let mut results = Vec::new();
        for file in &self.files {
            results.push((file.display().to_string(), checked(&read(file)?)));
        }
        let bad = results.iter().any(|(_, result)| result.is_err());
        let told: Vec<_> = results
            .iter()
            .map(|(file, result)| match result {
                Ok(procedure) => {
                    json!({ "file": file, "valid": true, "procedure": procedure.label() })
                }
                Err((path, what)) => {
                    json!({ "file": file, "valid": false, "path": path, "what": what })
                }
            })
            .collect();
        let document = json!({ "valid": !bad, "files": told });
        output::either(self.json, &document, |_| {
            let lines = results.iter().map(|(file, result)| match result {
                Ok(procedure) => format!("{file}: good, {}", procedure.label()),
                Err((path, what)) => format!("{file}: {path}: {what}"),
            });
            lines.collect::<Vec<_>>().join("\n")
        })?;
        if bad { Err(CliFault::Rejected) } else { Ok(()) }
    }
}

impl Preview {
    fn run(self) -> Result<(), CliFault> {
        let procedure = checked(&read(&self.file)?).map_err(|(path, what)| {
            CliFault::Usage(format!("{}: {path}: {what}", self.file.display()))
        })?;
        output::line(preview(Text::new(self.language), &procedure))
    }
}

/// The procedure as pages show it.
fn preview(t: Text, procedure: &Procedure) -> String {
    use std::fmt::Write as _;
    let named = |id: &str| t.by_id(id).unwrap_or_default();
    let mut text = String::new();
    // Writing to a text never fails.
    let _ = writeln!(text, "{}", named(procedure.title.as_str()));
    let _ = writeln!(text, "{}", named(procedure.serves.as_str()));
    let kinds: Vec<String> =
        procedure.documents.iter().map(|kind| named(kind.text_key())).collect();
    let _ = writeln!(text, "{} {}", t.choose_procedure_accepted(), kinds.join(" · "));
    let presence = match procedure.presence {
        Presence::InPerson => "in person",
        Presence::Remote => "remote",
    };
    let until = procedure.effective_until.map_or_else(String::new, |day| format!(" to {day}"));
    let offered = if procedure.enabled { "offered to all" } else { "only where allowed" };
    let _ = writeln!(
        text,
        "[{} | level {} | {presence} | from {}{until} | {offered}]\n",
        procedure.label(),
        procedure.level.code(),
        procedure.effective_from,
    );
    for (at, check) in procedure.checks.iter().enumerate() {
        let _ = writeln!(text, "{:>2}. {}", at + 1, named(check.question.as_str()));
        let answers = match check.kind {
            CheckKind::Confirm => format!("({}) ({})", t.check_yes(), t.check_no()),
            CheckKind::Document | CheckKind::Mrz => t.check_to_document(),
            CheckKind::Compare => t.check_to_comparison(),
            CheckKind::External => [
                t.external_answer_no_hit(),
                t.external_answer_hit(),
                t.external_answer_unavailable(),
            ]
            .map(|answer| format!("({answer})"))
            .join(" "),
            CheckKind::SecondOfficer => t.second_call(),
        };
        let negative = match check.on_negative {
            OnNegative::Stop => "a negative answer stops",
            OnNegative::Explain => "a negative answer is explained",
            OnNegative::SecondOfficer => "a negative answer calls a second officer",
        };
        let required = if check.required { "" } else { ", not compulsory" };
        let _ = writeln!(text, "    {answers}\n    [{}, {negative}{required}]", check.kind.code());
    }
    text.trim_end().to_owned()
}

impl List {
    fn run(self) -> Result<(), CliFault> {
        let procedures = Procedures::shipped()
            .map_err(|fault| CliFault::Usage(format!("a shipped procedure: {fault}")))?;
        output::either(self.json, &procedures.all(), |all| {
            let line = |p: &Procedure| {
                let offered = if p.enabled { "all" } else { "where allowed" };
                format!("{:<40} {:<12} {offered}", p.label(), p.level.code())
            };
            all.iter().map(line).collect::<Vec<_>>().join("\n")
        })
    }
}

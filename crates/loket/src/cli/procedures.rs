//! `loket procedures`: the identification procedures of this version, and checking and previewing a
//! file before it is put in force.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use loket_domain::Language;
use loket_domain::procedure::{
    CheckKind, Found, OnNegative, Presence, Procedure, Procedures, line_of, schema,
};
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

/// What is wrong with a file, and where.
struct Fault {
    line: usize,
    path: String,
    what: String,
    /// What to do.
    remedy: String,
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { line, path, what, remedy } = self;
        if path.starts_with("line ") {
            write!(f, "line {line}: {what}; {remedy}")
        } else {
            write!(f, "line {line}, {path}: {what}; {remedy}")
        }
    }
}

/// The procedure of a file, or its first fault. A text that a page would need and that is in no
/// language is a fault of the file, and so is a file called otherwise than its name and version: a
/// past visit would be read by the wrong one.
fn checked(file: &Path) -> Result<Result<Procedure, Fault>, CliFault> {
    let text = read(file)?;
    Ok(read_checked(&text).and_then(|procedure| {
        let called = file.file_name().unwrap_or_default().to_string_lossy();
        let wanted = format!("{}.toml", procedure.label());
        if called == wanted {
            return Ok(procedure);
        }
        Err(Fault {
            line: line_of(&text, "id"),
            path: "id and version".to_owned(),
            what: format!("the file is called `{called}`, and holds {}", procedure.label()),
            remedy: format!("call it `{wanted}`, or change `id` or `version`"),
        })
    }))
}

fn read_checked(text: &str) -> Result<Procedure, Fault> {
    let procedure = Procedure::parse(text).map_err(|fault| Fault {
        line: line_of(text, &fault.path),
        what: fault.what.to_string(),
        remedy: fault.what.remedy().to_owned(),
        path: fault.path,
    })?;
    match without_text(&procedure) {
        None => Ok(procedure),
        Some((path, id)) => Err(Fault {
            line: line_of(text, &path),
            what: format!("there is no text `{id}`"),
            remedy: "use a text of Loket, or add it in four languages under `locales`".to_owned(),
            path,
        }),
    }
}

/// The first text that a procedure names and no language has, and where it is named.
fn without_text(procedure: &Procedure) -> Option<(String, String)> {
    let t = Text::new(Language::En);
    let head = [("title", &procedure.title), ("serves", &procedure.serves)];
    let head = head.map(|(path, id)| (path.to_owned(), id));
    let checks = procedure.checks.iter().zip(0..);
    let questions = checks.map(|(check, at)| (format!("check[{at}].question"), &check.question));
    let points = procedure.checks.iter().zip(0..).flat_map(|(check, at)| {
        let all =
            check.points.iter().flat_map(|points| points.by_eye.iter().chain(&points.by_touch));
        all.map(move |point| (format!("check[{at}].points"), point))
    });
    head.into_iter()
        .chain(questions)
        .chain(points)
        .find(|(_, id)| t.by_id(id.as_str()).is_none())
        .map(|(path, id)| (path, id.to_string()))
}

impl CheckFiles {
    fn run(self) -> Result<(), CliFault> {
        let mut results = Vec::new();
        for file in &self.files {
            results.push((file.display().to_string(), checked(file)?));
        }
        let bad = results.iter().any(|(_, result)| result.is_err());
        let told: Vec<_> = results
            .iter()
            .map(|(file, result)| match result {
                Ok(procedure) => {
                    json!({ "file": file, "valid": true, "procedure": procedure.label() })
                }
                Err(Fault { line, path, what, remedy }) => json!({
                    "file": file, "valid": false, "line": line, "path": path, "what": what,
                    "remedy": remedy,
                }),
            })
            .collect();
        let document = json!({ "valid": !bad, "files": told });
        output::either(self.json, &document, |_| {
            let lines = results.iter().map(|(file, result)| match result {
                Ok(procedure) => format!("{file}: good, {}", procedure.label()),
                Err(fault) => format!("{file}: {fault}"),
            });
            lines.collect::<Vec<_>>().join("\n")
        })?;
        if bad { Err(CliFault::Rejected) } else { Ok(()) }
    }
}

impl Preview {
    fn run(self) -> Result<(), CliFault> {
        let procedure = read_checked(&read(&self.file)?)
            .map_err(|fault| CliFault::Usage(format!("{}: {fault}", self.file.display())))?;
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
        let required = match check.kind {
            _ if check.required => "",
            CheckKind::SecondOfficer => {
                ", only when a difference or a negative answer calls for it"
            }
            _ => ", not compulsory",
        };
        if let Some(points) = &check.points {
            for point in points.by_eye.iter().chain(&points.by_touch) {
                let _ = writeln!(text, "    - {}", named(point.as_str()));
            }
            let found = Found::ALL.map(|found| format!("({})", named(found.text_key()))).join(" ");
            let (show, least) = (points.show, points.at_least);
            let _ = writeln!(
                text,
                "    {found}\n    [{show} of these for each dossier, {least} must be in order]"
            );
        } else {
            let _ = writeln!(text, "    {answers}");
        }
        let _ = writeln!(text, "    [{}, {negative}{required}]", check.kind.code());
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

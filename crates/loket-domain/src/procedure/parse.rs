//! Reads a procedure from TOML: bounded, no unknown keys, and coherent, or a fault with its place.

use serde::Deserialize;

use super::{
    Check, CheckKind, Confirms, ExternalService, Name, OnNegative, Points, Presence, Procedure,
    Recorded, coherence,
};
use crate::document::DocumentKind;
use crate::key::AssuranceLevel;
use crate::time::Day;

/// Most bytes of a procedure file.
const LONGEST: usize = 64 * 1024;

/// What is wrong with a procedure, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{path}: {what}")]
pub struct ProcedureFault {
    /// Key path such as `check[2].on_negative`, or `line 7` when the text cannot be read as far.
    pub path: String,
    /// What is wrong.
    pub what: What,
}

/// What can be wrong with a procedure.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum What {
    /// More than 64 KiB.
    #[error("the file is too long")]
    TooLong,
    /// Not TOML, an unknown or missing key, or a value that the key does not have. The text is the
    /// reader's, about the file and nothing else.
    #[error("{0}")]
    Unreadable(String),
    /// Versions count from 1.
    #[error("versions count from 1")]
    VersionZero,
    /// The last day lies before the first.
    #[error("the last day lies before the first")]
    DatesReversed,
    /// No kind of document is accepted.
    #[error("no document is accepted")]
    NoDocuments,
    /// The same entry twice.
    #[error("stands here twice")]
    Twice,
    /// No check, or more than 40.
    #[error("a procedure has 1 to 40 checks")]
    NumberOfChecks,
    /// More than the accepted documents or the presence allow.
    #[error("the level is higher than the documents or the presence allow")]
    LevelTooHigh,
    /// A kind of check that must be there exactly once is not.
    #[error("there must be exactly one required check of the kind `{0}`")]
    NotOnce(&'static str),
    /// Something that must be confirmed exactly once is not.
    #[error("there must be exactly one required check that confirms `{0}`")]
    NotConfirmed(&'static str),
    /// A check of the kind `confirm` that does not say what it is about, or another that does.
    #[error("`confirms` belongs to the kind `confirm`, and to no other")]
    ConfirmsMisplaced,
    /// Features and faces are looked at point by point, and nothing else is.
    #[error("`points` belong to checks that confirm `features` or `face`, and to no other")]
    PointsMisplaced,
    /// More points asked for than there are, a point twice, more than 20, or not of this check.
    #[error("these points cannot be asked for")]
    PointsUnfit,
    /// Fewer features or parts of the face than the requirements ask for.
    #[error("too few security features or parts of the face are looked at")]
    TooFewPoints,
    /// The camera looks before the person was told.
    #[error("the check that confirms `notice` comes first")]
    NoticeNotFirst,
    /// The document must be recorded before its zone is read and before it is compared.
    #[error("comes too early or too late: document, mrz, compare is the order")]
    OrderOfKinds,
    /// What this kind of check finds is not recorded.
    #[error("`records` lacks `{0}`")]
    NotRecorded(&'static str),
    /// A check of the kind `external` without service, or another with one.
    #[error("`service` and `on_unavailable` belong to the kind `external`, and to no other")]
    ServiceMisplaced,
    /// The service does not know some of the documents that are accepted.
    #[error("the service does not know all accepted documents")]
    ServiceUnfit,
    /// A negative answer or another name calls for a second officer, and no later check is one.
    #[error("no later check of the kind `second_officer`")]
    NoSecondOfficer,
    /// A check comes after the second officer's.
    #[error("a check of the kind `second_officer` comes last, once")]
    NotLast,
    /// A kind of check that cannot have this reaction.
    #[error("this kind of check cannot react like that")]
    ReactionUnfit,
}

impl What {
    /// What to do about it, in a sentence for whoever writes the file.
    pub const fn remedy(&self) -> &'static str {
        match self {
            Self::TooLong => "shorten it to at most 64 KiB",
            Self::Unreadable(_) => "see the keys and words that `loket procedures schema` prints",
            Self::VersionZero => "give the first version the number 1, each change the next one",
            Self::DatesReversed => "put `effective_until` on or after `effective_from`",
            Self::NoDocuments => "name at least one kind of document",
            Self::Twice => "take one of both out, or give it another name",
            Self::NumberOfChecks => "write each check as a table `[[check]]`",
            Self::LevelTooHigh => {
                "lower `level`: paper and video reach low, other documents substantial"
            }
            Self::NotOnce(_) => "keep exactly one check of this kind, with `required = true`",
            Self::NotConfirmed(_) => {
                "keep exactly one check with these `confirms` and with `required = true`"
            }
            Self::ConfirmsMisplaced => {
                "give `confirms` to each check of the kind `confirm`, and take it out elsewhere"
            }
            Self::PointsMisplaced => {
                "give `points` to features and face, and take them out elsewhere"
            }
            Self::PointsUnfit => {
                "list each `feature-` or `face-` once, 20 at most, and `show` no more than there are"
            }
            Self::TooFewPoints => {
                "features: `at_least = 3` and some `by_touch`, or 2 before a camera; face: 3"
            }
            Self::NoticeNotFirst => "move it to the beginning",
            Self::OrderOfKinds => "put the checks into that order",
            Self::NotRecorded(_) => "add the word to `records`",
            Self::ServiceMisplaced => {
                "give both keys to checks of the kind `external`, and take them out elsewhere"
            }
            Self::ServiceUnfit => "take the check out, or the documents that the service lacks",
            Self::NoSecondOfficer => {
                "add a last check of the kind `second_officer`, or let this one stop"
            }
            Self::NotLast => "move the second officer to the end",
            Self::ReactionUnfit => "write `on_negative = \"stop\"`",
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    id: Name,
    version: u32,
    effective_from: Day,
    effective_until: Option<Day>,
    level: AssuranceLevel,
    presence: Presence,
    documents: Vec<DocumentKind>,
    title: Name,
    serves: Name,
    enabled: bool,
    #[serde(default)]
    check: Vec<CheckEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CheckEntry {
    id: Name,
    kind: CheckKind,
    required: bool,
    records: Vec<Recorded>,
    on_negative: OnNegative,
    confirms: Option<Confirms>,
    points: Option<Points>,
    service: Option<ExternalService>,
    on_unavailable: Option<OnNegative>,
    question: Name,
}

impl Procedure {
    /// Reads and checks the text of a procedure file.
    pub fn parse(text: &str) -> Result<Self, ProcedureFault> {
        if text.len() > LONGEST {
            return Err(ProcedureFault { path: "file".to_owned(), what: What::TooLong });
        }
        let file: File = toml::from_str(text).map_err(|error| unreadable(text, &error))?;
        let procedure = Self {
            id: file.id,
            version: file.version,
            effective_from: file.effective_from,
            effective_until: file.effective_until,
            level: file.level,
            presence: file.presence,
            documents: file.documents,
            title: file.title,
            serves: file.serves,
            enabled: file.enabled,
            checks: file.check.into_iter().map(Check::from).collect(),
        };
        coherence::check(&procedure)?;
        Ok(procedure)
    }
}

impl From<CheckEntry> for Check {
    fn from(entry: CheckEntry) -> Self {
        Self {
            id: entry.id,
            kind: entry.kind,
            required: entry.required,
            records: entry.records,
            on_negative: entry.on_negative,
            confirms: entry.confirms,
            points: entry.points,
            service: entry.service,
            on_unavailable: entry.on_unavailable,
            question: entry.question,
        }
    }
}

/// The line, from 1, to which a key path such as `check[2].on_negative` leads in the text of a file;
/// that of the check where the key is missing, and 1 where nothing of it is there.
pub fn line_of(text: &str, path: &str) -> usize {
    if let Some(line) = path.strip_prefix("line ") {
        return line.parse().unwrap_or(1);
    }
    let numbered = || text.lines().map(str::trim).zip(1..);
    let (check, key) = match path.strip_prefix("check[").and_then(|rest| rest.split_once(']')) {
        Some((at, key)) => (at.parse::<usize>().ok(), key.trim_start_matches('.')),
        None => (None, path.split('[').next().unwrap_or(path)),
    };
    let begin = check.map_or(Some(1), |at| {
        numbered().filter(|(line, _)| *line == "[[check]]").nth(at).map(|(_, number)| number)
    });
    let begin = begin.unwrap_or(1);
    let is_key =
        |line: &str| line.strip_prefix(key).is_some_and(|rest| rest.trim_start().starts_with('='));
    numbered()
        .skip(begin - usize::from(check.is_none()))
        .take_while(|(line, _)| *line != "[[check]]")
        .find(|(line, _)| is_key(line))
        .map_or(begin, |(_, number)| number)
}

fn unreadable(text: &str, error: &toml::de::Error) -> ProcedureFault {
    let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
    let line = before.matches('\n').count() + 1;
    let message = error.message().chars().filter(|c| !c.is_control()).take(200).collect();
    ProcedureFault { path: format!("line {line}"), what: What::Unreadable(message) }
}

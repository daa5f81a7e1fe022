//! Numbers with check digits.

use clap::Args;
use loket_domain::contact::MobileNumber;
use loket_domain::document::card::{CardNumber, CardNumberFault};
use loket_domain::office::{CbeKind, CbeNumber, NotACbeNumber};
use serde_json::{Value, json};

use super::{Found, Looked, Report};
use crate::cli::fault::CliFault;

#[derive(Debug, Args)]
pub(in crate::cli) struct Number {
    /// The number; spaces, dots, hyphens and slashes are ignored
    pub(super) value: String,
    /// Print JSON
    #[arg(long)]
    pub(super) json: bool,
}

/// What was typed, without the separators that the domain ignores.
pub(super) struct Typed(Vec<char>);

impl Typed {
    /// `is_refused` asks the domain whether it refuses a character.
    pub(super) fn new(text: &str, is_refused: impl Fn(&str) -> bool) -> Self {
        let kept = |c: &char| c.is_ascii_digit() || is_refused(c.encode_utf8(&mut [0; 4]));
        Self(text.chars().filter(kept).collect())
    }

    pub(super) fn has_digits_only(&self) -> bool {
        self.0.iter().all(char::is_ascii_digit)
    }

    /// A letter typed for a digit counts: the length is right all the same.
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// The digits that were typed.
    pub(super) fn digits(&self) -> String {
        self.0.iter().filter(|c| c.is_ascii_digit()).collect()
    }

    /// A group of digits; `None` when one of them is missing or is no digit.
    pub(super) fn group(&self, from: usize, to: usize) -> Option<String> {
        let group: String =
            self.0.iter().skip(from).take(to - from).filter(|c| c.is_ascii_digit()).collect();
        (group.len() == to - from).then_some(group)
    }
}

/// The parts that could be parsed.
pub(super) fn known(
    parts: impl IntoIterator<Item = (&'static str, Option<String>)>,
) -> Vec<(&'static str, String)> {
    let known = parts.into_iter().filter_map(|(name, part)| part.map(|part| (name, part)));
    known.filter(|(_, part)| !part.is_empty()).collect()
}

/// Each check that fails, under its name.
fn faults(checks: &[Looked]) -> Vec<Value> {
    let wrong = checks.iter().filter(|check| check.ok == Some(false));
    wrong.map(|check| json!({ "code": check.name, "what": check.what })).collect()
}

/// `loket check card`.
pub(super) fn card(command: &Number) -> Result<(), CliFault> {
    let read = CardNumber::parse(&command.value);
    let typed = Typed::new(&command.value, |c| {
        CardNumber::parse(c).is_err_and(|fault| fault == CardNumberFault::Characters)
    });
    let is_whole = typed.len() == 12;
    let group = |from, to| if is_whole { typed.group(from, to) } else { None };
    let check_digits = match (group(0, 12), &read) {
        (Some(_), read) => Ok(read.is_ok()),
        (None, _) => Err("they are computed from twelve digits"),
    };
    let found = [
        ("characters", Ok(typed.has_digits_only()), CardNumberFault::Characters),
        ("length", Ok(is_whole), CardNumberFault::Length),
        ("check_digits", check_digits, CardNumberFault::CheckDigits),
    ];
    let checks: Vec<Looked> =
        found.into_iter().map(|(name, found, fault)| Looked::found(name, found, fault)).collect();
    let parts = known([
        ("digits", Some(typed.digits())),
        ("grouped", read.as_ref().ok().map(CardNumber::grouped)),
        ("check_digits", group(10, 12)),
    ]);
    let faults = faults(&checks);
    let mut report = Report::new("card", parts, checks, faults);
    report.valid &= read.is_ok();
    report.tell(command.json, "")
}

/// `loket check enterprise`.
pub(super) fn enterprise(command: &Number) -> Result<(), CliFault> {
    let read = CbeNumber::parse(&command.value);
    let text = command.value.trim();
    let bare = text.strip_prefix("BE").or_else(|| text.strip_prefix("be")).unwrap_or(text);
    let typed = Typed::new(bare, |c| {
        CbeNumber::parse(c).is_err_and(|fault| fault == NotACbeNumber::Characters)
    });
    let is_whole = typed.len() == 10;
    let group = |from, to| if is_whole { typed.group(from, to) } else { None };
    let first_digit = match group(0, 1) {
        Some(first) => Ok(first != "9"),
        None if is_whole => Err("the first character is no digit"),
        None => Err("which digit is the first is known of ten only"),
    };
    let found = [
        ("characters", Ok(typed.has_digits_only()), NotACbeNumber::Characters),
        ("length", Ok(is_whole), NotACbeNumber::Length),
        ("first_digit", first_digit, NotACbeNumber::FirstDigit),
        ("check_digits", cbe_check_digits(group(0, 8), group(8, 10)), NotACbeNumber::CheckDigits),
    ];
    let checks: Vec<Looked> =
        found.into_iter().map(|(name, found, fault)| Looked::found(name, found, fault)).collect();
    let form = read.as_ref().ok().map(|number| match number.kind() {
        CbeKind::Enterprise => "enterprise".to_owned(),
        CbeKind::Establishment => "establishment_unit".to_owned(),
    });
    let parts = known([
        ("digits", Some(typed.digits())),
        ("grouped", read.as_ref().ok().map(CbeNumber::grouped)),
        ("form", form),
        ("check_digits", group(8, 10)),
    ]);
    let faults = faults(&checks);
    let mut report = Report::new("enterprise", parts, checks, faults);
    report.valid &= read.is_ok();
    // Numbers of before 2005 had nine digits and are still printed so.
    let perhaps = CbeNumber::parse(&format!("0{}", typed.digits())).ok();
    let Some(perhaps) = perhaps.filter(|_| typed.len() == 9 && typed.has_digits_only()) else {
        return report.tell(command.json, "");
    };
    report.suggestions = vec![json!({ "perhaps": perhaps.as_str() })];
    let more = format!("  perhaps {} is meant, with 0 before it\n", perhaps.grouped());
    report.tell(command.json, &more)
}

/// Also of a number whose first digit is not possible, which the domain refuses before it computes.
fn cbe_check_digits(first_eight: Option<String>, checks: Option<String>) -> Found {
    let number = |digits: Option<String>| digits.and_then(|digits| digits.parse::<u64>().ok());
    match (number(first_eight), number(checks)) {
        (Some(first_eight), Some(checks)) => Ok(97 - first_eight % 97 == checks),
        _ => Err("they are computed from ten digits"),
    }
}

/// `loket check phone`.
pub(super) fn phone(command: &Number) -> Result<(), CliFault> {
    let read: Result<MobileNumber, _> = command.value.parse();
    let found = Looked::found(
        "receives_text_messages",
        Ok(read.is_ok()),
        read.as_ref().err().map_or_else(String::new, ToString::to_string),
    );
    let (parts, faults) = match read {
        Ok(number) => (vec![("e164", number.e164().to_owned())], Vec::new()),
        Err(fault) => (Vec::new(), vec![json!({ "code": "number", "what": fault.to_string() })]),
    };
    Report::new("phone", parts, vec![found], faults).tell(command.json, "")
}

//! The machine-readable zone of identity documents, ICAO Doc 9303 parts 4 (TD3), 5 (TD1) and
//! 6 (TD2), from typed or pasted text. Nothing is guessed: a character that does not belong is
//! named by line and position, never changed; a wrong check digit is a finding, not a fault.
//! Visas (MRV) are no identity documents and are refused; [`examine()`](examine::examine) reads them.

pub mod examine;
mod layout;
mod lines;
#[cfg(test)]
mod tests;

use std::fmt;

use layout::{Layout, Span};
use lines::Zone;

use super::DocumentNumber;
use crate::person::{GivenName, IncompleteDate, Sex, Surname};
use crate::time::Day;

/// Most characters that are looked at, line breaks and spaces included.
pub const LONGEST: usize = 300;

/// The sizes of a zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MrzFormat {
    /// Card: 3 lines of 30.
    Td1,
    /// Larger card: 2 lines of 36.
    Td2,
    /// Passport: 2 lines of 44.
    Td3,
}

impl MrzFormat {
    /// Stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Td1 => "td1",
            Self::Td2 => "td2",
            Self::Td3 => "td3",
        }
    }
    /// Characters of one line.
    pub const fn width(self) -> usize {
        match self {
            Self::Td1 => 30,
            Self::Td2 => 36,
            Self::Td3 => 44,
        }
    }
    /// Number of lines.
    pub const fn lines(self) -> usize {
        match self {
            Self::Td1 => 3,
            Self::Td2 | Self::Td3 => 2,
        }
    }
    /// Characters of the name field (requirement MRZ-05).
    pub const fn names_width(self) -> usize {
        match self {
            Self::Td1 => 30,
            Self::Td2 => 31,
            Self::Td3 => 39,
        }
    }
}

/// Why a text is not a zone. Lines and positions count from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MrzFault {
    /// Nothing but white space.
    #[error("nothing to read")]
    Empty,
    /// More than [`LONGEST`] characters.
    #[error("too long")]
    TooLong,
    /// Not two or three lines.
    #[error("{found} lines instead of two or three")]
    LineCount {
        /// Lines that are not blank.
        found: usize,
    },
    /// A line is too short or too long for the format that the others suggest.
    #[error("line {line} has {found} characters instead of {expected}")]
    LineLength {
        /// Which line.
        line: usize,
        /// Its length without spaces around it.
        found: usize,
        /// Length of the format.
        expected: usize,
    },
    /// Not A to Z, 0 to 9 or the filler, or a digit in a name.
    #[error("line {line}, position {position}: this character does not belong here")]
    Character {
        /// Which line.
        line: usize,
        /// Which position.
        position: usize,
    },
    /// Not the code of a passport or identity card.
    #[error("line {line}, position {position}: not the code of a passport or identity card")]
    DocumentCode {
        /// Which line.
        line: usize,
        /// Which position.
        position: usize,
    },
    /// Issuer or nationality is not a code of letters.
    #[error("line {line}, position {position}: not a code of a state")]
    State {
        /// Which line.
        line: usize,
        /// Which position.
        position: usize,
    },
    /// The document number is empty.
    #[error("line {line}, position {position}: no document number")]
    Number {
        /// Which line.
        line: usize,
        /// Which position.
        position: usize,
    },
    /// No such day, or an expiry with unknown parts.
    #[error("line {line}, position {position}: not a date")]
    Date {
        /// Which line.
        line: usize,
        /// Which position.
        position: usize,
    },
    /// Neither M, F, X nor the filler.
    #[error("line {line}, position {position}: not a sex")]
    Sex {
        /// Which line.
        line: usize,
        /// Which position.
        position: usize,
    },
    /// The name field holds no surname.
    #[error("line {line}, position {position}: no name")]
    Name {
        /// Which line.
        line: usize,
        /// Which position.
        position: usize,
    },
}

impl MrzFault {
    /// Line and position, as far as the fault has them.
    pub const fn place(self) -> (Option<usize>, Option<usize>) {
        match self {
            Self::Empty | Self::TooLong | Self::LineCount { .. } => (None, None),
            Self::LineLength { line, .. } => (Some(line), None),
            Self::Character { line, position }
            | Self::DocumentCode { line, position }
            | Self::State { line, position }
            | Self::Number { line, position }
            | Self::Date { line, position }
            | Self::Sex { line, position }
            | Self::Name { line, position } => (Some(line), Some(position)),
        }
    }
    /// Message id of the sentence for the officer.
    pub const fn text_key(self) -> &'static str {
        match self {
            Self::Empty => "mrz-fault-empty",
            Self::TooLong => "mrz-fault-too-long",
            Self::LineCount { .. } => "mrz-fault-line-count",
            Self::LineLength { .. } => "mrz-fault-line-length",
            Self::Character { .. } => "mrz-fault-character",
            Self::DocumentCode { .. } => "mrz-fault-document-code",
            Self::State { .. } => "mrz-fault-state",
            Self::Number { .. } => "mrz-fault-number",
            Self::Date { .. } => "mrz-fault-date",
            Self::Sex { .. } => "mrz-fault-sex",
            Self::Name { .. } => "mrz-fault-name",
        }
    }
}

/// What a check digit covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CheckedField {
    /// Number of the document.
    DocumentNumber,
    /// Date of birth.
    BirthDate,
    /// Last day of validity.
    Expiry,
    /// Personal number or other optional data (TD3 only).
    OptionalData,
    /// All of the above together.
    Composite,
}

impl CheckedField {
    /// Stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::DocumentNumber => "document_number",
            Self::BirthDate => "birth_date",
            Self::Expiry => "expiry",
            Self::OptionalData => "optional_data",
            Self::Composite => "composite",
        }
    }
}

/// One check digit and whether it holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CheckDigit {
    /// What it covers.
    pub field: CheckedField,
    /// Whether the digit that stands there is the computed one.
    pub ok: bool,
}

/// A zone that could be read. Prints its format and check digits only.
#[derive(Clone, PartialEq, Eq)]
pub struct Mrz {
    /// Size of the zone.
    pub format: MrzFormat,
    /// One or two letters, such as `P`, `ID`, `IR`.
    pub document_code: String,
    /// Issuer as written, one to three letters; not yet looked up in the table of issuers.
    pub issuer: String,
    /// Number of the document, overflow part included, fillers taken out.
    pub document_number: DocumentNumber,
    /// Nationality as written; empty when only fillers stand there.
    pub nationality: String,
    /// Primary identifier with spaces for fillers.
    pub surname: Surname,
    /// Secondary identifier with spaces for fillers; a person may have none.
    pub given_names: Option<GivenName>,
    /// The name field is full to its last place, so that the surname may have been cut.
    pub surname_truncated: bool,
    /// The name field is full to its last place, so that given names may have been cut or left out.
    pub given_truncated: bool,
    /// Date of birth; `None` when not even the year is stated.
    pub birth_date: Option<IncompleteDate>,
    /// Sex; unknown for the filler and for X.
    pub sex: Sex,
    /// Last day of validity.
    pub expiry: Day,
    /// Optional data without fillers at the end. On Belgian cards the national number.
    pub optional_data: Vec<String>,
    /// Every check digit of the format, in the order of the zone.
    pub checks: Vec<CheckDigit>,
}

impl fmt::Debug for Mrz {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Mrz({:?}, {:?})", self.format, self.checks)
    }
}

impl Mrz {
    /// Reads a zone. `today` resolves years of two digits: a birth is not in the future, an expiry
    /// not before 2000 (requirement MRZ-06).
    pub fn parse(text: &str, today: Day) -> Result<Self, MrzFault> {
        let zone = lines::read(text)?;
        let layout = layout::of(zone.format);
        let number = read_number(&zone, layout)?;
        let names = read_names(&zone, layout)?;
        let birth_date = read_birth(&zone, layout.birth, today)?;
        let mut optional_data = vec![number.rest_of_optional.clone()];
        if let Some(second) = layout.second_optional {
            optional_data.push(without_fillers(zone.part(second)));
        }
        optional_data.retain(|text| !text.is_empty());
        Ok(Self {
            format: zone.format,
            document_code: read_code(&zone)?,
            issuer: read_state(&zone, layout::ISSUER, false)?,
            checks: read_checks(&zone, layout, number.holds),
            document_number: number.value,
            nationality: read_state(&zone, layout.nationality, true)?,
            surname: names.surname,
            given_names: names.given,
            surname_truncated: names.full,
            given_truncated: names.full,
            birth_date,
            sex: read_sex(&zone, layout.sex)?,
            expiry: read_expiry(&zone, layout.expiry)?,
            optional_data,
        })
    }
    /// Whether all check digits are right.
    pub fn checks_hold(&self) -> bool {
        self.checks.iter().all(|check| check.ok)
    }
}

/// Check digit of a field: weights 7, 3, 1; digits as they are, A to Z as 10 to 35, the filler as
/// 0; modulo 10 (ICAO Doc 9303-3 section 4.9). `None` when another character is in it.
pub fn check_digit(field: &str) -> Option<u32> {
    let mut sum = 0_u32;
    for (c, weight) in field.chars().zip([7, 3, 1].into_iter().cycle()) {
        let value = match c {
            '<' => 0,
            '0'..='9' | 'A'..='Z' => c.to_digit(36)?,
            _ => return None,
        };
        sum = sum.checked_add(value * weight)?;
    }
    Some(sum % 10)
}

fn digit_holds(field: &str, digit: &str) -> bool {
    let stated = digit.parse::<u32>().ok();
    stated.is_some() && stated == check_digit(field)
}

fn without_fillers(text: &str) -> String {
    text.trim_end_matches('<').to_owned()
}

struct Number {
    value: DocumentNumber,
    holds: bool,
    rest_of_optional: String,
}

/// Reads the document number. A number of more than nine characters goes on in the optional data:
/// a filler stands in place of the check digit, then the rest, then the check digit, computed over
/// the whole with that filler in it (Belgian cards; ICAO Doc 9303-5 section 4.2.2, 9303-6).
fn read_number(zone: &Zone, layout: &Layout) -> Result<Number, MrzFault> {
    let (start, digit) = (zone.part(layout.number), zone.part(layout.number.digit_after()));
    let optional = zone.part(layout.optional);
    let (rest, after) = optional.split_once('<').unwrap_or((optional, ""));
    let overflows = layout.overflow && digit == "<" && !start.contains('<');
    let (text, holds, rest_of_optional) = match rest.len().checked_sub(1) {
        Some(last) if overflows && last > 0 => {
            let (rest, digit) = rest.split_at(last);
            let holds = digit_holds(&format!("{start}<{rest}"), digit);
            (format!("{start}{rest}"), holds, without_fillers(after.trim_start_matches('<')))
        }
        _ => (start.to_owned(), digit_holds(start, digit), without_fillers(optional)),
    };
    let Span { line, from, .. } = layout.number;
    let value = DocumentNumber::new(&text.replace('<', ""))
        .map_err(|_| MrzFault::Number { line, position: from })?;
    Ok(Number { value, holds, rest_of_optional })
}

fn read_checks(zone: &Zone, layout: &Layout, number_holds: bool) -> Vec<CheckDigit> {
    let simple = |span: Span| digit_holds(zone.part(span), zone.part(span.digit_after()));
    let mut checks = vec![
        CheckDigit { field: CheckedField::DocumentNumber, ok: number_holds },
        CheckDigit { field: CheckedField::BirthDate, ok: simple(layout.birth) },
        CheckDigit { field: CheckedField::Expiry, ok: simple(layout.expiry) },
    ];
    if layout.optional_has_digit {
        // Without optional data the issuer may put a filler for the digit (9303-4, note j).
        let empty = zone.part(layout.optional).chars().all(|c| c == '<');
        let bare = empty && zone.part(layout.optional.digit_after()) == "<";
        checks.push(CheckDigit {
            field: CheckedField::OptionalData,
            ok: bare || simple(layout.optional),
        });
    }
    let covered: String = layout.composite_of.iter().map(|span| zone.part(*span)).collect();
    if let Some(composite) = layout.composite {
        let ok = digit_holds(&covered, zone.part(composite));
        checks.push(CheckDigit { field: CheckedField::Composite, ok });
    }
    checks
}

struct Names {
    surname: Surname,
    given: Option<GivenName>,
    full: bool,
}

fn read_names(zone: &Zone, layout: &Layout) -> Result<Names, MrzFault> {
    let Span { line, from, .. } = layout.names;
    let field = zone.part(layout.names);
    if let Some(at) = field.find(|c: char| c.is_ascii_digit()) {
        return Err(MrzFault::Character { line, position: from + at });
    }
    // Names begin at the first place (ICAO 9303 part 3, section 4.6): with a filler there, a letter is
    // missing, and the rest would be taken for the whole name.
    if field.starts_with('<') {
        return Err(MrzFault::Name { line, position: from });
    }
    let spaced =
        |text: &str| text.split('<').filter(|w| !w.is_empty()).collect::<Vec<_>>().join(" ");
    let (surname, given) = field.split_once("<<").unwrap_or((field, ""));
    let surname = Surname::new(&spaced(surname));
    Ok(Names {
        surname: surname.map_err(|_| MrzFault::Name { line, position: from })?,
        given: GivenName::new(&spaced(given)).ok(),
        full: !field.ends_with('<'),
    })
}

fn read_code(zone: &Zone) -> Result<String, MrzFault> {
    let Span { line, from, .. } = layout::CODE;
    let code = without_fillers(zone.part(layout::CODE));
    let known = match zone.format {
        MrzFormat::Td1 | MrzFormat::Td2 => code.starts_with(['A', 'C', 'I']),
        MrzFormat::Td3 => code.starts_with('P'),
    };
    // AC is a crew member certificate: it says who flies, not who somebody is.
    if !known || code == "AC" || code.contains(|c: char| !c.is_ascii_uppercase()) {
        return Err(MrzFault::DocumentCode { line, position: from });
    }
    Ok(code)
}

fn read_state(zone: &Zone, span: Span, may_be_empty: bool) -> Result<String, MrzFault> {
    let code = without_fillers(zone.part(span));
    let letters = code.chars().all(|c| c.is_ascii_uppercase());
    if !letters || code.is_empty() && !may_be_empty {
        return Err(MrzFault::State { line: span.line, position: span.from });
    }
    Ok(code)
}

fn read_sex(zone: &Zone, span: Span) -> Result<Sex, MrzFault> {
    match zone.part(span) {
        "F" => Ok(Sex::Female),
        "M" => Ok(Sex::Male),
        "<" | "X" => Ok(Sex::Unknown),
        _ => Err(MrzFault::Sex { line: span.line, position: span.from }),
    }
}

/// Year, month and day of two digits each; `None` for two fillers or zeros of month or day.
fn read_date_parts(zone: &Zone, span: Span) -> Result<[Option<u8>; 3], MrzFault> {
    let text = zone.part(span);
    let mut parts = [None; 3];
    for (part, at) in parts.iter_mut().zip([0, 2, 4]) {
        *part = match text.get(at..at + 2).unwrap_or_default() {
            "<<" => None,
            digits => Some(
                digits
                    .parse()
                    .map_err(|_| MrzFault::Date { line: span.line, position: span.from + at })?,
            ),
        };
    }
    Ok(parts)
}

fn read_birth(zone: &Zone, span: Span, today: Day) -> Result<Option<IncompleteDate>, MrzFault> {
    let [year, month, day] = read_date_parts(zone, span)?;
    let Some(year) = year else { return Ok(None) };
    let not_after_today = |date: &IncompleteDate| {
        let month = date.month().and_then(|m| i8::try_from(m).ok()).unwrap_or(1);
        let year = i16::try_from(date.year()).unwrap_or(i16::MAX);
        match date.complete() {
            Some(day) => day <= today,
            None => (year, month) <= (today.year(), today.month()),
        }
    };
    [2000, 1900]
        .into_iter()
        .filter_map(|century| IncompleteDate::new(century + u16::from(year), month, day))
        .find(not_after_today)
        .map(Some)
        .ok_or(MrzFault::Date { line: span.line, position: span.from })
}

fn read_expiry(zone: &Zone, span: Span) -> Result<Day, MrzFault> {
    let fault = MrzFault::Date { line: span.line, position: span.from };
    let [year, month, day] = read_date_parts(zone, span)?;
    let year = 2000 + i16::from(year.ok_or(fault)?);
    let small = |part: Option<u8>| part.and_then(|n| i8::try_from(n).ok()).ok_or(fault);
    Day::new(year, small(month)?, small(day)?).ok_or(fault)
}

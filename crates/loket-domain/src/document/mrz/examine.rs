//! Looks a zone through without stopping at the first fault: every place that cannot be right is
//! named by line and characters, and what optical reading and tired eyes confuse (O and 0, I and 1,
//! B and 8) is suggested where it would make a check digit hold. Nothing is ever changed silently.
//!
//! Also reads visas (MRV-A and MRV-B, ICAO Doc 9303 part 7), which are no identity documents and
//! stay refused as such by [`super::Mrz::parse`].

mod confusion;
mod dates;
mod rows;

use confusion::{as_digit, as_letter, confused};
use dates::{is_birth, is_expiry};
use rows::{Row, read_row, shape};

use super::layout::{self, Layout, Span};
use super::{CheckedField, LONGEST, MrzFormat, check_digit};
use crate::time::Day;

/// What kind of zone a text seems to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ZoneKind {
    /// An identity document.
    Document(MrzFormat),
    /// A visa of the size of a passport page: 2 lines of 44.
    VisaA,
    /// A smaller visa: 2 lines of 36.
    VisaB,
}

impl ZoneKind {
    /// Stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Document(format) => format.code(),
            Self::VisaA => "mrv_a",
            Self::VisaB => "mrv_b",
        }
    }
    const fn width(self) -> usize {
        match self {
            Self::Document(format) => format.width(),
            Self::VisaA => 44,
            Self::VisaB => 36,
        }
    }
    const fn lines(self) -> usize {
        match self {
            Self::Document(format) => format.lines(),
            Self::VisaA | Self::VisaB => 2,
        }
    }
}

/// What is wrong at a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// Nothing to read, or more than any zone has.
    Unreadable,
    /// Not two or three lines.
    LineCount,
    /// The line is too short or too long.
    LineLength,
    /// Not A to Z, 0 to 9 or the filler, or a digit in a name.
    Character,
    /// Not the code of a passport, identity card or visa.
    DocumentCode,
    /// Issuer or nationality is no code of letters.
    State,
    /// The document number is empty.
    Number,
    /// No such day.
    Date,
    /// Neither M, F, X nor the filler.
    Sex,
    /// The name field holds no surname.
    Name,
    /// The check digit of this field does not fit.
    CheckDigit(CheckedField),
}

impl Trouble {
    /// Stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Unreadable => "unreadable",
            Self::LineCount => "line_count",
            Self::LineLength => "line_length",
            Self::Character => "character",
            Self::DocumentCode => "document_code",
            Self::State => "state",
            Self::Number => "number",
            Self::Date => "date",
            Self::Sex => "sex",
            Self::Name => "name",
            Self::CheckDigit(_) => "check_digit",
        }
    }
}

/// A place that cannot be right. Lines and positions count from 1, both ends included; a position
/// beyond the end of a line says what is missing there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// Which line.
    pub line: usize,
    /// First position.
    pub from: usize,
    /// Last position.
    pub to: usize,
    /// What is wrong.
    pub trouble: Trouble,
}

/// A character that may have been misread.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Suggestion {
    /// Which line.
    pub line: usize,
    /// Which position.
    pub position: usize,
    /// What stands there.
    pub stands: char,
    /// What may be meant.
    pub perhaps: char,
}

/// A check digit as it was looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Digit {
    /// What it covers.
    pub field: CheckedField,
    /// Whether it holds.
    pub ok: bool,
}

/// A zone looked through. Does not print its lines.
#[derive(Clone, PartialEq, Eq)]
pub struct Examination {
    /// What it seems to be.
    pub kind: Option<ZoneKind>,
    /// The lines as they were read, upper case, without spaces around them.
    pub lines: Vec<String>,
    /// Every check digit of the format; empty when lines are too short to say.
    pub digits: Vec<Digit>,
    /// Everything that cannot be right.
    pub places: Vec<Place>,
    /// What may have been misread.
    pub suggestions: Vec<Suggestion>,
}

impl std::fmt::Debug for Examination {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Examination")
            .field("kind", &self.kind)
            .field("places", &self.places)
            .finish_non_exhaustive()
    }
}

/// The parts of a zone by name, as they stand; for telling them, not for using them.
pub type Parts = Vec<(&'static str, String)>;

impl Examination {
    /// Whether nothing is wrong.
    pub const fn is_valid(&self) -> bool {
        self.kind.is_some() && self.places.is_empty()
    }

    /// The fields as they stand, fillers taken off their ends.
    pub fn parts(&self) -> Parts {
        let Some(kind) = self.kind else { return Vec::new() };
        let (layout, lines) = (layout_of(kind), one_byte_each(&self.lines));
        let at = |span: Span| part(&lines, span).trim_end_matches('<').to_owned();
        let (surname, given) = {
            let names = part(&lines, layout.names);
            let (surname, given) = names.split_once("<<").unwrap_or((names, ""));
            let spaced = |text: &str| {
                text.split('<').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
            };
            (spaced(surname), spaced(given))
        };
        vec![
            ("document_code", at(layout::CODE)),
            ("issuer", at(layout::ISSUER)),
            ("document_number", number_parts(&lines, layout).0),
            ("nationality", at(layout.nationality)),
            ("surname", surname),
            ("given_names", given),
            ("birth_date", at(layout.birth)),
            ("sex", at(layout.sex)),
            ("expiry", at(layout.expiry)),
            ("optional_data", at(layout.optional)),
        ]
    }
}

const fn layout_of(kind: ZoneKind) -> &'static Layout {
    match kind {
        ZoneKind::Document(format) => layout::of(format),
        ZoneKind::VisaA => &layout::MRV_A,
        ZoneKind::VisaB => &layout::MRV_B,
    }
}

/// Looks a typed, pasted or scanned text through. Lower case is read as upper case; `‹` and `«`,
/// which word processors and keyboards make of fillers, as one and two of them; spaces inside a
/// line go, since no zone has any; one line of a whole zone's length is cut. `today` is for
/// births, which are not in the future.
pub fn examine(text: &str, today: Day) -> Examination {
    let mut found = Examination {
        kind: None,
        lines: Vec::new(),
        digits: Vec::new(),
        places: Vec::new(),
        suggestions: Vec::new(),
    };
    let unreadable = Place { line: 1, from: 1, to: 1, trouble: Trouble::Unreadable };
    if text.chars().nth(LONGEST).is_some() || text.trim().is_empty() {
        found.places.push(unreadable);
        return found;
    }
    let rows: Vec<Row> =
        text.split(['\n', '\r']).filter(|row| !row.trim().is_empty()).map(read_row).collect();
    let (kind, lines) = shape(rows);
    found.lines = lines;
    found.kind = kind;
    let Some(kind) = kind else {
        found.places.push(Place { line: 1, from: 1, to: 1, trouble: Trouble::LineCount });
        return found;
    };
    lengths_and_characters(&mut found, kind);
    let layout = layout_of(kind);
    fields(&mut found, kind, layout, today);
    digits(&mut found, layout);
    found.places.sort_by_key(|place| (place.line, place.from, place.to));
    found.places.dedup();
    found.suggestions.sort_by_key(|s| (s.line, s.position));
    found.suggestions.dedup();
    found
}

fn lengths_and_characters(found: &mut Examination, kind: ZoneKind) {
    let width = kind.width();
    for (at, row) in found.lines.iter().enumerate() {
        let (line, length) = (at + 1, row.chars().count());
        if length != width {
            let (from, to) = if length < width { (length + 1, width) } else { (width + 1, length) };
            found.places.push(Place { line, from, to, trouble: Trouble::LineLength });
        }
        for (position, c) in row.chars().enumerate() {
            if !matches!(c, 'A'..='Z' | '0'..='9' | '<') {
                let position = position + 1;
                let trouble = Trouble::Character;
                found.places.push(Place { line, from: position, to: position, trouble });
            }
        }
    }
    if found.lines.len() != kind.lines() {
        found.places.push(Place { line: 1, from: 1, to: 1, trouble: Trouble::LineCount });
    }
}

/// The lines with one byte for each character, since fields are places in a line: a question mark,
/// which no field takes, stands for a character that no zone has.
fn one_byte_each(lines: &[String]) -> Vec<String> {
    let byte = |c: char| if c.is_ascii() { c } else { '?' };
    lines.iter().map(|line| line.chars().map(byte).collect()).collect()
}

/// The characters of a field; empty when the line is too short.
fn part(lines: &[String], span: Span) -> &str {
    let line = span.line.checked_sub(1).and_then(|at| lines.get(at));
    line.and_then(|line| line.get(span.from.saturating_sub(1)..span.to)).unwrap_or_default()
}

fn fields(found: &mut Examination, kind: ZoneKind, layout: &Layout, today: Day) {
    let lines = one_byte_each(&found.lines);
    let mut blame = |span: Span, trouble| {
        if !part(&lines, span).is_empty() {
            found.places.push(Place { line: span.line, from: span.from, to: span.to, trouble });
        }
    };
    let code = part(&lines, layout::CODE).trim_end_matches('<');
    let known = match kind {
        ZoneKind::Document(MrzFormat::Td1 | MrzFormat::Td2) => {
            code.starts_with(['A', 'C', 'I']) && code != "AC"
        }
        ZoneKind::Document(MrzFormat::Td3) => code.starts_with('P'),
        ZoneKind::VisaA | ZoneKind::VisaB => code.starts_with('V'),
    };
    if !known || code.contains(|c: char| !c.is_ascii_uppercase()) {
        blame(layout::CODE, Trouble::DocumentCode);
    }
    for (span, may_be_empty) in [(layout::ISSUER, false), (layout.nationality, true)] {
        let state = part(&lines, span).trim_end_matches('<');
        if state.contains(|c: char| !c.is_ascii_uppercase()) || state.is_empty() && !may_be_empty {
            blame(span, Trouble::State);
        }
    }
    if number_parts(&lines, layout).0.is_empty() {
        blame(layout.number, Trouble::Number);
    }
    if !is_birth(part(&lines, layout.birth), today) {
        blame(layout.birth, Trouble::Date);
    }
    if !is_expiry(part(&lines, layout.expiry)) {
        blame(layout.expiry, Trouble::Date);
    }
    if !matches!(part(&lines, layout.sex), "M" | "F" | "X" | "<") {
        blame(layout.sex, Trouble::Sex);
    }
    let names = part(&lines, layout.names);
    if names.starts_with('<') {
        blame(layout.names, Trouble::Name);
    }
    for (at, c) in names.chars().enumerate().filter(|(_, c)| c.is_ascii_digit()) {
        let position = layout.names.from + at;
        let (line, trouble) = (layout.names.line, Trouble::Character);
        found.places.push(Place { line, from: position, to: position, trouble });
        let letter = as_letter(c).map(|perhaps| Suggestion { line, position, stands: c, perhaps });
        found.suggestions.extend(letter);
    }
    for span in [layout.birth, layout.expiry, layout.nationality, layout::ISSUER] {
        misread(found, &lines, span);
    }
}

/// Letters in a date, digits in a state.
fn misread(found: &mut Examination, lines: &[String], span: Span) {
    let is_date = span.to - span.from == 5;
    for (at, stands) in part(lines, span).chars().enumerate() {
        let perhaps = match (is_date, stands) {
            (true, 'A'..='Z') => as_digit(stands),
            (false, '0'..='9') => as_letter(stands),
            _ => None,
        };
        if let Some(perhaps) = perhaps {
            let position = span.from + at;
            found.suggestions.push(Suggestion { line: span.line, position, stands, perhaps });
        }
    }
}

/// Number, what its check digit covers, the digit, and where the digit stands.
fn number_parts(lines: &[String], layout: &Layout) -> (String, String, String, Span) {
    let (start, digit) = (part(lines, layout.number), part(lines, layout.number.digit_after()));
    let optional = part(lines, layout.optional);
    let rest = optional.split('<').next().unwrap_or_default();
    if layout.overflow && digit == "<" && !start.contains('<') && rest.len() > 1 {
        let (more, digit) = rest.split_at(rest.len() - 1);
        let position = layout.optional.from + rest.len() - 1;
        let span = Span { line: layout.optional.line, from: position, to: position };
        // The filler in place of the digit is part of what is computed (ICAO Doc 9303-5).
        return (format!("{start}{more}"), format!("{start}<{more}"), digit.to_owned(), span);
    }
    let number = start.replace('<', "");
    (number, start.to_owned(), digit.to_owned(), layout.number.digit_after())
}

fn holds(covered: &str, digit: &str) -> bool {
    let stated = digit.parse::<u32>().ok().filter(|_| digit.len() == 1);
    stated.is_some() && stated == check_digit(covered)
}

fn digits(found: &mut Examination, layout: &Layout) {
    let lines = one_byte_each(&found.lines);
    let whole = |span: Span| part(&lines, span).len() == span.to + 1 - span.from;
    let (_, covered, digit, span) = number_parts(&lines, layout);
    let mut look = |field, covered: &str, digit: &str, at: Span, spans: &[Span]| {
        if covered.is_empty() || digit.is_empty() {
            return;
        }
        let ok = holds(covered, digit);
        found.digits.push(Digit { field, ok });
        if !ok {
            let trouble = Trouble::CheckDigit(field);
            found.places.push(Place { line: at.line, from: at.from, to: at.to, trouble });
            found.suggestions.extend(confused(&lines, spans, at));
        }
    };
    look(CheckedField::DocumentNumber, &covered, &digit, span, &[layout.number]);
    for (field, of) in
        [(CheckedField::BirthDate, layout.birth), (CheckedField::Expiry, layout.expiry)]
    {
        look(field, part(&lines, of), part(&lines, of.digit_after()), of.digit_after(), &[of]);
    }
    if layout.optional_has_digit && whole(layout.optional) {
        let after = layout.optional.digit_after();
        let empty = part(&lines, layout.optional).bytes().all(|b| b == b'<');
        // Without optional data the issuer may put a filler for the digit (9303-4, note j).
        if !(empty && part(&lines, after) == "<") {
            let (of, digit) = (part(&lines, layout.optional), part(&lines, after));
            look(CheckedField::OptionalData, of, digit, after, &[layout.optional]);
        }
    }
    if let Some(composite) = layout.composite
        && layout.composite_of.iter().all(|span| whole(*span))
    {
        let covered: String = layout.composite_of.iter().map(|span| part(&lines, *span)).collect();
        let fields_hold = found_all_hold(found);
        let ok = holds(&covered, part(&lines, composite));
        found.digits.push(Digit { field: CheckedField::Composite, ok });
        // A wrong field makes the composite wrong too; it is blamed only when it stands alone.
        if !ok && fields_hold && whole(composite) {
            let trouble = Trouble::CheckDigit(CheckedField::Composite);
            found.places.push(Place {
                line: composite.line,
                from: composite.from,
                to: composite.to,
                trouble,
            });
        }
    }
}

fn found_all_hold(found: &Examination) -> bool {
    found.digits.iter().all(|digit| digit.ok)
}

#[cfg(test)]
mod tests;

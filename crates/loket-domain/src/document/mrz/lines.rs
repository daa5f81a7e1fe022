//! From typed or pasted text to the lines of a zone: blank lines and spaces around lines go, lower
//! case becomes upper case. Spaces at the end stand for the fillers that a word processor ate, as
//! far as they fill the line; any other foreign character is a fault.

use super::layout::Span;
use super::{LONGEST, MrzFault, MrzFormat};

/// Lines of the right number, length and characters.
pub(super) struct Zone {
    pub(super) format: MrzFormat,
    lines: Vec<String>,
}

impl Zone {
    /// The characters of a field; every line is ASCII and of full width.
    pub(super) fn part(&self, span: Span) -> &str {
        let line = span.line.checked_sub(1).and_then(|at| self.lines.get(at));
        let from = span.from.saturating_sub(1);
        line.and_then(|line| line.get(from..span.to)).unwrap_or_default()
    }
}

struct Row {
    text: String,
    spaces_after: usize,
}

/// Reads the lines.
pub(super) fn read(text: &str) -> Result<Zone, MrzFault> {
    if text.chars().nth(LONGEST).is_some() {
        return Err(MrzFault::TooLong);
    }
    let mut rows = Vec::new();
    for row in text.split(['\n', '\r']).filter(|row| !row.trim().is_empty()) {
        rows.push(read_row(rows.len() + 1, row)?);
    }
    let (format, rows) = shape(rows)?;
    let mut lines = Vec::with_capacity(rows.len());
    for (at, row) in rows.into_iter().enumerate() {
        lines.push(fill(at + 1, &row, format.width())?);
    }
    Ok(Zone { format, lines })
}

fn read_row(line: usize, row: &str) -> Result<Row, MrzFault> {
    let trimmed = row.trim();
    let spaces_after = row.chars().rev().take_while(|c| c.is_whitespace()).count();
    let mut text = String::with_capacity(trimmed.len());
    for (at, c) in trimmed.chars().enumerate() {
        match c.to_ascii_uppercase() {
            c @ ('A'..='Z' | '0'..='9' | '<') => text.push(c),
            _ => return Err(MrzFault::Character { line, position: at + 1 }),
        }
    }
    Ok(Row { text, spaces_after })
}

/// Finds the format by the number of lines and, with two, by the longer one. A scanner that sends
/// no line breaks gives one line of the whole zone's length.
fn shape(rows: Vec<Row>) -> Result<(MrzFormat, Vec<Row>), MrzFault> {
    let longest = rows.iter().map(|row| row.text.len()).max().ok_or(MrzFault::Empty)?;
    match rows.len() {
        1 => {
            let format = [MrzFormat::Td1, MrzFormat::Td2, MrzFormat::Td3]
                .into_iter()
                .find(|format| format.lines() * format.width() == longest)
                .ok_or(MrzFault::LineCount { found: 1 })?;
            Ok((format, rows.iter().flat_map(|row| cut(&row.text, format.width())).collect()))
        }
        2 if longest >= 40 => Ok((MrzFormat::Td3, rows)),
        2 => Ok((MrzFormat::Td2, rows)),
        3 => Ok((MrzFormat::Td1, rows)),
        found => Err(MrzFault::LineCount { found }),
    }
}

fn cut(text: &str, width: usize) -> Vec<Row> {
    let starts = (0..text.len()).step_by(width);
    let piece = |from: usize| text.get(from..from + width).unwrap_or_default().to_owned();
    starts.map(|from| Row { text: piece(from), spaces_after: 0 }).collect()
}

fn fill(line: usize, row: &Row, width: usize) -> Result<String, MrzFault> {
    let found = row.text.len();
    if found > width || found + row.spaces_after < width {
        return Err(MrzFault::LineLength { line, found, expected: width });
    }
    Ok(format!("{:<<width$}", row.text))
}

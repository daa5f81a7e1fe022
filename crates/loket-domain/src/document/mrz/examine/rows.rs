//! From a text to the lines of a zone, and what size of zone they are.

use super::ZoneKind;
use crate::document::mrz::MrzFormat;

/// A line as it was read, with the spaces that stood at its end.
pub(super) struct Row {
    pub(super) text: String,
    pub(super) spaces_after: usize,
}

pub(super) fn read_row(row: &str) -> Row {
    let mut out = String::new();
    let trimmed = row.trim_start();
    let text = trimmed.trim_end();
    for c in text.chars() {
        match c {
            '‹' => out.push('<'),
            '«' => out.push_str("<<"),
            c if c.is_whitespace() => {}
            c => out.extend(c.to_uppercase().take(1)),
        }
    }
    Row { text: out, spaces_after: trimmed.chars().count() - text.chars().count() }
}

impl Row {
    /// Spaces at the end stand for the fillers that a word processor ate, as far as they fill the
    /// line.
    fn filled(self, width: usize) -> String {
        let length = self.text.chars().count();
        if length < width && length + self.spaces_after >= width {
            return format!("{}{}", self.text, "<".repeat(width - length));
        }
        self.text
    }
}

/// The kind by the number of lines and their length; one line is cut when it has the length of a
/// whole zone.
pub(super) fn shape(rows: Vec<Row>) -> (Option<ZoneKind>, Vec<String>) {
    let length = |row: &Row| row.text.chars().count();
    let as_read = |rows: Vec<Row>| rows.into_iter().map(|row| row.text).collect();
    let longest = rows.iter().map(length).max().unwrap_or(0);
    let visa = rows.first().is_some_and(|row| row.text.starts_with('V'));
    let two = |wide: bool| match (visa, wide) {
        (true, true) => ZoneKind::VisaA,
        (true, false) => ZoneKind::VisaB,
        (false, true) => ZoneKind::Document(MrzFormat::Td3),
        (false, false) => ZoneKind::Document(MrzFormat::Td2),
    };
    let kind = match (rows.len(), longest) {
        (1, 90) | (3, _) => ZoneKind::Document(MrzFormat::Td1),
        (1, 88) | (2, 40..) => two(true),
        (1, 72) | (2, _) => two(false),
        _ => return (None, as_read(rows)),
    };
    if rows.len() > 1 {
        return (Some(kind), rows.into_iter().map(|row| row.filled(kind.width())).collect());
    }
    let all: Vec<char> = rows.iter().flat_map(|row| row.text.chars()).collect();
    (Some(kind), all.chunks(kind.width()).map(|line| line.iter().collect()).collect())
}

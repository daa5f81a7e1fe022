//! A zone that was typed, line by line, with the characters that cannot be right marked in place and
//! what may have been misread. Shown beside the field; the field itself keeps what was typed.

use loket_domain::document::mrz::examine::{Examination, examine};
use loket_domain::time::Day;
use loket_text::Text;

/// A run of characters of a line, marked or not.
pub(super) struct Run {
    pub(super) text: String,
    pub(super) marked: bool,
}

/// A zone with its marks.
pub(super) struct MarkedZone {
    pub(super) lines: Vec<Vec<Run>>,
    pub(super) suggestions: Vec<String>,
}

impl MarkedZone {
    /// The marks of a text; `None` when nothing can be marked: it is right, or no zone at all.
    pub(super) fn of(t: Text, typed: &str, today: Day) -> Option<Self> {
        let found = examine(typed, today);
        if found.is_valid() || found.lines.is_empty() {
            return None;
        }
        let suggestions = found
            .suggestions
            .iter()
            .map(|s| {
                t.document_suggestion(
                    &s.line.to_string(),
                    &s.perhaps.to_string(),
                    &s.position.to_string(),
                    &s.stands.to_string(),
                )
            })
            .collect();
        let lines = (1..=found.lines.len()).map(|line| runs(&found, line)).collect();
        Some(Self { lines, suggestions })
    }
}

/// One line as runs. Where characters are missing, as many spaces are marked.
fn runs(found: &Examination, line: usize) -> Vec<Run> {
    let text = found.lines.get(line - 1).map_or("", String::as_str);
    let places: Vec<_> = found.places.iter().filter(|place| place.line == line).collect();
    let end = places.iter().map(|place| place.to).max().unwrap_or(0).min(60);
    let missing = end.saturating_sub(text.chars().count());
    let padding = std::iter::repeat_n('\u{a0}', missing);
    let mut runs: Vec<Run> = Vec::new();
    for (at, c) in text.chars().chain(padding).enumerate() {
        let marked = places.iter().any(|place| place.from <= at + 1 && at < place.to);
        match runs.last_mut() {
            Some(run) if run.marked == marked => run.text.push(c),
            _ => runs.push(Run { text: c.to_string(), marked }),
        }
    }
    runs
}

#[cfg(test)]
mod tests {
    use loket_domain::Language;

    use super::*;

    const GOOD: &str = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10";

    #[test]
    fn what_fails_is_marked_in_its_place_and_suggested() {
        let today = Day::new(2026, 11, 23).unwrap();
        for language in Language::ALL {
            let t = Text::new(language);
            assert!(MarkedZone::of(t, GOOD, today).is_none());
            let marked = MarkedZone::of(t, &GOOD.replace("7408122F", "74O8122F"), today).unwrap();
            let second: Vec<_> = marked.lines[1].iter().filter(|run| run.marked).collect();
            assert_eq!(second[0].text, "74O8122");
            assert!(marked.suggestions.iter().any(|s| s.contains("16") && s.contains('O')));
            let short = MarkedZone::of(t, &GOOD.replace("<<10", "<<1"), today).unwrap();
            assert!(short.lines[1].last().is_some_and(|run| run.marked && run.text == "\u{a0}"));
        }
    }
}

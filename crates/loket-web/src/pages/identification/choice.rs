//! A choice between a few answers, and a text that explains one.

use loket_domain::comparison::{Explanation, ExplanationFault};
use loket_text::Text;

/// One of the answers to choose from.
pub(super) struct Choice {
    pub(super) value: &'static str,
    pub(super) label: String,
    pub(super) chosen: bool,
}

/// The answers with their words, one of them perhaps chosen.
pub(super) fn choices(
    answers: impl IntoIterator<Item = (&'static str, String)>,
    chosen: &str,
) -> Vec<Choice> {
    answers
        .into_iter()
        .map(|(value, label)| Choice { value, label, chosen: value == chosen })
        .collect()
}

/// Reads an explanation; else what is wrong with it.
pub(super) fn read_explanation(t: Text, text: &str) -> Result<Explanation, String> {
    Explanation::new(text).map_err(|fault| match fault {
        ExplanationFault::TooShort => t.explanation_too_short(),
        ExplanationFault::TooLong => t.explanation_too_long(),
        ExplanationFault::ControlCharacter => t.explanation_characters(),
    })
}
